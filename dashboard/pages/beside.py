"""A question with what stands beside each other on it: own, size band, sector, what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from dashboard.figures.dots import DotRow, Mark
from dashboard.grouped import Row
from dashboard.pages.model import View
from dashboard.pages.parts import (
    band_mark,
    expected_mark,
    interval_cell,
    mean_cell,
    own_band,
    quartile_box,
    sector_mark,
    value_cell,
)
from dashboard.sentences import DEMONSTRABLE, published
from dashboard.theme import EMPLOYEE


@dataclass(frozen=True)
class Peers:
    """What everybody of a size band is shown of a question; `marks` and `box` as they are drawn.

    `has_slope`: the answers to it demonstrably go with size.
    """

    item: Row
    name: str
    band: Row | None
    sector: Row
    band_words: str
    sector_words: str
    marks: tuple[Mark, ...]
    box: tuple[float, float] | None
    has_slope: bool


@dataclass(frozen=True)
class Beside:
    """A question with the own organisation and its peers on it, each asked for once.

    `words` and `interval` are the own value, or why there is none; `expected` is the value at the
    own size, where size says anything.
    """

    peers: Peers
    own: Row | None
    compared: Row | None
    expected: float | None
    words: str
    interval: str

    @property
    def item(self) -> Row:
        """The question."""
        return self.peers.item

    @property
    def is_apart(self) -> bool:
        """Whether the own value demonstrably differs from the band's."""
        return self.compared is not None and self.compared["verdict"] in DEMONSTRABLE


def peers_of(view: View, unit: str) -> tuple[Peers, ...]:
    """Return what was asked at this wave, with what the own size band is shown of it."""
    return view.shared(f"peers by {unit}", own_band(view), partial(of_band, unit=unit))


def of_band(view: View, band: str | None, unit: str) -> tuple[Peers, ...]:
    """Return what a size band is shown of every question that the sector has a mean of."""
    found = []
    for item in view.reader.items(unit):
        sector = view.reader.benchmark("sector", "sector", item["item_id"])
        if sector is not None:
            found.append(peers_on(view, item, sector, band))
    return tuple(found)


def peers_on(view: View, item: Row, sector: Row, band: str | None) -> Peers:
    """Return what a size band is shown of a question."""
    reader, unit, marks = view.reader, item["unit"], []
    group = reader.group_of(band, item["item_id"], "employee", "organisations")
    row = reader.benchmark("size_band", group, item["item_id"])
    slope = reader.gradient(item["item_id"])
    if published(sector):
        marks.append(sector_mark(view, sector["mean_of_organisations"], unit))
    if row is not None and published(row):
        marks.append(band_mark(view, row, unit))
    return Peers(
        item,
        view.say.name(item),
        row,
        sector,
        mean_cell(view, row, unit),
        mean_cell(view, sector, unit),
        tuple(marks),
        quartile_box(row),
        slope is not None and slope["verdict"] in DEMONSTRABLE,
    )


def beside(view: View, unit: str) -> list[Beside]:
    """Return what was asked in this wave, the most telling first.

    That is the widest difference from the band; who has none to show sees the highest mean first.
    """
    compared = view.reader.comparisons("size_band")
    found = [beside_on(view, peers, compared) for peers in peers_of(view, unit)]
    if any(one.compared is not None for one in found):
        return sorted(found, key=width)
    return sorted(found, key=height)


def width(one: Beside) -> float:
    """Return where a question stands by its difference from the band."""
    return 0.0 if one.compared is None else -abs(one.compared["difference"])


def height(one: Beside) -> float:
    """Return where a question stands by its mean of organisations."""
    sector = one.peers.sector
    return -sector["mean_of_organisations"] if published(sector) else 0.0


def beside_on(view: View, peers: Peers, compared: Mapping[str, Row]) -> Beside:
    """Return a question with the own organisation on it."""
    item_id, unit = peers.item["item_id"], peers.item["unit"]
    own = view.reader.own_score(item_id)
    words, interval = value_cell(view, own, unit), interval_cell(view, own, unit)
    row = view.reader.expected_range(item_id) if peers.has_slope else None
    expected = float(row["expected_value"]) if row is not None and published(row) else None
    return Beside(peers, own, compared.get(item_id), expected, words, interval)


def own_marks(view: View, one: Beside) -> list[Mark]:
    """Return the own value with its interval, and the hollow ring of what is expected."""
    own = one.own
    if own is None or not published(own):
        return []
    words = f"{view.say('own')}: {one.words} ({one.interval})"
    mark = Mark(own["value"], words, own["ci_low"], own["ci_high"], EMPLOYEE, "own")
    if one.expected is None:
        return [mark]
    return [expected_mark(view, one.expected, one.item["unit"]), mark]


def row_of(view: View, one: Beside) -> DotRow:
    """Return a question's row: sector, band, what is expected, and the own value on top."""
    peers, marks = one.peers, (*one.peers.marks, *own_marks(view, one))
    is_pale = one.compared is not None and not one.is_apart
    box = peers.box
    if view.scope.organisation_id is None:
        box = quartile_box(peers.sector)
        value = peers.sector_words if published(peers.sector) else ""
    elif published(one.own):
        value = one.words
    else:
        value = one.words.split(" ", 1)[0]  # the mark of its kind of empty
    return DotRow(peers.name, marks, box, figure_text=value, is_pale=is_pale)
