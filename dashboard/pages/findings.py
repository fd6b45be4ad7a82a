"""Wat valt op? What the product sees in the published figures, with how sure and among how many."""

from __future__ import annotations

from typing import Final

from dashboard.grouped import Row
from dashboard.pages.model import Page, Section, Table, View
from dashboard.pages.parts import context_line
from dashboard.sentences import band_name
from dashboard.told import findings

KINDS: Final = (
    "one_sided",
    "shared_priority",
    "widest_gap",
    "information_gap",
    "band_differs",
    "size_slope",
    "real_change",
)


def rows_of(view: View) -> tuple[str, tuple[Row, ...]]:
    """Return name and findings of the group that the view asks for; else the sector's."""
    own = view.reader.organisation
    if view.state.group == "band" and own and own["size_band_id"]:
        found = findings(view.reader, "size_band", own["size_band_id"])
        if found:
            return view.say("band_of", band=band_name(view, own["size_band_id"])), found
    return view.say("sector"), findings(view.reader, "sector")


def sentence(view: View, row: Row) -> str:
    """Return a finding in the page's language."""
    return str(row[f"text_{view.say.language}"])


def kind_section(view: View, kind: str, rows: list[Row]) -> Section:
    """Return the findings of one kind."""
    say = view.say
    heads = (say("finding_head"), say("finding_strength"), say("finding_looked"))
    cells = tuple(
        (
            say.name(view.reader.item(row["item_id"])),
            say.number(row["strength"]),
            say.count(row["comparisons_looked_at"]),
        )
        for row in rows
    )
    table = Table(
        say("finding_table", kind=say(f"finding_kind_{kind}")), heads, cells, is_wordy=True
    )
    sentences = tuple(sentence(view, row) for row in rows)
    return Section(say(f"finding_kind_{kind}"), sentences, table=table, is_folded=True)


def build(view: View) -> Page:
    """Return the page of findings."""
    say = view.say
    who, rows = rows_of(view)
    by_kind = {kind: [row for row in rows if row["finding_kind"] == kind] for kind in KINDS}
    sections = [kind_section(view, kind, found) for kind, found in by_kind.items() if found]
    if not sections:
        sections = [Section("", (say("findings_none_why"),))]
    reading = (say("reading_findings"), say("reading_findings_count"))
    finding = headline(view, who, rows)
    return Page(say("page_findings"), finding, context_line(view), tuple(sections), reading)


def headline(view: View, who: str, rows: tuple[Row, ...]) -> str:
    """Return how much stands out, of how many kinds."""
    if not rows:
        return view.say("findings_none", group=who)
    key = "findings_one" if len(rows) == 1 else "findings_some"
    return view.say(key, group=who, count=view.say.count(len(rows)))
