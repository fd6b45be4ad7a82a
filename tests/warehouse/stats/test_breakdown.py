"""The difference between two age groups."""

from __future__ import annotations

import numpy as np
from scipy import stats

from tests.warehouse.stats.fixture_f1 import close
from warehouse.stats.breakdown import category_difference, stratum_variance

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


def test_stratum_variance_by_hand() -> None:
    """Ten answers of mean 7 and ten of mean 8, s²_p 1: (1·18 + 10·0.25 + 10·0.25)/19 = 23/19.

    Apart, each in a stratum of its own, nothing lies between them: 1.
    """
    assert stratum_variance([10, 10], [70, 80], [0, 0], 1.0) == close(23 / 19)
    assert stratum_variance([10, 10], [70, 80], [0, 1], 1.0) == close(1.0)
    assert stratum_variance([10, 10, 0, NAN], [70, 80, 0, NAN], [0, 0, 1, 1], 1.0) == close(23 / 19)


def test_stratum_variance_is_that_of_the_answers_themselves() -> None:
    """With s²_p of all groups it is the variance about the mean of the stratum, exactly."""
    draws = np.random.default_rng(5)
    groups = [draws.normal(centre, 1.0, size) for centre, size in ((7, 12), (8, 30), (6, 9))]
    within = sum(((g - g.mean()) ** 2).sum() for g in groups) / sum(g.size - 1 for g in groups)
    sizes, sums = [g.size for g in groups], [g.sum() for g in groups]
    whole = np.concatenate(groups)
    assert stratum_variance(sizes, sums, [0, 0, 0], within) == close(whole.var(ddof=1))
    parts = np.concatenate(groups[:2])
    expected = (parts.var() * parts.size + groups[2].var() * 9) / (parts.size - 1 + 8)
    assert stratum_variance(sizes, sums, ["a", "a", "b"], within) == close(expected)


def test_stratum_variance_needs_two_answers_and_a_spread() -> None:
    assert np.isnan(stratum_variance([1, 1], [7, 8], [0, 1], 1.0))
    assert np.isnan(stratum_variance([], [], [], 1.0))
    assert np.isnan(stratum_variance([10, 10], [70, 80], [0, 0], NAN))


def test_ages_that_do_not_differ_are_seldom_called_different() -> None:
    """Forty organisations of 25, τ² a quarter of σ², ages at random: 5 % within, 8 % without τ²."""
    draws = np.random.default_rng(11)
    organisations, people, worlds = 40, 25, 4000
    level = draws.normal(0.0, 0.5, (worlds, organisations, 1))
    marks = level + draws.normal(0.0, 1.0, (worlds, organisations, people))
    young = draws.random(marks.shape) < 0.3
    n = young.sum(axis=(1, 2))
    others = organisations * people - n
    means = (marks * young).sum(axis=(1, 2)) / n, (marks * ~young).sum(axis=(1, 2)) / others
    within, df = marks.var(axis=2, ddof=1).mean(axis=1), organisations * (people - 1)
    sizes = np.full(organisations, people)
    whole = [
        stratum_variance(sizes, sums, np.zeros(organisations), spread)
        for sums, spread in zip(marks.sum(axis=2), within, strict=True)
    ]

    def share_below(variance: object) -> float:
        column = (slice(None), np.newaxis)
        found = category_difference(
            means[0][column], n[column], means[1][column], others[column], variance=variance, df=df
        )
        return float(np.mean(found.p < 0.05))

    assert share_below(np.array(whole)) == close(0.05, abs=0.01)
    assert share_below(within) > 0.065
