"""A distribution that several groups share, beside the mean of each (threat T7).

Every class of answers has its count, every group its size and its sum. Together these can say that
everybody of one group answered alike, though neither says so by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint

from warehouse.disclosure.solver import smallest

Ints = NDArray[np.int64]


def class_places(answers: int, people: int, full_from: int) -> list[tuple[int, int]]:
    """Return first and last answer of each class, counted from 0, of a scale of `answers`.

    Every answer is a class from `full_from` people; below there are three.
    """
    if people >= full_from:
        return [(place, place) for place in range(answers)]
    low, high = (5, 7) if answers >= 10 else (2, 3)
    return [(0, low - 1), (low, high - 1), (high, answers - 1)]


def exchanged_range(counts: Ints, group: int) -> tuple[int, int]:
    """Return between which answers somebody of a group may be, as far as exchanges show.

    Two of the group, at x and y, and two of another, at x − s and y + s, may have given each
    other's answers: every size, every sum and every class keeps what it had. What is found is
    possible; what is not found may be possible too. Shape: `counts` (groups, answers), the true
    ones.
    """
    own, others = counts[group], np.delete(counts, group, axis=0)
    held = np.flatnonzero(own)
    low, high, top = int(held[0]), int(held[-1]), counts.shape[1] - 1
    pairs = ((x, y) for x in held for y in held if x != y or own[x] > 1)
    for x, y in pairs:
        for step in range(1, min(int(x), top - int(y)) + 1):
            ends = int(x) - step, int(y) + step
            needed = 1 + (ends[0] == ends[1])
            if ((others[:, ends[0]] >= needed) & (others[:, ends[1]] >= needed)).any():
                low, high = min(low, *ends), max(high, *ends)
    return low, high


@dataclass(frozen=True)
class Shared:
    """Groups that share a distribution: size and sum of each, count and ends of each class.

    Shape: `sizes`, `sums` (groups,); `counts` (classes,); `ends` (classes, 2), in steps.
    """

    sizes: Ints
    sums: Ints
    counts: Ints
    ends: Ints

    def answer_range(self, group: int) -> tuple[int, int]:
        """Return between which answers everybody of a group must be.

        Errors: NotCertainError when the solver does not say.
        """
        places = [place for place, count in enumerate(self.counts) if count]
        first = next(place for place in places if self.may_answer(group, place))
        last = next(place for place in reversed(places) if self.may_answer(group, place))
        return int(self.ends[first, 0]), int(self.ends[last, 1])

    def may_answer(self, group: int, place: int) -> bool:
        """Return whether somebody of a group may have answered in a class.

        An integer program over how many of each group are in each class.
        """
        groups, classes = len(self.sizes), len(self.counts)
        size = groups * classes
        of_group = np.kron(np.eye(groups), np.ones(classes))
        of_class = np.kron(np.ones(groups), np.eye(classes))
        low, high = (np.kron(np.eye(groups), self.ends[:, side]) for side in (0, 1))
        least = np.zeros(size)
        least[group * classes + place] = 1
        people = float(self.sizes.sum())
        found = smallest(
            np.zeros(size),
            [
                LinearConstraint(of_group, self.sizes, self.sizes),
                LinearConstraint(of_class, self.counts, self.counts),
                LinearConstraint(low, -np.inf, self.sums),
                LinearConstraint(high, self.sums, np.inf),
            ],
            Bounds(least, np.full(size, people)),
            np.ones(size, dtype=bool),
        )
        return found is not None
