"""Means turned to 0-10."""

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import close
from tests.warehouse.stats.reference_folder import extra
from warehouse.stats.scale import to_ten


def test_it_is_the_reference_folders() -> None:
    assert to_ten([1, 3, 3.8, 5]) == close(extra("likert_mean_to_0_10"), abs=1e-9)


def test_marks_and_missing_means() -> None:
    found = to_ten([1, np.nan, 10], (1, 10))
    assert list(found[[0, 2]]) == [0, 10]
    assert np.isnan(found[1])


@pytest.mark.parametrize(("mean", "scale"), [(5.1, (1, 5)), (0.9, (1, 5)), (3, (5, 5))])
def test_what_is_on_no_scale_is_refused(mean: float, scale: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="scale"):
        to_ten(mean, scale)
