"""What a difference is called, and the p it needs for that (S4, D4)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.reference.world import ALPHA, Z90, Z95, Row


@dataclass(frozen=True)
class Judged:
    """A difference before it is judged; `low` and `high` are what is printed beside it.

    `narrow` is half of its 90 % interval; `family` is what it is corrected together with.
    """

    difference: float
    low: float
    high: float
    p: float | None
    narrow: float
    delta: float
    family: Hashable


def normal(difference: float, se: float, delta: float, family: Hashable) -> Judged:
    """Return a difference with a normal interval."""
    half = Z95 * se
    p, narrow = chance(difference, se), Z90 * se
    return Judged(difference, difference - half, difference + half, p, narrow, delta, family)


def chance(difference: float, se: float) -> float | None:
    """Return the two-sided p of a normal test; none without an error."""
    return math.erfc(abs(difference) / se / math.sqrt(2)) if se > 0 else None


def adjusted(p: Mapping[Any, float | None]) -> dict[Any, float | None]:
    """Return Benjamini and Hochberg's q of one family."""
    tested = sorted((value, key) for key, value in p.items() if value is not None)
    found: dict[Any, float | None] = dict.fromkeys(p)
    q = 1.0
    for rank in range(len(tested), 0, -1):
        value, key = tested[rank - 1]
        q = min(q, value * len(tested) / rank)
        found[key] = q
    return found


def word(one: Judged, q: float | None) -> str:
    """Return what a difference may be called."""
    if q is not None and q < ALPHA and abs(one.difference) >= one.delta - 1e-9:
        if one.difference > 0 and one.low > 0:
            return "higher"
        if one.difference < 0 and one.high < 0:
            return "lower"
    ends = one.difference - one.narrow, one.difference + one.narrow
    return "comparable" if -one.delta <= ends[0] and ends[1] <= one.delta else "not_demonstrable"


def verdicts(found: Mapping[Any, Judged]) -> dict[Any, Row]:
    """Return q-value and verdict by key, corrected per family."""
    families: dict[Hashable, dict[Any, Judged]] = defaultdict(dict)
    for key, one in found.items():
        families[one.family][key] = one
    rows = {}
    for members in families.values():
        q = adjusted({key: one.p for key, one in members.items()})
        for key, one in members.items():
            rows[key] = {"q_value": q[key], "verdict": word(one, q[key])}
    return rows
