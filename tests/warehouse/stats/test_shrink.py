"""Shrinkage and the size gradient: remaining oracles, hand-made examples and edges."""

from __future__ import annotations

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import (
    ALL,
    arrays,
    close,
    pooled,
)
from warehouse.stats.compare import leave_one_out
from warehouse.stats.gradient import expected_at, expected_range, size_gradient
from warehouse.stats.quantile import harrell_davis, type7
from warehouse.stats.shrink import (
    constrained,
    constraint_factor,
    empirical_bayes,
    paule_mandel,
)

NAN = np.nan
# Organisations in the order of ALL: L1, L2, L3, M1 … S4.
THETA = [
    [6.9275984659, 6.7954417066, 7.0349658793, 7.2935409143, 7.2601927514, 6.9712827390],
    [7.6807498639, 7.7148387453, 7.5670667083, 7.3727991532, 7.4837028815],
]
POSTERIOR_SD = [
    [0.2235154739, 0.2125092460, 0.2437777588, 0.2518590263, 0.2364256771, 0.2607981617],
    [0.2819478117, 0.3092104392, 0.2946424471, 0.3261597575, 0.2707579498],
]
CONSTRAINED = [
    [6.8179624423, 6.6449241632, 6.9585430115, 7.2971059371, 7.2534418161, 6.8751600573],
    [7.8040945364, 7.8487285105, 7.6552445063, 7.4008820083, 7.5460928200],
]


def sampled() -> tuple[np.ndarray, np.ndarray]:
    """Return means and sampling variances of F1, in the order of ALL."""
    n, total, _, _ = arrays(ALL)
    return total / n, pooled().variance / n


def test_s3_and_s8_centres() -> None:
    n, total, _, _ = arrays(["M1", "M2", "M3", "M4"])
    found = leave_one_out(total / n, pooled().variance / n)
    assert found.rest_mean[1] == close(7.3592592593, abs=1e-9)
    own = total / n
    assert (3 * found.rest_mean + own) / 4 == close([7.3319444444] * 4, abs=1e-9)
    means, _ = sampled()
    assert type7(means, [0.1, 0.5, 0.9]) == close([6.7777777778, 7.3, 8.0], abs=1e-9)


def test_s12_every_value() -> None:
    found = empirical_bayes(*sampled(), np.ones((11, 1)))
    assert found.values == close(np.concatenate(THETA), abs=1e-9)
    assert np.sqrt(found.posterior_variances) == close(np.concatenate(POSTERIOR_SD), abs=1e-9)
    spread = constrained(found.values, found.posterior_variances)
    assert spread == close(np.concatenate(CONSTRAINED), abs=1e-9)
    assert spread.std(ddof=1) == close(0.4134412553, abs=1e-9)
    assert type7(spread, [0.25, 0.75]) == close([6.9168515344, 7.6006686631], abs=1e-9)


def test_s12_with_band_means() -> None:
    bands = np.array([[float(name[0] == band) for band in "SML"] for name in ALL])
    found = empirical_bayes(*sampled(), bands)
    assert found.values[[0, 3, 7]] == close([6.7595596707, 7.2916890556, 7.7953742748], abs=1e-9)
    sd = np.sqrt(found.posterior_variances)
    assert sd[[0, 3, 7]] == close([0.1622507766, 0.1691471112, 0.2130041837], abs=1e-9)


def test_paule_mandel_solves_its_moment_equation() -> None:
    means, variances = sampled()
    found = paule_mandel(means, variances, np.ones((11, 1)))
    left = np.sum((means - found.coefficients[0]) ** 2 / (variances + found.tau2))
    assert left == close(10.0, abs=1e-10)
    assert np.sqrt(found.covariance[0, 0]) == close(0.1592573122, abs=1e-9)


def test_no_spread_between_organisations_gives_everyone_the_mean() -> None:
    found = empirical_bayes([7.0, 7.1, 7.05], [0.2, 0.1, 0.1], np.ones((3, 1)))
    assert found.tau2 == 0.0
    assert np.ptp(found.values) < 1e-12
    assert constraint_factor(found.values, found.posterior_variances) == 1.0
    assert list(constrained(found.values, found.posterior_variances)) == list(found.values)


def test_everyone_answering_the_same_is_no_error() -> None:
    found = empirical_bayes([7.0, 7.0, 7.0], [0.0, 0.0, 0.0], np.ones((3, 1)))
    assert found.tau2 == 0.0
    assert found.values == close([7.0, 7.0, 7.0])
    apart = empirical_bayes([6.0, 7.0, 8.0], [0.0, 0.0, 0.0], np.ones((3, 1)))
    assert (apart.tau2, list(apart.values)) == (close(1.0), close([6.0, 7.0, 8.0]))


def test_shrinkage_leaves_out_what_is_missing() -> None:
    means, variances = sampled()
    whole = empirical_bayes(means, variances, np.ones((11, 1)))
    holed = empirical_bayes([*means, NAN, 7], [*variances, 0.1, NAN], np.ones((13, 1)))
    assert holed.values[:11] == close(whole.values, abs=1e-12)
    assert np.isnan(holed.values[11:]).all()
    assert np.isnan(holed.posterior_variances[11:]).all()
    spread = constrained(holed.values, holed.posterior_variances)
    assert spread[:11] == close(np.concatenate(CONSTRAINED), abs=1e-9)
    assert np.isnan(spread[11:]).all()


@pytest.mark.parametrize(
    ("k", "design", "variance", "message"),
    [
        (0, np.ones((0, 1)), 0.1, "too few"),
        (1, np.ones((1, 1)), 0.1, "too few"),
        (4, np.eye(4), 0.1, "too few"),
        (5, np.column_stack([np.ones(5), np.zeros(5)]), 0.1, "dependent"),
        (5, np.ones((5, 1)), -0.1, "negative"),
    ],
)
def test_paule_mandel_refuses_what_has_no_answer(
    k: int, design: np.ndarray, variance: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        paule_mandel(np.linspace(6, 8, k), np.full(k, variance), design)


def test_s12b_worked_example_by_hand() -> None:
    """Equal variances make it ordinary least squares: RSS 0.098, so τ² = 0.098/2 − 0.04."""
    found = size_gradient([8.1, 7.3, 7.2, 6.4], [0.04] * 4, [1, 2, 3, 4])
    assert (found.slope, found.intercept) == (close(-0.52), close(8.55))
    assert found.tau2 == close(0.009, abs=1e-12)
    assert found.se == close(np.sqrt(0.049 / 5))
    assert (found.low, found.high) == (close(-0.7140264345), close(-0.3259735655))
    assert found.p == close(1.4990e-7, rel=1e-3)
    fit, se_fit = expected_at(found, [2.5, NAN])
    assert fit == close([7.25, NAN], nan_ok=True)
    assert se_fit == close([np.sqrt(0.049 / 4), NAN], nan_ok=True)
    low, high = expected_range(found, 2.5, 0.04)
    assert float(high - low) / 2 == close(1.9599639845 * np.sqrt(0.04 + 0.009 + 0.01225))


def test_s12b_with_unequal_variances_solves_its_moment_equation() -> None:
    size = np.array([1.3, 1.6, 1.9, 2.2, 2.6, 2.9, 3.4])
    means = np.array([8.3, 7.2, 8.1, 7.0, 7.6, 6.3, 6.9])
    variances = np.array([0.09, 0.02, 0.06, 0.03, 0.05, 0.01, 0.02])
    found = size_gradient(means, variances, size)
    assert found.tau2 > 0.05
    weights = 1 / (variances + found.tau2)
    residuals = means - found.intercept - found.slope * size
    # The two normal equations and the moment equation, written out.
    assert np.sum(weights * residuals) == close(0.0, abs=1e-10)
    assert np.sum(weights * residuals * size) == close(0.0, abs=1e-10)
    assert np.sum(weights * residuals**2) == close(5.0, abs=1e-10)
    centre = np.sum(weights * size) / np.sum(weights)
    assert found.se**2 == close(1 / np.sum(weights * (size - centre) ** 2))
    _, se_fit = expected_at(found, centre)
    assert se_fit**2 == close(1 / np.sum(weights))


def test_s12b_leaves_out_what_is_missing_and_refuses_what_has_no_slope() -> None:
    found = size_gradient([8.1, 7.3, NAN, 7.2, 6.4], [0.04] * 5, [1, 2, 2, 3, 4])
    assert found.slope == close(-0.52)
    with pytest.raises(ValueError, match="too few"):
        size_gradient([8, 7], [0.1, 0.1], [1, 2])
    with pytest.raises(ValueError, match="dependent"):
        size_gradient([8, 7, 6], [0.1] * 3, [2, 2, 2])


def test_quartiles_lie_on_constrained_values() -> None:
    """Their spread lies between that of plain shrinkage and that of the raw means."""
    means, variances = sampled()
    found = empirical_bayes(means, variances, np.ones((11, 1)))
    spread = constrained(found.values, found.posterior_variances)
    widths = [np.diff(harrell_davis(a, [0.25, 0.75]))[0] for a in (found.values, spread, means)]
    assert widths == sorted(widths)
