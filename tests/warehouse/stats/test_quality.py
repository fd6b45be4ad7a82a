"""§9.1: signs of careless answering."""

from __future__ import annotations

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import close
from tests.warehouse.stats.reference_folder import extra
from warehouse.stats.quality import (
    difference_without_flagged,
    individual_variability,
    longstring,
)

NAN = np.nan
ROW = [4, 4, 4, 4, 4, 2, 4, 4]


def test_longstring_and_variability() -> None:
    assert list(longstring([ROW])) == [5]
    assert individual_variability([ROW]) == close([0.7071067812], abs=1e-9)


def test_they_are_the_reference_folders() -> None:
    expected = extra("irv_longstring")
    assert list(longstring([expected["row"]])) == [expected["longstring"]]
    assert individual_variability([expected["row"]]) == close([expected["irv"]], abs=1e-6)


def test_an_unanswered_item_ends_a_run() -> None:
    rows = [[3, 3, NAN, 3, 3, 3], [NAN] * 6, [1, 2, 3, 4, 5, NAN], [NAN, NAN, 2, 2, 1, 1]]
    assert list(longstring(rows)) == [3, 0, 1, 2]
    assert individual_variability(rows) == close(
        [0.0, NAN, np.sqrt(2.5), np.sqrt(1 / 3)], nan_ok=True
    )
    assert longstring(np.zeros((0, 4))).size == 0
    assert list(longstring(np.zeros((2, 0)))) == [0, 0]


def test_what_flagged_answers_change() -> None:
    """100 answers of mean 7.0; without ten of mean 9.7 it is 6.7."""
    assert float(difference_without_flagged(100, 700, 10, 97)) == close(-0.3)
    found = difference_without_flagged([0, 5, 8], [0, 35, 56], [0, 5, 0], [0, 35, 0])
    assert found == close([NAN, NAN, 0.0], nan_ok=True)
    with pytest.raises(ValueError, match="flagged"):
        difference_without_flagged(5, 30, 6, 40)
