"""What one wave and side counted, per organisation: the last frames that stand before the atoms.

A unit is an organisation. For employees its counts are people; for hr they are 0 or 1, because an
organisation's hr answers are first reduced to one value (statistics: role gap).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.engines.duckdb import put_table, run_mart
from warehouse.instrument import Instrument, Item, Side
from warehouse.register import Member

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ItemCounts:
    """Counts of one item: `answers` (c,) in steps, ascending, and `counts` (k, c)."""

    answers: Ints
    counts: Ints

    @cached_property
    def n(self) -> Ints:
        """Answers per unit, (k,)."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.int64)

    @cached_property
    def totals(self) -> Ints:
        """Sum of the answers per unit, (k,), in steps."""
        return self.counts @ self.answers

    @cached_property
    def squares(self) -> Ints:
        """Sum of the squared answers per unit, (k,), in squared steps."""
        return self.counts @ (self.answers * self.answers)


@dataclass(frozen=True)
class Units:
    """The organisations that took part in one wave on one side, sorted by id."""

    wave_id: str
    side: Side
    organisation_ids: tuple[str, ...]
    size_band_ids: tuple[str | None, ...]
    headcounts: Floats
    participants: Ints
    items: dict[str, ItemCounts]


def measured_items(instrument: Instrument, side: Side) -> list[Item]:
    """Return the items of an instrument that were asked of a side and get a mean or share."""
    return [item for item in instrument.numeric_items if side in item.sides]


def prepare(connection: duckdb.DuckDBPyConnection, wave_id: str, instrument: Instrument) -> None:
    """Write the table `measured_item` that the marts join with."""
    rows = [
        (wave_id, item.item_id, item.kind, scale.lowest, scale.highest)
        for item in instrument.numeric_items
        for scale in (instrument.scale_of(item),)
    ]
    columns = "wave_id varchar, item_id varchar, kind varchar, lowest integer, highest integer"
    put_table(connection, "measured_item", columns, rows)


def positions_of(names: pl.Series, ids: Sequence[str]) -> Ints:
    """Return the position of each name among ids, all of which it must be one of."""
    return names.cast(pl.Enum(ids)).to_physical().to_numpy().astype(np.int64)


def spread_counts(rows: pl.DataFrame, ids: Sequence[str], answers: Ints) -> ItemCounts:
    """Return long counts (organisation_id, answer, answer_count) as a matrix."""
    counts = np.zeros((len(ids), len(answers)), dtype=np.int64)
    units = positions_of(rows["organisation_id"], ids)
    columns = rows["answer"].to_numpy().astype(np.int64) - answers[0]
    np.add.at(counts, (units, columns), rows["answer_count"].to_numpy())
    return ItemCounts(answers, counts)


def scale_answers(instrument: Instrument, item: Item) -> Ints:
    """Return every answer an item allows, in steps, ascending."""
    scale = instrument.scale_of(item)
    return np.arange(scale.lowest, scale.highest + 1, dtype=np.int64)


def gather(
    wave_id: str,
    side: Side,
    instrument: Instrument,
    members: Sequence[Member],
    participants: pl.DataFrame,
    answers: pl.DataFrame,
) -> Units:
    """Return the counts of one wave and side as arrays over organisations.

    `participants` has (organisation_id, count); `answers` (organisation_id, item_id, answer,
    answer_count). Organisations nobody took part of are left out.
    """
    known = {member.organisation_id: member for member in members}
    took_part = dict(participants.iter_rows())
    ids = tuple(sorted(took_part))
    headcounts = [known[organisation].headcount for organisation in ids]
    by_item = {key[0]: rows for key, rows in answers.partition_by("item_id", as_dict=True).items()}
    empty = answers.clear()
    return Units(
        wave_id=wave_id,
        side=side,
        organisation_ids=ids,
        size_band_ids=tuple(known[organisation].size_band_id for organisation in ids),
        headcounts=np.array([np.nan if n is None else n for n in headcounts], dtype=np.float64),
        participants=np.array([took_part[organisation] for organisation in ids], dtype=np.int64),
        items={
            item.item_id: spread_counts(
                by_item.get(item.item_id, empty), ids, scale_answers(instrument, item)
            )
            for item in measured_items(instrument, side)
        },
    )


def count_hr(
    connection: duckdb.DuckDBPyConnection,
    wave_id: str,
    instrument: Instrument,
    members: Sequence[Member],
) -> Units:
    """Return the hr side of a wave, one value per organisation and item."""
    prepare(connection, wave_id, instrument)
    organisations = run_mart(connection, "hr_organisations", wave_id)
    one_each = organisations.select("organisation_id", pl.lit(1).alias("count"))
    answers = run_mart(connection, "hr_answer_values", wave_id)
    counted = answers.with_columns(pl.lit(1, dtype=pl.Int64).alias("answer_count"))
    return gather(wave_id, "hr", instrument, members, one_each, counted)
