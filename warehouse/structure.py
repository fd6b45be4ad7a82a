"""What the audit knows of a wave: how many answered where, never what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl

from warehouse.atoms import Partition
from warehouse.category_totals import Counted
from warehouse.cells import Cells
from warehouse.instrument import Instrument, Item
from warehouse.totals import Atoms, Schema
from warehouse.units import Ints, Units, measured_items

STRUCTURE_SCHEMA: Final[Schema] = {
    "wave_id": pl.String,
    "side": pl.String,
    "organisation_id": pl.String,
    "size_band_id": pl.String,
    "item_id": pl.String,
    "atom_id": pl.String,
    "breakdown_id": pl.String,
    "category": pl.String,
    "answer_count": pl.Int64,
    "participant_count": pl.Int64,
}


def structure(
    units: Units, items: Sequence[Item], partitions: Mapping[str, Partition]
) -> pl.DataFrame:
    """Return unit × item counts without answers, for the audit.

    `atom_id` says in which atom an organisation's answers are; the audit holds it against the
    published counts. Missing: empty on the hr side, whose atoms are whole size bands.
    """
    everyone = unit_rows(units, np.arange(len(units.organisation_ids)))
    nowhere = [("", "")] * everyone.height
    parts = []
    for item in items:
        labels = partitions[item.item_id].labels if partitions else nowhere
        columns = [
            pl.lit(item.item_id).alias("item_id"),
            pl.Series("atom_id", [label[1] for label in labels], dtype=pl.String),
            pl.lit("").alias("breakdown_id"),
            pl.lit("").alias("category"),
            pl.Series("answer_count", units.items[item.item_id].n),
        ]
        parts.append(everyone.with_columns(columns))
    return stacked(parts)


def stacked(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return rows of the structure one under the other; there may be none."""
    empty = pl.DataFrame(schema=STRUCTURE_SCHEMA)
    return pl.concat([empty, *(part.select(*STRUCTURE_SCHEMA) for part in parts)])


def unit_rows(units: Units, places: Ints) -> pl.DataFrame:
    """Return what is the same in every row of a unit, for the units at these places."""
    everyone = pl.DataFrame(
        {
            "organisation_id": pl.Series(units.organisation_ids, dtype=pl.String),
            "size_band_id": pl.Series(units.size_band_ids, dtype=pl.String),
            "participant_count": pl.Series(units.participants, dtype=pl.Int64),
        }
    )
    key = (pl.lit(units.wave_id).alias("wave_id"), pl.lit(units.side).alias("side"))
    return everyone[places].with_columns(key)


def cell_structure(units: Units, cells: Cells, items: Sequence[Item]) -> pl.DataFrame:
    """Return unit × category × item counts without answers, for the audit; empty cells left out."""
    categories = pl.Series(cells.breakdown.categories, dtype=pl.String)
    parts = []
    for item in items:
        n = cells.answered(item.item_id)
        unit, column = np.nonzero(n)
        parts.append(
            unit_rows(units, unit).with_columns(
                pl.lit(item.item_id).alias("item_id"),
                pl.lit("").alias("atom_id"),
                pl.lit(cells.breakdown.breakdown_id).alias("breakdown_id"),
                categories.gather(column).alias("category"),
                pl.Series("answer_count", n[unit, column]),
            )
        )
    return stacked(parts)


def wave_structure(counted: Counted, atoms: Atoms, instrument: Instrument) -> pl.DataFrame:
    """Return what the audit knows of a wave: who is where, never what anybody answered."""
    items = measured_items(instrument, "employee")
    parts = [
        structure(counted.employees, items, atoms.means),
        structure(counted.hr, measured_items(instrument, "hr"), {}),
    ]
    parts += [cell_structure(counted.employees, cells, items) for cells in counted.cells]
    return pl.concat(parts)
