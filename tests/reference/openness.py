"""Whether a total leaves the answers behind it open (homogeneity, width, distributions)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from scipy import optimize

from tests.reference.world import Item


def is_open_enough(n: int, total: int, item: Item | None) -> bool:
    """Return whether no single answer behind a total is pinned down (homogeneity)."""
    if item is None or (item.kind == "mention" and total == 0):
        return True
    low, high = item.lowest, item.highest
    least = max(low, total - high * (n - 1))
    most = min(high, total - low * (n - 1))
    return Fraction(most - least) >= Fraction(4 * (high - low), 9)


def is_left_open(n: int, total: int, largest: int, item: Item) -> bool:
    """Return whether a third of the scale is left for the mean of the largest organisation."""
    low, high, others = item.lowest, item.highest, n - largest
    least = max(Fraction(low), Fraction(total - high * others, largest))
    most = min(Fraction(high), Fraction(total - low * others, largest))
    if item.kind == "mention" and least == low:
        return True
    return most - least >= Fraction(high - low, 3)


def span_left(groups: Sequence[Sequence[int]], place: int, item: Item) -> int:
    """Return how far apart answers of one group may be, given the classes and each group's sum."""
    everything = [answer for given in groups for answer in given]
    classes = [(c, c) for c in range(item.lowest, item.highest + 1)]
    if len(everything) < 50:
        ends = (5, 7) if item.highest - item.lowest >= 9 else (2, 3)
        borders = [item.lowest - 1, *(item.lowest + end - 1 for end in ends), item.highest]
        classes = [(low + 1, high) for low, high in itertools.pairwise(borders)]
    counts = [sum(low <= answer <= high for answer in everything) for low, high in classes]
    open_to = [c for c, ends in enumerate(classes) if may_be_in(groups, place, c, classes, counts)]
    return classes[open_to[-1]][1] - classes[open_to[0]][0]


def may_be_in(
    groups: Sequence[Sequence[int]],
    place: int,
    chosen: int,
    classes: Sequence[tuple[int, int]],
    counts: Sequence[int],
) -> bool:
    """Return whether a way of sharing out the answers puts one of a group in a class."""
    wide, size = len(classes), len(groups) * len(classes)
    rows, least, most = [], [], []

    def add(cells: Mapping[int, float], low: float, high: float) -> None:
        rows.append([cells.get(cell, 0.0) for cell in range(size)])
        least.append(low)
        most.append(high)

    for c, count in enumerate(counts):
        add({g * wide + c: 1.0 for g in range(len(groups))}, count, count)
    for g, given in enumerate(groups):
        cells = range(g * wide, (g + 1) * wide)
        add(dict.fromkeys(cells, 1.0), len(given), len(given))
        add(dict(zip(cells, (low for low, _ in classes), strict=True)), -math.inf, sum(given))
        add(dict(zip(cells, (high for _, high in classes), strict=True)), sum(given), math.inf)
    lower = [float(cell == place * wide + chosen) for cell in range(size)]
    found = optimize.milp(
        [0.0] * size,
        integrality=[1] * size,
        bounds=optimize.Bounds(lower, [math.inf] * size),
        constraints=optimize.LinearConstraint(rows, least, most),
    )
    assert found.status in (0, 2), found.message
    return bool(found.status == 0)
