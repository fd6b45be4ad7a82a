"""What employees answered per organisation and cell: a combination of attributes such as age.

Private, and more delicate than the counts per organisation: most cells are a few people. Nothing
but `warehouse/breakdowns.py` and the structure for the audit reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.engines.duckdb import put_table, run_mart
from warehouse.instrument import Instrument, Item, Scale
from warehouse.quality import FLAGS, QUALITY_FLAG
from warehouse.register import Member
from warehouse.units import (
    Ints,
    Units,
    gather,
    measured_items,
    positions_of,
    prepare,
    scale_answers,
)

MISSING = "missing"
# The item of the mart under which everybody who took part is counted.
PARTICIPATION: Final = "participation"
# Every attribute takes two digits of a cell's code.
PLACE = 100


@dataclass(frozen=True)
class Breakdown:
    """An attribute results may be broken down by; `categories` are its answers and `missing`."""

    breakdown_id: str
    item: Item
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Cells:
    """Counts per organisation and category of one breakdown.

    `counts[item_id]` is (organisations, categories, answers), organisations as in the units;
    `participants` is (organisations, categories): who took part, whatever they answered.
    """

    breakdown: Breakdown
    participants: Ints
    counts: dict[str, NDArray[np.int64]]

    def answered(self, item_id: str) -> Ints:
        """Return the answers per organisation and category, (k, m)."""
        return np.asarray(self.counts[item_id].sum(axis=2), dtype=np.int64)


def breakdowns_of(instrument: Instrument) -> list[Breakdown]:
    """Return what an instrument's results may be broken down by, in its order."""
    found = []
    for item in instrument.breakdowns:
        scale = instrument.scale_of(item)
        names = {code: name for name, code in scale.category_ids.items()}
        answers = range(scale.lowest, scale.highest + 1)
        categories = tuple(names.get(code, str(code)) for code in answers)
        found.append(Breakdown(str(item.breakdown_id), item, (*categories, MISSING)))
    return found


def put_attributes(
    connection: duckdb.DuckDBPyConnection, wave_id: str, bounds: Sequence[tuple[str, int, int]]
) -> None:
    """Write the table `attribute_item` that the marts join with: item, lowest, highest answer."""
    rows = [(wave_id, item, PLACE**place, *ends) for place, (item, *ends) in enumerate(bounds)]
    columns = "wave_id varchar, item_id varchar, place_value bigint, lowest int, highest int"
    put_table(connection, "attribute_item", columns, rows)


def cell_rows(
    connection: duckdb.DuckDBPyConnection, wave_id: str, instrument: Instrument
) -> pl.DataFrame:
    """Return the mart `employee_cell_counts` of a wave: all that is counted of its employees.

    The attributes of a cell are the breakdowns of the instrument and, last, the quality flag.
    """
    found = breakdowns_of(instrument)
    scales = [instrument.scale_of(breakdown.item) for breakdown in found]
    bounds = [
        (breakdown.item.item_id, scale.lowest, scale.highest)
        for breakdown, scale in zip(found, scales, strict=True)
    ]
    prepare(connection, wave_id, instrument)
    put_attributes(connection, wave_id, [*bounds, (QUALITY_FLAG, 1, sum(FLAGS.values()))])
    return run_mart(connection, "employee_cell_counts", wave_id)


def employees_in(
    rows: pl.DataFrame, wave_id: str, instrument: Instrument, members: Sequence[Member]
) -> Units:
    """Return the employees' counts of a wave, whatever cell they are in."""
    key = ("organisation_id", "item_id", "answer")
    counts = rows.group_by(key).agg(pl.col("answer_count").sum())
    took_part = pl.col("item_id") == PARTICIPATION
    people = counts.filter(took_part).select("organisation_id", "answer_count")
    return gather(wave_id, "employee", instrument, members, people, counts.filter(~took_part))


def cells_in(rows: pl.DataFrame, units: Units, instrument: Instrument) -> list[Cells]:
    """Return the employees' counts per cell, for each breakdown of the instrument."""
    cells = []
    unit = positions_of(rows["organisation_id"], units.organisation_ids)
    for place, breakdown in enumerate(breakdowns_of(instrument)):
        width = len(breakdown.categories)
        column = column_of(rows, place, instrument.scale_of(breakdown.item), width)
        counts = spread(rows, (unit, column), (len(units.organisation_ids), width), instrument)
        took_part = counts.pop(PARTICIPATION)
        cells.append(Cells(breakdown, took_part[:, :, 0], counts))
    return cells


def column_of(rows: pl.DataFrame, place: int, scale: Scale, width: int) -> NDArray[np.int64]:
    """Return the category of each row: that of the attribute at a place, `missing` for none."""
    code = rows["cell_code"].to_numpy() // PLACE**place % PLACE
    return np.where(code == 0, width - 1, code - scale.lowest)


def spread(
    rows: pl.DataFrame,
    where: tuple[NDArray[np.int64], NDArray[np.int64]],
    shape: tuple[int, int],
    instrument: Instrument,
) -> dict[str, NDArray[np.int64]]:
    """Return long counts as one array (organisations, categories, answers) per item.

    `where` is the organisation and category of each row. Who took part stands as an item with one
    answer.
    """
    scales = {
        item.item_id: scale_answers(instrument, item)
        for item in measured_items(instrument, "employee")
    }
    scales[PARTICIPATION] = np.zeros(1, dtype=np.int64)
    answer, count = rows["answer"].to_numpy(), rows["answer_count"].to_numpy()
    items = rows["item_id"].to_numpy()
    found = {}
    for item_id, answers in scales.items():
        counts = np.zeros((*shape, len(answers)), dtype=np.int64)
        mine = np.flatnonzero(items == item_id)
        place = (where[0][mine], where[1][mine], answer[mine] - answers[0])
        np.add.at(counts, place, count[mine])
        found[item_id] = counts
    return found


def flagged_in(
    rows: pl.DataFrame, units: Units, instrument: Instrument
) -> dict[str, NDArray[np.int64]]:
    """Return what employees with a quality flag answered: (organisations, answers) per item."""
    flag = pl.col("cell_code") // PLACE ** len(instrument.breakdowns) % PLACE
    flagged = rows.filter((flag > 0) & (pl.col("item_id") != PARTICIPATION))
    unit = positions_of(flagged["organisation_id"], units.organisation_ids)
    where, shape = (unit, np.zeros_like(unit)), (len(units.organisation_ids), 1)
    counts = spread(flagged, where, shape, instrument)
    return {name: found[:, 0, :] for name, found in counts.items() if name != PARTICIPATION}
