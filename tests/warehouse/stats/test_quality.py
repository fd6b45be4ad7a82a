"""§9.1: signs of careless answering."""

from __future__ import annotations

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import close
from tests.warehouse.stats.reference_folder import extra
from warehouse.stats.quality import (
    difference_without_flagged,
    individual_variability,
    is_repeated,
    is_speeding,
    is_straight_lining,
    longstring,
    review_word,
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


def test_straight_lining_needs_the_opposite_items_too() -> None:
    reverse = [False] * 8 + [True] * 2
    rows = [
        [4] * 10,
        [4] * 8 + [2, 4],
        [4] * 8 + [2, 2],
        [4] * 7 + [3, 2, 2],
        [4] * 8 + [NAN, NAN],
        [4] * 9 + [NAN],
    ]
    assert list(is_straight_lining(rows, reverse)) == [True, False, True, False, False, False]


def test_a_short_grid_convicts_nobody() -> None:
    assert list(is_straight_lining([[4] * 9], [False] * 7 + [True] * 2)) == [False]
    assert list(is_straight_lining([[4] * 10], [False] * 10)) == [False]


def test_speeding() -> None:
    """Ten items: 20 seconds at least; the usual time of the page is 60, a third is 19.8."""
    seconds = [[60, 300], [19.9, 300], [20, 98], [90, 300], [70, NAN], [50, 99.0]]
    found = is_speeding(seconds, [10, 10])
    assert list(found[:, 0]) == [False, True, False, False, False, False]
    assert list(found[:, 1]) == [False, False, True, False, False, False]
    assert not is_speeding([[NAN], [NAN]], [10]).any()
    assert is_speeding(np.zeros((0, 2)), [10, 10]).shape == (0, 2)


def test_what_flagged_answers_change() -> None:
    """100 answers of mean 7.0; without ten of mean 9.7 it is 6.7."""
    assert float(difference_without_flagged(100, 700, 10, 97)) == close(-0.3)
    found = difference_without_flagged([0, 5, 8], [0, 35, 56], [0, 5, 0], [0, 35, 0])
    assert found == close([NAN, NAN, 0.0], nan_ok=True)
    with pytest.raises(ValueError, match="flagged"):
        difference_without_flagged(5, 30, 6, 40)


def test_the_same_answers_and_words_within_ten_minutes() -> None:
    """Row 0 repeats row 1; row 2 is a second too late; another answer or word is another."""
    answers = [[7, NAN], [7, NAN], [7, NAN], [7, 7], [7, NAN], [7, 8], [7, 8]]
    texts = ["more say", "more say", "more say", "more say", "a word", "more say", "more say"]
    seconds = [1000, 400, 1601, 410, 390, 400, NAN]
    found = is_repeated(answers, texts, seconds)
    assert list(found) == [True, False, False, False, False, False, False]
    assert is_repeated(np.zeros((0, 3)), [], []).size == 0


def test_what_needs_a_look_before_it_counts() -> None:
    words = review_word(
        [21, 10, 10, 10, 10, 10, NAN],
        [20, 125, 126, 74, 60, 100, NAN],
        [20, 100, 100, 100, 60, NAN, 100],
        [1, 1, 1, 1, 4, 5, 1],
    )
    jump = "headcount_jump"
    assert list(words) == ["more_than_headcount", "", jump, jump, "many_hr", "", ""]
