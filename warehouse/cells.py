"""What employees answered per organisation and cell: a combination of attributes such as age.

Private, and more delicate than the counts per organisation: most cells are a few people. Nothing
but `warehouse/breakdowns.py` and the structure for the audit reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.engines.duckdb import put_table, run_mart
from warehouse.instrument import Instrument, Item, Scale
from warehouse.quality import FLAGS, QUALITY_FLAG
from warehouse.units import Ints, Units, measured_items, scale_answers

MISSING = "missing"
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
    connection: duckdb.DuckDBPyConnection, wave_id: str, bounds: Sequence[tuple[str, int, int]]
) -> pl.DataFrame:
    """Return the mart `employee_cell_counts` of a wave for these attributes."""
    put_attributes(connection, wave_id, bounds)
    rows = run_mart(connection, "employee_cell_counts")
    return rows.filter(pl.col("wave_id") == wave_id)


def count_cells(
    connection: duckdb.DuckDBPyConnection, units: Units, instrument: Instrument
) -> list[Cells]:
    """Return the employees' counts per cell, for each breakdown of the instrument."""
    found = breakdowns_of(instrument)
    scales = [instrument.scale_of(breakdown.item) for breakdown in found]
    bounds = [
        (breakdown.item.item_id, scale.lowest, scale.highest)
        for breakdown, scale in zip(found, scales, strict=True)
    ]
    if not found:
        return []
    rows = cell_rows(connection, units.wave_id, bounds)
    people = run_mart(connection, "respondent_cell_counts").filter(
        pl.col("wave_id") == units.wave_id
    )
    cells = []
    for place, (breakdown, scale) in enumerate(zip(found, scales, strict=True)):
        width = len(breakdown.categories)
        took_part = np.zeros((len(units.organisation_ids), width), dtype=np.int64)
        where = (units_of(people, units), column_of(people, place, scale, width))
        np.add.at(took_part, where, people["respondent_count"].to_numpy())
        column = column_of(rows, place, scale, width)
        cells.append(Cells(breakdown, took_part, spread(rows, column, width, units, instrument)))
    return cells


def column_of(rows: pl.DataFrame, place: int, scale: Scale, width: int) -> NDArray[np.int64]:
    """Return the category of each row: that of the attribute at a place, `missing` for none."""
    code = rows["cell_code"].to_numpy() // PLACE**place % PLACE
    return np.where(code == 0, width - 1, code - scale.lowest)


def units_of(rows: pl.DataFrame, units: Units) -> NDArray[np.int64]:
    """Return the position of each row's organisation."""
    position = {name: index for index, name in enumerate(units.organisation_ids)}
    return np.array([position[name] for name in rows["organisation_id"]], dtype=np.int64)


def spread(
    rows: pl.DataFrame, column: NDArray[np.int64], width: int, units: Units, instrument: Instrument
) -> dict[str, NDArray[np.int64]]:
    """Return long counts as one array (organisations, categories, answers) per item."""
    unit = units_of(rows, units)
    answer, count = rows["answer"].to_numpy(), rows["answer_count"].to_numpy()
    item_ids = rows["item_id"].to_numpy()
    found = {}
    for item in measured_items(instrument, "employee"):
        answers = scale_answers(instrument, item)
        counts = np.zeros((len(units.organisation_ids), width, len(answers)), dtype=np.int64)
        mine = item_ids == item.item_id
        np.add.at(counts, (unit[mine], column[mine], answer[mine] - answers[0]), count[mine])
        found[item.item_id] = counts
    return found


def count_flagged(
    connection: duckdb.DuckDBPyConnection, units: Units, instrument: Instrument
) -> dict[str, NDArray[np.int64]]:
    """Return what employees with a quality flag answered: (organisations, answers) per item."""
    rows = cell_rows(connection, units.wave_id, [(QUALITY_FLAG, 1, sum(FLAGS.values()))])
    flagged = rows.filter(pl.col("cell_code") > 0)
    column = np.zeros(flagged.height, dtype=np.int64)
    found = spread(flagged, column, 1, units, instrument)
    return {item_id: counts[:, 0, :] for item_id, counts in found.items()}
