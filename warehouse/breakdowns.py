"""Which breakdowns of an item may be published beside its atoms (statistics §8.3, Theorem 3).

Colleagues know each other's age, so here the units are organisation × category and the safe atoms
promise nothing. What a reader can add and subtract is the total of every atom (a row) and of every
published category of a group of bands (a column). A set of cells is given away exactly when it is
`y[atom] + z[category]` with values 0 and 1 on the cells that hold anybody. All such sets follow
from the levels `z`, so they are walked through, and each of them must be publishable itself.

A group of bands publishes all its categories, "missing" included, or none: any one of them could be
computed from the others. A group that fails is merged with its neighbour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from warehouse.atoms import Floor, Partition, merge_neighbours
from warehouse.cells import Cells
from warehouse.settings import DisclosurePolicy
from warehouse.units import Ints, Units

CATEGORIES_MAX = 6


@dataclass(frozen=True)
class Broken:
    """One item in cells: answers and totals per organisation and category, and their atoms.

    `participants` are who took part, whatever they answered; `ceiling` the most answers an
    organisation can have given: those it gave where it is an atom of its own, else who took part.
    Decisions inside a rest atom look at these alone, so exchanging answers there changes nothing.
    """

    n: Ints
    participants: Ints
    ceiling: Ints
    total: Ints
    squares: Ints
    atoms: NDArray[np.int64]
    bands: tuple[str | None, ...]


@dataclass(frozen=True)
class Rule:
    """What every set of cells must meet that can be computed from what is published."""

    floor: Floor
    policy: DisclosurePolicy


def broken_down(units: Units, partition: Partition, cells: Cells, item_id: str) -> Broken:
    """Return an item in cells; organisations outside every band atom belong to atom -1."""
    labels = sorted(set(partition.labels))
    inside = {
        label: place
        for place, label in enumerate(labels)
        if label[0] != "absent" and label[1] != "*"
    }
    answers = units.items[item_id].answers
    counts = cells.counts[item_id]
    own = np.array([label[0] == "own" for label in partition.labels], dtype=bool)
    n = counts.sum(axis=2)
    return Broken(
        n=n,
        participants=cells.participants,
        ceiling=np.where(own[:, None], n, cells.participants),
        total=counts @ answers,
        squares=counts @ (answers * answers),
        atoms=np.array([inside.get(label, -1) for label in partition.labels], dtype=np.int64),
        bands=units.size_band_ids,
    )


@cache
def levels(count: int) -> NDArray[np.int64]:
    """Return every way to give categories a level from 0, not all the same, the lowest being 0.

    Categories that share an atom differ by one level at most, so `count` levels are enough.
    """
    ways = [way for way in product(range(count), repeat=count) if min(way) == 0 and max(way) > 0]
    return np.array(ways, dtype=np.int64)


def exposed_sets(n: Ints) -> NDArray[np.bool_]:
    """Return the sets of cells a reader can compute, beyond whole atoms: (sets, atoms, categories).

    `n` is (atoms, categories). An atom whose people are all on one level may be left out of the set
    (the smaller set is the more dangerous one); over two neighbouring levels its upper cells are
    in the set; over more, the levels give nothing away.
    """
    ways = levels(n.shape[1])
    is_held = n > 0
    low = np.where(is_held[None], ways[:, None, :], n.shape[1]).min(axis=2)
    high = np.where(is_held[None], ways[:, None, :], -1).max(axis=2)
    possible = (high - low <= 1).all(axis=1)
    upper = is_held[None] & (ways[:, None, :] == high[:, :, None]) & (high > low)[:, :, None]
    found = upper[possible]
    sets: NDArray[np.bool_] = found[found.any(axis=(1, 2))]
    return sets


def per_atom(values: Ints, atoms: NDArray[np.int64]) -> Ints:
    """Return the sums of rows per atom, atoms in order."""
    names, place = np.unique(atoms, return_inverse=True)
    sums = np.zeros((len(names), values.shape[1]), dtype=np.int64)
    np.add.at(sums, place, values)
    return sums


def group_holds(item: Broken, members: NDArray[np.bool_], rule: Rule) -> bool:
    """Return whether a group may publish each of its categories."""
    n, total = item.n[members], item.total[members]
    if n.sum() == 0:
        return True
    if not columns_hold(item, members, rule):
        return False
    atoms = item.atoms[members]
    people, sums = alike_together(per_atom(n, atoms), per_atom(total, atoms))
    sets = exposed_sets(people)
    counts = np.column_stack([people.ravel(), sums.ravel()])
    # Without a set there is nothing to give away; numpy cannot work out the shape of nothing.
    of_sets = sets.reshape(len(sets), people.size).astype(np.int64) @ counts
    return bool(rule.floor.hold_each(of_sets[:, 0], of_sets[:, 1]).all())


def alike_together(people: Ints, sums: Ints) -> tuple[Ints, Ints]:
    """Return atoms with people in the same categories as one: every exposed set treats them alike.

    Shape: (atoms, categories) both.
    """
    held, place = np.unique(people > 0, axis=0, return_inverse=True)
    merged = [np.zeros(held.shape, dtype=np.int64) for _ in range(2)]
    for found, values in zip(merged, (people, sums), strict=True):
        np.add.at(found, place.ravel(), values)
    return merged[0], merged[1]


def columns_hold(item: Broken, members: NDArray[np.bool_], rule: Rule) -> bool:
    """Return whether each category has enough people and organisations, none of them dominating.

    A category nobody is in publishes nothing.
    """
    for category in range(item.n.shape[1]):
        count = int(item.n[members, category].sum())
        if count == 0:
            continue
        organisations = int((item.participants[members, category] > 0).sum())
        largest = int(item.ceiling[members, category].max())
        if organisations < rule.policy.benchmark_organisations_min:
            return False
        if largest > rule.policy.largest_share_max * count:
            return False
        if not rule.floor.holds(count, int(item.total[members, category].sum())):
            return False
    return True


def safe_groups(item: Broken, bands: Sequence[str], rule: Rule) -> list[tuple[str, ...]]:
    """Return the groups of neighbouring bands whose breakdown may be published; none: nothing is.

    Errors: ValueError for more categories than can be walked through.
    """
    if item.n.shape[1] > CATEGORIES_MAX:
        raise ValueError(f"a breakdown has at most {CATEGORIES_MAX - 1} categories")
    inside = item.atoms >= 0

    def members(positions: tuple[int, ...]) -> NDArray[np.bool_]:
        names = {bands[position] for position in positions}
        return np.array([band in names for band in item.bands], dtype=bool) & inside

    def passes(positions: tuple[int, ...]) -> bool:
        return group_holds(item, members(positions), rule)

    sizes = [int(item.n[members((position,))].sum()) for position in range(len(bands))]
    groups = merge_neighbours(sizes, passes)
    if not all(passes(group) for group in groups):
        return []
    return [tuple(bands[position] for position in group) for group in groups]
