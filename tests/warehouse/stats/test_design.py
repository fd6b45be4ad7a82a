"""Weighted means of bands and sector: design effects, joined bands and edges."""

from __future__ import annotations

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import (
    BAND_HEADCOUNT,
    MARKS,
    SCALE,
    arrays,
    close,
)
from warehouse.stats.design import (
    DesignMean,
    design_effect,
    design_effective_count,
    design_mean,
    joined_strata,
    kish_effective_count,
)

NAN = np.nan


def f1_design() -> tuple[DesignMean, float]:
    """Return the sector's mean of F1 and the weighted variance of its answers."""
    names = sorted(MARKS, key=lambda name: "SML".index(name[0]))
    n, total, squares, heads = arrays(names)
    strata = np.array(["SML".index(name[0]) for name in names])
    totals = np.array([BAND_HEADCOUNT[name[0]] for name in names])
    found = design_mean(total / n, n, heads, strata, totals, scale=SCALE)
    covered = np.array([heads[strata == stratum].sum() for stratum in strata])
    weights = heads / n * totals / covered
    around = np.sum(weights * (squares - 2 * found.mean * total + n * found.mean**2))
    return found, float(around / 24000 * 102 / 101)


def test_s10_design_effects() -> None:
    found, variance = f1_design()
    assert design_effect(found.se, 102, variance, 24000) == close(1.0625, abs=5e-5)
    assert design_effect(found.se, 102, variance) == close(1.0580, abs=5e-5)
    assert found.deff == close(1.1315, abs=5e-5)


def test_s14_effective_count_of_raked_weights() -> None:
    weights = [127.489698, 13.547389, 232.933869, 24.752162, 288.201217, 30.625015]
    assert kish_effective_count(weights, [23, 5, 38, 6, 41, 6]) == close(98.4392745, abs=1e-5)
    assert kish_effective_count([2.0, 2.0, 2.0]) == close(3.0)
    assert kish_effective_count([]) == 0.0


@pytest.mark.parametrize(
    ("codes", "labels"),
    [
        ([0, 0, 1, 1], [0, 0, 1, 1]),
        ([0, 0, 1, 2, 2], [0, 0, 0, 1, 1]),
        ([0, 1, 1, 2, 2], [0, 0, 0, 1, 1]),
        ([4, 4, 9, 7, 7], [0, 0, 1, 1, 1]),
        ([0, 1, 2], [0, 0, 0]),
        ([5], [0]),
    ],
)
def test_a_single_atom_joins_its_neighbour(codes: list[int], labels: list[int]) -> None:
    assert list(joined_strata(codes)) == labels


def test_a_joined_band_keeps_its_weight_and_is_counted_in_df() -> None:
    found = design_mean([7, 8, 6], [10, 10, 10], [50, 50, 40], [0, 0, 1], [100, 100, 400 - 100])
    assert found.mean == close((50 * 7 + 50 * 8 + 300 * 6) / 400)
    z = np.array([50 * (7 - found.mean), 50 * (8 - found.mean), 300 * (6 - found.mean)]) / 400
    assert found.df == 2
    assert found.se**2 == close(3 / 2 * np.sum((z - z.mean()) ** 2))


def test_design_mean_of_nothing_of_one_atom_and_of_unknown_headcount() -> None:
    nothing = design_mean([NAN], [0], [5], [0], [10])
    assert np.isnan([nothing.mean, nothing.se, nothing.low]).all()
    assert nothing.effective_n == 0.0
    one = design_mean([7, NAN], [10, 0], [50, 9], [0, 0], [100, 100])
    assert (one.mean, one.effective_n, one.df) == (7.0, close(10.0), 0)
    assert np.isnan([one.se, one.low, one.high]).all()
    unknown = design_mean([7, 8], [10, 10], [NAN, 40], [0, 0], [100, 100])
    assert np.isnan([unknown.mean, unknown.se]).all()


def test_design_mean_ignores_order_and_stays_on_the_scale() -> None:
    rows = np.array([[9, 10, 50, 0, 90], [10, 10, 30, 0, 90], [9.5, 12, 80, 1, 99]])
    rows = np.vstack([rows, [9.9, 14, 60, 1, 99]])
    found = design_mean(*rows.T, scale=SCALE)
    turned = design_mean(*rows[::-1].T, scale=SCALE)
    assert (found.mean, found.se) == (close(turned.mean), close(turned.se))
    assert found.high == 10.0


def test_effective_count_of_a_weighted_share() -> None:
    found = design_effective_count(
        [0.2, 0.2, 0.2, 0.0, 1.0, 0.5, 0.5],
        [0.05, 0.001, 0.9, 0.01, 0.0, 0.0, NAN],
        100,
        1.25,
    )
    assert found == close([64.0, 100.0, 1.0, 80.0, 80.0, 80.0, 80.0])
