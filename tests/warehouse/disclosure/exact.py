"""Boring and exact: what published totals give away, by trying everything in fractions."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

Vector = list[Fraction]


def null_space(rows: Sequence[Sequence[int]], columns: int) -> list[Vector]:
    """Return vectors x with rows·x = 0 that span all of them, by Gauss in fractions."""
    work = [[Fraction(cell) for cell in row] for row in rows]
    pivots: list[int] = []
    for column in range(columns):
        place = len(pivots)
        found = next((r for r in range(place, len(work)) if work[r][column] != 0), None)
        if found is None:
            continue
        work[place], work[found] = work[found], work[place]
        lead = work[place][column]
        work[place] = [cell / lead for cell in work[place]]
        for r in range(len(work)):
            if r != place and work[r][column] != 0:
                factor = work[r][column]
                work[r] = [a - factor * b for a, b in zip(work[r], work[place], strict=True)]
        pivots.append(column)
    basis = []
    for free in (column for column in range(columns) if column not in pivots):
        vector = [Fraction(0)] * columns
        vector[free] = Fraction(1)
        for place, column in enumerate(pivots):
            vector[column] = -work[place][free]
        basis.append(vector)
    return basis


def subsets(count: int) -> Iterator[tuple[int, ...]]:
    """Yield every set of positions but the empty one."""
    for size in range(1, count + 1):
        yield from itertools.combinations(range(count), size)


def exposed_sets(rows: Sequence[Sequence[int]], n: Sequence[int]) -> list[tuple[int, ...]]:
    """Return every set of units whose sum follows exactly from the rows."""
    basis = null_space(rows, len(n))
    return [
        chosen
        for chosen in subsets(len(n))
        if all(sum(vector[unit] for unit in chosen) == 0 for vector in basis)
    ]


def fewest_exposed(rows: Sequence[Sequence[int]], n: Sequence[int]) -> int | None:
    """Return how many people the smallest exposed set has that has any; None without one."""
    people = [sum(n[unit] for unit in chosen) for chosen in exposed_sets(rows, n)]
    return min((count for count in people if count > 0), default=None)


def fewest_supported(rows: Sequence[Sequence[int]], n: Sequence[int]) -> int | None:
    """Return the fewest people any combination of rows is about: all zero sets are tried."""
    best: int | None = None
    transposed = [list(column) for column in zip(*rows, strict=True)]
    for chosen in subsets(len(n)):
        others = [transposed[unit] for unit in range(len(n)) if unit not in chosen]
        multipliers = null_space(others, len(rows))
        is_about = any(
            sum(y * cell for y, cell in zip(vector, transposed[unit], strict=True)) != 0
            for vector in multipliers
            for unit in chosen
        )
        people = sum(n[unit] for unit in chosen)
        if is_about and people > 0 and (best is None or people < best):
            best = people
    return best


def random_family(rng: random.Random, groups: int, units: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a family of groups that overlap as they like, none empty, and the units' sizes."""
    family = np.zeros((groups, units), dtype=bool)
    for row in family:
        row[rng.sample(range(units), rng.randint(1, units))] = True
    return family, np.array([rng.randint(1, 12) for _ in range(units)], dtype=np.int64)


def nested_family(rng: random.Random, units: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a family in which any two groups are nested or disjoint, and the units' sizes."""
    order = rng.sample(range(units), units)
    groups: list[list[int]] = []

    def split(part: list[int]) -> None:
        if rng.random() < 0.75:
            groups.append(part)
        if len(part) > 1 and rng.random() < 0.8:
            place = rng.randint(1, len(part) - 1)
            split(part[:place])
            split(part[place:])

    split(order)
    groups = groups or [order]
    family = np.zeros((len(groups), units), dtype=bool)
    for row, members in zip(family, groups, strict=True):
        row[members] = True
    return family, np.array([rng.randint(1, 12) for _ in range(units)], dtype=np.int64)
