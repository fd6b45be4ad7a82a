"""The dialogue of two rounds: agreement among raters, fairness of exposure, who may be shown."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from warehouse.stats.dialogue import SCORES, counts_of, rating_moments
from warehouse.stats.types import Flags, Floats, broadcast


class Exposure(NamedTuple):
    """Test of equal exposure of the answers, and the least shown over the most shown."""

    statistic: Floats
    df: Floats
    p: Floats
    ratio: Floats


class SidesShown(NamedTuple):
    """Which scores of an answer may be shown: each side's own, and that of both together."""

    employee: Flags
    hr: Flags
    total: Flags


def agreement_a(counts: ArrayLike) -> Floats:
    """Return van der Eijk's agreement A: −1 polarised, 0 uniform, 1 all in one category.

    The distribution is cut into layers of equal height; a layer's A is U·(1−(S−1)/(K−1)) with S
    occupied of K categories and U = ((K−2)·TU−(K−1)·TDU)/((K−2)·(TU+TDU)) over its unimodal (110,
    011) and bimodal (101) triples; A is the mean over layers, weighted by their size.

    Shape: the last axis is the ordered categories (three or more); results have the leading axes.
    Units: none.
    Missing: no answers (or nan) give nan.
    Errors: ValueError for fewer than three categories or a negative count.
    Source: methods.md#s20, Van der Eijk (2001), Quality & Quantity 35, 325–341.
    """
    given = np.asarray(counts, dtype=np.float64)
    if given.ndim < 1 or given.shape[-1] < 3 or np.any(given < 0):
        raise ValueError("agreement needs counts of three or more ordered categories")
    heights = np.sort(given, axis=-1)
    steps = np.diff(heights, axis=-1, prepend=0.0)
    total = np.sum(given, axis=-1)
    found = np.zeros(np.shape(total))
    for layer in range(given.shape[-1]):
        occupied = given >= heights[..., [layer]]
        size = np.sum(occupied, axis=-1) * steps[..., layer]
        found = found + size * _pattern_agreement(occupied)
    mean: Floats = np.divide(found, total, out=np.full(np.shape(total), np.nan), where=total > 0)
    return mean


def _pattern_agreement(occupied: Flags) -> Floats:
    """Return A of each pattern of occupied and empty categories along the last axis."""
    ones = occupied.astype(np.float64)
    categories, s = ones.shape[-1], np.sum(ones, axis=-1)
    before = np.cumsum(ones, axis=-1)
    after = s[..., np.newaxis] - before
    gap = 1 - ones
    bimodal = np.sum(gap * before * after, axis=-1)
    unimodal = np.sum(gap * (before * (before - 1) + after * (after - 1)) / 2, axis=-1)
    triples = unimodal + bimodal
    signed = (categories - 2) * unimodal - (categories - 1) * bimodal
    # One category, or all of them, has no triple that could speak against agreement.
    u = np.divide(signed, (categories - 2) * triples, out=np.ones_like(triples), where=triples > 0)
    return np.asarray(u * (1 - (s - 1) / (categories - 1)), dtype=np.float64)


def polarisation(counts: ArrayLike) -> Floats:
    """Return the variance of the ratings over 9, the largest there is: 0 alike, 1 in two camps.

    Shape: the last axis is the counts of −3 … +3; results have the leading axes.
    Units: none.
    Missing: no ratings give nan.
    Errors: ValueError where the last axis is not seven counts.
    Source: methods.md#s20.
    """
    r, _, squares = rating_moments(counts)
    widest = SCORES[-1] ** 2
    share: Floats = np.divide(squares, widest * r, out=np.full(np.shape(r), np.nan), where=r > 0)
    return share


def is_divided(
    counts: ArrayLike,
    *,
    camp: float = 0.25,
    floor: float = 10,
    agreement: ArrayLike | None = None,
) -> Flags:
    """Return whether raters are divided: A < 0, and a quarter at +2 or more and at −2 or less.

    `agreement` is A where raters could not choose every rating; without it, A of all seven.

    Shape: the last axis is the counts of −3 … +3; one flag per answer.
    Missing: fewer than `floor` ratings are not called divided.
    Errors: ValueError where the last axis is not seven counts.
    Source: methods.md#s20.
    """
    given = counts_of(counts)
    r = np.sum(given, axis=-1)
    for_it = np.sum(given[..., SCORES >= 2], axis=-1) >= camp * r
    against = np.sum(given[..., SCORES <= -2], axis=-1) >= camp * r
    apart = agreement_a(given) if agreement is None else np.asarray(agreement, dtype=np.float64)
    return np.asarray((apart < 0) & for_it & against & (r >= floor), dtype=np.bool_)


def centre_raters(ratings: ArrayLike, *, rated_floor: int = 5) -> Floats:
    """Return ratings without the mildness of the rater: x − rater's mean + mean of all ratings.

    Shape: one row per rater, one column per answer, as given.
    Units: rating points, no longer whole and not clipped.
    Missing: nan is an answer the rater did not rate and stays nan. A rater of fewer than
    `rated_floor` answers is left as is: so few ratings say more of the answers than of the rater.
    Source: methods.md#s21.
    """
    given = np.asarray(ratings, dtype=np.float64)
    rated = ~np.isnan(given)
    count = np.sum(rated, axis=1, keepdims=True)
    own = np.sum(np.where(rated, given, 0.0), axis=1, keepdims=True) / np.maximum(count, 1)
    grand = np.sum(np.where(rated, given, 0.0)) / max(int(np.sum(rated)), 1)
    return np.where(count >= rated_floor, given - own + grand, given)


def exposure_balance(exposures: ArrayLike, *, shown_per_rater: float = 1.0) -> Exposure:
    """Return the chi-square test that every answer was equally likely to be shown.

    With J answers, ē exposures each on average and m different answers shown to each rater:
    statistic = (J−1)/(J−m)·Σ(e_j−ē)²/ē on J−1 degrees of freedom. m = 1 is Pearson's test; a rater
    who sees m at once makes the counts more even, which the factor undoes.

    Shape: the last axis is answers; results have the leading axes. ratio = min(e)/max(e).
    Units: exposures.
    Missing: nan is an answer that was not offered. Fewer than two answers, no exposures, or every
    answer shown to everybody (m ≥ J) gives no test (nan); the ratio needs one exposure.
    Errors: ValueError for a negative count or a `shown_per_rater` below 1.
    Source: methods.md#s21-exposure, Pearson (1900), Phil. Mag. 50, 157–175; Cochran (1950),
    Biometrika 37, 256–266.
    """
    given = np.asarray(exposures, dtype=np.float64)
    if shown_per_rater < 1 or np.any(given < 0):
        raise ValueError("exposures are counts, and a rater sees at least one answer")
    offered = ~np.isnan(given)
    j = np.sum(offered, axis=-1, dtype=np.float64)
    total = np.sum(np.where(offered, given, 0.0), axis=-1)
    tested = (j >= 2) & (j > shown_per_rater) & (total > 0)
    expected = total / np.maximum(j, 1.0)
    squares = np.sum(np.where(offered, given - expected[..., np.newaxis], 0.0) ** 2, axis=-1)
    scale = expected * (j - shown_per_rater)
    nothing = np.full(np.shape(j), np.nan)
    statistic = np.divide((j - 1) * squares, scale, out=nothing.copy(), where=tested)
    most = np.max(np.where(offered, given, 0.0), axis=-1, initial=0.0)
    least = np.min(np.where(offered, given, np.inf), axis=-1, initial=np.inf)
    ratio = np.divide(least, most, out=nothing.copy(), where=most > 0)
    df = np.where(tested, j - 1, np.nan)
    return Exposure(statistic, df, special.chdtrc(df, statistic), ratio)


def sides_shown(
    employee_raters: ArrayLike, hr_raters: ArrayLike, *, floor: float = 10
) -> SidesShown:
    """Return which scores of an answer may be shown, so that no difference gives a small side.

    A side needs `floor` raters of its own on that answer. The total needs `floor` raters, and
    beside one side only it needs that the other side is nobody: total minus side is the other.

    Shape: one flag per answer and score.
    Missing: nan raters count as nobody known and show nothing.
    Source: methods.md#s22.
    """
    employee, hr = broadcast(employee_raters, hr_raters)
    one, other = employee >= floor, hr >= floor
    beside_one = (one & ~other & (hr != 0)) | (other & ~one & (employee != 0))
    return SidesShown(one, other, (employee + hr >= floor) & ~beside_one)
