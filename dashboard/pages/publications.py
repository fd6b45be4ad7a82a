"""Publicaties, for staff and stewards: what was published, and which figures a release changed."""

from __future__ import annotations

from typing import Final

from dashboard.grouped import Row
from dashboard.pages.delivery_tables import publication_section
from dashboard.pages.model import Page, Section, Table, View
from dashboard.releases import FATES, FIGURES, Changed, Difference, difference
from dashboard.rounding import seen_by
from dashboard.sentences import band_name

MOST: Final = 60
SHARES: Final = ("response",)


def standing(view: View) -> list[Row]:
    """Return the publications that were not taken back, newest first."""
    rows = view.ledger.publications() if view.ledger else ()
    return [row for row in rows if row["withdrawn_at"] is None]


def earlier(view: View) -> Row | None:
    """Return the publication before the live release, None where that is the first that stands."""
    live = view.reader.release["release_id"]
    return next((row for row in standing(view) if row["release_id"] != live), None)


def found_difference(view: View, before: Row) -> Difference | None:
    """Return what changed since a publication; None where its file is no longer there."""
    if view.releases is None:
        return None
    live, releases, name = view.reader.snapshot, view.releases, str(before["release_id"])

    def make() -> Difference | None:
        with releases.earlier(name) as old:
            return None if old is None else difference(seen_by(view.scope, old), live)

    return live.remember(("difference", name), make)


def unit_of(view: View, one: Changed) -> str:
    """Return the unit of a figure."""
    if one.table in SHARES:
        return "share"
    return str(view.reader.item(one.row["item_id"])["unit"])


def size(view: View, one: Changed) -> float:
    """Return how many times the smallest difference that counts a change is."""
    smallest = getattr(view.settings.method.smallest_difference, unit_of(view, one))
    return float(abs(one.after - one.before) / smallest)


def group_words(view: View, row: Row) -> str:
    """Return whom a figure is about; a breakdown's category stands after its size band."""
    if "group_kind" not in row or row["group_kind"] == "sector":
        return view.say("sector")
    band, _, category = str(row["group_id"]).partition("|")
    name = band_name(view, band) if view.reader.bands_of(band) else band
    rest = view.say("publication_rest") if row["group_kind"] == "size_band_rest" else category
    return f"{name}; {rest}" if rest else name


def wave_words(row: Row) -> str:
    """Return the wave or waves of a figure."""
    return str(row.get("wave_id") or f"{row['wave_from']}–{row['wave_to']}")


def changed_cells(view: View, one: Changed) -> tuple[str, ...]:
    """Return a changed figure before and after."""
    say, unit = view.say, unit_of(view, one)
    item = "item_id" in one.row and one.row["item_id"]
    name = say.name(view.reader.item(one.row["item_id"])) if item else say("response_rate_head")
    side = f", {say('side_' + one.row['side'])}" if one.row.get("side") else ""
    is_difference = one.table in ("gap", "trend", "size_gradient")
    show = say.difference if is_difference else say.value
    return (
        say(f"figure_{one.table}"),
        wave_words(one.row),
        name,
        group_words(view, one.row) + side,
        show(one.before, unit),
        show(one.after, unit),
        say.difference(one.after - one.before, unit),
    )


def changed_section(view: View, found: Difference) -> Section:
    """Return the figures that changed, the largest changes first."""
    say = view.say
    if not found.changed:
        return Section(say("publication_changed_head"), (say("publication_none_changed"),))
    rows = sorted(found.changed, key=lambda one: -size(view, one))
    heads = (
        "figure_head",
        "wave_head",
        "statement",
        "group",
        "before_head",
        "after_head",
        "change",
    )
    body = tuple(changed_cells(view, one) for one in rows[:MOST])
    caption = say("table_publication_changed")
    table = Table(caption, tuple(say(head) for head in heads), body)
    counts = {"count": say.count(len(rows)), "shown": say.count(len(body))}
    sentence = say("publication_shown", **counts)
    return Section(say("publication_changed_head"), (sentence,), table=table)


def count_section(view: View, found: Difference) -> Section:
    """Return what became of the figures of each kind."""
    say = view.say
    heads = (say("figure_head"), *(say(f"fate_{one}") for one in FATES))
    body = tuple(
        (say(f"figure_{table}"), *(say.count(found.counts[table][one]) for one in FATES))
        for table in FIGURES
    )
    table = Table(say("table_publication_counts"), heads, body)
    notes = (say("publication_groups_only"),)
    return Section(say("publication_counts_head"), table=table, notes=notes)


def finding(view: View, before: Row | None, found: Difference | None) -> str:
    """Return how many figures the live release changed."""
    say = view.say
    if before is None:
        return say("publication_first")
    if found is None:
        return say("publication_file_gone")
    if len(found.changed) == 1:
        return say("publication_changed_one")
    if found.changed:
        return say("publication_changed", count=say.count(len(found.changed)))
    if found.new_waves:
        return say("publication_added", waves=say.listed(list(found.new_waves)))
    return say("publication_same")


def build(view: View) -> Page:
    """Return the page of publications."""
    say, before = view.say, earlier(view)
    if view.ledger is None:
        none = Section("", (say("status_none_next"),))
        return Page(say("page_publications"), say("status_none"), say("status_none_why"), (none,))
    found = None if before is None else found_difference(view, before)
    sections = [publication_section(view, view.ledger)]
    if found is not None:
        sections = [changed_section(view, found), count_section(view, found), *sections]
    context = say("publication_context", live=view.reader.release["release_id"][:8])
    if before is not None:
        names = {"live": view.reader.release["release_id"][:8], "old": before["release_id"][:8]}
        context = say("publication_between", date=say.day(before["published_at"]), **names)
    text = finding(view, before, found)
    reading = (say("reading_publications"),)
    return Page(say("page_publications"), text, context, tuple(sections), reading)
