"""S7: matched against total change, and the part of another mix of sizes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import close
from tests.warehouse.stats.reference_folder import extra
from warehouse.stats.change import (
    matched_change,
    matched_may_be_shown,
    size_mix_change,
    split_change,
)

NAN = np.nan
# Organisations A, B, C (absent later) and D (absent before).
EARLIER, LATER = [7.0, 7.4, 8.0, NAN], [7.2, 7.5, NAN, 6.4]


def test_s7_matched_against_total() -> None:
    found = split_change(EARLIER, LATER)
    assert float(found.total) == close(-0.4333333333, abs=1e-9)
    assert float(found.matched) == close(0.15, abs=1e-12)
    assert float(found.composition) == close(-0.5833333333, abs=1e-9)
    assert (found.matched_count, found.left_count, found.joined_count) == (2, 1, 1)


def test_s7_is_the_reference_folders() -> None:
    found, expected = split_change(EARLIER, LATER), extra("composition")
    assert float(found.total) == close(expected["total"], abs=1e-6)
    assert float(found.matched) == close(expected["matched"], abs=1e-6)


def test_s7_series_stand_beside_each_other() -> None:
    found = split_change([EARLIER, [NAN] * 4], [LATER, LATER])
    assert found.total == close([-0.4333333333, NAN], abs=1e-9, nan_ok=True)
    assert found.matched == close([0.15, NAN], nan_ok=True)
    assert list(found.joined_count) == [1, 3]


def test_s7_matched_interval() -> None:
    """Two pairs, each change of variance 0.02 + 0.02: se² = 0.08/4."""
    found = matched_change(EARLIER, 0.02, LATER, 0.02)
    assert float(found.change) == close(0.15)
    assert float(found.se) == close(0.1414213562, abs=1e-9)
    assert float(found.low) == close(0.15 - 1.959963985 * 0.1414213562, abs=1e-8)
    assert float(found.p) == close(0.2888443663, abs=1e-8)
    assert np.isnan(matched_change([7.0], 0.02, [NAN], 0.02).change)


def test_s7_matched_is_shown_unless_few_left_or_joined() -> None:
    shown = matched_may_be_shown([0, 4, 5, 0, 7], [0, 0, 5, 1, 12])
    assert list(shown) == [True, False, True, False, True]


def test_s7_size_mix() -> None:
    """Shares .5 .3 .2 → .4 .3 .3; means 7.8 7.3 6.7 → 7.9 7.3 6.8."""
    found = size_mix_change(
        [7.8, 7.3, 6.7], [50, 30, 20], [7.9, 7.3, 6.8], [40, 30, 30], (0.01, 0.01)
    )
    assert float(found.total) == close(-0.04)
    assert float(found.within) == close(0.45 * 0.1 + 0.25 * 0.1)
    assert float(found.mix) == close(-0.1 * 7.85 + 0.1 * 6.75)
    assert float(found.within_se) == close(np.sqrt(0.02 * (0.45**2 + 0.3**2 + 0.25**2)))


def test_s7_a_band_that_appears_belongs_to_the_mix() -> None:
    found = size_mix_change([7.0, NAN], [10, 0], [7.0, 8.0], [10, 10])
    assert (float(found.within), float(found.mix)) == (0.0, close(0.5))
    gone = size_mix_change([7.0, NAN, 5.0], [10, 0, 0], [7.2, NAN, 5.0], [10, 0, 0], (0.1, 0.1))
    assert (float(gone.within), float(gone.mix)) == (close(0.2), 0.0)
    assert float(gone.within_se) == close(np.sqrt(0.2))


def test_s7_size_mix_needs_means_and_weight() -> None:
    assert np.isnan(size_mix_change([NAN, 7.0], [1, 1], [7.0, 7.0], [1, 1]).total)
    assert np.isnan(size_mix_change([7.0, 7.0], [0, 0], [7.0, 7.0], [1, 1]).total)
    with pytest.raises(ValueError, match="negative"):
        size_mix_change([7.0], [-1], [7.0], [1])
