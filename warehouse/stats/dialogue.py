"""The dialogue of two rounds: support for an answer, and how it is ordered."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from warehouse.stats.compare import newcombe_interval, normal_difference
from warehouse.stats.interval import wilson_interval
from warehouse.stats.shrink import paule_mandel
from warehouse.stats.types import Floats, Texts, Whole, broadcast, choose

SCORES = np.arange(-3.0, 4.0)


class Support(NamedTuple):
    """Support for each answer of one question; values exist below the floor, status says so."""

    support: Floats
    sd: Floats
    low: Floats
    rating_count: Floats
    mean: Floats
    status: Texts
    sigma2: float
    tau2: float
    mu: float
    k: float


def counts_of(counts: ArrayLike) -> Floats:
    """Return counts of the ratings −3 … +3 as an array.

    Shape: the last axis is the seven ratings.
    Errors: ValueError where it is not, or a count is negative.
    Source: methods.md#s19.
    """
    given = np.asarray(counts, dtype=np.float64)
    if given.ndim < 1 or given.shape[-1] != SCORES.size or np.any(given < 0):
        raise ValueError("ratings are counts of the seven scores −3 … +3")
    return given


def rating_moments(counts: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return the number of ratings, their mean and their sum of squares about it.

    Shape: the last axis of `counts` is the seven ratings −3 … +3; results have the leading axes.
    Units: rating points.
    Missing: no ratings give a mean of nan and a sum of squares of 0.
    Errors: ValueError where the last axis is not seven counts.
    Source: methods.md#s19.
    """
    given = counts_of(counts)
    r = np.sum(given, axis=-1)
    mean = np.divide(given @ SCORES, r, out=np.full(np.shape(r), np.nan), where=r > 0)
    apart = SCORES - np.where(r > 0, mean, 0.0)[..., np.newaxis]
    return r, mean, np.sum(given * apart**2, axis=-1)


def support(counts: ArrayLike, *, floor: float = 10, level: float = 0.90) -> Support:
    """Return the support for each answer of one question, drawn towards the mean answer.

    σ² is the variance of ratings within answers, τ² that between answers (Paule–Mandel), K = σ²/τ².
    support = (Kμ + r·x̄)/(K + r), sd = σ/√(K+r), low = support − z(level)·sd; answers are ordered
    by `low`, so that many fairly good ratings go before a few splendid ones.

    Shape: one row per answer, columns the counts of −3 … +3; one element per answer.
    Units: rating points, not clipped.
    Missing: status `not_listed` (r = 0, the values are the prior), `withheld_small` (r < floor:
    never published), `no_ranking` (τ² = 0: support is μ for all, sd and low nan), else
    `published`. Fewer than two answers with ratings, or none with two, gives nan and `no_ranking`
    where `r` reaches the floor.
    Errors: ValueError where the rows are not seven counts.
    Source: methods.md#s19, Paule and Mandel (1982); Morris (1983), JASA 78, 47–55.
    """
    r, mean, squares = rating_moments(counts)
    sigma2, tau2, mu = _components(r, mean, squares)
    k = sigma2 / tau2 if tau2 > 0 else np.inf if tau2 == 0 else np.nan
    kept = r / (r + k) if k > 0 else np.where(r > 0, 1.0, 0.0)
    post = mu + kept * (np.where(r > 0, mean, mu) - mu)
    # τ²·(1−kept) is σ²/(K+r), also where σ² is 0 or r is 0.
    sd = np.sqrt(np.where(tau2 > 0, tau2 * (1 - kept), np.nan))
    low = post - special.ndtri(level) * sd
    conditions = [r == 0, r < floor, ~np.isfinite(low)]
    status = choose(conditions, ["not_listed", "withheld_small", "no_ranking"], "published")
    return Support(post, sd, low, r, mean, status, sigma2, tau2, mu, float(k))


def _components(r: Floats, mean: Floats, squares: Floats) -> tuple[float, float, float]:
    """Return σ², τ² and μ; nan where the ratings cannot tell them apart."""
    rated = r > 0
    df = float(np.sum(np.maximum(r - 1, 0.0)))
    if df == 0 or np.sum(rated) < 2:
        return np.nan, np.nan, np.nan
    sigma2 = float(np.sum(squares)) / df
    model = paule_mandel(mean[rated], sigma2 / r[rated], np.ones((int(np.sum(rated)), 1)))
    return sigma2, model.tau2, float(model.coefficients[0])


def support_order(found: Support) -> Whole:
    """Return the places of the answers that may be listed, best supported first.

    Shape: indices into the answers; equal lower bounds keep their given order.
    Missing: only `published` and `no_ranking` answers are listed; without a ranking they keep the
    given order (that of the themes).
    Source: methods.md#s19.
    """
    listed = np.flatnonzero((found.status == "published") | (found.status == "no_ranking"))
    if np.any(found.status[listed] == "no_ranking"):
        return listed
    return np.asarray(listed[np.argsort(-found.low[listed], kind="stable")], dtype=np.int64)


def dirichlet_support(counts: ArrayLike, *, prior_weight: float = 7.0) -> tuple[Floats, Floats]:
    """Return the posterior mean and sd of each answer's mean rating, as (mean, sd).

    The prior is Dirichlet with `prior_weight` times the shares of all ratings of the question; it
    is used where a distribution is drawn with its uncertainty.

    Shape: one row per answer, columns the counts of −3 … +3; one element per answer.
    Units: rating points.
    Missing: an answer without ratings gets the prior; no ratings at all give nan.
    Errors: ValueError where the rows are not seven counts.
    Source: methods.md#s19, Gelman and others (2013), Bayesian Data Analysis, section 3.4.
    """
    given = np.atleast_2d(counts_of(counts))
    total = np.sum(given)
    shares = np.sum(given, axis=0) / (total if total > 0 else np.nan)
    alpha = given + prior_weight * shares
    weight = np.sum(alpha, axis=1)
    mean = alpha @ SCORES / weight
    variance = (alpha @ SCORES**2 / weight - mean**2) / (weight + 1)
    return mean, np.sqrt(np.maximum(variance, 0.0))


def support_shift(
    counts_before: ArrayLike, counts_after: ArrayLike, sigma2: ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return how the mean rating differs between two groups of raters, as (shift, low, high, p).

    The groups are disjoint: those who also wrote in round 1 (before) and those new in round 2
    (after). shift = x̄_after − x̄_before, se² = σ²·(1/r_after + 1/r_before), normal interval; σ² is
    the question's variance within answers (`support`), never one answer's own.

    Shape: the last axis of the counts is the ratings −3 … +3; results have the leading axes.
    Units: rating points.
    Missing: no ratings in one group give nan.
    Source: methods.md#s22-shift, the difference of two means with a pooled variance.
    """
    r_before, before, _ = rating_moments(counts_before)
    r_after, after, _ = rating_moments(counts_after)
    with np.errstate(divide="ignore"):
        se = np.sqrt(np.asarray(sigma2, dtype=np.float64) * (1 / r_before + 1 / r_after))
    shift = after - before
    low, high, p = normal_difference(shift, np.where(np.isnan(shift), np.nan, se), level)
    return shift, low, high, p


def mention_shift(
    mentions_before: ArrayLike,
    n_before: ArrayLike,
    mentions_after: ArrayLike,
    n_after: ArrayLike,
    *,
    level: float = 0.95,
) -> tuple[Floats, Floats, Floats]:
    """Return how the share that mentions an aspect differs between the rounds: (shift, low, high).

    shift = share in round 2 − share in round 1 with Newcombe's interval. Who took part in both
    rounds is in both samples; their answers correlate positively, so that the interval is too wide
    rather than too narrow.

    Shape: one element per aspect.
    Units: shares.
    Missing: nobody in one round gives nan.
    Errors: ValueError when an aspect is mentioned more often than people took part.
    Source: methods.md#s22-shift, Newcombe (1998), Statistics in Medicine 17, 873–890, method 10.
    """
    x1, n1, x2, n2 = broadcast(mentions_before, n_before, mentions_after, n_after)
    if np.any(x1 > n1) or np.any(x2 > n2):
        raise ValueError("an aspect is mentioned more often than people took part")
    first = np.divide(x1, n1, out=np.full(n1.shape, np.nan), where=n1 > 0)
    second = np.divide(x2, n2, out=np.full(n2.shape, np.nan), where=n2 > 0)
    low1, high1 = wilson_interval(first, n1, level=level)
    low2, high2 = wilson_interval(second, n2, level=level)
    return newcombe_interval(second, low2, high2, first, low1, high1)
