"""S14: how evenly the response is spread."""

from __future__ import annotations

import numpy as np

from tests.warehouse.stats.fixture_f1 import close
from warehouse.stats.representativeness import r_indicator
from warehouse.stats.weights import bias_bound

NAN = np.nan


def test_s14_r_indicator_by_hand() -> None:
    """60 of 100 and 40 of 100: S² = 200·0.1²/199, so R = 1 − 2·0.100251 = 0.799498."""
    found = r_indicator([60, 40], [100, 100])
    assert found.r_indicator == close(0.7994981172, abs=1e-9)
    assert (found.mean_propensity, found.organisation_count, found.invited) == (0.5, 2, 200)
    # With S 1.1 that is at most 0.2205521 grade point.
    bound = bias_bound(found.r_indicator, 1.1, found.mean_propensity)
    assert float(bound) == close(0.2205520711, abs=1e-9)


def test_s14_r_indicator_is_the_spread_over_people() -> None:
    """Every person invited has the rate of the organisation: the definition, written out."""
    took_part, invited = np.array([3, 30, 12, 0]), np.array([10, 40, 50, 7])
    people = np.repeat(took_part / invited, invited)
    found = r_indicator(took_part, invited)
    assert found.r_indicator == close(1 - 2 * people.std(ddof=1))
    assert found.mean_propensity == close(people.mean())


def test_s14_r_indicator_is_one_where_all_respond_alike_and_never_below_zero() -> None:
    assert r_indicator([5, 50, 10], [10, 100, 20]).r_indicator == close(1.0)
    assert r_indicator([1, 0], [1, 1]).r_indicator == 0.0


def test_s14_r_indicator_leaves_out_who_is_not_known() -> None:
    expected = r_indicator([60, 40], [100, 100])
    assert r_indicator([60, 40, 5, 0, NAN], [100, 100, NAN, 0, 3]) == expected
    # More than were invited counts as everybody.
    assert r_indicator([12, 4], [8, 8]) == r_indicator([8, 4], [8, 8])


def test_s14_one_organisation_has_no_spread() -> None:
    for took_part, invited in (([6], [10]), ([], []), ([6, 7], [10, NAN])):
        found = r_indicator(took_part, invited)
        assert np.isnan([found.r_indicator, found.mean_propensity]).all()


def test_s14_the_bound_is_reached_where_response_follows_the_answers() -> None:
    """Two organisations, all 8 in one and all 6 in the other: the plain mean is 7.2, not 7.

    S is then the spread of the answers of everybody, 1; (1 − R)/(2ρ̄)·S = 0.2: the bias itself.
    """
    found = r_indicator([60_000, 40_000], [100_000, 100_000])
    bound = float(bias_bound(found.r_indicator, 1.0, found.mean_propensity))
    assert bound == close((60 * 8 + 40 * 6) / 100 - 7, abs=1e-5)
