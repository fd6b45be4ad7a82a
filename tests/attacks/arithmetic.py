"""The attacker's pocket calculator: rows of known sums, and what they give away of their parts.

Written for the attacks, with nothing of the product: least squares, row spaces by singular values,
and linear programmes by scipy. A unit is the smallest set of people the attacker can name.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.stats import norm

Unit = Hashable
Floats = NDArray[np.float64]
EXACT = 1e-9


@dataclass(frozen=True)
class Equation:
    """A known sum: `weights` on the totals of units, its value, and how far rounding moved it."""

    weights: Mapping[Unit, float]
    value: float
    half: float = 0.0
    source: str = ""


@dataclass(frozen=True)
class System:
    """Everything an attacker knows of one item: equations, and how many answered in each unit."""

    equations: Sequence[Equation]
    sizes: Mapping[Unit, int]

    @cached_property
    def units(self) -> list[Unit]:
        """The units in which anybody answered, in a fixed order."""
        return sorted((unit for unit, n in self.sizes.items() if n), key=repr)

    @cached_property
    def matrix(self) -> Floats:
        """One row per equation, one column per unit."""
        place = {unit: column for column, unit in enumerate(self.units)}
        found = np.zeros((len(self.equations), len(self.units)))
        for row, equation in enumerate(self.equations):
            for unit, weight in equation.weights.items():
                if unit in place:
                    found[row, place[unit]] = weight
        return found

    @cached_property
    def values(self) -> Floats:
        """The known sums."""
        return np.array([equation.value for equation in self.equations])

    def row_of(self, weights: Mapping[Unit, float]) -> Floats:
        """Return weights as a row over the units."""
        return np.array([weights.get(unit, 0.0) for unit in self.units])


def rank(matrix: Floats) -> int:
    """Return the rank; rows are brought to one size first, so that weights do not matter."""
    if not matrix.size:
        return 0
    sizes = np.abs(matrix).max(axis=1, keepdims=True)
    scaled = matrix / np.where(sizes > 0, sizes, 1.0)
    return int((np.linalg.svd(scaled, compute_uv=False) > 1e-8).sum())


def solved(system: System, weights: Mapping[Unit, float]) -> float | None:
    """Return what the equations say of a combination of totals, by least squares; None: nothing."""
    target = system.row_of(weights)
    if not len(system.equations):
        return None
    multipliers, *_ = np.linalg.lstsq(system.matrix.T, target, rcond=1e-12)
    if np.abs(system.matrix.T @ multipliers - target).max() > EXACT * max(
        1.0, np.abs(target).max()
    ):
        return None
    return float(multipliers @ system.values)


def alike(system: System) -> list[list[Unit]]:
    """Return the units that no equation tells apart, as lists."""
    found: dict[tuple[float, ...], list[Unit]] = {}
    for column, unit in zip(system.matrix.T, system.units, strict=True):
        found.setdefault(tuple(np.round(column, 12)), []).append(unit)
    return list(found.values())


def small_sets(sizes: Sequence[int], floor: int) -> Iterator[list[tuple[int, ...]]]:
    """Yield the sets of one place, of two, … that together stay below the floor."""
    small = [place for place, size in enumerate(sizes) if size < floor]
    for count in range(1, len(small) + 1):
        found = [c for c in itertools.combinations(small, count) if weigh(sizes, c) < floor]
        if not found:
            return
        yield sorted(found, key=lambda chosen: weigh(sizes, chosen))


def weigh(sizes: Sequence[int], places: Sequence[int]) -> int:
    """Return how many people are in some places."""
    return sum(sizes[place] for place in places)


def smallest_subject(system: System, floor: int) -> tuple[int, list[Unit]] | None:
    """Return people, fewer than the floor, that some combination of the equations is about.

    A combination is about a set of people when everybody else drops out of it. The fewest units
    are found, and of those the fewest people.
    """
    classes = alike(system)
    sizes = [sum(system.sizes[unit] for unit in units) for units in classes]
    columns = np.array([system.matrix[:, system.units.index(units[0])] for units in classes]).T
    whole = rank(columns)
    for sets in small_sets(sizes, floor):
        for places in sets:
            if rank(np.delete(columns, places, axis=1)) < whole:
                return weigh(sizes, places), [u for place in places for u in classes[place]]
    return None


def between(
    system: System, weights: Mapping[Unit, float], scale: tuple[float, float]
) -> tuple[float, float]:
    """Return the least and most a combination of totals can be, by linear programming.

    Every answer lies on the scale; rounded figures leave room on both sides.
    """
    n = np.array([system.sizes[unit] for unit in system.units], dtype=float)
    half = np.array([equation.half for equation in system.equations]) + EXACT * 10
    rows = np.vstack([system.matrix, -system.matrix])
    limits = np.concatenate([system.values + half, half - system.values])
    bounds = list(zip(scale[0] * n, scale[1] * n, strict=True))
    target = system.row_of(weights)
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * target, A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
        assert found.status == 0, found.message
        ends.append(sign * float(found.fun))
    return ends[0], ends[1]


def whole_sums(mean: float, half: float, n: int) -> list[int]:
    """Return the sums of n whole answers that a rounded mean may stand for."""
    low, high = (mean - half) * n, (mean + half) * n
    return [s for s in range(int(np.floor(low)), int(np.ceil(high)) + 1) if low <= s <= high]


def sparsest(rows: Floats, most: int = 4000) -> int:
    """Return the fewest places any combination of rows is about.

    With rank r a combination can be made zero in any r - 1 places; every choice is tried, or `most`
    of them at random where there are more.
    """
    found = rows[:, np.abs(rows).max(axis=0) > EXACT]
    freedom = rank(found)
    basis = np.linalg.svd(found)[2][:freedom]
    choices: Sequence[tuple[int, ...]]
    choices = list(
        itertools.islice(itertools.combinations(range(found.shape[1]), freedom - 1), most)
    )
    best = found.shape[1]
    for zeros in choices:
        null = np.linalg.svd(basis[:, list(zeros)].T)[2][-1] if zeros else np.ones(1)
        best = min(best, int((np.abs(null @ basis) > 1e-7 * np.abs(null @ basis).max()).sum()))
    return best


def squares_of(n: int, mean: float, bounds: tuple[float, float], ends: tuple[float, float]) -> int:
    """Return the sum of squares of n whole values, from their mean and 95 % interval.

    A bound that was cut off at an end of the scale says nothing; the other one does.
    """
    low, high = bounds
    half = high - mean if high < ends[1] - EXACT else mean - low
    variance = n * (half / float(norm.ppf(0.975))) ** 2
    return round((n - 1) * variance + n * mean**2)


def possible_values(n: int, total: int, squares: int, scale: tuple[float, float]) -> list[int]:
    """Return what a single one of n whole values may be, given their sum and sum of squares.

    Integer programming: how many have each value, at least one of them the value in question.
    """
    values = np.arange(int(scale[0]), int(scale[1]) + 1)
    rows = np.array([np.ones(len(values)), values, values**2])
    known = LinearConstraint(rows, [n, total, squares], [n, total, squares])
    found = []
    for place, value in enumerate(values):
        least = np.zeros(len(values))
        least[place] = 1.0
        tried = milp(
            np.zeros(len(values)),
            integrality=np.ones(len(values)),
            bounds=Bounds(least, np.full(len(values), float(n))),
            constraints=known,
        )
        assert tried.status in (0, 2), tried.message
        if tried.status == 0:
            found.append(int(value))
    return found
