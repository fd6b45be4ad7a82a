"""Atom totals T: all that stage 2 reads, frozen when a wave closes (statistics §8.3).

One row per wave, side, statistic, item and atom: the number of answers, their sum and sum of
squares in whole steps, and for distributions the count per answer. No row describes fewer people
than the floor; what cannot be merged into a safe atom is not here at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import polars as pl

from warehouse.atom_totals import atom_sizes, members_of, partition_totals
from warehouse.atoms import (
    Floor,
    Partition,
    base_partition,
    floor_of,
    item_partition,
    merge_neighbours,
)
from warehouse.breakdowns import Rule
from warehouse.category_totals import Counted, breakdown_rows, flagged_rows
from warehouse.cells import PARTICIPATION
from warehouse.files import write_atomically
from warehouse.instrument import Instrument, Side
from warehouse.settings import Settings
from warehouse.units import ItemCounts, Units, measured_items

Statistic = Literal["mean", "distribution"]
Row = dict[str, object]
Schema = dict[str, pl.DataType | type[pl.DataType]]

SCHEMA: Final[Schema] = {
    "wave_id": pl.String,
    "side": pl.String,
    "statistic": pl.String,
    "item_id": pl.String,
    "atom_kind": pl.String,
    "atom_id": pl.String,
    "size_band_id": pl.String,
    "organisation_count": pl.Int64,
    "headcount": pl.Int64,
    "log10_headcount": pl.Float64,
    "participant_count": pl.Int64,
    "answer_count": pl.Int64,
    "total": pl.Int64,
    "total_squares": pl.Int64,
    "counts": pl.List(pl.Int64),
}


def own_bands(settings: Settings) -> set[str]:
    """Return the bands in which an organisation may have results of its own."""
    return {band.size_band_id for band in settings.size_bands.size_band if band.own_results}


@dataclass(frozen=True)
class Atoms:
    """The atoms of a wave's employees: of who took part, and of the mean of each item."""

    base: Partition
    means: dict[str, Partition]


def employee_atoms(units: Units, instrument: Instrument, settings: Settings) -> Atoms:
    """Return the atoms of a wave's employees."""
    policy = settings.disclosure
    base = base_partition(units, policy, own_bands(settings))
    means = {}
    for item in measured_items(instrument, "employee"):
        floor = floor_of(policy, instrument.scale_of(item), item.kind, policy.persons_min)
        counts = units.items[item.item_id]
        means[item.item_id] = item_partition(units, counts, base, base, floor)
    return Atoms(base, means)


def participation(units: Units, base: Partition) -> pl.DataFrame:
    """Return one row per atom of who took part."""
    names = [pl.lit(PARTICIPATION).alias(column) for column in ("item_id", "statistic")]
    return atom_sizes(units, members_of(base)).with_columns(names)


def employee_totals(
    counted: Counted, atoms: Atoms, instrument: Instrument, settings: Settings
) -> Iterator[pl.DataFrame]:
    """Yield the totals of the atoms of a wave's employees, per item and statistic."""
    units, policy = counted.employees, settings.disclosure
    yield participation(units, atoms.base)
    for item in measured_items(instrument, "employee"):
        counts, means = units.items[item.item_id], atoms.means[item.item_id]
        yield partition_totals(units, means, counts, item.item_id, "mean")
        if item.kind in ("grade", "likert"):  # a share is its own distribution
            scale = instrument.scale_of(item)
            floor = floor_of(policy, scale, item.kind, policy.distribution_persons_min)
            # A distribution gives away the mean, so it may only merge the mean's atoms further.
            merged = item_partition(
                units, counts, atoms.base, means, floor, policy.distribution_full_min
            )
            yield partition_totals(units, merged, counts, item.item_id, "distribution")


def totals_beside(
    counted: Counted, atoms: Atoms, instrument: Instrument, settings: Settings
) -> Iterator[Row]:
    """Yield the totals of a wave's employees that are of no atoms: categories, flagged answers."""
    policy = settings.disclosure
    bands = [band.size_band_id for band in settings.size_bands.size_band]
    for item in measured_items(instrument, "employee"):
        means = atoms.means[item.item_id]
        floor = floor_of(policy, instrument.scale_of(item), item.kind, policy.persons_min)
        yield from breakdown_rows(counted, means, item, Rule(floor, policy), bands)
        yield from flagged_rows(counted, means, item, floor)


def band_members(units: Units, settings: Settings) -> list[list[int]]:
    """Return the units of each size band, smallest band first."""
    return [
        [i for i, band in enumerate(units.size_band_ids) if band == size_band.size_band_id]
        for size_band in settings.size_bands.size_band
    ]


def hr_groups(
    item: ItemCounts | None, start: list[list[int]], floor: Floor
) -> list[tuple[int, ...]]:
    """Return positions of `start` merged until each group has enough hr organisations.

    `item` None counts the organisations themselves. Empty groups pass: they publish nothing.
    """
    sizes = [len(g) if item is None else int(item.n[g].sum()) for g in start]

    def passes(group: tuple[int, ...]) -> bool:
        members = [unit for position in group for unit in start[position]]
        n = sum(sizes[position] for position in group)
        if n == 0:
            return True
        return n >= floor.persons if item is None else hr_holds(item, members, floor)

    return merge_neighbours(sizes, passes)


def hr_base_groups(units: Units, settings: Settings) -> list[tuple[int, ...]]:
    """Return positions of size bands merged until each has enough organisations with hr answers.

    Every figure of the hr side is of these groups or of several together: exchanging the answers
    of two organisations inside one changes nothing.
    """
    least = settings.disclosure.hr_organisations_min
    people = Floor(least, 0.0, (0, 1), low_end_is_harmless=True)
    return hr_groups(None, band_members(units, settings), people)


def first_groups(side: Side, units: Units, settings: Settings) -> list[tuple[str, ...]]:
    """Return the groups of bands that are merged further: hr's are those of its other figures."""
    bands = [band.size_band_id for band in settings.size_bands.size_band]
    if side == "employee":
        return [(band,) for band in bands]
    return [tuple(bands[p] for p in group) for group in hr_base_groups(units, settings)]


def joined_units(groups: Sequence[tuple[int, ...]], start: list[list[int]]) -> list[list[int]]:
    """Return the units of merged groups."""
    return [[unit for position in group for unit in start[position]] for group in groups]


def hr_totals(units: Units, instrument: Instrument, settings: Settings) -> Iterator[Row]:
    """Yield the atom totals of a wave's hr side: a group of bands with enough organisations."""
    policy, bands = settings.disclosure, settings.size_bands.size_band
    base_groups = hr_base_groups(units, settings)
    base = joined_units(base_groups, band_members(units, settings))
    for item in measured_items(instrument, "hr"):
        counts, scale = units.items[item.item_id], instrument.scale_of(item)
        floor = floor_of(policy, scale, item.kind, policy.hr_organisations_min)
        for group in hr_groups(counts, base, floor):
            members = [unit for position in group for unit in base[position]]
            if not members or not hr_holds(counts, members, floor):
                continue
            positions = [p for position in group for p in base_groups[position]]
            names = "+".join(bands[position].size_band_id for position in positions)
            yield (
                hr_row(units, members, names)
                | hr_sums(counts, members)
                | {
                    "item_id": item.item_id,
                    "statistic": "mean",
                }
            )


def hr_holds(item: ItemCounts, members: Sequence[int], floor: Floor) -> bool:
    """Return whether the hr values of a group may be published.

    Their interval gives their own spread, so where all of them lie close together it would say what
    each known person answered. Of a share the spread says nothing new.
    """
    picked = list(members)
    if not floor.holds(int(item.n[picked].sum()), int(item.totals[picked].sum())):
        return False
    given = np.flatnonzero(item.counts[picked].sum(axis=0))
    return floor.scale == (0, 1) or bool(given[-1] - given[0] >= floor.homogeneity_width)


def hr_sums(item: ItemCounts, members: Sequence[int]) -> Row:
    """Return n, Σy and Σy² over the organisations of a group."""
    picked = list(members)
    return {
        "answer_count": int(item.n[picked].sum()),
        "total": int(item.totals[picked].sum()),
        "total_squares": int(item.squares[picked].sum()),
    }


def hr_row(units: Units, members: Sequence[int], names: str) -> Row:
    """Return the keys of an hr atom; `size_band_id` is the group of bands, joined by +."""
    return {
        "wave_id": units.wave_id,
        "side": units.side,
        "atom_kind": "hr",
        "atom_id": names,
        "size_band_id": names,
        "organisation_count": len(members),
        "participant_count": len(members),
    }


def wave_totals(
    counted: Counted, atoms: Atoms, instrument: Instrument, settings: Settings
) -> pl.DataFrame:
    """Return the atom totals of a wave, both sides.

    Shape: one row per side, statistic, item and atom, sorted by those keys.
    """
    rows = [*totals_beside(counted, atoms, instrument, settings)]
    rows += hr_totals(counted.hr, instrument, settings)
    frames = [*employee_totals(counted, atoms, instrument, settings)]
    frames.append(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    frame = pl.concat(frames, how="diagonal").select(*SCHEMA)
    return frame.sort("side", "statistic", "item_id", "atom_kind", "atom_id", "size_band_id")


def frozen_name(wave_id: str, *frames: pl.DataFrame) -> str:
    """Return `<wave>-<hash of the contents>.parquet`, whatever version wrote the files."""
    digest = hashlib.sha256()
    for frame in frames:
        digest.update(frame.write_ndjson().encode())
    return f"{wave_id}-{digest.hexdigest()[:16]}.parquet"


def freeze(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as an immutable Parquet file."""
    write_atomically(path, frame.write_parquet)
