"""What is promised of whole sectors of simulated answers, fixed seeds: long, so marked slow.

`test_simulation.py` has the short forms. Here people give whole marks on 1–10 in organisations of
uneven size, and each figure goes the way it goes in a release: totals, pooled variance, statistic.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.warehouse.stats.fixture_f1 import SCALE
from warehouse.stats.breakdown import category_difference
from warehouse.stats.change import matched_change
from warehouse.stats.compare import (
    benjamini_hochberg,
    leave_one_out,
    mention_state,
    newcombe_interval,
    normal_difference,
    one_sided,
    verdict,
)
from warehouse.stats.dialogue import SCORES, support
from warehouse.stats.interval import (
    effective_count,
    pooled_variance,
    published_interval,
    wilson_interval,
)
from warehouse.stats.rank import bonferroni_rank_intervals, simulated_rank_intervals
from warehouse.stats.shrink import constrained, empirical_bayes
from warehouse.stats.trend import is_trend, weighted_trend

pytestmark = pytest.mark.slow

Sums = tuple[np.ndarray, np.ndarray, np.ndarray]


def answers(draws: np.random.Generator, centres: np.ndarray, people: int) -> np.ndarray:
    """Return whole marks of `people` per organisation, skewed to the low side as marks are."""
    shape = (*np.shape(centres), people)
    lean = (2.0 - draws.gamma(4.0, 0.5, shape)) * 1.1
    return np.clip(np.rint(np.asarray(centres)[..., np.newaxis] + lean), *SCALE)


def sums(marks: np.ndarray, n: np.ndarray) -> Sums:
    """Return n, Σy and Σy² of the first n people of each organisation."""
    took_part = np.arange(marks.shape[-1]) < n[..., np.newaxis]
    return n, np.sum(marks * took_part, axis=-1), np.sum(marks**2 * took_part, axis=-1)


def test_published_interval_covers_the_organisations_own_mean() -> None:
    """Sizes of 10 to 40 out of 20 to 80, whole skewed marks, spreads that differ."""
    draws = np.random.default_rng(11)
    covered: list[np.ndarray] = []
    for _ in range(60):
        centres = draws.normal(7.2, 0.4, 150)
        marks = answers(draws, centres, 80)
        population = draws.integers(20, 81, 150)
        truth = sums(marks, population)[1] / population
        n = np.maximum(10, np.rint(population * draws.uniform(0.3, 0.7, 150)))
        counts = sums(marks, n)
        mean = counts[1] / n
        found = published_interval(n, mean, pooled_variance(*counts), population, scale=SCALE)
        covered.append((found.low <= truth) & (truth <= found.high))
    assert 0.93 <= np.mean(covered) <= 0.97


@pytest.mark.parametrize(
    ("population", "n"), [(25, 12), (40, 12), (60, 25), (60, 40), (120, 30), (300, 50)]
)
def test_share_interval_covers_on_the_average_of_shares(population: int, n: int) -> None:
    """Exactly, by the hypergeometric: counts are a lattice, so single shares go up and down."""
    x = np.arange(n + 1)
    low, high = wilson_interval(x / n, effective_count(np.full(n + 1, n), population))
    chosen = np.arange(1, population)[:, np.newaxis]
    chance = stats.hypergeom.pmf(x, population, chosen, n)
    inside = (low <= chosen / population) & (chosen / population <= high)
    coverage = np.sum(chance * inside, axis=1)
    assert 0.93 <= np.mean(coverage) <= 0.97
    assert np.mean(coverage < 0.90) <= 0.04


def test_an_organisation_that_does_not_differ_is_seldom_called_higher_or_lower() -> None:
    """Twenty aspects and a grade, eight to thirty peers, BH over the family and the delta."""
    draws = np.random.default_rng(13)
    flagged, uncorrected = [], []
    for _ in range(150):
        k = int(draws.integers(8, 31))
        differences, ps, errors = [], [], []
        n = draws.integers(10, 61, k).astype(float)
        for _ in range(21):
            counts = sums(answers(draws, np.full(k, 7.2), 60), n)
            variance = pooled_variance(*counts).variance
            against = leave_one_out(counts[1] / n, variance / n)
            differences.append(against.difference)
            ps.append(against.p)
            errors.append(against.se)
        for own in range(k):
            d, p, se = (np.array(part)[:, own] for part in (differences, ps, errors))
            low, high, _ = normal_difference(d, se, 0.90)
            printed = normal_difference(d, se)[:2]
            words = verdict(d, benjamini_hochberg(p), low, high, 0.3, printed=printed)
            flagged.append(bool(np.isin(words, ["higher", "lower"]).any()))
            uncorrected.append(bool(np.any(p < 0.05)))
    assert np.mean(uncorrected) > 0.5
    assert np.mean(flagged) <= 0.07


def test_constrained_values_have_the_true_spread_in_sectors_with_bands() -> None:
    draws = np.random.default_rng(14)
    widths = {"truth": [], "raw": [], "bayes": [], "constrained": []}
    spreads = {name: [] for name in widths}
    for _ in range(120):
        band = np.repeat(np.eye(3), 40, axis=0)
        truth = band @ np.array([7.6, 7.2, 6.8]) + draws.normal(0, 0.3, 120)
        n = draws.integers(10, 30, 120)
        marks = answers(draws, truth, 30)
        counts = sums(marks, n.astype(float))
        raw = counts[1] / n
        found = empirical_bayes(raw, pooled_variance(*counts).variance / n, band)
        shown = constrained(found.values, found.posterior_variances)
        # Whole marks on a bounded scale move a mean; that is the truth the answers can tell of.
        expected = answers(draws, truth, 4000).mean(axis=1)
        values = (expected, raw, found.values, shown)
        for name, part in zip(widths, values, strict=True):
            widths[name].append(np.subtract(*np.quantile(part, [0.75, 0.25])))
            spreads[name].append(np.std(part))
    for measure, room in ((widths, 0.10), (spreads, 0.03)):
        mean = {name: float(np.mean(part)) for name, part in measure.items()}
        assert abs(mean["constrained"] / mean["truth"] - 1) < room
        assert mean["bayes"] < mean["constrained"] < mean["raw"]


def test_matched_change_covers() -> None:
    draws = np.random.default_rng(15)
    truth = draws.normal(7.2, 0.4, (4000, 12))
    moved = truth + draws.normal(0.1, 0.2, (4000, 12))
    v0, v1 = 0.94 / draws.integers(10, 40, (2, 4000, 12))
    earlier = truth + draws.normal(size=truth.shape) * np.sqrt(v0)
    later = moved + draws.normal(size=truth.shape) * np.sqrt(v1)
    earlier[draws.random(truth.shape) < 0.2] = np.nan
    found = matched_change(earlier, v0, later, v1)
    both = ~np.isnan(earlier)
    change = np.sum((moved - truth) * both, axis=1) / both.sum(axis=1)
    assert 0.93 <= np.mean((found.low <= change) & (change <= found.high)) <= 0.97


def test_a_series_without_a_trend_is_seldom_called_one() -> None:
    draws = np.random.default_rng(16)
    v = 0.94 / draws.integers(10, 60, (20_000, 6))
    found = weighted_trend(np.arange(6.0), 7 + draws.normal(size=v.shape) * np.sqrt(v), v)
    assert 0.045 <= np.mean(found.p < 0.05) <= 0.055
    assert 0.045 <= np.mean(found.q_p < 0.05) <= 0.055
    assert np.mean(is_trend(found, 0.3)) <= 0.055


def test_rank_intervals_hold_the_true_rank() -> None:
    draws = np.random.default_rng(17)
    truth = draws.normal(7.2, 0.3, (300, 15))
    v = 0.94 / draws.integers(10, 60, truth.shape)
    means = truth + draws.normal(size=truth.shape) * np.sqrt(v)
    rank = 1 + np.sum(truth[:, np.newaxis, :] > truth[:, :, np.newaxis], axis=-1)
    widths = []
    for found in (
        bonferroni_rank_intervals(means, v),
        simulated_rank_intervals(means, v, draws, draws=1000),
    ):
        assert np.mean((found.low <= rank) & (rank <= found.high)) >= 0.95
        widths.append(np.mean(found.high - found.low))
    assert widths[1] < widths[0]


def test_age_difference_covers_whatever_the_bands_do() -> None:
    draws = np.random.default_rng(18)
    bands = np.array([7.6, 7.2, 6.8])
    n_young, n_old = np.array([40, 20, 10]), np.array([10, 30, 60])
    covered = []
    for _ in range(3000):
        young = [draws.normal(m - 0.2, 0.97, n) for m, n in zip(bands, n_young, strict=True)]
        old = [draws.normal(m, 0.97, n) for m, n in zip(bands, n_old, strict=True)]
        groups = [*young, *old]
        pooled = pooled_variance(
            [g.size for g in groups], [g.sum() for g in groups], [(g**2).sum() for g in groups]
        )
        found = category_difference(
            [g.mean() for g in young],
            n_young,
            [g.mean() for g in old],
            n_old,
            variance=pooled.variance,
            df=pooled.df,
        )
        covered.append(bool(found.low <= -0.2 <= found.high))
    assert 0.94 <= np.mean(covered) <= 0.96


def test_sides_that_agree_are_seldom_called_one_sided() -> None:
    draws = np.random.default_rng(19)
    shares = draws.uniform(0.02, 0.3, 20_000)
    ours, theirs = draws.binomial(60, shares) / 60, draws.binomial(40, shares) / 40
    low_a, high_a = wilson_interval(ours, 60)
    low_b, high_b = wilson_interval(theirs, 40)
    _, low, high = newcombe_interval(ours, low_a, high_a, theirs, low_b, high_b)
    states = mention_state(low_a, high_a), mention_state(low_b, high_b)
    assert np.mean(one_sided(*states, low, high) != "") <= 0.05


def test_lower_bound_of_support_holds_nine_times_in_ten() -> None:
    draws = np.random.default_rng(20)
    shares = np.array([0.03, 0.05, 0.08, 0.14, 0.25, 0.28, 0.17])
    held = []
    for _ in range(800):
        tilt = draws.normal(0, 0.5, (20, 1))
        chances = shares * np.exp(tilt * SCORES)
        chances /= chances.sum(axis=1, keepdims=True)
        r = draws.integers(10, 60, 20)
        found = support(draws.multinomial(r, chances))
        held.append(found.low <= chances @ SCORES)
    assert 0.87 <= np.mean(held) <= 0.93
