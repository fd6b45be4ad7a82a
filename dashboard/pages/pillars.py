"""The pillars richting, ruimte and ruggensteun: a lens over the aspects, by the configuration."""

from __future__ import annotations

from dashboard.grouped import Row
from dashboard.pages.model import Section, Table, View
from dashboard.state import PILLARS

NAMED = "named"


def pillar_of(view: View) -> dict[str, str]:
    """Return the pillar of each aspect, as the release has it."""
    return {row["aspect_id"]: row["pillar_id"] for row in view.reader.described("aspect")}


def through_lens(view: View, items: list[Row]) -> list[Row]:
    """Return the items of the pillar that the view looks through; all where it looks at all."""
    if view.state.pillar == PILLARS[0]:
        return items
    pillar = pillar_of(view)
    return [item for item in items if pillar.get(item["aspect_id"]) == view.state.pillar]


def pillar_name(view: View) -> str | None:
    """Return the name of the pillar that the view looks through, None for all."""
    rows = {row["pillar_id"]: row for row in view.reader.described("pillar")}
    row = rows.get(view.state.pillar)
    return None if row is None else view.say.name(row)


def aspects_named(view: View, pillar: str, gaps: dict[str, Row], side: str) -> str:
    """Return the aspects of a pillar that a side names, or that it names none."""
    of = pillar_of(view)
    names = [
        view.say.name(item)
        for item in view.reader.items("mention")
        if of.get(item["aspect_id"]) == pillar
        and item["item_id"] in gaps
        and gaps[item["item_id"]][f"{side}_mention_state"] == NAMED
    ]
    return "; ".join(names) or view.say("pillar_none")


def section(view: View, gaps: dict[str, Row], who: str) -> Section | None:
    """Return what each side names per pillar; None for a release without pillars."""
    say, rows = view.say, view.reader.described("pillar")
    if not rows or not gaps:
        return None
    assumed = [say.name(row) for row in view.reader.described("aspect") if row["is_assumed"]]
    body = tuple(
        (
            say.name(row),
            aspects_named(view, row["pillar_id"], gaps, "employee"),
            aspects_named(view, row["pillar_id"], gaps, "hr"),
        )
        for row in rows
    )
    heads = (say("pillar_head"), say("by_employees"), say("by_hr"))
    table = Table(say("table_pillars", group=who), heads, body, is_wordy=True)
    notes = (say("pillar_assumed", aspects=say.listed(assumed)),) if assumed else ()
    said = (say("pillars_what"),)
    return Section(say("pillars_head"), said, table=table, notes=notes, is_tucked=True)
