"""The theme finder, for staff: every demonstrable difference of groups in one list to sort."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from dashboard.grouped import Row
from dashboard.pages.model import Section, Table, View
from dashboard.sentences import DEMONSTRABLE, band_name, interval_of, strength, told_apart

MOST, LEAD = 60, 12  # rows in the list, and before the fold
WHERE = "wave_id = ? and status = 'published' and verdict in ('higher', 'lower')"


class Theme(NamedTuple):
    """A demonstrable difference: its kind, whom it is about, its row and its size."""

    kind: str
    group: str
    row: Row
    strength: float


def gaps(view: View) -> Iterator[tuple[str, Row]]:
    """Yield employees against hr, in the sector and in groups of size bands."""
    query = f"select * from gap where {WHERE} and group_kind in ('sector', 'size_band')"
    for row in view.reader.held(query, view.reader.wave_id):
        yield group_words(view, row), row


def categories(view: View) -> Iterator[tuple[str, Row]]:
    """Yield categories of people against each other, in the sector."""
    for row in view.reader.category_differences:
        if row["verdict"] in DEMONSTRABLE:
            yield str(row["label"] or row["group_id"]), row


def changes(view: View) -> Iterator[tuple[str, Row]]:
    """Yield changes since the wave before, in the sector and in groups of size bands."""
    query = """select *, change as difference from trend where wave_to = ? and status = 'published'
        and verdict in ('higher', 'lower') and group_kind in ('sector', 'size_band')"""
    for row in view.reader.held(query, view.reader.wave_id):
        side = view.say(f"side_{row['side']}")
        yield f"{group_words(view, row)}; {side}", row


KINDS: Final[dict[str, Callable[[View], Iterator[tuple[str, Row]]]]] = {
    "gap": gaps,
    "category": categories,
    "change": changes,
}


def group_words(view: View, row: Row) -> str:
    """Return a group in words."""
    if row["group_kind"] == "sector":
        return view.say("sector")
    return band_name(view, row["group_id"])


def themes(view: View) -> list[Theme]:
    """Return every theme in the order that the address asks for."""
    found = [
        Theme(kind, group, row, strength(view, row))
        for kind, find in KINDS.items()
        for group, row in find(view)
    ]
    order: dict[str, Callable[[Theme], Any]] = {
        "size": lambda one: -one.strength,
        "subject": lambda one: view.say.name(view.reader.item(one.row["item_id"])),
        "group": lambda one: (one.kind, one.group),
    }
    by = order[view.state.sort]
    return sorted(found, key=lambda one: (by(one), -one.strength, one.kind, one.group))


def cells(view: View, one: Theme) -> tuple[str, ...]:
    """Return a theme's cells."""
    say, item = view.say, view.reader.item(one.row["item_id"])
    return (
        told_apart(view, item),
        say(f"theme_{one.kind}"),
        one.group,
        say.difference(one.row["difference"], item["unit"]),
        interval_of(view, one.row, item["unit"]),
        say.number(one.strength),
    )


def section(view: View) -> Section:
    """Return the list; that there is none is a finding too."""
    say, found = view.say, themes(view)
    if not found:
        return Section(say("themes_head"), (say("themes_none"),))
    heads = ("statement", "theme_kind_head", "group", "difference", "interval_head", "theme_size")
    body = tuple(cells(view, one) for one in found[:MOST])
    table = Table(say("table_themes"), tuple(say(head) for head in heads), body, is_wordy=True)
    sentence = say("themes_count", count=say.count(len(found)), shown=say.count(len(body)))
    return Section(say("themes_head"), (sentence,), table=table, lead=LEAD)
