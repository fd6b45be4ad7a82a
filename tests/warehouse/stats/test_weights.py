"""S14: weighting, non-response, clustering."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from tests.shared_data import shared
from tests.warehouse.stats.fixture_f1 import close
from tests.warehouse.stats.reference_folder import extra, oracle
from warehouse.stats.design import kish_effective_count
from warehouse.stats.quantile import type7
from warehouse.stats.weights import (
    bias_bound,
    cluster_design_effect,
    clustered_mean,
    intra_class,
    precision_word,
    rake,
    rake_trimmed,
    response_rate,
    trim_weights,
)

NAN = np.nan
COUNTS = [[23, 5], [38, 6], [41, 6]]
MARGINS = ([3000, 9000, 12000], [23600, 400])
RAKED = [[127.489698, 13.547389], [232.933869, 24.752162], [288.201217, 30.625015]]


def test_s14_cluster_design_effect() -> None:
    assert float(cluster_design_effect(9.27, 0.15)) == close(2.2405)


def test_s14_raking() -> None:
    weights = rake(COUNTS, MARGINS)
    assert weights == close(np.array(RAKED), abs=2e-6)
    assert np.sum(COUNTS * weights, axis=1) == close(MARGINS[0])
    assert np.sum(COUNTS * weights, axis=0) == close(MARGINS[1])
    assert kish_effective_count(weights, COUNTS) == close(98.4393, abs=1e-4)


def test_s14_is_the_reference_folders() -> None:
    raked = oracle("S5")
    assert rake(COUNTS, MARGINS) == close(np.array(raked["w"]), abs=1e-6)
    assert kish_effective_count(rake(COUNTS, MARGINS), COUNTS) == close(raked["neff"], abs=1e-6)
    bound = oracle("bethlehem_max_bias_R0.8_S1.1_rho0.45", "oracle_extra.json")
    assert float(bias_bound(0.8, 1.1, 0.45)) == close(bound)
    effect = extra("deff_icc")
    assert float(cluster_design_effect(effect["m"], effect["icc"])) == close(effect["deff"])


@pytest.mark.parametrize(
    ("counts", "margins", "message"),
    [
        ([[23, 5], [0, 0], [41, 6]], MARGINS, "category 1 of margin 0 .* merge"),
        ([[23, 0], [38, 0], [41, 0]], MARGINS, "category 1 of margin 1 .* merge"),
        (COUNTS, ([3000, 0, 21000], [23600, 400]), "category 1 of margin 0"),
        (COUNTS, ([3000, 9000, 12000], [23600, 500]), "totals differ"),
        (COUNTS, ([3000, 9000], [11600, 400]), "do not fit"),
        (COUNTS, ([3000, 9000, 12000],), "do not fit"),
        ([[9, 0], [0, 9]], ([10, 30], [20, 20]), "no weights fit"),
    ],
)
def test_s14_raking_is_refused_never_silent(
    counts: list[list[int]], margins: tuple[list[int], ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        rake(counts, margins)


def test_s14_raking_takes_three_margins() -> None:
    counts = np.arange(1.0, 9.0).reshape(2, 2, 2)
    margins = ([40, 60], [30, 70], [55, 45])
    weighted = counts * rake(counts, margins)
    for axis, margin in enumerate(margins):
        others = tuple(other for other in range(3) if other != axis)
        assert weighted.sum(axis=others) == close(margin)


def test_s14_trimming() -> None:
    """The median respondent carries 2, so nothing above 10."""
    assert list(trim_weights([1, 2, 2, 3, 40])) == [1, 2, 2, 3, 10]
    assert list(trim_weights([2, 40], [9, 1])) == [2, 10]
    assert list(trim_weights([2, 40], [1, 9])) == [2, 40]
    assert list(trim_weights([2, 40], [0, 0])) == [2, 40]
    assert trim_weights([]).size == 0


def test_s14_trimmed_weights_are_raked_again() -> None:
    counts, margins = [[100, 2], [100, 2]], ([2000, 2000], [2000, 2000])
    plain = rake(counts, margins)
    assert plain.max() > 5 * np.median(np.repeat(plain.ravel(), [100, 2, 100, 2]))
    weighted = counts * rake_trimmed(counts, margins)
    assert weighted.sum(axis=0) == close(margins[1])
    kept = rake_trimmed(COUNTS, MARGINS)
    assert kept == close(rake(COUNTS, MARGINS)), "nothing there is above five medians"
    squeezed = rake_trimmed(COUNTS, MARGINS, limit=1.2)
    assert np.sum(COUNTS * squeezed, axis=1) == close(MARGINS[0])
    assert abs(squeezed - RAKED).max() > 0.1


def test_s14_bias_bound() -> None:
    assert float(bias_bound(0.8, 1.1, 0.45)) == close(0.2444444444, abs=1e-9)
    assert np.isnan(bias_bound(0.8, 1.1, 0.0))


def test_s14_response_rate_only_from_five_invited() -> None:
    found = response_rate([3, 4, 0, 2, 0], [5, 4, 12, NAN, 0])
    assert found == close([0.6, NAN, 0.0, NAN, NAN], nan_ok=True)
    with pytest.raises(ValueError, match="invited"):
        response_rate([6], [5])


def test_s14_indicative() -> None:
    words = precision_word([0.5, 0.51, 0.2, 0.2, NAN, 0.2], [0.3, 0.9, 0.29, 0.3, 0.9, NAN])
    assert list(words) == ["", "indicative", "indicative", "", "indicative", ""]


def test_s14_intra_class_by_hand() -> None:
    """Groups 1 2 and 4 5: MSB 9, MSW 0.5, so ICC1 8.5/9.5 and ICC2 8.5/9."""
    found = intra_class([2, 2], [3, 9], [5, 41])
    assert (float(found.icc1), float(found.icc2)) == (close(8.5 / 9.5), close(8.5 / 9))
    mean = clustered_mean([2, 2], [3, 9])
    assert (float(mean.mean), float(mean.se)) == (3.0, close(np.sqrt(2 * (9 / 16 + 9 / 16))))


def test_s14_clusters_need_two_groups() -> None:
    found = intra_class([[3, 0], [1, 1], [0, NAN], [2, 2]], [[9, 0], [3, 4], [0, 0], [4, 4]], 8.0)
    assert np.isnan(found.icc1[:3]).all()
    assert np.isnan(found.icc2[3]), "nothing varies"
    mean = clustered_mean([[3, 0], [0, NAN]], [[9, 0], [0, 0]])
    assert mean.mean == close([3.0, NAN], nan_ok=True)
    assert np.isnan(mean.se).all()


def test_bh1996_lead() -> None:
    """7,382 people in 99 groups: the figures of the R package multilevel, and the clustered se."""
    groups, answers = [], []
    with shared("data", "bh1996", "multilevel_bh1996.csv").open(newline="") as rows:
        for row in csv.DictReader(rows):
            groups.append(row["GRP"])
            answers.append(float(row["LEAD"]))
    _, place = np.unique(groups, return_inverse=True)
    lead = np.array(answers)
    n, total, squares = (np.bincount(place, weights=lead**power) for power in (0, 1, 2))
    assert (n.sum(), n.size) == (7382, 99)
    found, mean = intra_class(n, total, squares), clustered_mean(n, total)
    assert float(found.icc1) == close(0.12702755, abs=1e-8)
    assert float(found.icc2) == close(0.91561297, abs=1e-8)
    assert float(mean.mean) == close(2.890664795182, abs=1e-12)
    assert float(mean.se) == close(0.029034719, abs=1e-9)
    naive = lead.std(ddof=1) / np.sqrt(lead.size)
    assert naive == close(0.008984532, abs=1e-9)
    quantiles = type7(total / n, [0.10, 0.25, 0.50, 0.75, 0.90])
    assert quantiles == close([2.477715, 2.631417, 2.885843, 3.134506, 3.248737], abs=1e-6)
    # What the design effect promises, from the groups' mean size, is near what clusters cost.
    promised = cluster_design_effect(7382 / 99, found.icc1)
    assert float(promised) == close((mean.se / naive) ** 2, rel=0.05)
