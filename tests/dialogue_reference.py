"""The dialogue again, in boring Python: sums, a bisection and loops, no numpy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import NormalDist

Z90 = NormalDist().inv_cdf(0.9)


def mean(values: Sequence[float]) -> float:
    """Return a mean."""
    return sum(values) / len(values)


def within_variance(ratings: Mapping[str, Sequence[float]]) -> float:
    """Return the pooled variance of ratings about the mean of their own answer."""
    squares = sum((x - mean(given)) ** 2 for given in ratings.values() for x in given)
    return squares / sum(len(given) - 1 for given in ratings.values())


def weighted(ratings: Mapping[str, Sequence[float]], sigma2: float, tau2: float) -> float:
    """Return the mean of answers, weighted by what is known of each."""
    weights = {key: 1 / (sigma2 / len(given) + tau2) for key, given in ratings.items()}
    total = sum(weights.values())
    return sum(weights[key] * mean(given) for key, given in ratings.items()) / total


def excess(ratings: Mapping[str, Sequence[float]], sigma2: float, tau2: float) -> float:
    """Return by how much answers differ more than τ² explains."""
    mu = weighted(ratings, sigma2, tau2)
    spread = sum(
        (mean(given) - mu) ** 2 / (sigma2 / len(given) + tau2) for given in ratings.values()
    )
    return spread - (len(ratings) - 1)


def between_variance(ratings: Mapping[str, Sequence[float]], sigma2: float) -> float:
    """Return τ² by bisection (Paule and Mandel)."""
    if excess(ratings, sigma2, 0.0) <= 0:
        return 0.0
    low, high = 0.0, 100.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(ratings, sigma2, middle) > 0 else (low, middle)
    return (low + high) / 2


def supports(ratings: Mapping[str, Sequence[float]]) -> dict[str, tuple[float, float]]:
    """Return support and its lower bound per answer."""
    sigma2 = within_variance(ratings)
    tau2 = between_variance(ratings, sigma2)
    mu, k = weighted(ratings, sigma2, tau2), sigma2 / tau2
    return {
        key: (
            (k * mu + len(given) * mean(given)) / (k + len(given)),
            (k * mu + len(given) * mean(given)) / (k + len(given))
            - Z90 * (sigma2 / (k + len(given))) ** 0.5,
        )
        for key, given in ratings.items()
    }


def pattern_agreement(pattern: Sequence[bool]) -> float:
    """Return A of one layer: which categories are occupied."""
    size, used = len(pattern), sum(pattern)
    if used in (1, size):
        return 1.0 if used == 1 else 0.0
    unimodal = bimodal = 0
    for a in range(size):
        for b in range(a + 1, size):
            for c in range(b + 1, size):
                triple = (pattern[a], pattern[b], pattern[c])
                unimodal += triple in ((True, True, False), (False, True, True))
                bimodal += triple == (True, False, True)
    u = ((size - 2) * unimodal - (size - 1) * bimodal) / ((size - 2) * (unimodal + bimodal))
    return u * (1 - (used - 1) / (size - 1))


def agreement(counts: Sequence[int]) -> float:
    """Return van der Eijk's A by peeling off layer after layer."""
    left, total, found = list(counts), sum(counts), 0.0
    while any(left):
        height = min(n for n in left if n)
        pattern = [n > 0 for n in left]
        found += height * sum(pattern) / total * pattern_agreement(pattern)
        left = [n - height if n else 0 for n in left]
    return found


def last_votes(
    votes: Sequence[Mapping[str, str]], authors: Mapping[str, str]
) -> dict[str, list[int]]:
    """Return the votes that count per statement: each person's last, none on one's own."""
    last: dict[tuple[str, str], tuple[int, int, int]] = {}
    for place, row in enumerate(votes):
        key = (row["voter-id"], row["comment-id"])
        found = (int(row["timestamp"]), place, int(row["vote"]))
        last[key] = max(last.get(key, found), found)
    counted: dict[str, list[int]] = defaultdict(list)
    for (voter, statement), (*_, vote) in last.items():
        if authors.get(statement) != voter:
            counted[statement].append(vote)
    return dict(counted)
