"""The line of organisations' means on the size of the organisation."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from warehouse.stats.shrink import paule_mandel
from warehouse.stats.types import Floats, broadcast


class SizeGradient(NamedTuple):
    """Random-effects regression of means on log10 headcount; slope per tenfold size."""

    intercept: float
    slope: float
    se: float
    low: float
    high: float
    p: float
    tau2: float
    covariance: Floats


def size_gradient(
    means: ArrayLike, variances: ArrayLike, log10_headcounts: ArrayLike, level: float = 0.95
) -> SizeGradient:
    """Return the random-effects regression of means on log10 headcount, τ² by Paule–Mandel.

    Shape: one mean, sampling variance and log10 headcount per atom, in any order; the 2×2
    covariance is that of intercept and slope.
    Units: slope, its `se` and its interval in the mean's unit per tenfold headcount; z test.
    Missing: an atom with nan in any of the three is left out.
    Errors: ValueError for fewer than three atoms, or one headcount for all.
    Source: methods.md#s12b, Paule and Mandel (1982); Thompson and Sharp (1999), Stat. Med. 18.
    """
    y, v, size = (array.ravel() for array in broadcast(means, variances, log10_headcounts))
    present = ~np.isnan(y + v + size)
    design = np.column_stack([np.ones(int(present.sum())), size[present]])
    model = paule_mandel(y[present], v[present], design)
    intercept, slope = (float(value) for value in model.coefficients)
    se = float(np.sqrt(model.covariance[1, 1]))
    half = float(special.ndtri((1 + level) / 2)) * se
    p = float(2 * special.ndtr(-abs(slope / se)))
    low, high = slope - half, slope + half
    return SizeGradient(intercept, slope, se, low, high, p, model.tau2, model.covariance)


def expected_at(gradient: SizeGradient, log10_headcount: ArrayLike) -> tuple[Floats, Floats]:
    """Return the mean expected at each size and its standard error, as (fit, se_fit).

    Units: those of the means.
    Missing: a nan headcount gives nan.
    Source: methods.md#expected-range.
    """
    size = np.asarray(log10_headcount, dtype=np.float64)
    (v_intercept, shared), (_, v_slope) = gradient.covariance
    variance = v_intercept + 2 * size * shared + size**2 * v_slope
    fit = np.asarray(gradient.intercept + gradient.slope * size, dtype=np.float64)
    return fit, np.asarray(np.sqrt(np.maximum(variance, 0.0)), dtype=np.float64)


def expected_range(
    gradient: SizeGradient, log10_headcount: ArrayLike, variance: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return where an organisation of this size usually lies: fit ± z·√(v+τ²+Var(fit)).

    Shape: (low, high), one element per organisation; `variance` is its sampling variance v.
    Units: those of the means, not clipped.
    Missing: nan stays nan.
    Source: methods.md#expected-range.
    """
    sizes, variances = broadcast(log10_headcount, variance)
    fit, se_fit = expected_at(gradient, sizes)
    half = special.ndtri((1 + level) / 2) * np.sqrt(variances + gradient.tau2 + se_fit**2)
    return fit - half, fit + half
