"""The difference between two age groups."""

from __future__ import annotations

import numpy as np
from scipy import stats

from tests.warehouse.stats.fixture_f1 import close
from warehouse.stats.breakdown import category_difference

NAN = np.nan


def test_age_difference_by_hand() -> None:
    """Two bands: 7.2 of 30 against 7.6 of 40, and 7.0 of 20 against 7.1 of 60.

    h is 30·40/70 = 17.142857 and 20·60/80 = 15; d = (−0.4·17.142857 − 0.1·15)/32.142857 = −0.26.
    """
    found = category_difference([7.2, 7.0], [30, 20], [7.6, 7.1], [40, 60], variance=0.94, df=91)
    assert float(found.difference) == close(-0.26)
    assert float(found.se) == close(np.sqrt(0.94 / (1200 / 70 + 15)))
    assert float(found.t) == close(-1.5203783, abs=1e-6)
    assert float(found.p) == close(0.1318830, abs=1e-6)
    assert (float(found.low), float(found.high)) == (
        close(-0.5996905, abs=1e-6),
        close(0.0796905, abs=1e-6),
    )
    assert found.strata_count == 2


def test_one_stratum_is_the_pooled_t_test() -> None:
    """The independent check: scipy's two-sample t test on the answers themselves."""
    draws = np.random.default_rng(8)
    young, old = draws.normal(7.0, 1.0, 25), draws.normal(7.5, 1.0, 31)
    squares = young.var() * 25 + old.var() * 31
    found = category_difference(
        [young.mean()], [25], [old.mean()], [31], variance=squares / 54, df=54
    )
    expected = stats.ttest_ind(young, old)
    assert float(found.t) == close(expected.statistic)
    assert float(found.p) == close(expected.pvalue)
    low, high = expected.confidence_interval()
    assert (float(found.low), float(found.high)) == (close(low), close(high))


def test_another_mix_of_bands_is_no_age_difference() -> None:
    """Within each band both ages answer alike; the young work where marks are high."""
    found = category_difference([8.0, 6.0], [90, 10], [8.0, 6.0], [10, 90], variance=1.0, df=50)
    assert float(found.difference) == close(0.0)
    crude = (8.0 * 90 + 6.0 * 10) / 100 - (8.0 * 10 + 6.0 * 90) / 100
    assert crude == close(1.6)


def test_strata_without_one_category_tell_nothing() -> None:
    means, counts = [[7.0, NAN], [NAN, 6.0], [7.0, 7.0]], [[10, 0], [0, 10], [10, 10]]
    found = category_difference(means, counts, [8.0, 8.0], [10, 10], variance=1.0, df=18)
    assert found.difference == close([-1.0, -2.0, -1.0])
    assert list(found.strata_count) == [1, 1, 2]
    nobody = category_difference([7.0], [0], [8.0], [10], variance=1.0, df=18)
    assert np.isnan([nobody.difference, nobody.se, nobody.p, nobody.low]).all()


def test_no_spread_gives_no_test_and_no_degrees_no_interval() -> None:
    found = category_difference([7.0], [10], [8.0], [10], variance=[0.0, 1.0], df=[18, 0])
    assert found.se == close([0.0, NAN], nan_ok=True)
    assert np.isnan(found.p).all()
    assert found.low == close([-1.0, NAN], nan_ok=True)
