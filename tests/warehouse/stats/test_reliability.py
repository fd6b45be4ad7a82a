"""Krippendorff's α: another package's numbers, its author's worked example, and its edges."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import close
from tests.warehouse.stats.test_dialogue import COUNTS
from warehouse.stats.reliability import Level, krippendorff_alpha

LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")


def test_it_is_what_the_package_of_that_name_says() -> None:
    """Numbers of `krippendorff.alpha(value_counts=…)`, version 0.9.0 (GPL, so not shipped)."""
    found = {level: krippendorff_alpha(COUNTS, level=level) for level in LEVELS}
    expected = {
        "nominal": 0.09233121692543389,
        "ordinal": 0.2678067326492727,
        "interval": 0.2595931338074805,
    }
    assert found == close(expected, abs=1e-12)


def test_the_example_of_krippendorff() -> None:
    """Krippendorff (2011), section C: four observers, twelve units, missing values, nominal."""
    units = [
        "111",
        "2232",
        "3333",
        "3333",
        "2222",
        "1234",
        "4444",
        "1121",
        "2222",
        "555",
        "11",
        "3",
    ]
    counts = [[unit.count(value) for value in "12345"] for unit in units]
    assert krippendorff_alpha(counts) == close(0.743, abs=5e-4)


def pairwise_alpha(units: list[str], values: str) -> float:
    """Return nominal α by writing every pair of values out."""
    pairs = [
        (a, b, 1 / (len(unit) - 1))
        for unit in units
        if len(unit) > 1
        for a, b in itertools.permutations(unit, 2)
    ]
    n = sum(weight for *_, weight in pairs)
    totals = {v: sum(w for a, _, w in pairs if a == v) for v in values}
    observed = sum(w for a, b, w in pairs if a != b)
    expected = sum(totals[a] * totals[b] for a in values for b in values if a != b) / (n - 1)
    return 1 - observed / expected


def test_it_is_the_sum_over_pairs() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        units = ["".join(rng.choice(list("abc"), size=rng.integers(1, 5))) for _ in range(12)]
        counts = [[unit.count(value) for value in "abc"] for unit in units]
        assert krippendorff_alpha(counts) == close(pairwise_alpha(units, "abc"), abs=1e-12)


def test_edges() -> None:
    assert krippendorff_alpha([[2, 0], [0, 2]]) == 1
    assert krippendorff_alpha([[1, 1], [1, 1]]) < 0
    assert math.isnan(krippendorff_alpha([[2, 0], [3, 0]]))
    assert math.isnan(krippendorff_alpha([[1, 0], [0, 1]]))
    with pytest.raises(ValueError, match="two or more values"):
        krippendorff_alpha([[1], [2]])
