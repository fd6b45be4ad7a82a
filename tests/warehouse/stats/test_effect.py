"""S5: Hedges g, its interval and its word."""

from __future__ import annotations

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import MARKS, close, pooled
from tests.warehouse.stats.reference_folder import extra
from warehouse.stats.effect import (
    Effects,
    effect_word,
    hedges_correction,
    hedges_g,
    two_sample_variance,
)

NAN = np.nan
SECOND = [7, 8, 8, 6, 8, 9, 7, 6, 8, 8, 7, 9, 8, 7, 8]


def m2_between_waves() -> Effects:
    """Return the effect of the two waves of M2, from their own spread."""
    first = MARKS["M2"][1]
    variance, df = two_sample_variance(np.var(SECOND, ddof=1), 15, np.var(first, ddof=1), 12)
    difference = np.mean(SECOND) - np.mean(first)
    return hedges_g(difference, 15, 12, variance=variance, df=df)


def test_s5_oracle() -> None:
    found = m2_between_waves()
    assert float(found.g) == close(0.3474616510, abs=1e-9)
    assert float(found.low) == close(-0.4172652941, abs=1e-9)
    assert float(found.high) == close(1.1121885961, abs=1e-9)
    assert str(found.word) == "small"


def test_s5_is_the_reference_folders() -> None:
    found = m2_between_waves()
    assert [float(part) for part in found[:3]] == close(extra("g"), abs=1e-6)


def test_s5_published_form_uses_the_items_pooled_variance() -> None:
    """0.35 over the item's s = 0.968913 on 91 df: J 0.991732, g 0.358243."""
    within = pooled()
    found = hedges_g(0.35, 15, 12, variance=within.variance, df=within.df)
    assert float(hedges_correction(91)) == close(0.991732, abs=1e-6)
    # Hedges' own approximation of J, 1 − 3/(4ν − 1).
    assert float(hedges_correction(91)) == close(1 - 3 / 363, abs=1e-5)
    assert float(found.g) == close(0.358243, abs=1e-6)


@pytest.mark.parametrize(
    ("g", "word"),
    [
        (0.0, "none"),
        (-0.19, "none"),
        (0.2, "small"),
        (-0.49, "small"),
        (0.5, "medium"),
        (0.8, "large"),
        (-2.0, "large"),
        (NAN, ""),
    ],
)
def test_s5_words(g: float, word: str) -> None:
    assert str(effect_word(g)) == word


def test_s5_without_spread_or_answers_is_nan() -> None:
    found = hedges_g(
        [0.5, 0.5, 0.5, NAN],
        [10, 0, 10, 10],
        10,
        variance=[0.0, 1.0, 1.0, 1.0],
        df=[18, 18, 1, 18],
    )
    assert np.isnan(found.g).all()
    assert list(found.word) == [""] * 4
    variance, _ = two_sample_variance(NAN, 1, NAN, 1)
    assert np.isnan(variance)
