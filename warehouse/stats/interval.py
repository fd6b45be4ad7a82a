"""Confidence intervals of one organisation's mean and share."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from warehouse.stats.types import Floats, Texts, broadcast, choose


class PooledVariance(NamedTuple):
    """Variance of answers within organisations, and its degrees of freedom."""

    variance: float
    df: int


class MeanIntervals(NamedTuple):
    """Mean, standard error and interval per organisation, with what kind of case it is."""

    mean: Floats
    se: Floats
    low: Floats
    high: Floats
    flag: Texts


class Intervals(NamedTuple):
    """Standard error and interval per organisation."""

    se: Floats
    low: Floats
    high: Floats


def pooled_variance(n: ArrayLike, total: ArrayLike, total_squares: ArrayLike) -> PooledVariance:
    """Return the pooled variance of answers within organisations.

    Shape: one n, Σy and Σy² per organisation, in any order; one variance for all.
    Units: the square of the answer's unit.
    Missing: an organisation with n < 2 (or n missing) says nothing about spread and is left out;
    nobody left gives df 0 and variance nan.
    Source: methods.md#s3, s²_p = Σ(n_j−1)s_j²/Σ(n_j−1).
    """
    counts, totals, squares = broadcast(n, total, total_squares)
    kept = counts >= 2
    df = int(np.sum(counts[kept] - 1))
    if df == 0:
        return PooledVariance(np.nan, 0)
    within = squares[kept] - totals[kept] ** 2 / counts[kept]
    # Rounding in Σy² − (Σy)²/n may leave a hair below zero.
    return PooledVariance(float(np.sum(np.maximum(within, 0.0))) / df, df)


def variance_bound(n: ArrayLike, total: ArrayLike, scale: tuple[float, float]) -> PooledVariance:
    """Return the largest pooled variance that groups with these means can have on a scale.

    With m the mean of all N answers in k groups the squares about it are at most N·(m−a)(b−m), and
    those inside the groups no more; over N−k degrees of freedom. A function of counts and means, so
    it says nothing of the spread inside any group.

    Shape: one n and Σy per group, in any order; one variance for all.
    Units: the square of the answer's unit.
    Missing: no answers beyond one per group gives df 0 and variance nan.
    Source: methods.md#s1b, Bhatia and Davis (2000), The American Mathematical Monthly 107, 353–357.
    """
    counts, totals = broadcast(n, total)
    answers = float(np.sum(counts))
    df = int(answers) - counts.size
    if df <= 0:
        return PooledVariance(np.nan, 0)
    mean, (low, high) = float(np.sum(totals)) / answers, scale
    return PooledVariance(answers * max(0.0, (mean - low) * (high - mean)) / df, df)


def fraction_unseen(n: Floats, population: Floats) -> Floats:
    """Return 1 − n/N, the finite population correction of a variance.

    Missing: N nan is unknown and corrects nothing (1). N ≤ n is a census (0).
    Source: methods.md#s1, Cochran (1977), Sampling Techniques, chapter 2.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        unseen = np.where(population <= n, 0.0, 1.0 - n / population)
    return np.where(np.isnan(population), 1.0, unseen)


def mean_interval(
    n: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    population: ArrayLike | None = None,
    *,
    scale: tuple[float, float],
    level: float = 0.95,
) -> MeanIntervals:
    """Return the t interval of each mean from the organisation's own variance (internal use).

    Shape: one element per organisation, in the order given; scalars give 0-d arrays.
    Units: those of the answer; the interval is clipped to `scale`.
    Missing: population None or nan is unknown, so no finite population correction. Flag `no_data`
    (all nan) when n is 0 or the mean or the variance is missing, `n1` (mean only) when n is 1,
    `census` when n = N, `zero_variance` when all answers are the same, else `ok`.
    Errors: ValueError when n exceeds N.
    Source: methods.md#s1, Cochran (1977), Sampling Techniques, chapter 2.
    """
    unknown = np.nan if population is None else population
    counts, means, variances, headcounts = broadcast(n, mean, variance, unknown)
    refuse_more_answers_than_people(counts, headcounts)
    spread = np.where(counts >= 2, variances, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.sqrt(fraction_unseen(counts, headcounts) * spread / counts)
    flag = _flags(counts, means, variances, headcounts)
    means = np.where(flag == "no_data", np.nan, means)
    low, high = t_interval(means, se, counts - 1, scale, level)
    return MeanIntervals(means, se, low, high, flag)


def _flags(n: Floats, mean: Floats, variance: Floats, population: Floats) -> Texts:
    empty = ~(n >= 1) | np.isnan(mean) | ((n >= 2) & np.isnan(variance))
    names = ["no_data", "n1", "census", "zero_variance"]
    return choose([empty, n < 2, n >= population, variance == 0], names, "ok")


def refuse_more_answers_than_people(n: Floats, population: Floats) -> None:
    """Raise ValueError, naming the first case, when n exceeds N anywhere."""
    wrong = n > population
    if np.any(wrong):
        count, headcount = n[wrong].flat[0], population[wrong].flat[0]
        raise ValueError(f"{count:g} answers (n) from a population (N) of only {headcount:g}")


def t_interval(
    mean: Floats, se: Floats, df: ArrayLike, scale: tuple[float, float], level: float
) -> tuple[Floats, Floats]:
    """Return mean ± t·se, clipped to the scale.

    Missing: nan where the mean, the standard error or the degrees of freedom are missing or df is
    below 1; a standard error of 0 gives the mean itself.
    Source: methods.md#s1.
    """
    quantile = stats.t.ppf((1 + level) / 2, np.asarray(df, dtype=np.float64))
    half = np.where(se == 0, 0.0, quantile * se)
    return np.clip(mean - half, *scale), np.clip(mean + half, *scale)


def published_interval(
    n: ArrayLike,
    mean: ArrayLike,
    pooled: PooledVariance,
    population: ArrayLike,
    *,
    scale: tuple[float, float],
    level: float = 0.95,
) -> Intervals:
    """Return the interval that is published: from the sector's pooled variance, never from own s.

    So the interval is a function of n, N and a constant of the sector, and discloses nothing
    about the spread inside one organisation.

    Shape: one element per organisation, in the order given.
    Units: those of the answer; the interval is clipped to `scale`.
    Missing: population nan is unknown, so no finite population correction; N ≤ n is a census with
    se 0. n = 0, a missing mean or no pooled variance (df 0) gives nan.
    Source: methods.md#s1b.
    """
    counts, means, headcounts = broadcast(n, mean, population)
    present = (counts >= 1) & ~np.isnan(means)
    with np.errstate(divide="ignore", invalid="ignore"):
        sampled = np.sqrt(fraction_unseen(counts, headcounts) * pooled.variance / counts)
    # A census needs no pooled variance: nobody is left to guess about.
    se = np.where(present, np.where(headcounts <= counts, 0.0, sampled), np.nan)
    low, high = t_interval(means, se, pooled.df, scale, level)
    return Intervals(se, low, high)


def effective_count(n: ArrayLike, population: ArrayLike, deff: ArrayLike = 1.0) -> Floats:
    """Return the number of answers a share's interval may count on: n/deff·(N−1)/(N−n).

    Shape: one element per organisation, in the order given.
    Units: answers.
    Missing: population nan is unknown and gives n/deff; N ≤ n is a census and gives inf; n = 0
    gives 0.
    Source: methods.md#s2.
    """
    counts, headcounts, effects = broadcast(n, population, deff)
    with np.errstate(divide="ignore", invalid="ignore"):
        sampled = counts / effects * (headcounts - 1) / (headcounts - counts)
    known = np.where(headcounts <= counts, np.inf, sampled)
    effective = np.where(np.isnan(headcounts), counts / effects, known)
    return np.where(counts == 0, 0.0, effective)


def wilson_interval(
    share: ArrayLike, effective_n: ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the Wilson score interval of each share, as (low, high).

    Shape: one element per share, in the order given.
    Units: shares between 0 and 1; low is exactly 0 at share 0, high exactly 1 at share 1.
    Missing: an effective n of 0 or nan gives nan; inf (a census) gives the share itself.
    Source: methods.md#s2, Wilson (1927), JASA 22, 209–212.
    """
    shares, counts = broadcast(share, effective_n)
    counts = np.where(counts > 0, counts, np.nan)
    z2 = special.ndtri((1 + level) / 2) ** 2
    centre = (shares + z2 / (2 * counts)) / (1 + z2 / counts)
    # A weighted share may lie a rounding error outside [0, 1].
    spread = np.maximum(shares * (1 - shares), 0.0) / counts + z2 / (4 * counts**2)
    half = np.sqrt(z2 * spread) / (1 + z2 / counts)
    known = ~np.isnan(counts)
    low = np.where(known & (shares <= 0), 0.0, np.clip(centre - half, 0.0, 1.0))
    high = np.where(known & (shares >= 1), 1.0, np.clip(centre + half, 0.0, 1.0))
    return low, high


def share_error(share: ArrayLike, effective_n: ArrayLike) -> Floats:
    """Return the standard error of each share; a share of 0 or 1 gets the Wilson centre's.

    Shape: one element per share, in the order given.
    Units: those of the share.
    Source: methods.md#s16, Agresti and Coull (1998), The American Statistician 52, 119–126.
    """
    shares, counts = broadcast(share, effective_n)
    centre = (shares * counts + 2) / (counts + 4)
    return np.asarray(np.sqrt(centre * (1 - centre) / (counts + 4)))
