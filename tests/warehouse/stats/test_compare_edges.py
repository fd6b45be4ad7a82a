"""The edge table of comparisons: nobody else, nothing known, no spread, thresholds."""

from __future__ import annotations

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import close
from warehouse.stats.compare import (
    benjamini_hochberg,
    leave_one_out,
    mention_state,
    newcombe_interval,
    normal_difference,
    one_sided,
    verdict,
    welch_difference,
)
from warehouse.stats.interval import share_error, wilson_interval

NAN = np.nan


@pytest.mark.parametrize(("k", "expected"), [(0, 0), (1, 0), (2, 2), (4, 4), (5, 5)])
def test_leave_one_out_needs_another_organisation(k: int, expected: int) -> None:
    found = leave_one_out(np.linspace(6, 8, k), np.full(k, 0.1))
    assert [np.isfinite(array).sum() for array in found] == [expected] * len(found)


def test_leave_one_out_leaves_out_what_is_missing() -> None:
    whole = leave_one_out([7.0, 7.5, 8.0], [0.1, 0.2, 0.3])
    holed = leave_one_out([7.0, NAN, 7.5, 6.0, 8.0], [0.1, 0.1, 0.2, NAN, 0.3])
    assert holed.p[[0, 2, 4]] == close(whole.p, abs=1e-14)
    assert np.isnan(holed.p[[1, 3]]).all()


def test_leave_one_out_is_the_closed_form_of_the_plain_loop() -> None:
    means, variances = np.array([6.1, 7.2, 7.9, 8.4]), np.array([0.2, 0.1, 0.05, 0.3])
    found = leave_one_out(means, variances, tau2=0.16)
    for i in range(4):
        others = [j for j in range(4) if j != i]
        assert found.rest_mean[i] == close(np.mean(means[others]))
        rest = sum(variances[others]) / 9
        assert found.se[i] ** 2 == close(variances[i] + rest)
        assert found.se_unusual[i] ** 2 == close(variances[i] + 0.16 + rest + 0.16 / 3)


def test_leave_one_out_without_sampling_error_makes_no_test() -> None:
    found = leave_one_out([7.0, 8.0], [0.0, 0.0])
    assert found.difference == close([-1.0, 1.0])
    assert np.isnan(found.p).all()


def test_benjamini_hochberg_of_nothing() -> None:
    assert benjamini_hochberg([]).size == 0
    assert np.isnan(benjamini_hochberg([NAN, NAN])).all()
    with pytest.raises(ValueError, match="0 and 1"):
        benjamini_hochberg([0.5, 1.2])


def test_benjamini_hochberg_corrects_each_family_of_many_by_itself() -> None:
    families = np.random.default_rng(4).random((5, 3, 7)) ** 3
    families[1, 2, [0, 4]] = NAN
    families[3, 1] = NAN
    families[2, 0, :3] = 0.02
    found = benjamini_hochberg(families)
    for place in np.ndindex(5, 3):
        np.testing.assert_array_equal(found[place], benjamini_hochberg(families[place]))


@pytest.mark.parametrize(
    ("difference", "q", "low", "high", "word"),
    [
        (7.3 - 7.0, 0.01, 0.1, 0.5, "higher"),
        (0.29, 0.01, 0.1, 0.5, "not_demonstrable"),
        (-0.3, 0.049, -0.5, -0.1, "lower"),
        (0.5, 0.05, 0.1, 0.9, "not_demonstrable"),
        (0.0, NAN, -0.3, 0.3, "comparable"),
        (0.0, NAN, NAN, NAN, "not_demonstrable"),
        (0.0, 0.9, -0.31, 0.2, "not_demonstrable"),
        (NAN, 0.01, 0.1, 0.5, "too_few"),
    ],
)
def test_verdict_at_its_edges(
    difference: float, q: float, low: float, high: float, word: str
) -> None:
    printed = difference - 0.29, difference + 0.29
    assert verdict(difference, q, low, high, 0.3, printed=printed) == word


@pytest.mark.parametrize(
    ("difference", "low90", "high90", "printed", "word"),
    [
        (0.5, 0.1, 0.9, (0.001, 1.0), "higher"),
        (0.5, 0.1, 0.9, (0.0, 1.0), "not_demonstrable"),
        (0.5, 0.1, 0.9, (-0.01, 1.0), "not_demonstrable"),
        (-0.5, -0.9, -0.1, (-1.0, -0.001), "lower"),
        (-0.5, -0.9, -0.1, (-1.0, 0.01), "not_demonstrable"),
        (0.5, 0.1, 0.9, (NAN, NAN), "not_demonstrable"),
        # An interval on the other side of 0 than the difference shows nothing either.
        (-0.5, -0.9, -0.1, (0.1, 1.0), "not_demonstrable"),
        # Comparable is by the equivalence rule alone.
        (0.3, 0.2, 0.3, (-0.01, 0.5), "comparable"),
    ],
)
def test_no_verdict_beside_an_interval_over_zero(
    difference: float, low90: float, high90: float, printed: tuple[float, float], word: str
) -> None:
    assert verdict(difference, 0.001, low90, high90, 0.3, printed=printed) == word


def test_a_gap_in_shares_may_pass_the_normal_test_and_still_cover_zero() -> None:
    """The standard error of Wilson's centre and Newcombe's interval are two approximations."""
    one, other = (0 / 12, *wilson_interval(0 / 12, 12)), (10 / 40, *wilson_interval(10 / 40, 40))
    difference, low, high = newcombe_interval(*one, *other)
    se = np.hypot(share_error(0 / 12, 12), share_error(10 / 40, 40))
    low90, high90, _ = normal_difference(difference, se, level=0.9)
    p = normal_difference(difference, se)[2]
    assert (difference, low, high, p) == close((-0.25, -0.4019396142, 0.0155092910, 0.0189123197))
    word = verdict(difference, p, low90, high90, 0.1, printed=(low, high))
    assert word == "not_demonstrable"


def test_welch_without_spread_makes_no_test() -> None:
    found = welch_difference(7.5, 0.0, 5, 7.0, 0.0, 5)
    assert (found.difference, found.se, found.low, found.high) == (0.5, 0.0, 0.5, 0.5)
    assert np.isnan([found.t, found.df, found.p]).all()


def test_welch_with_one_answer_leaves_only_the_difference() -> None:
    found = welch_difference(7.5, 1.0, 1, 7.0, 1.0, 5)
    assert found.difference == 0.5
    assert np.isnan([found.se, found.df, found.t, found.p, found.low, found.high]).all()


def test_welch_with_a_census_on_one_side_has_the_other_side_s_error() -> None:
    found = welch_difference(7.5, 1.0, 5, 7.0, 1.0, 8, population_a=5)
    assert found.se == close(np.sqrt(1 / 8))
    assert found.df == close(7.0)


def test_welch_refuses_more_answers_than_people() -> None:
    with pytest.raises(ValueError, match=r"13 answers .* only 12"):
        welch_difference(7.0, 1.0, 13, 7.0, 1.0, 5, population_a=12)


def test_normal_difference_by_case() -> None:
    low, high, p = normal_difference([0.5, 0.196, NAN], [0.0, 0.1, 0.1])
    assert low == close([0.5, 0.196 - 0.1959963985, NAN], abs=1e-9, nan_ok=True)
    assert high[:2] == close([0.5, 0.196 + 0.1959963985], abs=1e-9)
    assert p == close([NAN, 0.0499958, NAN], abs=1e-6, nan_ok=True)
    narrow, _, _ = normal_difference(0.0, 1.0, level=0.9)
    assert narrow == close(-1.6448536270, abs=1e-9)


def test_mention_thresholds_include_the_floor_and_exclude_the_ceiling() -> None:
    found = mention_state([0.05, 0.0, 0.0, 0.06], [0.4, 0.15, 0.1499, 0.1])
    assert list(found) == ["named", "uncertain", "rarely_named", "named"]


def test_only_the_side_with_the_larger_share_can_stand_alone() -> None:
    """A share of 10 % can be named, and 14 % rarely: the gap must point the same way."""
    found = one_sided(
        ["named", "rarely_named", "uncertain", "named"],
        ["rarely_named", "named", "rarely_named", "rarely_named"],
        [-0.08, 0.01, 0.01, NAN],
        [-0.01, 0.08, 0.08, NAN],
    )
    assert list(found) == ["", "", "", ""]
