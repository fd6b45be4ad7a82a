"""Demonstration accounts: a handful of organisations of the release, chosen for what they show."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.access.scope import Scope
from dashboard.snapshot import Snapshot

# Each query gives organisations of the last wave, the most telling first; ties by id.
LAST = "(select wave_id from wave order by position desc limit 1)"
GRADE = f"""score s where s.wave_id = {LAST} and s.side = 'employee' and s.item_id = 'grade'
    and s.group_kind = 'organisation' and s.group_id = o.organisation_id"""
ANSWERS = f"""response r where r.wave_id = {LAST} and r.group_kind = 'organisation'
    and r.group_id = o.organisation_id"""
VERDICTS = f"""(select count(*) from comparison c where c.wave_id = {LAST}
    and c.organisation_id = o.organisation_id and c.against = 'size_band'
    and c.verdict in ('higher', 'lower') and c.item_id not like 'scheme_%')"""
QUERIES = {
    "large": f"""o.size_band_id = '250+' and exists (from {GRADE} and s.status = 'published')
        order by o.headcount, o.organisation_id""",
    "mid": f"""o.size_band_id in ('50-99', '100-249')
        and exists (from {GRADE} and s.status = 'published')
        order by {VERDICTS} desc, o.organisation_id""",
    "at_floor": f"""exists (from {GRADE} and s.status = 'published')
        and exists (from {ANSWERS} and r.respondent_count = 10) order by o.organisation_id""",
    "below": f"""o.size_band_id = '10-49' and exists (from {GRADE} and s.status <> 'published')
        and exists (from {ANSWERS} and r.respondent_count between 5 and 8)
        order by o.organisation_id""",
    "smallest": f"""o.headcount < 10 and exists (from {ANSWERS} and r.respondent_count > 0)
        order by o.headcount desc, o.organisation_id""",
}


@dataclass(frozen=True)
class Account:
    """A demonstration account."""

    account_id: str
    scope: Scope
    name: str
    headcount: int | None


def demo_accounts(snapshot: Snapshot) -> dict[str, Account]:
    """Return the accounts that a demonstration offers, by id; remembered by release."""
    return snapshot.remember("demo accounts", lambda: choose_accounts(snapshot))


def choose_accounts(snapshot: Snapshot) -> dict[str, Account]:
    """Return an account per query that finds an organisation, and the analyst."""
    found: dict[str, Account] = {}
    for account_id, condition in QUERIES.items():
        start = (
            f"select organisation_id, name, headcount from organisation o where wave_id = {LAST}"
        )
        rows = snapshot.rows(f"{start} and {condition} limit 1")
        for row in rows:
            scope = Scope("hr_director", row["organisation_id"])
            found[account_id] = Account(account_id, scope, row["name"], row["headcount"])
    found["analyst"] = Account("analyst", Scope("sector_staff", None), "", None)
    return found
