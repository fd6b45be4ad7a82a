"""S18: agreement of two orders."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import close
from tests.warehouse.stats.reference_folder import oracle
from warehouse.stats.agreement import agreement_word, order_agreement, rank_biased_overlap

NAN = np.nan
EMPLOYEES = [0.42, 0.35, 0.31, 0.28, 0.22, 0.15, 0.12, 0.05]
HR = [0.10, 0.33, 0.30, 0.38, 0.25, 0.05, 0.20, 0.18]


def test_s18_oracle() -> None:
    found = order_agreement(EMPLOYEES, HR)
    assert float(found.spearman) == close(0.3095238095, abs=1e-9)
    assert float(found.kendall) == close(0.2857142857, abs=1e-9)
    assert float(found.rbo) == close(0.6060141714, abs=1e-9)
    assert (str(found.state), float(found.item_count)) == ("ordered", 8)


def test_s18_is_the_reference_folders() -> None:
    found, expected = order_agreement(EMPLOYEES, HR), oracle("S12_rank")
    for name in ("spearman", "kendall", "rbo"):
        assert float(getattr(found, name)) == close(expected[name], abs=1e-6)


def test_s18_constant_or_missing_has_no_order() -> None:
    one_left = [0.1, *[NAN] * 7]
    found = order_agreement([EMPLOYEES, [0.2] * 8, one_left], [HR, HR, HR])
    assert list(found.state) == ["ordered", "no_order", "no_order"]
    assert np.isnan([found.spearman[1:], found.kendall[1:], found.rbo[1:]]).all()
    assert str(order_agreement([], []).state) == "no_order"


def test_s18_missing_item_is_left_out_of_both() -> None:
    holed = order_agreement([*EMPLOYEES, NAN], [*HR, 0.5])
    assert float(holed.rbo) == close(0.6060141714, abs=1e-9)
    assert float(holed.item_count) == 8


def test_s18_overlap_of_equal_and_opposite_orders() -> None:
    assert rank_biased_overlap(EMPLOYEES, EMPLOYEES) == close(1.0)
    # Two items turned round: nothing shared at depth 1, all at depth 2: 0.2·0.8 + 0.64.
    assert rank_biased_overlap([2, 1], [1, 2]) == close(0.8)


def test_s18_ties_do_not_depend_on_how_items_stand() -> None:
    one, other = np.array([3.0, 2.0, 2.0, 1.0]), np.array([3.0, 2.0, 1.0, 2.0])
    turned = [3, 2, 1, 0]
    found = rank_biased_overlap(one, other)
    assert found == close(rank_biased_overlap(one[turned], other[turned]))
    assert found == close(0.2 * (1 + 0.8 * 2 / 3 + 0.64 * 2 / 3 + 0.512) + 0.4096)


def test_s18_refuses_what_it_cannot_compare() -> None:
    with pytest.raises(ValueError, match="persistence"):
        rank_biased_overlap([1, 2], [2, 1], persistence=1.0)
    with pytest.raises(ValueError, match="one length"):
        rank_biased_overlap([1, 2], [2, 1, 3])
    assert np.isnan(rank_biased_overlap([], []))
    assert np.isnan(rank_biased_overlap([1, NAN], [1, 2]))


def counted(one: list[float], other: list[float]) -> float:
    """Return the share of all orders that lie as far from no agreement as this one."""
    pairs = list(combinations(range(len(one)), 2))

    def score(order: tuple[float, ...]) -> float:
        return sum(np.sign(one[i] - one[j]) * np.sign(order[i] - order[j]) for i, j in pairs)

    scores = [abs(score(order)) for order in permutations(other)]
    return sum(each >= abs(score(tuple(other))) for each in scores) / len(scores)


def test_s18_p_is_the_share_of_all_orders_that_agree_or_differ_as_much() -> None:
    for one, other in (
        ([0.4, 0.3, 0.2, 0.1, 0.05], [0.5, 0.4, 0.1, 0.2, 0.3]),
        ([0.4, 0.3, 0.2, 0.1, 0.05], [0.1, 0.2, 0.3, 0.4, 0.5]),
        (EMPLOYEES[:6], HR[:6]),
    ):
        assert float(order_agreement(one, other).p) == close(counted(one, other))
    # Five items the other way round: 2 of the 120 orders lie that far out.
    assert float(order_agreement([5, 4, 3, 2, 1], [1, 2, 3, 4, 5]).p) == close(2 / 120)
    assert float(order_agreement(EMPLOYEES, HR).p) == close(0.3987599, abs=1e-7)


def test_s18_words_need_a_small_q_and_an_order() -> None:
    words = agreement_word([0.6, -0.6, 0.6, 0.0, NAN], [0.04, 0.04, 0.05, 0.01, NAN])
    assert list(words) == ["alike", "opposite", "not_demonstrable", "not_demonstrable", "no_order"]
