"""What joins waves on the page of trends: the line through them, and what a change is made of."""

from __future__ import annotations

from dashboard.grouped import Row
from dashboard.pages.model import Section, Table, View
from dashboard.pages.parts import status_words
from dashboard.sentences import DEMONSTRABLE, interval_of, published, strength, told_apart

ITEM = "grade"
PARTS = ("total", "matched", "composition", "within", "mix")


def trend_sentences(view: View) -> tuple[str, ...]:
    """Return whether there is a trend in the own grade; who has no line is told the sector's too.

    Missing: nothing for a release from before lines were drawn.
    """
    own = line_so_far(view, "organisation", view.scope.organisation_id)
    found = line_sentences(view, "own", own)
    if published(own):
        return found
    return found + line_sentences(view, "sector", line_so_far(view, "sector", "sector"))


def line_so_far(view: View, kind: str, group: str | None) -> Row | None:
    """Return a group's line through its waves, None where it goes on after the wave of this view.

    A release has one line, through all waves.
    """
    row = view.reader.trend_line(kind, group, ITEM, "employee")
    seen = {wave["wave_id"] for wave in view.reader.waves_so_far}
    return row if row is None or row["wave_to"] in seen else None


def line_sentences(view: View, who: str, row: Row | None) -> tuple[str, ...]:
    """Return whether there is a trend over three waves or more, and whether a line fits."""
    if row is None:
        return ()
    name = view.say.inner(view.say(f"who_{who}"))
    if row["status"] != "published":
        return (view.say("trend_line_too_few", who=name),)
    names = {wave["wave_id"]: view.say.name(wave) for wave in view.reader.waves}
    said = view.say(
        f"trend_line_{row['verdict']}",
        who=name,
        first=view.say.inner(names[row["wave_from"]]),
        last=view.say.inner(names[row["wave_to"]]),
        count=view.say.count(row["wave_count"]),
        slope=view.say.signed(row["slope_per_year"]),
        interval=interval_of(view, row, ITEM),
    )
    is_bent = row["misfit_p"] < view.settings.method.alpha
    return (said, view.say("trend_line_misfit")) if is_bent else (said,)


def parts_of(view: View) -> dict[str, Row]:
    """Return the parts of the sector's change since the wave before this one."""
    rows = view.reader.change_parts(ITEM)
    return {row["part"]: row for row in rows if row["wave_to"] == view.state.wave_id}


def matched_sentence(view: View, parts: dict[str, Row]) -> str:
    """Return how organisations of both waves changed, apart from others joining and leaving."""
    same, rest = parts["matched"], parts["composition"]
    if not published(same):
        return view.say("matched_hidden")
    return view.say(
        f"matched_{same['verdict']}",
        count=view.say.count(same["later_count"]),
        change=view.say.signed(same["change"]),
        interval=interval_of(view, same, ITEM),
        rest=view.say.signed(rest["change"]),
    )


def part_cells(view: View, row: Row) -> tuple[str, ...]:
    """Return a part of a change as the cells of a table."""
    say, dash = view.say, view.say("dash")
    name = say(f"part_{row['part']}")
    if not published(row):
        return name, status_words(view, row["status"]), dash, dash, dash
    has_interval = row["ci_low"] is not None
    counts = say("counts_then_now", old=say.count(row["earlier_count"]),
                 new=say.count(row["later_count"]))  # fmt: skip
    return (
        name,
        say.signed(row["change"]),
        interval_of(view, row, ITEM) if has_interval else dash,
        counts,
        say(f"change_word_{row['verdict']}") if has_interval else dash,
    )


def parts_section(view: View) -> Section | None:
    """Return what the change of the mean of organisations is made of, None where there is none."""
    say, parts = view.say, parts_of(view)
    if not published(parts.get("total")):
        return None
    heads = (say("part"), say("change"), say("interval_head"), say("organisations"))
    rows = tuple(part_cells(view, parts[name]) for name in PARTS if name in parts)
    total = parts["total"]
    when = say("from_to", old=total["wave_from"], new=total["wave_to"])
    table = Table(say("table_parts", when=when), (*heads, say("verdict_head")), rows)
    sentence = matched_sentence(view, parts)
    return Section(say("parts_heading"), (sentence,), table=table, is_tucked=True)


def item_cells(view: View, row: Row) -> tuple[str, ...]:
    """Return the change of a question as the cells of a table."""
    item = view.reader.item(row["item_id"])
    return (
        told_apart(view, item),
        view.say.difference(row["change"], item["unit"]),
        interval_of(view, row, item["unit"]),
        view.say(f"change_word_{row['verdict']}"),
    )


def item_section(view: View) -> Section | None:
    """Return the changes of every question since the wave before; the widest demonstrable first."""
    say, rows = view.say, view.reader.changes_to(view.state.wave_id)
    if not rows:
        return None
    widths = {row["item_id"]: strength(view, row | {"difference": row["change"]}) for row in rows}
    order = sorted(rows, key=lambda r: (r["verdict"] not in DEMONSTRABLE, -widths[r["item_id"]]))
    who = say("own" if view.scope.organisation_id is not None else "sector")
    heads = (say("statement"), say("change"), say("interval_head"), say("verdict_head"))
    when = say("from_to", old=rows[0]["wave_from"], new=rows[0]["wave_to"])
    body = tuple(item_cells(view, row) for row in order)
    table = Table(say("table_item_changes", group=who, when=when), heads, body, is_wordy=True)
    apart = sum(row["verdict"] in DEMONSTRABLE for row in rows)
    counts = {"count": say.count(apart), "items": say.count(len(rows))}
    key = "moved_none" if apart == 0 else "moved_some"
    side = "sector" if view.scope.organisation_id is None else "own"
    sentence = say(key, who=say(f"who_all_{side}"), **counts)
    notes = (say("item_changes_note"),)
    return Section(say("item_changes_head"), (sentence,), None, table, notes, is_folded=True)
