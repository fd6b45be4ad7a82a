"""S13: intervals of ranks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import ALL, arrays, close, pooled
from tests.warehouse.stats.reference_folder import oracle
from warehouse.stats.rank import (
    RankIntervals,
    bonferroni_rank_intervals,
    simulated_rank_intervals,
)

NAN = np.nan


def f1() -> tuple[np.ndarray, np.ndarray]:
    """Return means and variances of F1, in the order of ALL."""
    n, total, _, _ = arrays(ALL)
    return total / n, pooled().variance / n


def named(low: np.ndarray, high: np.ndarray) -> dict[str, list[float]]:
    """Return the intervals by organisation."""
    return {name: [a, b] for name, a, b in zip(ALL, low, high, strict=True)}


def test_s13_bonferroni() -> None:
    found = bonferroni_rank_intervals(*f1())
    sets = named(found.low, found.high)
    assert (sets["S1"], sets["L2"]) == ([1, 10], [3, 11])
    assert (sets["M4"], sets["L1"]) == ([1, 10], [1, 11])
    ranks = dict(zip(ALL, found.rank, strict=True))
    assert (ranks["S1"], ranks["L2"], ranks["M4"], ranks["M1"]) == (1, 11, 2, 6)


def test_s13_simulated_is_narrower() -> None:
    found = simulated_rank_intervals(*f1(), np.random.default_rng(20261), draws=50_000)
    sets = named(found.low, found.high)
    assert (sets["L1"], sets["L2"]) == ([2, 11], [3, 11])
    assert (sets["M4"], sets["S1"]) == ([1, 9], [1, 9])


def test_s13_is_the_reference_folders() -> None:
    simulated = simulated_rank_intervals(*f1(), np.random.default_rng(20261), draws=50_000)
    bonferroni = bonferroni_rank_intervals(*f1())
    expected = oracle("S11")
    sets = zip(
        ALL,
        named(simulated.low, simulated.high).values(),
        named(bonferroni.low, bonferroni.high).values(),
        strict=True,
    )
    assert {name: [one, other] for name, one, other in sets} == expected
    assert dict(zip(ALL, bonferroni.rank, strict=True)) == oracle("S11_rank")


def test_s13_a_seed_gives_one_answer() -> None:
    first, second = (simulated_rank_intervals(*f1(), np.random.default_rng(7)) for _ in range(2))
    assert (first.low == second.low).all()
    assert (first.high == second.high).all()


def test_s13_clear_differences_give_one_rank_each() -> None:
    means = [[8.0, 6.0, 7.0], [8.0, NAN, 7.0]]
    for found in (
        bonferroni_rank_intervals(means, 1e-4),
        simulated_rank_intervals(means, 1e-4, np.random.default_rng(1)),
    ):
        expected = np.array([[1, 3, 2], [1, NAN, 2]])
        assert found.rank == close(expected, nan_ok=True)
        assert found.low == close(expected, nan_ok=True)
        assert found.high == close(expected, nan_ok=True)


def test_s13_the_critical_value_counts_the_comparisons() -> None:
    """Three organisations, two comparisons each: z(1 − 0.05/4) = 2.241403 and no more."""
    for apart, low in ((2.25, 2), (2.23, 1)):
        found = bonferroni_rank_intervals([7.0, 7.0 + apart, 7.0 + apart], 0.5)
        assert (found.low[0], found.high[1]) == (1 + 2 * (low - 1), 4 - low)


def test_s13_alone_nobody_and_ties() -> None:
    for variant in (bonferroni_rank_intervals, alone_simulated):
        alone = variant([NAN, 7.0], [0.1, 0.1])
        assert alone.high == close([NAN, 1.0], nan_ok=True)
        assert np.isnan(variant([NAN], [0.1]).low).all()
        tied = variant([7.0, 7.0, 7.0], [0.0, 0.0, 0.0])
        assert (list(tied.rank), list(tied.low), list(tied.high)) == ([1] * 3, [1] * 3, [3] * 3)
    with pytest.raises(ValueError, match="negative"):
        bonferroni_rank_intervals([7.0, 8.0], -1.0)


def alone_simulated(means: list[float], variances: list[float]) -> RankIntervals:
    """Return simulated intervals with a seed of their own."""
    return simulated_rank_intervals(means, variances, np.random.default_rng(3))
