"""What of a wave's register and response a person must look at before it is closed (§9.1).

A slip in a register decides a size band, an interval and a response rate, so it is mended or
accepted by somebody with a name. Who took part is looked at, never what was answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from warehouse.errors import WaveStateError
from warehouse.quality import QualityPolicy
from warehouse.register import Member, Register
from warehouse.settings import Settings
from warehouse.units import Units

NAMED_AT_MOST = 5


@dataclass(frozen=True)
class Doubt:
    """Something that is more often a slip than a fact."""

    organisation_id: str
    wave_id: str
    check: str
    sentence: str


def last_headcounts(register: Register, waves: Sequence[str]) -> dict[str, int]:
    """Return the last known headcount of each organisation in these waves, in order of time."""
    place = {wave: number for number, wave in enumerate(waves)}
    rows = [row for row in register.headcounts if row.wave_id in place]
    return {
        row.organisation_id: row.headcount
        for row in sorted(rows, key=lambda row: place[row.wave_id])
        if row.headcount is not None
    }


def change_doubt(member: Member, before: int | None, policy: QualityPolicy) -> str | None:
    """Return what is odd about a headcount beside that of the wave before."""
    now = member.headcount
    if now is None or before is None or max(now, before) < policy.headcount_reviewed_from:
        return None
    if abs(now - before) <= policy.headcount_change_max * before:
        return None
    return f"{before} people at the wave before, {now} now"


def crowd_doubt(member: Member, people: int) -> str | None:
    """Return what is odd about the number of employees who took part."""
    if member.headcount is None or people <= member.headcount:
        return None
    return f"{people} employees took part, of {member.headcount}"


def hr_doubt(member: Member, representatives: int, policy: QualityPolicy) -> str | None:
    """Return what is odd about the number of hr representatives."""
    share = policy.hr_representatives_share_max * (member.headcount or 0)
    if representatives <= max(policy.hr_representatives_max, share):
        return None
    return f"{representatives} hr representatives took part"


def doubts(
    wave_id: str,
    settings: Settings,
    register: Register,
    employees: Units,
    representatives: Mapping[str, int],
) -> Iterator[Doubt]:
    """Yield everything odd about a wave that nobody accepted yet, sorted by organisation."""
    policy, order = settings.quality, settings.wave_order
    last = last_headcounts(register, order[: order.index(wave_id)])
    people = dict(zip(employees.organisation_ids, employees.participants.tolist(), strict=True))
    accepted = {(row.organisation_id, row.wave_id, row.check) for row in register.reviews}
    for member in register.members(wave_id, settings.size_bands, order):
        name = member.organisation_id
        found = {
            "headcount_changed": change_doubt(member, last.get(name), policy),
            "more_than_headcount": crowd_doubt(member, people.get(name, 0)),
            "many_hr_representatives": hr_doubt(member, representatives.get(name, 0), policy),
        }
        for check, sentence in found.items():
            if sentence is not None and (name, wave_id, check) not in accepted:
                yield Doubt(name, wave_id, check, sentence)


def require_reviewed(found: Sequence[Doubt]) -> None:
    """Raise WaveStateError when something odd was neither mended nor accepted."""
    if not found:
        return
    named = "; ".join(
        f"{doubt.organisation_id}: {doubt.sentence} ({doubt.check})"
        for doubt in found[:NAMED_AT_MOST]
    )
    more = f"; and {len(found) - NAMED_AT_MOST} more" if len(found) > NAMED_AT_MOST else ""
    raise WaveStateError(
        f"Wave {found[0].wave_id} waits for a person to look at {len(found)} thing(s): {named}"
        f"{more}. Correct register/headcounts.csv or the export, or accept each in "
        "register/reviews.csv (organisation_id, wave_id, check, accepted_by, accepted_on, reason). "
        f"`regiespiegel wave check {found[0].wave_id}` lists them all."
    )
