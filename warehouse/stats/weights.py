"""Weighting, non-response and clustering: what they do to a figure's precision."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from warehouse.stats.compare import ROUNDING
from warehouse.stats.types import Floats, Texts, broadcast, choose

RAKING_ROUNDS = 1000


class IntraClass(NamedTuple):
    """Share of the variance between groups (icc1) and reliability of a group mean (icc2)."""

    icc1: Floats
    icc2: Floats


class ClusteredMean(NamedTuple):
    """Mean of all answers with the standard error that respects their clusters."""

    mean: Floats
    se: Floats


def cluster_design_effect(cluster_size: ArrayLike, icc: ArrayLike) -> Floats:
    """Return 1 + (m−1)·ICC, by how much clusters of mean size m widen a variance.

    Units: none.
    Missing: nan stays nan.
    Source: methods.md#s14-clusters, Kish (1965), Survey Sampling, section 5.4.
    """
    m, rho = broadcast(cluster_size, icc)
    return 1 + (m - 1) * rho


def intra_class(n: ArrayLike, total: ArrayLike, total_squares: ArrayLike) -> IntraClass:
    """Return ICC(1) and ICC(2) from the one-way analysis of variance.

    ICC1 = (MSB−MSW)/(MSB+(n̄−1)·MSW) with n̄ the mean group size, ICC2 = (MSB−MSW)/MSB.

    Shape: the last axis is groups, each with its n, Σy and Σy²; results have the leading axes.
    Units: none; an estimate may lie below 0.
    Missing: a group with n = 0 or nan is left out; fewer than two groups, or no group with two
    answers, gives nan; so does the absence of any variance.
    Source: methods.md#s14-clusters, Bliese (2000), in Klein and Kozlowski, chapter 8.
    """
    counts, totals, squares = _answered(n, total, total_squares)
    k, answers = np.sum(counts > 0, axis=-1), np.sum(counts, axis=-1)
    group_squares = np.sum(totals**2 / np.maximum(counts, 1.0), axis=-1)
    within = _spread(np.sum(squares, axis=-1), group_squares)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = _spread(group_squares, np.sum(totals, axis=-1) ** 2 / answers)
        msb = np.where(k >= 2, between / (k - 1), np.nan)
        msw = np.where(answers > k, within / (answers - k), np.nan)
        icc1 = (msb - msw) / (msb + (answers / k - 1) * msw)
        icc2 = (msb - msw) / msb
    return IntraClass(*(np.where(np.isfinite(part), part, np.nan) for part in (icc1, icc2)))


def _spread(squares: Floats, about_nothing: Floats) -> Floats:
    """Return a sum of squares, exactly 0 where only the last bits differ."""
    spread = squares - about_nothing
    return np.where(spread > 1e-12 * squares, spread, 0.0)


def _answered(*values: ArrayLike) -> list[Floats]:
    """Return the arrays, zero where a group has no answers."""
    arrays = broadcast(*values)
    known = (arrays[0] > 0) & ~np.isnan(np.sum(arrays, axis=0))
    return [np.where(known, array, 0.0) for array in arrays]


def clustered_mean(n: ArrayLike, total: ArrayLike) -> ClusteredMean:
    """Return the mean of all answers with its standard error, groups as clusters.

    z_i = (Σy_i − n_i·ȳ)/Σn, se² = k/(k−1)·Σz_i²: the linearised variance of a ratio.

    Shape: the last axis is groups, each with its n and Σy; results have the leading axes.
    Units: those of the answer.
    Missing: a group with n = 0 or nan is left out; one group gives no standard error, none no
    mean.
    Source: methods.md#s14-clusters, Cochran (1977), Sampling Techniques, section 9A.
    """
    counts, totals = _answered(n, total)
    answers, k = np.sum(counts, axis=-1), np.sum(counts > 0, axis=-1, dtype=np.float64)
    safe = np.where(answers > 0, answers, np.nan)
    mean = np.sum(totals, axis=-1) / safe
    z = (totals - counts * mean[..., np.newaxis]) / safe[..., np.newaxis]
    factor = np.divide(k, k - 1, out=np.full(np.shape(k), np.nan), where=k >= 2)
    return ClusteredMean(mean, np.sqrt(factor * np.sum(z**2, axis=-1)))


def rake(
    counts: ArrayLike,
    margins: Sequence[ArrayLike],
    start: ArrayLike = 1.0,
    *,
    tolerance: float = 1e-10,
) -> Floats:
    """Return one weight per cell, so that the weighted counts add up to every margin.

    Iterative proportional fitting: the weights are scaled to each margin in turn until all fit.

    Shape: counts of answers by cell, one margin (totals of the population) per axis; weights in
    the shape of counts. `start` are the weights to begin from, 1 or those that were trimmed.
    Units: people of the population per answer.
    Missing: a cell without answers keeps a weight, which nobody carries.
    Errors: ValueError when a margin has people but no answers, or answers but no people (merge
    it with a neighbour), when the margins differ in total, or when no weights fit them all.
    Source: methods.md#s14-raking, Deming and Stephan (1940), Ann. Math. Stat. 11, 427–444.
    """
    n = np.asarray(counts, dtype=np.float64)
    targets = [np.asarray(margin, dtype=np.float64) for margin in margins]
    weights = np.array(np.broadcast_to(np.asarray(start, dtype=np.float64), n.shape))
    _refuse_margins(n, targets)
    # Where no weights fit, they run off to 0 and infinity; that ends in the error below.
    with np.errstate(all="ignore"):
        for _ in range(RAKING_ROUNDS):
            for axis, target in enumerate(targets):
                weights *= _along(target / _margin(n * weights, axis), axis, n.ndim)
            if _fits(n * weights, targets, tolerance):
                return weights
    raise ValueError("no weights fit these margins: merge a category that has few answers")


def _margin(values: Floats, axis: int) -> Floats:
    others = tuple(other for other in range(values.ndim) if other != axis)
    return np.asarray(np.sum(values, axis=others), dtype=np.float64)


def _fits(weighted: Floats, targets: list[Floats], tolerance: float) -> bool:
    reached = [_margin(weighted, axis) for axis in range(weighted.ndim)]
    return all(
        np.allclose(found, target, rtol=tolerance)
        for found, target in zip(reached, targets, strict=True)
    )


def _along(values: Floats, axis: int, dimensions: int) -> Floats:
    return values.reshape([-1 if other == axis else 1 for other in range(dimensions)])


def _refuse_margins(n: Floats, targets: list[Floats]) -> None:
    if n.ndim != len(targets) or any(
        target.shape != (size,) for target, size in zip(targets, n.shape, strict=False)
    ):
        raise ValueError(f"the margins do not fit a table of {n.shape} cells")
    for axis, target in enumerate(targets):
        empty = np.flatnonzero((_margin(n, axis) > 0) != (target > 0))
        if empty.size:
            place = f"category {empty[0]} of margin {axis}"
            raise ValueError(f"{place} has no answers or no people: merge it with a neighbour")
    if not np.allclose([target.sum() for target in targets], targets[0].sum(), rtol=1e-9):
        raise ValueError("the margins are of different populations: their totals differ")


def trim_weights(weights: ArrayLike, counts: ArrayLike = 1.0, *, limit: float = 5.0) -> Floats:
    """Return the weights, none above `limit` times the median weight of the respondents.

    Shape: that of the weights; `counts` is how many respondents carry each.
    Units: those of the weights.
    Missing: a weight that nobody carries has no part in the median and is capped all the same;
    nobody at all leaves the weights as they are.
    Source: methods.md#s14-raking, Potter (1990), Proc. ASA Survey Research Methods Section,
    225–230.
    """
    w, n = broadcast(weights, counts)
    # Half of the respondents: the lower median, so that any whole number of copies gives the same.
    order = np.argsort(w, axis=None)
    reached = np.cumsum(n.ravel()[order])
    if reached.size == 0 or not reached[-1] > 0:
        return w.copy()
    middle = w.ravel()[order][np.searchsorted(reached, reached[-1] / 2)]
    return np.asarray(np.minimum(w, limit * middle), dtype=np.float64)


def rake_trimmed(counts: ArrayLike, margins: Sequence[ArrayLike], *, limit: float = 5.0) -> Floats:
    """Return raked weights, trimmed at `limit` times the median and raked once more.

    The second raking restores the margins; a weight may then lie above the limit again.

    Shape, units and errors: as `rake`.
    Source: methods.md#s14-raking.
    """
    trimmed = trim_weights(rake(counts, margins), counts, limit=limit)
    return rake(counts, margins, trimmed)


def bias_bound(response_rate: ArrayLike, sd: ArrayLike, mean_propensity: ArrayLike) -> Floats:
    """Return the largest bias of a mean by selective non-response: (1−R)·S/(2ρ̄).

    Units: those of the answer; R is the R-indicator, S the standard deviation of the answers and
    ρ̄ the mean propensity to respond (the response rate).
    Missing: nan stays nan; a propensity of 0 gives nan.
    Source: methods.md#s14-bias, Schouten, Cobben and Bethlehem (2009), Survey Methodology 35,
    101–113.
    """
    r, s, rho = broadcast(response_rate, sd, mean_propensity)
    bound: Floats = np.divide((1 - r) * s, 2 * rho, out=np.full(r.shape, np.nan), where=rho > 0)
    return bound


def response_rate(
    respondent_count: ArrayLike, invited_count: ArrayLike, *, invited_floor: float = 5
) -> Floats:
    """Return the share of the invited people who took part.

    Shape: one rate per group.
    Units: a share between 0 and 1.
    Missing: fewer than `invited_floor` invited (or nan) gives nan: the rate would say who.
    Errors: ValueError when more people took part than were invited.
    Source: methods.md#response-rate.
    """
    took_part, invited = broadcast(respondent_count, invited_count)
    if np.any(took_part > invited):
        raise ValueError("more people took part than were invited")
    shown = (invited >= invited_floor) & (invited > 0)
    rate: Floats = np.divide(took_part, invited, out=np.full(invited.shape, np.nan), where=shown)
    return rate


def precision_word(
    half_width: ArrayLike,
    rate: ArrayLike,
    *,
    widest: float = 0.5,
    lowest_rate: float = 0.30,
) -> Texts:
    """Return `indicative` where the half-width exceeds 0.5 or the rate is below 30 %, else empty.

    Shape: one word per figure.
    Units: half-width of the interval in grade points; rate as a share.
    Missing: no interval (nan) is indicative; an unknown rate says nothing.
    Source: methods.md#s14-precision.
    """
    halves, rates = broadcast(half_width, rate)
    wide = ~(halves <= widest + ROUNDING)
    return choose([wide | (rates < lowest_rate - ROUNDING)], ["indicative"], "")
