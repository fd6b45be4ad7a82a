"""The difference between two categories of people, such as two age groups."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from warehouse.stats.types import Floats, broadcast


class CategoryDifference(NamedTuple):
    """Difference of two categories within the same strata, with its t test and interval."""

    difference: Floats
    se: Floats
    t: Floats
    p: Floats
    low: Floats
    high: Floats
    strata_count: Floats


def category_difference(
    means_a: ArrayLike,
    counts_a: ArrayLike,
    means_b: ArrayLike,
    counts_b: ArrayLike,
    *,
    variance: ArrayLike,
    df: ArrayLike,
    level: float = 0.95,
) -> CategoryDifference:
    """Return mean a − mean b of two disjoint categories, compared inside each stratum.

    d = Σh_s(ȳ_as−ȳ_bs)/Σh_s with h_s = n_as·n_bs/(n_as+n_bs), se² = s²/Σh_s, t with the pooled
    variance's degrees of freedom. Comparing inside a stratum (an atom or a size band) keeps apart
    that one category works more often in a high-scoring one; h_s is the weight of least variance.
    One stratum is the plain difference with se² = s²·(1/n_a+1/n_b).

    Shape: the last axis is strata; results have the leading axes, with which `variance` and `df`
    (the item's pooled variance, S1b) are broadcast.
    Units: those of the answer.
    Missing: a stratum without answers of one category (0 or nan) tells nothing and is left out;
    none left gives nan. A variance of 0 gives no test (p nan) and an interval of no width.
    Source: methods.md#age-difference, Cochran (1954), Biometrics 10, 417–451.
    """
    y_a, n_a, y_b, n_b = broadcast(means_a, counts_a, means_b, counts_b)
    usable = (n_a > 0) & (n_b > 0) & ~np.isnan(y_a + y_b)
    both = np.where(usable, n_a + n_b, 1.0)
    h = np.where(usable, n_a * n_b / both, 0.0)
    weight = np.sum(h, axis=-1)
    weight = np.where(weight > 0, weight, np.nan)
    difference = np.sum(h * np.where(usable, y_a - y_b, 0.0), axis=-1) / weight
    s2, freedom, difference, weight = broadcast(variance, df, difference, weight)
    freedom = np.where(freedom >= 1, freedom, np.nan)
    se = np.where(np.isnan(freedom), np.nan, np.sqrt(s2 / weight))
    t = np.divide(difference, se, out=np.full(se.shape, np.nan), where=se > 0)
    p = np.asarray(2 * special.stdtr(freedom, -np.abs(t)), dtype=np.float64)
    half = np.where(se == 0, 0.0, special.stdtrit(freedom, (1 + level) / 2) * se)
    strata = broadcast(np.sum(usable, axis=-1), difference)[0]
    return CategoryDifference(difference, se, t, p, difference - half, difference + half, strata)


def stratum_variance(
    n: ArrayLike, total: ArrayLike, strata: ArrayLike, variance_within: float
) -> float:
    """Return the variance of answers about the mean of their stratum, organisations and all.

    s² = (s²_p·Σ(n_i−1) + Σn_i(ȳ_i−ȳ_s)²)/Σ(n_s−1). Two categories that are spread over the same
    organisations in proportion differ with variance s²·(1/n_a+1/n_b); s²_p alone, which leaves the
    spread between organisations out, would call too many differences demonstrable.

    Shape: one n, Σy and stratum per group (an atom), in any order; one variance for all.
    Units: the square of the answer's unit.
    Missing: a group with n = 0 or nan is left out; fewer than two answers in each stratum, or no
    pooled variance within groups (nan), gives nan.
    Source: methods.md#age-difference, Cochran (1977), Sampling Techniques, chapter 9.
    """
    counts, totals = broadcast(n, total)
    kept = counts > 0
    y, answers, labels = totals[kept], counts[kept], np.asarray(strata)[kept]
    names, place = np.unique(labels, return_inverse=True)
    size, sums = np.bincount(place, weights=answers), np.bincount(place, weights=y)
    df = float(size.sum()) - names.size
    if not df > 0:
        return float("nan")
    between = float(np.sum(answers * (y / answers - (sums / size)[place]) ** 2))
    return (variance_within * float(np.sum(answers - 1)) + between) / df
