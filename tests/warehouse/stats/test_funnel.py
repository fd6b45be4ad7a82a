"""S11: expected range with over-dispersion."""

from __future__ import annotations

import numpy as np
import pytest

from tests.warehouse.stats.fixture_f1 import ALL, arrays, close, pooled
from tests.warehouse.stats.reference_folder import oracle
from warehouse.stats.funnel import Funnel, funnel, funnel_limits, unusual_word

NAN = np.nan


def f1() -> tuple[Funnel, np.ndarray]:
    """Return the funnel of F1 and the variances it is made from."""
    n, total, _, _ = arrays(ALL)
    variances = pooled().variance / n
    return funnel(total / n, variances), variances


def test_s11_oracle() -> None:
    found, _ = f1()
    assert float(found.centre) == close(7.1862745098, abs=1e-9)
    assert float(found.phi) == close(2.0077359017, abs=1e-9)
    assert float(found.tau2) == close(0.1242196769, abs=1e-9)
    adjusted = dict(zip(ALL, found.z_adjusted, strict=True))
    assert (adjusted["L2"], adjusted["S1"]) == (
        close(-1.3124275512, abs=1e-9),
        close(1.8149231956, abs=1e-9),
    )


def test_s11_is_the_reference_folders() -> None:
    (found, _), expected = f1(), oracle("S7")
    assert found.z_adjusted == close(expected["z_od"], abs=1e-6)
    assert float(found.phi) == close(expected["phi"], abs=1e-6)
    winsorised = np.clip(found.z, *np.quantile(found.z, [0.1, 0.9]))
    # The folder lists the z before they are drawn in, which is what the product keeps too.
    assert found.z == close(expected["z"], abs=1e-6)
    assert float(np.mean(winsorised**2)) == close(expected["phi"], abs=1e-6)


def test_s11_without_winsorising_is_dersimonian_laird() -> None:
    n, total, _, _ = arrays(ALL)
    found = funnel(total / n, pooled().variance / n, winsorised=0.0)
    assert float(found.tau2) == close(0.1603219280, abs=1e-9)


def test_s11_limits() -> None:
    found, variances = f1()
    low, high = funnel_limits(found, variances)
    half = 1.96 * np.sqrt(variances + 0.1242196769)
    assert high - found.centre == close(half, abs=1e-8)
    assert found.centre - low == close(half, abs=1e-8)
    wide_low, _ = funnel_limits(found, variances, 3.09)
    assert (wide_low < low).all()


def test_s11_words() -> None:
    words = ["usual", "usual", "unusual", "unusual", "very_unusual", ""]
    assert list(unusual_word([0.0, -1.95, 1.96, -3.08, 3.09, NAN])) == words


def test_s11_a_given_centre_is_taken() -> None:
    found = funnel([[7.0, 7.2], [7.0, 7.2]], 0.04, [7.0, 7.2])
    assert found.z == close(np.array([[0.0, 1.0], [-1.0, 0.0]]))


def test_s11_missing_and_too_few() -> None:
    """Two at z = ±1 are drawn in to ±0.8: (2·0.64 − 1)/(50 − 25) = 0.0112."""
    found = funnel([[7.0, NAN, 7.4], [NAN, NAN, 7.0], [NAN, NAN, NAN]], 0.04)
    assert found.tau2 == close([0.0112, NAN, NAN], nan_ok=True)
    assert found.centre == close([7.2, NAN, NAN], nan_ok=True)
    assert np.isnan(found.z[0, 1])
    assert np.isnan(found.z[1:]).all()
    with pytest.raises(ValueError, match="negative"):
        funnel([7.0, 7.1], -0.1)


def test_s11_differences_that_chance_explains_add_nothing() -> None:
    found = funnel([7.0, 7.01, 6.99, 7.0, 7.02], 0.04)
    assert float(found.tau2) == 0.0
    assert found.z_adjusted == close(found.z)
