"""Effect size: how large a difference is, in standard deviations of the answers."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from warehouse.stats.types import Floats, Texts, broadcast, choose


class Effects(NamedTuple):
    """Hedges g with its interval, and the word for its size."""

    g: Floats
    low: Floats
    high: Floats
    word: Texts


def two_sample_variance(
    variance_a: ArrayLike, n_a: ArrayLike, variance_b: ArrayLike, n_b: ArrayLike
) -> tuple[Floats, Floats]:
    """Return the variance of two samples pooled, and its degrees of freedom (internal use).

    What is published takes the item's pooled variance over all organisations (S1b) instead.

    Shape: (variance, df), one element per pair of samples.
    Units: the square of the answer's unit.
    Missing: nan stays nan; no degrees of freedom give nan.
    Source: methods.md#s5, s² = ((n₁−1)s₁² + (n₂−1)s₂²)/(n₁+n₂−2).
    """
    s2_a, count_a, s2_b, count_b = broadcast(variance_a, n_a, variance_b, n_b)
    df = count_a + count_b - 2
    squares = (count_a - 1) * s2_a + (count_b - 1) * s2_b
    return np.divide(squares, df, out=np.full(df.shape, np.nan), where=df > 0), df


def hedges_correction(df: ArrayLike) -> Floats:
    """Return J = Γ(ν/2)/(sqrt(ν/2)·Γ((ν−1)/2)), which takes away the small-sample bias of d.

    Units: none; below 1 and towards 1 for large ν.
    Missing: ν ≤ 1 (or nan) gives nan.
    Source: methods.md#s5, Hedges (1981), Journal of Educational Statistics 6, 107–128.
    """
    given = np.asarray(df, dtype=np.float64)
    nu = np.where(given > 1, given, np.nan)
    log_ratio = special.gammaln(nu / 2) - special.gammaln((nu - 1) / 2)
    return np.asarray(np.exp(log_ratio) * np.sqrt(2 / nu), dtype=np.float64)


def hedges_g(
    difference: ArrayLike,
    n_a: ArrayLike,
    n_b: ArrayLike,
    *,
    variance: ArrayLike,
    df: ArrayLike,
    level: float = 0.95,
) -> Effects:
    """Return Hedges g = J(ν)·difference/s with its normal interval and word.

    The variance of g is 1/n_a + 1/n_b + g²/(2(n_a+n_b)).

    Shape: one element per difference; arguments are broadcast together.
    Units: standard deviations of the answers; `variance` and its `df` ν are those of the item's
    pooled variance (S1b), or of `two_sample_variance` for internal use.
    Missing: nan anywhere, a variance of 0, ν ≤ 1 or an n below 1 gives nan and no word.
    Source: methods.md#s5, Hedges and Olkin (1985), Statistical Methods for Meta-Analysis, ch. 5.
    """
    d, count_a, count_b, s2, nu = broadcast(difference, n_a, n_b, variance, df)
    usable = (s2 > 0) & (count_a >= 1) & (count_b >= 1)
    s = np.sqrt(np.where(usable, s2, np.nan))
    g = hedges_correction(nu) * d / s
    a, b = np.where(usable, count_a, np.nan), np.where(usable, count_b, np.nan)
    half = special.ndtri((1 + level) / 2) * np.sqrt(1 / a + 1 / b + g**2 / (2 * (a + b)))
    return Effects(g, g - half, g + half, effect_word(g))


def effect_word(g: ArrayLike) -> Texts:
    """Return `none` (|g| < 0.2), `small` (< 0.5), `medium` (< 0.8) or `large`.

    Shape: one word per effect.
    Missing: nan gives an empty word.
    Source: methods.md#s5, Cohen (1988), Statistical Power Analysis, section 2.2.
    """
    size = np.abs(np.asarray(g, dtype=np.float64))
    conditions = [np.isnan(size), size < 0.2, size < 0.5, size < 0.8]
    return choose(conditions, ["", "none", "small", "medium"], "large")
