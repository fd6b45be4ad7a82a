"""Every oracle of the statistics that are published, from the reference numbers to 1e-6.

The numbers of fixture F1 and of the worked examples are copied here, so that a clone without the
reference folder still checks them; where the folder is present, it is read as well.
"""

from __future__ import annotations

import csv
import json
import math
from typing import Any

import numpy as np
import pytest

from tests.shared_data import shared
from tests.warehouse.stats.fixture_f1 import (
    ALL,
    BAND_HEADCOUNT,
    HR,
    MARKS,
    SCALE,
    arrays,
    close,
    pooled,
)
from warehouse.stats.compare import (
    benjamini_hochberg,
    leave_one_out,
    mention_state,
    newcombe_interval,
    one_sided,
    verdict,
    welch_difference,
)
from warehouse.stats.design import design_mean, kish_effective_count
from warehouse.stats.gradient import expected_at, size_gradient
from warehouse.stats.homogeneity import single_answer_width
from warehouse.stats.interval import (
    effective_count,
    mean_interval,
    published_interval,
    wilson_interval,
)
from warehouse.stats.quantile import harrell_davis, quarter_position, type7
from warehouse.stats.shrink import (
    constrained,
    constraint_factor,
    empirical_bayes,
    paule_mandel,
)


def test_s1_mean_with_interval() -> None:
    n, total, squares, heads = arrays(["M2", "S1"])
    variance = (squares - total**2 / n) / (n - 1)
    found = mean_interval(n, total / n, variance, heads, scale=SCALE)
    assert found.se == close([0.2890029883, 0.3240370349], abs=1e-9)
    assert found.low == close([6.613908711, 7.300328960], abs=1e-8)
    assert found.high == close([7.886091289, 9.099671040], abs=1e-8)
    without = mean_interval(n, total / n, variance, scale=SCALE)
    assert without.low[0] == close(6.579500909, abs=1e-8)


def test_s1_edges() -> None:
    found = mean_interval(
        np.array([0.0, 1.0, 12.0, 5.0]),
        np.array([np.nan, 7.0, 7.0, 8.2]),
        np.array([np.nan, np.nan, 0.0, 0.7]),
        np.array([20.0, 20.0, 100.0, 5.0]),
        scale=SCALE,
    )
    assert list(found.flag) == ["no_data", "n1", "zero_variance", "census"]
    assert math.isnan(found.se[1])
    assert found.low[3] == found.high[3] == 8.2
    with pytest.raises(ValueError, match="21"):
        mean_interval([21.0], [7.0], [1.0], [20.0], scale=SCALE)


def test_s1b_published_interval() -> None:
    found = pooled()
    assert (found.variance, found.df) == (close(0.9387925566, abs=1e-9), 91)
    n, total, _, heads = arrays(["M2", "S1"])
    interval = published_interval(n, total / n, found, heads, scale=SCALE)
    assert interval.se == close([0.2653477751, 0.3752584223], abs=1e-9)
    assert interval.low == close([6.7229192416, 7.4545952430], abs=1e-8)
    assert interval.high == close([7.7770807584, 8.9454047570], abs=1e-8)


def test_s2_shares() -> None:
    assert effective_count(40, 60) == close(118.0)
    low, high = wilson_interval(np.array([18 / 40, 18 / 40, 0.0, 56 / 70]), [40, 118, 12, 70])
    assert low == close([0.3070530781, 0.3632262670, 0.0, 0.6918335550], abs=1e-9)
    assert high == close([0.6017090820, 0.5399265669, 0.2424940067, 0.8769526075], abs=1e-9)
    assert low[2] == 0.0
    everyone = wilson_interval(np.array([1.0]), np.array([12.0]))
    assert everyone[1][0] == 1.0


def test_s3_own_against_the_others() -> None:
    names = ["M1", "M2", "M3", "M4"]
    n, total, _, _ = arrays(names)
    found = leave_one_out(total / n, pooled().variance / n, tau2=0.1675032549)
    assert found.rest_mean[3] == close(7.1092592593, abs=1e-9)
    assert found.difference[3] == close(0.8907407407, abs=1e-9)
    assert found.se[3] == close(0.4059886772, abs=1e-9)
    assert found.z[3] == close(2.1940038990, abs=1e-8)
    assert found.p[3] == close(0.0282351293, abs=1e-9)
    assert found.se_unusual[3] == close(0.6230284739, abs=1e-8)
    assert found.z_unusual[3] == close(1.4296950751, abs=1e-8)


@pytest.mark.parametrize("count", [0, 1])
def test_s3_without_others_is_nan(count: int) -> None:
    found = leave_one_out(np.full(count, 7.0), np.full(count, 0.1))
    assert np.isnan(found.p).all()


def test_s4_benjamini_hochberg() -> None:
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    q = [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.1057142857, 0.216, 0.216, 0.216]
    assert benjamini_hochberg(p) == close(q, abs=1e-9)
    assert benjamini_hochberg([0.01, np.nan, 0.04]) == close([0.02, np.nan, 0.04], nan_ok=True)
    own = benjamini_hochberg([0.0282, 0.0004, 0.21, 0.048, 0.6, 0.9, 0.013, 0.33, 0.77, 0.5])
    assert own[0] == close(0.094, abs=1e-9)


def test_d4_verdicts() -> None:
    difference = [0.5, -0.5, 0.2, 0.0, 0.4, np.nan]
    q = [0.01, 0.01, 0.01, 0.9, 0.2, np.nan]
    low, high = [0.2, -0.8, 0.1, -0.2, -0.1, np.nan], [0.8, -0.2, 0.29, 0.2, 0.9, np.nan]
    words = ["higher", "lower", "comparable", "comparable", "not_demonstrable", "too_few"]
    printed = [0.1, -0.9, 0.05, -0.3, -0.2, np.nan], [0.9, -0.1, 0.35, 0.3, 1.0, np.nan]
    assert list(verdict(difference, q, low, high, 0.3, printed=printed)) == words


def test_s6_welch() -> None:
    first = MARKS["M2"][1]
    second = [7, 8, 8, 6, 8, 9, 7, 6, 8, 8, 7, 9, 8, 7, 8]
    parts = []
    for marks in (second, first):
        parts += [np.mean(marks), np.var(marks, ddof=1), len(marks)]
    found = welch_difference(*(float(part) for part in parts))
    assert found.t == close(0.9096553020, abs=1e-9)
    assert found.df == close(21.8966451926, abs=1e-8)
    assert found.p == close(0.3729090694, abs=1e-9)
    finite = welch_difference(
        *(float(part) for part in parts), population_a=118.0, population_b=120.0
    )
    assert finite.se == close(0.3629587177, abs=1e-9)
    assert (finite.low, finite.high) == (close(-0.4033599699), close(1.1033599699))


def test_s9_quantiles() -> None:
    n, total, _, _ = arrays(ALL)
    quarters = [0.25, 0.5, 0.75]
    expected = [6.8863643488, 7.3250030072, 7.7847032597]
    assert harrell_davis(total / n, quarters) == close(expected, abs=1e-9)
    assert type7(total / n, quarters) == close([6.8474025974, 7.3, 7.7291666667], abs=1e-9)
    places = quarter_position([6.0, 8.0, 7.2, 6.0], [6.5, 8.5, 7.3, 9.0], 7.0, 7.5)
    assert list(places) == ["lower_quarter", "upper_quarter", "middle", "indistinct"]


def test_s10_design_based_mean() -> None:
    names = sorted(MARKS, key=lambda name: "SML".index(name[0]))
    n, total, _, heads = arrays(names)
    strata = np.array(["SML".index(name[0]) for name in names])
    totals = np.array([BAND_HEADCOUNT[name[0]] for name in names])
    found = design_mean(total / n, n, heads, strata, totals, scale=SCALE)
    assert found.mean == close(7.0338658131, abs=1e-9)
    assert (found.se, found.df) == (close(0.1060219583, abs=1e-9), 8)
    assert (found.low, found.high) == (close(6.7893787388), close(7.2783528874))
    assert found.effective_n == close(90.1478243540, abs=1e-8)
    expected = {"S": (7.7376811594, 0.1279461886), "M": (7.1967479675, 0.2249797088)}
    expected["L"] = (6.7357503608, 0.0825812085)
    for band, (mean, se) in expected.items():
        mine = strata == "SML".index(band)
        part = design_mean(
            (total / n)[mine], n[mine], heads[mine], strata[mine], totals[mine], scale=SCALE
        )
        assert (part.mean, part.se) == (close(mean, abs=1e-9), close(se, abs=1e-9))


def test_s12_shrinkage() -> None:
    n, total, _, _ = arrays(ALL)
    means, variances = total / n, pooled().variance / n
    one = np.ones((len(ALL), 1))
    fitted = paule_mandel(means, variances, one)
    assert fitted.tau2 == close(0.1675032549, abs=1e-9)
    assert fitted.coefficients[0] == close(7.2820163463, abs=1e-9)
    shrunk = empirical_bayes(means, variances, one)
    theta = dict(zip(ALL, shrunk.values, strict=True))
    assert theta["L1"] == close(6.927598, abs=1e-6)
    assert theta["S4"] == close(7.483703, abs=1e-6)
    root = dict(zip(ALL, np.sqrt(shrunk.posterior_variances), strict=True))
    assert (root["L1"], root["S3"]) == (close(0.223515, abs=1e-6), close(0.326160, abs=1e-6))
    factor = constraint_factor(shrunk.values, shrunk.posterior_variances)
    assert factor == close(1.3093411188, abs=1e-8)
    spread = constrained(shrunk.values, shrunk.posterior_variances).std(ddof=1)
    assert spread == close(0.4134, abs=1e-4)
    bands = np.array([[float(name[0] == band) for band in "SML"] for name in ALL])
    banded = paule_mandel(means, variances, bands)
    assert banded.tau2 == close(0.0056532200, abs=1e-8)
    expected = [7.7831914011, 7.2911885872, 6.7573547011]
    assert banded.coefficients == close(expected, abs=1e-8)
    with pytest.raises(ValueError, match="too few"):
        paule_mandel(means[:1], variances[:1], one[:1])


def test_s12b_size_gradient_solves_its_own_equations() -> None:
    n, total, _, heads = arrays(ALL)
    means, variances, x = total / n, pooled().variance / n, np.log10(heads)
    found = size_gradient(means, variances, x)

    def fit(tau2: float) -> tuple[float, float, float, float]:
        """Return intercept, slope, slope's variance and the excess, in plain sums."""
        w = [1 / (v + tau2) for v in variances]
        sw, sx = sum(w), sum(a * b for a, b in zip(w, x, strict=True))
        sxx = sum(a * b * b for a, b in zip(w, x, strict=True))
        sy = sum(a * b for a, b in zip(w, means, strict=True))
        sxy = sum(a * b * c for a, b, c in zip(w, x, means, strict=True))
        d = sw * sxx - sx * sx
        b0, b1 = (sxx * sy - sx * sxy) / d, (sw * sxy - sx * sy) / d
        q = sum(a * (c - b0 - b1 * b) ** 2 for a, b, c in zip(w, x, means, strict=True))
        return b0, b1, sw / d, q - (len(x) - 2)

    low, high = 0.0, 1.0
    if fit(0.0)[3] <= 0:
        high = 0.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if fit(middle)[3] > 0 else (low, middle)
    intercept, slope, variance, _ = fit(high)
    assert found.slope == close(slope, abs=1e-9)
    assert found.intercept == close(intercept, abs=1e-9)
    assert found.se == close(math.sqrt(variance), abs=1e-9)
    assert found.slope < 0
    fitted, _ = expected_at(found, np.array([2.0]))
    assert fitted[0] == close(intercept + 2 * slope, abs=1e-9)


def test_s14_kish() -> None:
    n, _, _, heads = arrays(ALL)
    bands = {band: sum(MARKS[m][0] for m in ALL if m[0] == band) for band in "SML"}
    weights = [
        h / k * BAND_HEADCOUNT[name[0]] / bands[name[0]]
        for name, k, h in zip(ALL, n, heads, strict=True)
    ]
    assert kish_effective_count(weights, n) == close(90.1478243540, abs=1e-8)


def test_s15_gap_between_organisation_means() -> None:
    n, total, _, _ = arrays(ALL)
    ours = total / n
    theirs = np.array([np.mean(HR[name]) for name in ALL])
    found = welch_difference(
        float(ours.mean()),
        float(ours.var(ddof=1)),
        11,
        float(theirs.mean()),
        float(theirs.var(ddof=1)),
        11,
    )
    assert found.difference == close(-0.4873409419, abs=1e-9)
    assert found.se == close(0.2217799372, abs=1e-9)
    assert found.p == close(0.0399769241, abs=1e-9)
    assert (found.low, found.high) == (close(-0.9500566095), close(-0.0246252743))


def test_s16_newcombe() -> None:
    low, high = wilson_interval([56 / 70, 48 / 80], [70, 80])
    difference, lower, upper = newcombe_interval(0.8, low[0], high[0], 0.6, low[1], high[1])
    assert float(difference) == close(0.2)
    assert (float(lower), float(upper)) == (close(0.0524314724), close(0.3338726540))


def test_s17_mention_states_and_one_sidedness() -> None:
    low, high = wilson_interval([14 / 60, 2 / 60, 3 / 15], [60, 60, 15])
    assert low == close([0.1443956174, 0.0091893193, 0.0704754935], abs=1e-9)
    assert high == close([0.3543627038, 0.1136377427, 0.4518544872], abs=1e-9)
    assert list(mention_state(low, high)) == ["named", "rarely_named", "named"]
    assert list(mention_state([0.01, np.nan], [0.3, np.nan])) == ["uncertain", "uncertain"]
    sides = one_sided(
        ["named", "rarely_named", "named"],
        ["rarely_named", "named", "rarely_named"],
        [0.1, -0.3, -0.1],
        [0.3, -0.1, 0.2],
    )
    assert list(sides) == ["employee", "hr", ""]


def test_homogeneity_width() -> None:
    n = np.array([11.0, 11.0, 25.0, 12.0])
    total = np.array([80.0, 108.0, 240.0, 14.0])
    widths = single_answer_width(n, total, scale=SCALE)
    assert widths == close([9.0, 2.0, 9.0, 2.0])


def reference(name: str) -> Any:
    """Return one of the reference folder's JSON files."""
    return json.loads(shared("oracles", name).read_text())


def test_copied_numbers_are_those_of_the_reference_folder() -> None:
    numbers, extra = reference("oracle.json"), reference("oracle_extra.json")
    assert numbers["S6"]["tau2_PM"] == close(0.1675032549, abs=1e-9)
    assert numbers["S6"]["s2_pooled"] == close(pooled().variance, abs=1e-9)
    n, total, _, _ = arrays(ALL)
    theta = empirical_bayes(total / n, pooled().variance / n, np.ones((len(ALL), 1))).values
    assert theta == close(numbers["S6"]["theta"], abs=1e-6)
    assert numbers["S4"]["se"] == close(0.1060219583, abs=1e-9)
    assert numbers["S12_newcombe"][1] == close(0.0524314724, abs=1e-9)
    assert extra["own_vs_band_q"][0] == close(0.094, abs=1e-9)


def test_fixture_is_the_one_of_the_reference_folder() -> None:
    found: dict[str, list[int]] = {}
    with shared("oracles", "marks.csv").open(newline="") as rows:
        for row in csv.DictReader(rows):
            if row["role"] == "employee":
                found.setdefault(row["org"], []).append(int(row["y"]))
    assert found == {name: marks for name, (_, marks) in MARKS.items()}
