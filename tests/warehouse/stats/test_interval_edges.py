"""The edge table of one organisation: n = 0, 1, N; no spread; all missing; census."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.stats.fixture_f1 import ALL, SCALE, arrays, close, pooled
from warehouse.stats.homogeneity import single_answer_width
from warehouse.stats.interval import (
    PooledVariance,
    effective_count,
    mean_interval,
    pooled_variance,
    published_interval,
    variance_bound,
    wilson_interval,
)
from warehouse.stats.quantile import harrell_davis, quarter_position, type7

NAN = np.nan


def test_an_organisation_of_one_adds_nothing_to_the_pooled_variance() -> None:
    n, total, squares, _ = arrays(ALL)
    more = pooled_variance([*n, 1, 0, NAN], [*total, 3, 0, NAN], [*squares, 9, 0, NAN])
    assert (more.variance, more.df) == (close(pooled().variance, abs=1e-12), 91)


def test_s1b_worked_example_of_the_bound() -> None:
    found = variance_bound([10, 12], [70, 96], SCALE)
    assert (found.variance, found.df) == (close(17.672727), 20)
    assert variance_bound([1, 1], [7, 8], SCALE).df == 0


@given(st.lists(st.lists(st.integers(1, 10), min_size=2, max_size=15), min_size=1, max_size=5))
def test_no_pooled_variance_exceeds_its_bound(groups: list[list[int]]) -> None:
    n, total = [len(group) for group in groups], [sum(group) for group in groups]
    squares = [sum(answer**2 for answer in group) for group in groups]
    found, bound = pooled_variance(n, total, squares), variance_bound(n, total, SCALE)
    assert found.df == bound.df
    assert found.variance <= bound.variance + 1e-9


def test_the_bound_is_reached_when_everybody_says_the_least_or_the_most() -> None:
    found = pooled_variance([4], [22], [202])
    assert found.variance == close(variance_bound([4], [22], SCALE).variance)


def test_no_pair_of_answers_gives_no_pooled_variance() -> None:
    found = pooled_variance([1, 0], [7, 0], [49, 0])
    assert np.isnan(found.variance)
    assert found.df == 0


def test_equal_answers_never_give_a_negative_variance() -> None:
    found = pooled_variance([3.0], [0.3], [0.03])
    assert 0 <= found.variance < 1e-15


@pytest.mark.parametrize(
    ("n", "variance", "population", "flag"),
    [
        (0, NAN, 20, "no_data"),
        (1, NAN, 20, "n1"),
        (1, NAN, 1, "n1"),
        (12, NAN, 20, "no_data"),
        (12, 0.0, NAN, "zero_variance"),
        (12, 1.0, 12, "census"),
        (12, 1.0, NAN, "ok"),
    ],
)
def test_mean_interval_says_what_kind_of_case_it_is(
    n: float, variance: float, population: float, flag: str
) -> None:
    found = mean_interval(n, 7.0, variance, population, scale=SCALE)
    assert found.flag == flag
    assert np.isnan(found.mean) == (flag == "no_data")
    assert np.isnan(found.se) == (flag in {"no_data", "n1"})
    assert (found.se == 0) == (flag in {"census", "zero_variance"})


def test_intervals_stay_on_the_scale() -> None:
    low = mean_interval(3, 1.2, 4.0, scale=SCALE)
    high = published_interval([3], [9.9], pooled(), [90], scale=SCALE)
    assert low.low == 1.0
    assert high.high[0] == 10.0
    assert high.low[0] < 9.9


def test_published_interval_by_case() -> None:
    found = published_interval(
        [0, 1, 5, 5, 6], [NAN, 7, 8, 8, 8], pooled(), [9, 9, 5, NAN, 5], scale=SCALE
    )
    one_of_nine, unknown = np.sqrt([8 / 9 * pooled().variance, pooled().variance / 5])
    assert found.se == close([NAN, one_of_nine, 0.0, unknown, 0.0], nan_ok=True)
    assert found.low[2] == found.high[2] == 8.0
    assert np.isnan(found.low[0])


def test_published_interval_does_not_see_own_spread() -> None:
    """Two organisations with the same n, N and mean get the same interval."""
    found = published_interval([12, 12], [7, 7], pooled(), [80, 80], scale=SCALE)
    assert found.low[0] == found.low[1]
    assert found.high[0] == found.high[1]


def test_published_interval_without_pooled_variance_is_missing_but_a_census_is_not() -> None:
    nothing = PooledVariance(NAN, 0)
    found = published_interval([1, 3], [7, 8], nothing, [9, 3], scale=SCALE)
    assert np.isnan([found.se[0], found.low[0], found.high[0]]).all()
    assert (found.se[1], found.low[1], found.high[1]) == (0.0, 8.0, 8.0)


def test_effective_count_by_case() -> None:
    found = effective_count([0, 1, 5, 5, 40], [0, 1, NAN, 10, 60], [1, 1, 2, 1, 1])
    assert found == close([0.0, np.inf, 2.5, 9.0, 118.0])


def test_wilson_ends_are_exact() -> None:
    """For every count: at some the formula alone leaves a rounding error."""
    n = np.arange(1, 2000)
    low, high = wilson_interval(np.zeros(n.size), n)
    low_of_all, high_of_all = wilson_interval(np.ones(n.size), n)
    assert (low == 0.0).all()
    assert (high_of_all == 1.0).all()
    assert ((high > 0) & (high < 1)).all()
    assert high == close(1 - low_of_all, abs=1e-12)


def test_wilson_without_answers_and_for_a_census() -> None:
    low, high = wilson_interval([NAN, 0.5, 0.0, 0.3, 1.0], [5, 0, NAN, np.inf, np.inf])
    assert low == close([NAN, NAN, NAN, 0.3, 1.0], nan_ok=True)
    assert high == close([NAN, NAN, NAN, 0.3, 1.0], nan_ok=True)


def test_wilson_bears_a_share_a_rounding_error_above_one() -> None:
    low, high = wilson_interval([1 + 1e-15], [12])
    assert (low[0], high[0]) == (close(0.7575059933, abs=1e-9), 1.0)


def test_quantiles_of_nothing_and_of_one() -> None:
    for quantile in (harrell_davis, type7):
        assert np.isnan(quantile([], [0.25, 0.5])).all()
        assert np.isnan(quantile([NAN, NAN], 0.5)).all()
        assert quantile([7.3], [0.25, 0.75]) == close([7.3, 7.3])
        assert quantile([NAN, 7, 8], 0.5) == close([7.5])


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, NAN])
def test_quantiles_refuse_the_extremes(probability: float) -> None:
    for quantile in (harrell_davis, type7):
        with pytest.raises(ValueError, match="between 0 and 1"):
            quantile([7, 8, 9], probability)


def test_harrell_davis_gives_no_organisation_away() -> None:
    n, total, _, _ = arrays(ALL)
    found = harrell_davis(total / n, np.linspace(0.1, 0.9, 9))
    assert not np.isclose(found[:, np.newaxis], total / n, atol=1e-6).any()


def test_quarter_position_needs_the_whole_interval_and_both_quartiles() -> None:
    lows, highs = [6.0, 6.9, 7.2, NAN, 6.0], [6.9, 7.0, 7.6, 7.0, 6.5]
    found = quarter_position(lows, highs, 7.0, [7.5, 7.5, 7.5, 7.5, NAN])
    assert list(found) == ["lower_quarter"] + ["indistinct"] * 4


def test_one_answer_is_its_own_mean() -> None:
    widths = single_answer_width([0, 1, 2, 11], [0, 7, 20, 107.8], scale=SCALE)
    assert widths == close([NAN, 0.0, 0.0, 2.2], nan_ok=True)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_single_answer_width_by_brute_force(n: int) -> None:
    """Every total of n answers on 1..5: the range found by listing all of them."""
    answers = np.stack(np.meshgrid(*[np.arange(1, 6)] * n), axis=-1).reshape(-1, n)
    for total in range(n, 5 * n + 1):
        possible = answers[answers.sum(axis=1) == total]
        width = single_answer_width(n, total, scale=(1.0, 5.0))
        assert width == np.ptp(possible)
