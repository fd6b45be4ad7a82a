"""The id of a group of neighbouring size bands."""

from __future__ import annotations

import itertools
from collections.abc import Sequence


def group_id(bands: Sequence[str]) -> str:
    """Return the id of a group of bands."""
    return "+".join(bands)


def bands_of(group: str, order: Sequence[str]) -> tuple[str, ...]:
    """Return the size bands of a group's id; a band's own id may end with the joining sign."""
    for first, last in itertools.combinations(range(len(order) + 1), 2):
        if group_id(order[first:last]) == group:
            return tuple(order[first:last])
    raise ValueError(f"{group!r} is no group of {', '.join(order)}")
