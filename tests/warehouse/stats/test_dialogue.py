"""S19 and the shift between rounds: support for the answers of a dialogue."""

from __future__ import annotations

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import close
from tests.warehouse.stats.reference_folder import oracle
from warehouse.stats.dialogue import (
    dirichlet_support,
    mention_shift,
    rating_moments,
    support,
    support_order,
    support_shift,
)

NAN = np.nan
# Answers a to g of the specification, counts of −3 … +3.
COUNTS = [
    [0, 0, 1, 2, 6, 8, 3],
    [0, 0, 0, 0, 0, 1, 2],
    [5, 1, 0, 0, 0, 1, 5],
    [1, 2, 3, 5, 4, 2, 1],
    [0, 0, 0, 0, 0, 0, 1],
    [2, 4, 3, 3, 1, 0, 0],
    [0, 0, 0, 0, 0, 0, 0],
]


def test_s19_components() -> None:
    found = support(COUNTS)
    assert found.sigma2 == close(2.9330951380, abs=1e-9)
    assert found.tau2 == close(1.8657682145, abs=1e-9)
    assert found.mu == close(0.6983501279, abs=1e-9)
    assert found.k == close(1.5720576196, abs=1e-9)


def test_s19_support_and_lower_bound() -> None:
    found = support(COUNTS)
    expected = [1.4415799915, 1.9898801364, 0.0808902136, 0.1071857993, 1.5932172781]
    assert found.support[:5] == close(expected, abs=1e-9)
    assert found.support[5:] == close([-1.0226526513, 0.6983501279], abs=1e-9)
    assert found.low[[0, 1, 4]] == close([0.9690238904, 0.9634171041, 0.2246731243], abs=1e-9)
    assert found.low[0] > found.low[1] > found.low[4]
    assert found.sd[0] == close(np.sqrt(2.9330951380 / (1.5720576196 + 20)), abs=1e-9)


def test_s19_is_the_reference_folders() -> None:
    found, expected = support(COUNTS), oracle("S13")
    assert found.rating_count == close(expected["r"])
    assert found.mean == close(expected["raw"], nan_ok=True)
    assert found.support == close(expected["post"], abs=1e-6)
    assert found.sd == close(expected["sd"], abs=1e-6)
    assert found.low == close(expected["lcb"], abs=1e-6)
    means, spreads = dirichlet_support(COUNTS)
    assert np.column_stack([means, spreads]) == close(np.array(oracle("S13_dir")), abs=1e-6)


def test_s19_few_ratings_are_not_published_and_none_not_listed() -> None:
    found = support(COUNTS)
    withheld, listed = "withheld_small", "published"
    expected = [listed, withheld, listed, listed, withheld, listed, "not_listed"]
    assert list(found.status) == expected
    assert list(support_order(found)) == [0, 3, 2, 5]


def test_s19_the_order_is_that_of_the_lower_bound() -> None:
    """Ten ratings of mean 2.0 go after sixty of mean 1.9."""
    found = support([[0, 0, 1, 1, 1, 1, 6], [0, 0, 0, 6, 12, 24, 18], [9, 3, 0, 0, 0, 0, 0]])
    assert found.mean[:2] == close([2.0, 1.9])
    assert found.support[0] > found.support[1]
    assert list(support_order(found)) == [1, 0, 2]
    assert (
        str(support([[0, 0, 0, 0, 3, 3, 3], [5, 5, 0, 0, 0, 0, 0]]).status[0]) == "withheld_small"
    )


def test_s19_answers_that_do_not_differ_are_not_ranked() -> None:
    same = [[0, 1, 3, 4, 3, 1, 0], [0, 1, 3, 4, 3, 1, 0], [0, 0, 0, 0, 0, 0, 0]]
    found = support(same)
    assert found.tau2 == 0.0
    assert list(found.status) == ["no_ranking", "no_ranking", "not_listed"]
    assert found.support == close([0.0, 0.0, 0.0])
    assert np.isnan(found.low).all()
    assert list(support_order(found)) == [0, 1]


def test_s19_one_answer_or_single_ratings_cannot_be_ranked() -> None:
    lonely = support([[0, 0, 0, 0, 0, 6, 6]])
    assert (list(lonely.status), bool(np.isnan(lonely.support).all())) == (["no_ranking"], True)
    singles = support([[0, 0, 0, 0, 0, 0, 1], [1, 0, 0, 0, 0, 0, 0]])
    assert np.isnan(singles.sigma2)
    assert list(singles.status) == ["withheld_small"] * 2
    assert support_order(singles).size == 0
    assert support(np.zeros((0, 7))).support.size == 0


def test_s19_unanimous_answers_keep_their_mean() -> None:
    found = support([[0, 0, 0, 0, 0, 12, 0], [0, 12, 0, 0, 0, 0, 0], [0] * 7])
    assert found.support == close([2.0, -2.0, 0.0], abs=1e-9)
    assert found.low[:2] == close([2.0, -2.0], abs=1e-9)
    assert found.sd[2] == close(np.sqrt(8.0), abs=1e-6)


def test_s19_dirichlet() -> None:
    means, spreads = dirichlet_support(COUNTS)
    assert (means[0], spreads[0]) == (
        close(1.2117191819, abs=1e-9),
        close(0.2696846937, abs=1e-9),
    )
    assert np.isnan(dirichlet_support([[0] * 7])[0]).all()


def test_s19_refuses_counts_of_another_scale() -> None:
    for wrong in ([[1, 2, 3]], [[-1, 0, 0, 0, 0, 0, 0]], 3.0):
        with pytest.raises(ValueError, match="seven scores"):
            rating_moments(wrong)


def test_shift_of_support_between_groups_of_raters() -> None:
    """12 ratings of mean 1 before, 15 of mean 2 after; σ² 2.4: se² = 2.4·(1/12 + 1/15) = 0.36."""
    before, after = [0, 0, 2, 2, 4, 2, 2], [0, 0, 0, 1, 4, 4, 6]
    shift, low, high, p = support_shift(before, after, 2.4)
    assert float(shift) == close(1.0)
    assert float(high - low) == close(2 * 1.959963985 * 0.6, abs=1e-8)
    assert float(p) == close(0.0955807, abs=1e-6)
    nobody = support_shift([before, [0] * 7], [after, after], 2.4)
    assert [bool(np.isnan(part[1])) for part in nobody] == [True] * 4


def test_shift_of_mentions_between_rounds() -> None:
    """48 of 80 in round 1, 56 of 70 in round 2: the worked example of Newcombe."""
    shift, low, high = mention_shift([48, 0], [80, 0], [56, 3], [70, 9])
    assert shift == close([0.2, NAN], nan_ok=True)
    assert low == close([0.0524314724, NAN], abs=1e-9, nan_ok=True)
    assert high == close([0.3338726540, NAN], abs=1e-9, nan_ok=True)
    with pytest.raises(ValueError, match="more often"):
        mention_shift([9], [8], [1], [8])
