"""Families of published groups: units that no group tells apart, and what nesting leaves over.

A family is a matrix (groups, units) of who belongs to which published group. Theorem 2
(statistics §8.3): where any two groups are nested or disjoint, what can be worked out exactly is
the residuals (a group without the groups inside it) and their unions, and nothing else.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from warehouse.errors import DisclosureError

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
OUTSIDE = -1


class NotLaminarError(DisclosureError):
    """Two groups overlap without one lying inside the other."""


class Classes(NamedTuple):
    """Units that are in exactly the same groups, taken together.

    Shape: membership (groups, classes); sizes (classes,); class_of (units,), OUTSIDE for a unit
    that is in no group.
    """

    membership: Bools
    sizes: Ints
    class_of: Ints

    def units_of(self, chosen: Bools) -> Bools:
        """Return which units the chosen classes are made of."""
        return np.where(self.class_of == OUTSIDE, False, np.append(chosen, False)[self.class_of])


def merge_units(membership: Bools, n: Ints) -> Classes:
    """Return the family with identical units merged; what is exposed is whole classes."""
    columns, inverse = np.unique(membership, axis=1, return_inverse=True)
    labels = inverse.reshape(-1)
    inside = columns.any(axis=0)
    position = np.where(inside, np.cumsum(inside) - 1, OUTSIDE)
    sizes = np.zeros(columns.shape[1], dtype=np.int64)
    np.add.at(sizes, labels, n)
    return Classes(columns[:, inside], sizes[inside], position[labels])


def overlaps(membership: Bools) -> Ints:
    """Return how many classes each two groups share, (groups, groups)."""
    ones = membership.astype(np.float64)
    return np.rint(ones @ ones.T).astype(np.int64)


def is_laminar(membership: Bools) -> bool:
    """Return whether any two groups are nested or disjoint."""
    return is_nested(overlaps(membership))


def is_nested(shared: Ints) -> bool:
    """Return whether groups that share so many classes are nested or disjoint, each two."""
    sizes = np.diag(shared)
    return bool(((shared == 0) | (shared == np.minimum.outer(sizes, sizes))).all())


def residuals(membership: Bools) -> Bools:
    """Return each group without the groups inside it, empty and repeated ones left out.

    Shape: (residuals, units). Errors: NotLaminarError.
    """
    shared = overlaps(membership)
    sizes = np.diag(shared)
    if not is_nested(shared):
        raise NotLaminarError("Two published groups overlap without being nested.")
    is_within = (shared == sizes[None, :]) & (sizes[None, :] < sizes[:, None])
    covered = (is_within.astype(np.float64) @ membership.astype(np.float64)) > 0
    left = membership & ~covered
    # Sorted as rows of 0 and 1; comparing bytes is much faster than numpy's comparing of columns.
    rows = {row.tobytes(): row for row in left[left.any(axis=1)]}
    kept = [rows[key] for key in sorted(rows)]
    return np.array(kept, dtype=bool).reshape(len(kept), membership.shape[1])


def small_residuals(membership: Bools, n: Ints, floor: int) -> Bools:
    """Return the residuals that hold somebody and fewer than `floor` people (Theorem 2).

    None: the family is safe. Errors: NotLaminarError.
    """
    left = residuals(membership)
    people = left.astype(np.int64) @ n
    return left[(people > 0) & (people < floor)]
