"""Totals of the atoms of one partition, all atoms at once: a row per atom, a column per total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from warehouse.atoms import Partition
from warehouse.units import Floats, Ints, ItemCounts, Units


@dataclass(frozen=True)
class Members:
    """Which units make up the atoms of a partition, the sector rest left out.

    The sector rest is no part of any band or sector figure (statistics §8.4), so nothing is gained
    by keeping its totals; absent units have no answers.
    Shape: `labels` (atoms,), sorted; `units` those that are in any of them; `places` their atoms.
    """

    labels: tuple[tuple[str, str], ...]
    units: Ints
    places: Ints

    def sums(self, values: Ints | Floats) -> Ints:
        """Return the sums over each atom of whole values (units, …)."""
        found = np.zeros((len(self.labels), *values.shape[1:]), dtype=np.int64)
        np.add.at(found, self.places, values[self.units].astype(np.int64))
        return found


def members_of(partition: Partition) -> Members:
    """Return the units of each atom of a partition."""
    labels = tuple(sorted({label for label in partition.labels if label[1] not in ("", "*")}))
    place = {label: number for number, label in enumerate(labels)}
    places = np.array([place.get(label, -1) for label in partition.labels], dtype=np.int64)
    units = np.flatnonzero(places >= 0)
    return Members(labels, units, places[units])


def atom_sizes(units: Units, members: Members) -> pl.DataFrame:
    """Return what is known of each atom from who took part: its size, never answers.

    Shape: one row per atom.
    """
    first = members.units[np.unique(members.places, return_index=True)[1]]
    names = pl.DataFrame(members.labels, schema={"atom_kind": str, "atom_id": str}, orient="row")
    bands = [units.size_band_ids[unit] for unit in first]
    return names.with_columns(
        pl.lit(units.wave_id).alias("wave_id"),
        pl.lit(units.side).alias("side"),
        pl.Series("size_band_id", bands, dtype=pl.String),
        pl.Series("organisation_count", members.sums(np.ones_like(units.participants))),
        pl.Series("headcount", members.sums(units.headcounts)),
        pl.Series("log10_headcount", log10_headcounts(units, members, first)),
        pl.Series("participant_count", members.sums(units.participants)),
    )


def log10_headcounts(units: Units, members: Members, first: Ints) -> Floats:
    """Return per atom the mean over its people of their employer's headcount, as a logarithm."""
    people, heads = units.participants, units.headcounts
    found = np.asarray(people[first] * np.log10(heads[first]) / people[first])
    sizes = np.bincount(members.places, minlength=len(members.labels))
    for place in np.flatnonzero(sizes > 1):
        several = members.units[members.places == place]
        found[place] = people[several] @ np.log10(heads[several]) / people[several].sum()
    return found


def answer_sums(item: ItemCounts, members: Members, statistic: str) -> pl.DataFrame:
    """Return n, Σy and Σy² per atom, and the counts per answer for a distribution."""
    sums = pl.DataFrame(
        {
            "answer_count": members.sums(item.n),
            "total": members.sums(item.totals),
            "total_squares": members.sums(item.squares),
        }
    )
    if statistic == "mean":
        return sums
    counts = pl.Series("counts", members.sums(item.counts)).cast(pl.List(pl.Int64))
    return sums.with_columns(counts)


def partition_totals(
    units: Units, partition: Partition, item: ItemCounts, item_id: str, statistic: str
) -> pl.DataFrame:
    """Return the totals of an item over the atoms of a partition that have answers to it.

    Shape: one row per atom.
    """
    members = members_of(partition)
    totals = atom_sizes(units, members).hstack(answer_sums(item, members, statistic))
    return totals.filter(pl.col("answer_count") > 0).with_columns(
        pl.lit(item_id).alias("item_id"), pl.lit(statistic).alias("statistic")
    )
