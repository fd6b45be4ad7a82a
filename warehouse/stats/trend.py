"""Trend over three or more comparable waves, and where a series breaks."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from warehouse.stats.compare import ROUNDING
from warehouse.stats.shrink import VARIANCE_FLOOR
from warehouse.stats.types import Flags, Floats, Whole, broadcast

# A Theil–Sen interval from fewer waves is nearly empty of information.
THEIL_SEN_WAVES = 5
TREND_WAVES = 3


class Trend(NamedTuple):
    """Slope per unit of time by known-variance least squares; q tests the straight line."""

    slope: Floats
    se: Floats
    z: Floats
    p: Floats
    q: Floats
    q_df: Floats
    q_p: Floats
    span: Floats


def weighted_trend(times: ArrayLike, means: ArrayLike, variances: ArrayLike) -> Trend:
    """Return the weighted least squares line with known variances: β = (X'WX)⁻¹X'Wy.

    Var β = (X'WX)⁻¹, not rescaled by the residuals: the variances are known. Q = Σw·r² on T−2
    degrees of freedom tests whether a straight line fits.

    Shape: the last axis is waves; results have the leading axes.
    Units: slope and se in the mean's unit per unit of time; variances without finite population
    correction; span is last time − first time.
    Missing: a wave with nan anywhere is left out; fewer than three waves, or one time for all,
    gives nan throughout.
    Errors: ValueError for a negative variance.
    Source: methods.md#s7-trend, Cochran (1954), Biometrics 10, 101–129.
    """
    t, y, v = broadcast(times, means, variances)
    if np.any(v < 0):
        raise ValueError("a sampling variance is negative")
    present = ~np.isnan(t + y + v)
    span = _span(t, present)
    w = np.where(present & (span > 0)[..., np.newaxis], 1 / np.maximum(v, VARIANCE_FLOOR), np.nan)
    ahead = t - (_sum(w * t) / _sum(w))[..., np.newaxis]
    above = y - (_sum(w * y) / _sum(w))[..., np.newaxis]
    slope, se = _sum(w * ahead * above) / _sum(w * ahead**2), 1 / np.sqrt(_sum(w * ahead**2))
    q = _sum(w * (above - slope[..., np.newaxis] * ahead) ** 2)
    df = np.where(np.isnan(span), np.nan, np.sum(present, axis=-1) - 2.0)
    p, q_p = 2 * special.ndtr(-np.abs(slope / se)), special.chdtrc(df, q)
    return Trend(slope, se, slope / se, p, q, df, q_p, span)


def _sum(values: Floats) -> Floats:
    """Return the sum along the waves without nan; nan where nothing is left."""
    some = np.any(~np.isnan(values), axis=-1)
    return np.where(some, np.nansum(values, axis=-1), np.nan)


def _span(times: Floats, present: Flags) -> Floats:
    first = np.min(np.where(present, times, np.inf), axis=-1, initial=np.inf)
    last = np.max(np.where(present, times, -np.inf), axis=-1, initial=-np.inf)
    enough = (np.sum(present, axis=-1) >= TREND_WAVES) & (last > first)
    return np.where(enough, np.where(enough, last, 0.0) - np.where(enough, first, 0.0), np.nan)


def is_trend(trend: Trend, delta: ArrayLike, *, alpha: float = 0.05) -> Flags:
    """Return whether a slope may be called a trend: p < alpha and |slope|·span ≥ delta.

    Shape: one flag per series.
    Units: `delta` is the smallest difference that matters, in the mean's unit.
    Missing: nan is no trend.
    Source: methods.md#s7-trend.
    """
    change = np.abs(trend.slope) * trend.span
    large = change >= np.asarray(delta, dtype=np.float64) - ROUNDING
    return np.asarray((trend.p < alpha) & large, dtype=np.bool_)


def theil_sen(
    times: ArrayLike, means: ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Return the median of the slopes between all pairs of waves, as (slope, low, high).

    A check that one odd wave cannot bend. The interval is Sen's, by Kendall's statistic, as
    scipy.stats.theilslopes has it for one series; that takes milliseconds each, too long for all.

    Shape: the last axis is waves; results have the leading axes.
    Units: the mean's unit per unit of time.
    Missing: a wave with nan is left out; fewer than five waves give nan.
    Errors: ValueError for two waves of a series at one time.
    Source: methods.md#s7-trend, Sen (1968), JASA 63, 1379–1389.
    """
    t, y = broadcast(times, means)
    one, other = np.triu_indices(t.shape[-1], 1)
    y = np.where(np.isnan(t + y), np.nan, y)
    rise, run = y[..., other] - y[..., one], t[..., other] - t[..., one]
    if np.any(run == 0):
        raise ValueError("two waves of a series stand at one time")
    count = np.sum(~np.isnan(y), axis=-1)
    slopes = np.sort(rise / run, axis=-1)
    pairs = np.where(count >= THEIL_SEN_WAVES, count * (count - 1) // 2, 0)
    half = special.ndtri((1 + level) / 2) * _kendall_sd(y, count)
    low = np.maximum(np.rint((pairs - half) / 2) - 1, 0)
    high = np.minimum(np.rint((pairs + half) / 2), pairs - 1)
    middle = (_place(slopes, (pairs - 1) // 2, pairs) + _place(slopes, pairs // 2, pairs)) / 2
    return middle, _place(slopes, low, pairs), _place(slopes, high, pairs)


def _kendall_sd(y: Floats, count: Whole) -> Floats:
    """Return the standard deviation of Kendall's statistic, equal means counted as ties."""
    alike = np.sum(y[..., :, np.newaxis] == y[..., np.newaxis, :], axis=-1)
    # A run of k ties takes k(k−1)(2k+5): each of its k members (k−1)(2k+5).
    ties = np.sum(np.where(alike > 1, (alike - 1) * (2 * alike + 5), 0), axis=-1)
    variance = (count * (count - 1) * (2 * count + 5) - ties) / 18
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)), dtype=np.float64)


def _place(ordered: Floats, index: ArrayLike, pairs: Whole) -> Floats:
    """Return the slope at an index of each ordered series; nan where there are no pairs."""
    if ordered.shape[-1] == 0:
        return np.full(ordered.shape[:-1], np.nan)
    where = np.maximum(np.asarray(index, dtype=np.int64), 0)[..., np.newaxis]
    found = np.take_along_axis(ordered, where, axis=-1)[..., 0]
    return np.where(pairs > 0, found, np.nan)


def comparable_segments(classes: ArrayLike) -> Whole:
    """Return the segment 0, 1, … of each wave; a change of comparability class starts a new one.

    A series that returns to an earlier class starts a new segment as well: its line is broken
    there anyway, and nothing is computed across a break.

    Shape: the last axis is waves in order of time; one label per wave.
    Missing: an empty class is a wave in which it was not asked; it gets −1 and breaks nothing.
    Source: methods.md#comparability, statistics §9.2.
    """
    names = np.asarray(classes, dtype=np.str_)
    asked = names != ""
    place = np.where(asked, np.arange(names.shape[-1]), -1)
    latest = np.maximum.accumulate(place, axis=-1)
    previous = np.concatenate([np.full_like(latest[..., :1], -1), latest[..., :-1]], axis=-1)
    before = np.take_along_axis(names, np.maximum(previous, 0), axis=-1)
    starts = asked & ((previous < 0) | (before != names))
    return np.where(asked, np.cumsum(starts, axis=-1) - 1, -1)


def latest_segment(classes: ArrayLike) -> Flags:
    """Return which waves belong to the last segment, the only one a trend is computed over.

    Shape: one flag per wave; the last axis is waves in order of time.
    Missing: a wave in which it was not asked is no part of it.
    Source: methods.md#comparability.
    """
    segments = comparable_segments(classes)
    last = np.max(segments, axis=-1, keepdims=True, initial=-1)
    return np.asarray((segments == last) & (segments >= 0), dtype=np.bool_)
