"""The rows of `order_agreement` (S18): whether employees and hr choose in the same order."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tests.reference.verdicts import adjusted
from tests.reference.world import ALPHA, Row, Tables

PERSISTENCE = 0.8


def agreements(wave_id: str, gaps: Mapping[tuple[Any, ...], Row], options: Sequence[str]) -> Tables:
    """Return the rows of `order_agreement` that follow from the reference's gaps, by group."""
    groups = sorted({key[1:3] for key in gaps if key[0] == wave_id and key[1] != "organisation"})
    rows: dict[tuple[Any, ...], Row] = {}
    for kind, group in groups:
        found = [gaps.get((wave_id, kind, group, item)) for item in options]
        pairs = [(row["employee_value"], row["hr_value"]) for row in found if row is not None]
        if pairs:
            rows[kind, group] = agreement(pairs) | {"asked_count": len(options)}
    for key, q in adjusted({key: row.pop("p") for key, row in rows.items()}).items():
        rows[key] |= {"q_value": q, "state": state(rows[key]["kendall"], q)}
    return {"order_agreement": rows}


def state(tau: float | None, q: float | None) -> str:
    """Return what two orders may be called."""
    if tau is None or q is None:
        return "no_order"
    if q >= ALPHA or tau == 0:
        return "not_demonstrable"
    return "alike" if tau > 0 else "opposite"


def agreement(pairs: Sequence[tuple[float, float]]) -> Row:
    """Return the three measures of agreement, and the p of the second."""
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    row: Row = {"item_count": len(pairs)}
    if len(set(one)) == 1 or len(set(other)) == 1:
        return row | dict.fromkeys(("spearman", "kendall", "rank_biased_overlap", "p"))
    score, tau = kendall(pairs)
    return row | {
        "spearman": correlation(ranks(one), ranks(other)),
        "kendall": tau,
        "rank_biased_overlap": overlap(one, other),
        "p": p_of(score, one, other),
    }


def ranks(values: Sequence[float]) -> list[float]:
    """Return mean ranks from the lowest."""
    order = sorted(values)
    return [
        (order.index(value) + 1 + len(order) - order[::-1].index(value)) / 2 for value in values
    ]


def correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Return Pearson's correlation."""
    a, b = sum(one) / len(one), sum(other) / len(other)
    both = sum((x - a) * (y - b) for x, y in zip(one, other, strict=True))
    squares = sum((x - a) ** 2 for x in one) * sum((y - b) ** 2 for y in other)
    return both / math.sqrt(squares)


def sign(value: float) -> int:
    """Return -1, 0 or 1."""
    return (value > 0) - (value < 0)


def kendall(pairs: Sequence[tuple[float, float]]) -> tuple[int, float]:
    """Return agreeing minus differing pairs, and tau-b."""
    score = one_tied = other_tied = every = 0
    for place, (a, b) in enumerate(pairs):
        for c, d in pairs[:place]:
            every += 1
            one_tied += a == c
            other_tied += b == d
            score += sign(a - c) * sign(b - d)
    return score, score / math.sqrt((every - one_tied) * (every - other_tied))


def p_of(score: int, one: Sequence[float], other: Sequence[float]) -> float:
    """Return the two-sided p of a Kendall score: counted without ties, else by the normal."""
    n = len(one)
    if len(set(one)) == n and len(set(other)) == n:
        return counted_p(n, score)
    t, u = ties(one), ties(other)
    v0 = n * (n - 1) * (2 * n + 5)
    vt, vu = (sum(k * (k - 1) * (2 * k + 5) for k in side) for side in (t, u))
    pairs = [sum(k * (k - 1) for k in side) for side in (t, u)]
    triples = [sum(k * (k - 1) * (k - 2) for k in side) for side in (t, u)]
    variance = (v0 - vt - vu) / 18 + pairs[0] * pairs[1] / (2 * n * (n - 1))
    variance += triples[0] * triples[1] / (9 * n * (n - 1) * (n - 2))
    return math.erfc(abs(score) / math.sqrt(2 * variance))


def ties(values: Sequence[float]) -> list[int]:
    """Return how often each value stands in a side."""
    return [values.count(value) for value in set(values)]


def counted_p(n: int, score: int) -> float:
    """Return how many of all n! orders lie at least as far from no agreement."""
    ways = {0: 1}
    for size in range(2, n + 1):
        longer: dict[int, int] = defaultdict(int)
        for turned, many in ways.items():
            for more in range(size):
                longer[turned + more] += many
        ways = longer
    every = n * (n - 1) // 2
    far = sum(many for turned, many in ways.items() if abs(every - 2 * turned) >= abs(score))
    return far / math.factorial(n)


def overlap(one: Sequence[float], other: Sequence[float]) -> float:
    """Return rank-biased overlap, ties entering a top together."""
    found, last = 0.0, 0.0
    for depth in range(1, len(one) + 1):
        tops = [
            {place for place, value in enumerate(side) if sorted(side)[::-1].index(value) < depth}
            for side in (one, other)
        ]
        last = 2 * len(tops[0] & tops[1]) / (len(tops[0]) + len(tops[1]))
        found += 0.2 * PERSISTENCE ** (depth - 1) * last
    return found + PERSISTENCE ** len(one) * last
