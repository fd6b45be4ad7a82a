"""What the methods promise, on simulated sectors with a fixed seed: coverage, size, spread."""

from __future__ import annotations

import numpy as np
from scipy import special

from warehouse.stats.compare import benjamini_hochberg, leave_one_out
from warehouse.stats.interval import (
    effective_count,
    pooled_variance,
    published_interval,
    wilson_interval,
)
from warehouse.stats.shrink import constrained, empirical_bayes

WIDE = (-100.0, 100.0)


def test_published_interval_covers_the_people_of_the_organisation() -> None:
    """Draw 14 of 60 people without replacement, 4000 organisations, own spreads that differ."""
    draws = np.random.default_rng(1)
    spread = draws.normal(1.0, 0.1, (4000, 1))
    people = draws.normal(7.0, 1.0, (4000, 60)) * spread
    sample = people[:, :14]
    n = np.full(4000, 14.0)
    pooled = pooled_variance(n, sample.sum(axis=1), (sample**2).sum(axis=1))
    found = published_interval(n, sample.mean(axis=1), pooled, np.full(4000, 60), scale=WIDE)
    truth = people.mean(axis=1)
    assert 0.93 <= np.mean((found.low <= truth) & (truth <= found.high)) <= 0.97


def test_share_interval_covers_the_people_of_the_organisation() -> None:
    draws = np.random.default_rng(2)
    found = draws.hypergeometric(18, 42, 40, 20000) / 40
    low, high = wilson_interval(found, effective_count(np.full(20000, 40), 60))
    assert 0.93 <= np.mean((low <= 0.3) & (high >= 0.3)) <= 0.98


def test_organisations_that_do_not_differ_are_seldom_flagged() -> None:
    """Twenty aspects per organisation: 64 % would be flagged somewhere without correction."""
    draws = np.random.default_rng(3)
    p = special.ndtr(-np.abs(draws.normal(size=(3000, 20)))) * 2
    flagged = [bool(np.any(benjamini_hochberg(family) < 0.05)) for family in p]
    assert np.mean(np.any(p < 0.05, axis=1)) > 0.6
    assert np.mean(flagged) <= 0.07


def test_own_against_the_others_has_its_size() -> None:
    draws = np.random.default_rng(4)
    variances = np.tile([0.02, 0.05, 0.09, 0.03, 0.06, 0.04], (2000, 1))
    means = 7.0 + draws.normal(size=(2000, 6)) * np.sqrt(variances)
    pairs = zip(means, variances, strict=True)
    p = np.array([leave_one_out(mean, variance).p for mean, variance in pairs])
    assert 0.045 <= np.mean(p < 0.05) <= 0.055


def test_constrained_values_have_the_true_spread() -> None:
    draws = np.random.default_rng(5)
    widths = {"truth": 0.0, "raw": 0.0, "constrained": 0.0}
    for _ in range(60):
        truth = draws.normal(7.2, 0.34, 120)
        variances = 0.94 / draws.integers(8, 30, 120)
        raw = truth + draws.normal(size=120) * np.sqrt(variances)
        found = empirical_bayes(raw, variances, np.ones((120, 1)))
        shown = constrained(found.values, found.posterior_variances)
        for name, values in (("truth", truth), ("raw", raw), ("constrained", shown)):
            widths[name] += float(np.subtract(*np.quantile(values, [0.75, 0.25])))
    assert abs(widths["constrained"] / widths["truth"] - 1) < 0.10
    assert widths["raw"] / widths["truth"] > 1.15
