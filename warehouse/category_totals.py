"""Totals beside the atoms: per category of a breakdown, and of the flagged answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from warehouse.atoms import Floor, Partition
from warehouse.breakdowns import Broken, Rule, broken_down, safe_groups
from warehouse.cells import MISSING, Cells
from warehouse.instrument import Item
from warehouse.units import Units

BREAKDOWN: Final = "breakdown"
FLAGGED: Final = "flagged"
SECTOR: Final = "sector"
Row = dict[str, object]
Flagged = dict[str, NDArray[np.int64]]


@dataclass(frozen=True)
class Counted:
    """What was counted of a wave: both sides, employees per cell, and who answered carelessly."""

    employees: Units
    hr: Units
    cells: Sequence[Cells] = ()
    flagged: Flagged = field(default_factory=dict)


def breakdown_rows(
    counted: Counted, partition: Partition, item: Item, rule: Rule, bands: Sequence[str]
) -> Iterator[Row]:
    """Yield one row per category of every group of bands that may be broken down, and the sector.

    Only the first breakdown of an instrument: a second one needs a proof of both together.
    """
    units = counted.employees
    for cells in counted.cells[:1]:
        broken = broken_down(units, partition, cells, item.item_id)
        groups = safe_groups(broken, bands, rule)
        if not groups:
            return
        named = {"+".join(group): group for group in groups if len(groups) > 1}
        for name, group in {**named, SECTOR: tuple(bands)}.items():
            yield from category_rows(units, cells, broken, item, (name, group))


def category_rows(
    units: Units, cells: Cells, broken: Broken, item: Item, group: tuple[str, tuple[str, ...]]
) -> Iterator[Row]:
    """Yield the totals of each category of a group of bands, `missing` left out."""
    name, bands = group
    inside = (broken.atoms >= 0) & np.array([band in bands for band in broken.bands], dtype=bool)
    for column, category in enumerate(cells.breakdown.categories):
        n = broken.n[inside, column]
        if category == MISSING or n.sum() == 0:
            continue
        yield {
            "wave_id": units.wave_id,
            "side": units.side,
            "statistic": BREAKDOWN,
            "item_id": item.item_id,
            "atom_kind": cells.breakdown.breakdown_id,
            "atom_id": category,
            "size_band_id": name,
            "organisation_count": int((broken.participants[inside, column] > 0).sum()),
            "answer_count": int(n.sum()),
            "total": int(broken.total[inside, column].sum()),
            "total_squares": int(broken.squares[inside, column].sum()),
        }


def flagged_rows(counted: Counted, partition: Partition, item: Item, floor: Floor) -> Iterator[Row]:
    """Yield what the flagged answers of all band atoms sum to, where they and the others suffice.

    Flags follow the answers, so this is a sum over whole atoms and Theorem 1 holds for it.
    """
    units = counted.employees
    if item.kind != "grade" or item.item_id not in counted.flagged:
        return
    inside = [unit for unit, label in enumerate(partition.labels) if label[1] not in ("", "*")]
    answers = units.items[item.item_id].answers
    flagged = counted.flagged[item.item_id][inside].sum(axis=0)
    others = units.items[item.item_id].counts[inside].sum(axis=0) - flagged
    if all(floor.holds(int(part.sum()), int(part @ answers)) for part in (flagged, others)):
        yield {
            "wave_id": units.wave_id,
            "side": units.side,
            "statistic": FLAGGED,
            "item_id": item.item_id,
            "atom_kind": SECTOR,
            "atom_id": SECTOR,
            "organisation_count": len(inside),
            "answer_count": int(flagged.sum()),
            "total": int(flagged @ answers),
            "total_squares": int(flagged @ (answers * answers)),
        }
