"""What a change of the sector is made of: real change, joiners and leavers, size mix."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from warehouse.stats.compare import normal_difference
from warehouse.stats.types import Flags, Floats, broadcast


class SectorChange(NamedTuple):
    """Change of the mean of organisations: total = matched + composition."""

    total: Floats
    matched: Floats
    composition: Floats
    matched_count: Floats
    left_count: Floats
    joined_count: Floats


class MatchedChange(NamedTuple):
    """Mean change of the organisations of both waves, with its interval and p."""

    change: Floats
    se: Floats
    low: Floats
    high: Floats
    p: Floats


class SizeMix(NamedTuple):
    """Change of a mean over size bands: total = within + mix."""

    total: Floats
    within: Floats
    mix: Floats
    within_se: Floats


def _mean_where(kept: Flags, values: Floats) -> Floats:
    """Return the mean of the kept values along the last axis; nan where nothing is kept."""
    count = np.sum(kept, axis=-1, dtype=np.float64)
    total = np.sum(np.where(kept, values, 0.0), axis=-1)
    mean: Floats = np.divide(total, count, out=np.full(np.shape(count), np.nan), where=count > 0)
    return mean


def _count(kept: Flags) -> Floats:
    return np.asarray(np.sum(kept, axis=-1), dtype=np.float64)


def split_change(earlier: ArrayLike, later: ArrayLike) -> SectorChange:
    """Return the change of the mean of organisations, split into matched and composition.

    total = mean(later) − mean(earlier); matched = mean change of the organisations in both waves;
    composition = total − matched, the part of leavers and joiners.

    Shape: the last axis is organisations, one column per organisation in both arrays; results
    have the leading axes.
    Units: those of the means; counts of organisations.
    Missing: nan is an organisation that had no own result in that wave. No organisation in one
    wave gives a total of nan; none in both gives matched and composition nan.
    Source: methods.md#s7.
    """
    before, after = broadcast(earlier, later)
    had, has = ~np.isnan(before), ~np.isnan(after)
    total = _mean_where(has, after) - _mean_where(had, before)
    matched = _mean_where(had & has, after - before)
    counts = (_count(had & has), _count(had & ~has), _count(has & ~had))
    return SectorChange(total, matched, total - matched, *counts)


def matched_change(
    earlier: ArrayLike,
    earlier_variances: ArrayLike,
    later: ArrayLike,
    later_variances: ArrayLike,
    *,
    level: float = 0.95,
) -> MatchedChange:
    """Return the mean of the paired differences of organisations, with its normal interval.

    se² = Σ(v_earlier + v_later)/m² over the m organisations of both waves. Anonymous waves cannot
    be linked by person, so they count as independent: a person's answers in two waves correlate
    positively, which makes the interval too wide rather than too narrow.

    Shape: the last axis is organisations; results have the leading axes.
    Units: those of the means; variances are s²_p/n, without finite population correction.
    Missing: an organisation with nan in any of the four is no part of it; none gives nan.
    Source: methods.md#s7; the variance of a mean of independent differences.
    """
    before, v_before, after, v_after = broadcast(earlier, earlier_variances, later, later_variances)
    variance, difference = v_before + v_after, after - before
    kept = ~np.isnan(variance + difference)
    change = _mean_where(kept, difference)
    m = np.where(_count(kept) > 0, _count(kept), np.nan)
    se = np.sqrt(_mean_where(kept, variance) / m)
    low, high, p = normal_difference(change, se, level)
    return MatchedChange(change, se, low, high, p)


def matched_may_be_shown(left_count: ArrayLike, joined_count: ArrayLike, k_min: float = 5) -> Flags:
    """Return whether matched change gives away no small group of leavers or joiners.

    Total, matched and the waves' means together give the mean of the leavers and of the joiners,
    so each of the two must be nobody or at least `k_min` organisations.

    Source: methods.md#s7, statistics §8.3 rule 6.
    """
    left, joined = broadcast(left_count, joined_count)
    shown: Flags = ((left == 0) | (left >= k_min)) & ((joined == 0) | (joined >= k_min))
    return shown


def size_mix_change(
    earlier: ArrayLike,
    earlier_weights: ArrayLike,
    later: ArrayLike,
    later_weights: ArrayLike,
    variances: tuple[ArrayLike, ArrayLike] = (np.nan, np.nan),
) -> SizeMix:
    """Return the change of a weighted mean over size bands, split into within and mix.

    With shares P = weights/Σweights: within = Σ ½(P₀+P₁)(m₁−m₀), the change at an unchanged mix
    of sizes (direct standardisation to the average of both mixes); mix = Σ ½(m₀+m₁)(P₁−P₀);
    total = within + mix. within_se² = Σ ¼(P₀+P₁)²(v₀+v₁).

    Shape: the last axis is bands; results have the leading axes. Weights are numbers of
    organisations or headcounts of each band; `variances` are those of the bands' means.
    Units: those of the means.
    Missing: a band of weight 0 in one wave needs no mean there: the other wave's stands for both,
    so it belongs to the mix alone. A mean missing in a band of positive weight gives nan, and so
    does a wave without weight; missing variances give a nan `within_se` only.
    Errors: ValueError for a negative weight.
    Source: methods.md#s7-mix, Kitagawa (1955), JASA 50, 1168–1194.
    """
    m0, w0, m1, w1, v0, v1 = broadcast(earlier, earlier_weights, later, later_weights, *variances)
    if np.any(w0 < 0) or np.any(w1 < 0):
        raise ValueError("a band has a negative weight")
    p0, p1 = _shares(w0), _shares(w1)
    before = np.where(p0 > 0, m0, m1)
    after = np.where(p1 > 0, m1, m0)
    used = ~((p0 == 0) & (p1 == 0))
    average, mix = (p0 + p1) / 2, (before + after) / 2 * (p1 - p0)
    within = _sum_where(used, average * (after - before))
    shift = _sum_where(used, mix)
    spread = np.where((p0 > 0) & (p1 > 0), average**2 * (v0 + v1), 0.0)
    return SizeMix(within + shift, within, shift, np.sqrt(_sum_where(used, spread)))


def _shares(weights: Floats) -> Floats:
    total = np.sum(weights, axis=-1, keepdims=True)
    empty = np.full(weights.shape, np.nan)
    shares: Floats = np.divide(weights, total, out=empty, where=total > 0)
    return shares


def _sum_where(kept: Flags, values: Floats) -> Floats:
    return np.asarray(np.sum(np.where(kept, values, 0.0), axis=-1), dtype=np.float64)
