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
from warehouse.units import Units, measured_items

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
    key = (units.wave_id, units.side)
    rows = [
        (*key, organisation, band, item.item_id, label[1], "", "", int(n), int(people))
        for item in items
        for organisation, band, label, n, people in zip(
            units.organisation_ids,
            units.size_band_ids,
            partitions[item.item_id].labels if partitions else [("", "")] * len(units.participants),
            units.items[item.item_id].n,
            units.participants,
            strict=True,
        )
    ]
    return pl.DataFrame(rows, schema=STRUCTURE_SCHEMA, orient="row")


def cell_structure(units: Units, cells: Cells, items: Sequence[Item]) -> pl.DataFrame:
    """Return unit × category × item counts without answers, for the audit; empty cells left out."""
    rows = []
    for item in items:
        n = cells.answered(item.item_id)
        for unit, column in np.argwhere(n > 0):
            where = (units.organisation_ids[unit], units.size_band_ids[unit], item.item_id, "")
            what = (cells.breakdown.breakdown_id, cells.breakdown.categories[column])
            people = int(units.participants[unit])
            rows.append((units.wave_id, units.side, *where, *what, int(n[unit, column]), people))
    return pl.DataFrame(rows, schema=STRUCTURE_SCHEMA, orient="row")


def wave_structure(counted: Counted, atoms: Atoms, instrument: Instrument) -> pl.DataFrame:
    """Return what the audit knows of a wave: who is where, never what anybody answered."""
    items = measured_items(instrument, "employee")
    parts = [
        structure(counted.employees, items, atoms.means),
        structure(counted.hr, measured_items(instrument, "hr"), {}),
    ]
    parts += [cell_structure(counted.employees, cells, items) for cells in counted.cells]
    return pl.concat(parts)
