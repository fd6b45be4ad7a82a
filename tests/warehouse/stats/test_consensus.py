"""S20–S22: agreement among raters, fair exposure, which sides may be shown."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.warehouse.stats.fixture_f1 import close
from tests.warehouse.stats.reference_folder import oracle
from tests.warehouse.stats.scalar_reference import krippendorff_alpha
from tests.warehouse.stats.test_dialogue import COUNTS
from warehouse.stats.consensus import (
    agreement_a,
    centre_raters,
    exposure_balance,
    is_divided,
    polarisation,
    sides_shown,
)

NAN = np.nan


def test_s20_agreement() -> None:
    found = agreement_a(COUNTS)
    assert found[[0, 2, 3]] == close([0.6333333333, -0.7444444444, 0.3518518519], abs=1e-9)
    others = agreement_a([[1] * 7, [6, 0, 0, 0, 0, 0, 6], [30, 40, 210, 130, 530, 50, 10]])
    assert others == close([0.0, -1.0, 0.6113333333], abs=1e-9)
    assert np.isnan(found[6])


def test_s20_agreement_of_another_number_of_categories() -> None:
    """Five categories, van der Eijk's own bounds: one gives 1, both ends −1, all alike 0."""
    found = agreement_a([[0, 9, 0, 0, 0], [5, 0, 0, 0, 5], [2, 2, 2, 2, 2]])
    assert found == close([1.0, -1.0, 0.0])
    for wrong in ([1, 2], [1, -1, 2]):
        with pytest.raises(ValueError, match="ordered categories"):
            agreement_a(wrong)


def test_s20_polarisation() -> None:
    found = polarisation(COUNTS)
    assert found[[0, 2]] == close([0.1166666667, 0.9074074074], abs=1e-9)
    assert float(polarisation([6, 0, 0, 0, 0, 0, 6])) == close(1.0)


def test_s20_is_the_reference_folders() -> None:
    expected = [NAN if value is None else value for value in oracle("S13_A")]
    assert agreement_a(COUNTS) == close(expected, abs=1e-6, nan_ok=True)
    spread = [NAN if value is None else value for value in oracle("S13_pol")]
    assert polarisation(COUNTS) == close(spread, abs=1e-6, nan_ok=True)


@pytest.mark.parametrize(
    ("counts", "divided"),
    [
        ([5, 1, 0, 0, 0, 1, 5], True),
        ([3, 0, 2, 2, 2, 0, 3], True),
        ([3, 0, 2, 3, 2, 0, 3], False),
        ([2, 2, 0, 0, 0, 2, 3], False),
        ([6, 0, 0, 0, 4, 0, 2], False),
        ([2, 0, 4, 0, 0, 0, 6], False),
        ([1, 2, 3, 5, 4, 2, 1], False),
        ([0, 0, 0, 0, 0, 0, 0], False),
    ],
)
def test_s20_divided_needs_two_camps_and_ten_raters(counts: list[int], divided: bool) -> None:
    assert bool(is_divided(counts)) is divided


def test_s21_krippendorff_of_the_fixture() -> None:
    """Not shipped: how reliable the ratings of the worked example are.

    The numbers are those of the Python package krippendorff 0.9.0 for these counts. Those in the
    reference folder (0.4797 and 0.4870) are of a table of raters that does not stand there.
    """
    assert krippendorff_alpha(COUNTS, ordinal=True) == close(0.2678067326, abs=1e-9)
    assert krippendorff_alpha(COUNTS, ordinal=False) == close(0.2595931338, abs=1e-9)


def test_s21_mildness_is_taken_from_raters_of_five() -> None:
    """A mild and a strict rater with the same order; the third rated too few to tell."""
    table = np.array([[3, 2, 1, 2, 2], [1, 0, -1, 0, 0], [3, NAN, NAN, NAN, 3]])
    found = centre_raters(table)
    grand = np.nansum(table) / 12
    assert found[0] == close(np.array([1, 0, -1, 0, 0]) + grand)
    assert found[0] == close(found[1])
    assert found[2] == close(table[2], nan_ok=True)
    assert np.isnan(centre_raters([[NAN] * 6])).all()


def test_s21_exposure_by_hand() -> None:
    """30 25 28 17 against 25 each: 98/25 = 3.92; with two of four shown at once, times 3/2."""
    once = exposure_balance([30, 25, 28, 17])
    assert (float(once.statistic), float(once.df)) == (close(3.92), 3)
    assert float(once.p) == close(0.2702333, abs=1e-6)
    assert float(once.p) == close(stats.chisquare([30, 25, 28, 17]).pvalue)
    assert float(once.ratio) == close(17 / 30)
    paired = exposure_balance([30, 25, 28, 17], shown_per_rater=2)
    assert float(paired.statistic) == close(5.88)
    assert float(paired.p) == close(0.1175967, abs=1e-6)


def test_s21_exposure_edges() -> None:
    found = exposure_balance([[9, NAN, 9], [NAN, 4, NAN], [0, 0, 0], [6, 6, 0]])
    assert found.statistic == close([0.0, NAN, NAN, 6.0], nan_ok=True)
    assert found.ratio == close([1.0, 1.0, NAN, 0.0], nan_ok=True)
    everybody = exposure_balance([8, 8, 8], shown_per_rater=3)
    assert np.isnan(everybody.p)
    with pytest.raises(ValueError, match="exposures"):
        exposure_balance([1, 2], shown_per_rater=0.5)


def test_s22_which_sides_may_be_shown() -> None:
    employee, hr = [10, 10, 12, 6, 5, 0, 0, 9], [10, 0, 9, 7, 4, 10, 9, 30]
    found = sides_shown(employee, hr)
    assert list(found.employee) == [True, True, True, False, False, False, False, False]
    assert list(found.hr) == [True, False, False, False, False, True, False, True]
    assert list(found.total) == [True, True, False, True, False, True, False, False]


def test_s22_no_difference_gives_a_small_side() -> None:
    """For every pair of counts: what total minus a shown side leaves is nobody or ten."""
    employee, hr = np.meshgrid(np.arange(25), np.arange(25))
    found = sides_shown(employee, hr)
    left = np.where(found.employee & found.total, hr, np.where(found.hr & found.total, employee, 0))
    assert not np.any((left > 0) & (left < 10))
    for shown, size in ((found.employee, employee), (found.hr, hr), (found.total, employee + hr)):
        assert np.all(size[shown] >= 10)
    assert np.all(found.total[(employee + hr >= 10) & ~found.employee & ~found.hr])
