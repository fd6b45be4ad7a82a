"""S7: trend over three or more comparable waves, and where a series breaks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.warehouse.stats.fixture_f1 import close
from tests.warehouse.stats.reference_folder import oracle
from warehouse.stats.trend import (
    Trend,
    comparable_segments,
    is_trend,
    latest_segment,
    theil_sen,
    weighted_trend,
)

NAN = np.nan
TIMES = [1.0, 2.0, 3.0, 4.0, 5.0]
MEANS = [7.2, 7.1, 7.4, 7.5, 7.6]
VARIANCES = [0.020, 0.016, 0.014, 0.012, 0.012]


def line() -> Trend:
    """Return the trend of the worked example."""
    return weighted_trend(TIMES, MEANS, VARIANCES)


def test_s7_known_variance_line() -> None:
    found = line()
    assert float(found.slope) == close(0.1237623762, abs=1e-9)
    assert float(found.se) == close(0.0390039569, abs=1e-9)
    assert float(found.z) == close(3.1730723271, abs=1e-8)
    assert float(found.p) == close(0.0015083494, abs=1e-9)
    assert float(found.q) == close(1.6831683168, abs=1e-8)
    assert (found.q_df, found.span) == (3, 4)
    assert float(found.q_p) == close(0.6406823, abs=1e-6)


def test_s7_theil_sen() -> None:
    assert [float(part) for part in theil_sen(TIMES, MEANS)] == close([0.1, -0.1, 0.3])
    assert np.isnan(theil_sen(TIMES[:4], MEANS[:4])[0])
    assert [float(part) for part in theil_sen(TIMES, [7.0] * 5)] == [0.0, 0.0, 0.0]
    assert np.isnan(theil_sen([1.0], [7.0])[1])
    with pytest.raises(ValueError, match="one time"):
        theil_sen([1.0, 2.0, 3.0, 3.0, 4.0], MEANS)


def test_s7_theil_sen_is_scipys() -> None:
    """Ties, an even and an odd number of pairs, a missing wave: series beside each other."""
    times = np.array([1.0, 2.0, 4.0, 5.0, 7.0, 8.0])
    means = np.array(
        [
            [7.0, 7.0, 7.3, 7.1, 7.1, 7.9],
            [7.0, 7.2, NAN, 7.9, 7.9, 6.1],
            [8.0, 7.0, 7.5, 7.5, 7.5, 6.0],
        ]
    )
    found = np.column_stack(theil_sen(times, means))
    for row, values in zip(found, means, strict=True):
        kept = ~np.isnan(values)
        theirs = stats.theilslopes(values[kept], times[kept])
        assert row == close([theirs.slope, theirs.low_slope, theirs.high_slope])


def test_s7_is_the_reference_folders() -> None:
    expected, found = oracle("trend"), line()
    for name, value in (("slope", found.slope), ("se", found.se), ("z", found.z), ("Q", found.q)):
        assert float(value) == close(expected[name], abs=1e-6)
    slope, _, low, high = expected["theilsen"]
    assert [float(part) for part in theil_sen(TIMES, MEANS)] == close([slope, low, high], abs=1e-6)


def test_s7_a_trend_is_significant_and_large_enough() -> None:
    """0.1238 a wave over 4 is 0.495: a trend at a smallest difference of 0.3, not at 0.5."""
    assert list(is_trend(line(), [0.3, 0.5])) == [True, False]
    unsure = weighted_trend(TIMES, MEANS, 0.5)
    assert unsure.slope * 4 > 0.3
    assert not is_trend(unsure, 0.3)


def test_s7_edge_of_the_smallest_difference_counts() -> None:
    exact = weighted_trend([0, 1, 2, 3], [7.0, 7.1, 7.2, 7.3], 1e-6)
    assert is_trend(exact, 0.3)
    # In binary 7.6 − 7.3 is a hair below 0.3, and so is the line through both.
    below = weighted_trend([0, 1, 2], [7.3, 7.45, 7.6], 1e-6)
    assert float(below.slope) * 2 < 0.3
    assert is_trend(below, 0.3)


def test_s7_needs_three_waves_at_different_times() -> None:
    found = weighted_trend(TIMES, [[7.0, NAN, 7.5, NAN, NAN], [7.0, NAN, 7.5, NAN, 8.0]], 0.01)
    assert found.slope == close([NAN, 0.25], nan_ok=True)
    assert found.span == close([NAN, 4.0], nan_ok=True)
    assert np.isnan(weighted_trend([2, 2, 2], [7, 8, 9], 0.1).slope)
    assert np.isnan(weighted_trend([], [], []).slope)
    assert not is_trend(weighted_trend([2, 2, 2], [7, 8, 9], 0.1), 0.3)
    with pytest.raises(ValueError, match="negative"):
        weighted_trend(TIMES, MEANS, -0.1)


def test_s7_every_answer_the_same_stays_finite() -> None:
    found = weighted_trend(TIMES, [7.0] * 5, 0.0)
    assert (float(found.slope), float(found.q)) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("classes", "segments", "latest"),
    [
        (["a", "a", "b", "b"], [0, 0, 1, 1], [0, 0, 1, 1]),
        (["a", "", "a", "b", "a"], [0, -1, 0, 1, 2], [0, 0, 0, 0, 1]),
        (["", "a", "", ""], [-1, 0, -1, -1], [0, 1, 0, 0]),
        (["", ""], [-1, -1], [0, 0]),
        ([], [], []),
    ],
)
def test_s7_a_change_of_questionnaire_breaks_the_series(
    classes: list[str], segments: list[int], latest: list[int]
) -> None:
    assert list(comparable_segments(classes)) == segments
    assert list(latest_segment(classes)) == [bool(flag) for flag in latest]


def test_s7_a_jump_at_a_break_is_no_trend() -> None:
    """Flat before and after another question: over all waves it would look like a rise."""
    classes = np.array([["a", "a", "a", "b", "b", "b"]] * 2)
    means = np.array([[7.0, 7.0, 7.0, 8.0, 8.0, 8.0], [7.0, 7.0, 7.0, 7.5, 8.0, 8.5]])
    times = np.arange(6.0)
    assert is_trend(weighted_trend(times, means, 0.01), 0.3).all()
    within = weighted_trend(times, np.where(latest_segment(classes), means, NAN), 0.01)
    assert list(is_trend(within, 0.3)) == [False, True]
    assert float(within.slope[1]) == close(0.5)
