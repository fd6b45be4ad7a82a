"""Wat is er binnengekomen? How the last refresh went, what waits for a steward, and the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.grouped import Row
from dashboard.ledger import PublicLedger
from dashboard.pages.delivery_tables import (
    delivery_sections,
    publication_section,
    response_sections,
    run_section,
    waiting_table,
    wave_section,
)
from dashboard.pages.model import AsReported, Page, Section, View

BROKEN = ("failed", "interrupted", "running")
FROZEN = ("released", "withdrawn")


def waiting(ledger: PublicLedger) -> list[Row]:
    """Return the refused deliveries that nobody has dealt with, newest first.

    Not a delivery that a later one of its series mended, nor one of a wave that takes no more.
    """
    frozen = {wave["wave_id"] for wave in ledger.waves() if wave["state"] in FROZEN}
    found, mended = [], set()
    for delivery in ledger.deliveries():
        series = (delivery["wave_id"], delivery["series"])
        if delivery["state"] != "refused":
            mended.add(series)
        elif series not in mended and delivery["wave_id"] not in frozen:
            found.append(delivery)
    return found


def waiting_words(view: View, count: int) -> str:
    """Return how many deliveries wait, as the end of a sentence."""
    if count < 2:
        return view.say("waiting_one" if count else "waiting_none")
    return view.say("waiting_some", count=view.say.count(count))


def finding(view: View, runs: Sequence[Row], count: int) -> str:
    """Return how the last refresh went and how many deliveries wait."""
    outcome = runs[0]["outcome"] if runs else "never"
    return view.say(f"refresh_{outcome}", waiting=waiting_words(view, count))


def counts_sentence(view: View, run: Row) -> str:
    """Return what a refresh did, in numbers."""
    say, names = view.say, ("landed", "refused", "unchanged", "waiting")
    counts = {name: say.count(run[f"{name}_count"]) for name in names}
    return say("run_counts", number=str(run["number"]), at=say.moment(run["started_at"]), **counts)


def before_sentences(view: View, runs: Sequence[Row]) -> list[str]:
    """Return what went wrong with the refresh before the last, which the last one made good."""
    if len(runs) < 2 or runs[1]["outcome"] not in BROKEN:
        return []
    at = view.say.moment(runs[1]["started_at"])
    return [view.say(f"run_before_{runs[1]['outcome']}", number=str(runs[1]["number"]), at=at)]


def late_sentences(view: View, ledger: PublicLedger, run: Row) -> list[str]:
    """Return the files that this refresh refused because their wave's figures are fixed."""
    frozen = {wave["wave_id"] for wave in ledger.waves() if wave["state"] in FROZEN}
    return [
        view.say("delivery_late", file=row["file_name"], wave=row["wave_id"])
        for row in ledger.deliveries()
        if row["state"] == "refused"
        and row["wave_id"] in frozen
        and row["loaded_at"] >= run["started_at"]
    ]


def last_run_section(view: View, ledger: PublicLedger, runs: Sequence[Row]) -> Section:
    """Return how the last refresh went, what it said, and what to do about it."""
    say = view.say
    if not runs:
        return Section(say("last_run_head"), (say("refresh_never_next"),))
    run = runs[0]
    is_broken = run["outcome"] in BROKEN
    said = [AsReported(run["message"])] if run["message"] else []
    follow = [say(f"refresh_{run['outcome']}_next")] if is_broken else []
    late, before = late_sentences(view, ledger, run), before_sentences(view, runs)
    sentences = (counts_sentence(view, run), *said, *late, *before, *follow)
    heading = say("alert_head" if is_broken else "last_run_head")
    return Section(heading, sentences, is_alert=is_broken)


def waiting_section(view: View, rows: Sequence[Row]) -> list[Section]:
    """Return what waits for a steward and what to do with it; nothing where nothing waits."""
    if not rows:
        return []
    say = view.say
    notes = (say("waiting_next"),)
    return [Section(say("waiting_head"), table=waiting_table(view, rows), notes=notes)]


def no_status(view: View) -> Page:
    """Return the page of a store that never published a status file."""
    say = view.say
    section = Section(say("last_run_head"), (say("status_none_next"),))
    return Page(say("page_deliveries"), say("status_none"), say("status_none_why"), (section,))


def build(view: View) -> Page:
    """Return the page of the deliveries."""
    ledger, say = view.ledger, view.say
    if ledger is None:
        return no_status(view)
    runs, rows = ledger.runs(), waiting(ledger)
    sections = (
        last_run_section(view, ledger, runs),
        *waiting_section(view, rows),
        *response_sections(view, ledger),
        wave_section(view, ledger),
        *delivery_sections(view, ledger),
        run_section(view, runs),
        publication_section(view, ledger),
    )
    context = say("deliveries_context", at=say.moment(ledger.made_at))
    return Page(say("page_deliveries"), finding(view, runs, len(rows)), context, sections)
