"""Intervals of ranks (staff only): a rank itself is never displayed."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from warehouse.stats.shrink import VARIANCE_FLOOR
from warehouse.stats.types import Floats, broadcast

CACHED_DRAWS = 128
CACHED_ROWS = 64


class RankIntervals(NamedTuple):
    """Rank (1 is the highest mean) and the ranks that the data do not exclude."""

    rank: Floats
    low: Floats
    high: Floats


def bonferroni_rank_intervals(
    means: ArrayLike, variances: ArrayLike, *, level: float = 0.95
) -> RankIntervals:
    """Return each organisation's rank interval with the critical value z(1−α/(2(k−1))).

    low = 1 + number significantly better, high = k − number significantly worse, each pair
    compared by |ȳ_i−ȳ_j|/√(v_i+v_j). Every interval holds its own rank with at least `level`.

    Shape: the last axis is organisations; memory 64 k per group.
    Units: ranks; ties share the best rank.
    Missing: an organisation with nan is no part of the group and stays nan.
    Errors: ValueError for a negative variance.
    Source: methods.md#s13, Mogstad, Romano, Shaikh and Wilhelm (2024),
    Review of Economic Studies 91, 476–518.
    """
    y, v = _present(means, variances)
    others = np.sum(~np.isnan(y), axis=-1, keepdims=True) - 1.0
    critical = special.ndtri(1 - (1 - level) / (2 * np.maximum(others, 1.0)))
    return _intervals(y, v, critical)


def simulated_rank_intervals(
    means: ArrayLike,
    variances: ArrayLike,
    generator: np.random.Generator,
    *,
    level: float = 0.95,
    draws: int = 4000,
) -> RankIntervals:
    """Return each organisation's rank interval with a simulated critical value (narrower).

    The critical value of organisation j is the `level` quantile of max_i |Z_ij|, where the Z_ij of
    equal organisations are drawn with their known variances.

    Shape: the last axis is organisations; one group after another takes from the generator, so a
    seed and an order give one answer.
    Units: ranks; ties share the best rank.
    Missing: an organisation with nan is no part of the group and stays nan.
    Errors: ValueError for a negative variance.
    Source: methods.md#s13, Mogstad, Romano, Shaikh and Wilhelm (2024),
    Review of Economic Studies 91, 476–518.
    """
    y, v = _present(means, variances)
    critical = np.full(y.shape, np.nan)
    for group in np.ndindex(y.shape[:-1]):
        present = ~np.isnan(y[group])
        critical[group][present] = _critical_values(v[group][present], generator, level, draws)
    return _intervals(y, v, critical)


def _present(means: ArrayLike, variances: ArrayLike) -> tuple[Floats, Floats]:
    y, v = broadcast(means, variances)
    if np.any(v < 0):
        raise ValueError("a sampling variance is negative")
    known = ~np.isnan(y + v)
    return np.where(known, y, np.nan), np.where(known, np.maximum(v, VARIANCE_FLOOR), np.nan)


def _critical_values(v: Floats, generator: np.random.Generator, level: float, draws: int) -> Floats:
    if v.size < 2:
        return np.full(v.size, np.inf)
    errors = generator.standard_normal((draws, v.size)).T * np.sqrt(v)[:, np.newaxis]
    precision = 1 / np.sqrt(v[:, np.newaxis] + v)
    largest = np.empty((v.size, draws))
    # Some draws at a time, so that what is worked on stays in the processor's cache.
    for start in range(0, draws, CACHED_DRAWS):
        part = np.ascontiguousarray(errors[:, start : start + CACHED_DRAWS])
        for j in range(v.size):
            apart = np.abs(part - part[j]) * precision[j][:, np.newaxis]
            largest[j, start : start + CACHED_DRAWS] = np.max(apart, axis=0)
    return np.asarray(np.quantile(largest, level, axis=1), dtype=np.float64)


def _intervals(y: Floats, v: Floats, critical: Floats) -> RankIntervals:
    limits = np.broadcast_to(critical, y.shape)[..., np.newaxis]
    above, better, worse = (np.zeros(y.shape) for _ in range(3))
    # Some organisations at a time against all, so that what is worked on stays in the cache.
    for start in range(0, y.shape[-1], CACHED_ROWS):
        rows = slice(start, start + CACHED_ROWS)
        # ahead[…, j, i] is how far i lies above j, in standard errors of their difference.
        apart = y[..., np.newaxis, :] - y[..., rows, np.newaxis]
        ahead = apart / np.sqrt(v[..., np.newaxis, :] + v[..., rows, np.newaxis])
        limit = limits[..., rows, :]
        above[..., rows] = np.sum(apart > 0, axis=-1)
        better[..., rows] = np.sum(ahead > limit, axis=-1)
        worse[..., rows] = np.sum(ahead < -limit, axis=-1)
    known = ~np.isnan(y)
    k = np.sum(known, axis=-1, keepdims=True)
    found = (1.0 + above, 1.0 + better, k - worse)
    return RankIntervals(*(np.where(known, part, np.nan) for part in found))
