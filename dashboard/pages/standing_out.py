"""What stands out, of every kind, the strongest first: each with its evidence and a way to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dashboard.grouped import Row
from dashboard.pages.model import Linked, Section, View
from dashboard.sentences import (
    AT_MOST,
    DEMONSTRABLE,
    band_name,
    interval_of,
    one_sided_sentence,
    standout_sentence,
    strength,
)
from dashboard.told import findings

# Which page shows what a kind of finding stands on; another kind is on that of all findings.
PAGE_OF = {
    "one_sided": "aspects",
    "shared_priority": "aspects",
    "widest_gap": "gap",
    "information_gap": "schemes",
    "band_differs": "compare",
    "size_slope": "size_bands",
    "real_change": "trends",
}


class Standout(NamedTuple):
    """A sentence, how many times the smallest difference that counts it is, and its question."""

    strength: float
    item_id: str
    sentence: Linked


def is_shown(row: Row) -> bool:
    """Return whether a difference is demonstrable; the cao has a page of its own."""
    return row["verdict"] in DEMONSTRABLE and not row["item_id"].startswith("scheme_")


def compared(view: View) -> Iterator[Standout]:
    """Yield where the own employees differ from comparable organisations."""
    for row in view.reader.comparisons("size_band").values():
        if is_shown(row):
            sentence = Linked(standout_sentence(view, row), "compare")
            yield Standout(strength(view, row), row["item_id"], sentence)


def apart(view: View) -> Iterator[Standout]:
    """Yield where the own employees differ from the hr of comparable organisations."""
    gaps = view.reader.gaps("organisation", view.scope.organisation_id)
    for row in gaps.values():
        if row["one_sided"]:
            sentence = Linked(one_sided_sentence(view, row), "aspects")
        elif is_shown(row) and row["item_id"].startswith(("grade", "aspect_")):
            sentence = Linked(gap_words(view, row), "gap")
        else:
            continue
        yield Standout(strength(view, row), row["item_id"], sentence)


def gap_words(view: View, row: Row) -> str:
    """Return a gap as a sentence with both values; rounded, they need not give the difference."""
    item = view.reader.item(row["item_id"])
    unit = item["unit"]
    return view.say(
        f"standout_gap_{row['verdict']}",
        item=view.say.name(item),
        employee=view.say.value(row["employee_value"], unit),
        hr=view.say.value(row["hr_value"], unit),
        interval=interval_of(view, row, unit),
    )


def moved(view: View) -> Iterator[Standout]:
    """Yield what changed for the own employees since the wave before."""
    for row in view.reader.changes_to(view.state.wave_id):
        if is_shown(row):
            sentence = Linked(change_words(view, row), "trends")
            yield Standout(
                strength(view, row | {"difference": row["change"]}), row["item_id"], sentence
            )


def change_words(view: View, row: Row) -> str:
    """Return a change as a sentence."""
    item = view.reader.item(row["item_id"])
    unit = item["unit"]
    return view.say(
        f"standout_change_{row['verdict']}",
        item=view.say.name(item),
        change=view.say.difference(row["change"], unit),
        interval=interval_of(view, row, unit),
    )


def told(view: View, rows: Iterable[Row], group: str) -> Iterator[Standout]:
    """Yield the findings of a release about a group, which is `sector` or `band` in an address."""
    for row in rows:
        words = str(row[f"text_{view.say.language}"])
        page = PAGE_OF.get(row["finding_kind"], "findings")
        yield Standout(row["strength"], row["item_id"], Linked(words, page, group))


def strongest(found: Iterable[Standout]) -> tuple[Linked, ...]:
    """Return at most five sentences, the strongest first, one per question."""
    ordered = sorted(found, key=lambda one: (-one.strength, one.item_id, one.sentence))
    first: dict[str, Linked] = {}
    for one in ordered:
        first.setdefault(one.item_id, one.sentence)
    return tuple(first.values())[:AT_MOST]


def own_section(view: View) -> Section:
    """Return what stands out for an organisation with results of its own."""
    found = strongest([*compared(view), *apart(view), *moved(view)])
    notes = (view.say("standouts_how"),) if found else ()
    return Section(view.say("standouts"), found or (view.say("standout_none"),), notes=notes)


def group_section(view: View) -> Section:
    """Return what stands out in the own size band, or in the sector where that has nothing."""
    own, who = view.reader.organisation, view.say("sector")
    rows: tuple[Row, ...] = ()
    if own and own["size_band_id"]:
        rows = findings(view.reader, "size_band", own["size_band_id"])
        who = view.say("band_of", band=band_name(view, own["size_band_id"])) if rows else who
    group = "band" if rows else "sector"
    found = strongest(told(view, rows or findings(view.reader, "sector"), group))
    heading = view.say("standouts_of", group=view.say.inner(who))
    return Section(heading, found or (view.say("findings_none", group=who),))
