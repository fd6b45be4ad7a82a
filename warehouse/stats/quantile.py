"""Quantiles of a set of organisations, and the part of it that one organisation lies in."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from warehouse.stats.types import Floats, Texts, broadcast, choose


def harrell_davis(values: ArrayLike, probabilities: ArrayLike) -> Floats:
    """Return Harrell–Davis quantiles: weighted means of all order statistics.

    They never equal one organisation's own value (for two or more organisations that differ) and
    are stable for few organisations.

    Shape: one quantile per probability, in the order given.
    Units: those of the values.
    Missing: nan values are dropped; no values give nan.
    Errors: ValueError for a probability outside (0, 1): the extremes are one employer's result.
    Source: methods.md#s9, Harrell and Davis (1982), Biometrika 69, 635–640.
    """
    ordered, wanted = _ordered(values), _checked(probabilities)
    k = ordered.size
    if k == 0:
        return np.full(wanted.shape, np.nan)
    steps = np.arange(k + 1) / k
    a, b = (k + 1) * wanted[:, np.newaxis], (k + 1) * (1 - wanted[:, np.newaxis])
    weights = np.diff(special.betainc(a, b, steps), axis=1)
    return np.asarray(weights @ ordered, dtype=np.float64)


def type7(values: ArrayLike, probabilities: ArrayLike) -> Floats:
    """Return quantiles by linear interpolation (type 7, DuckDB's quantile_cont).

    Shape: one quantile per probability, in the order given.
    Units: those of the values.
    Missing: nan values are dropped; no values give nan.
    Errors: ValueError for a probability outside (0, 1).
    Source: methods.md#s9, Hyndman and Fan (1996), The American Statistician 50, 361–365.
    """
    ordered, wanted = _ordered(values), _checked(probabilities)
    if ordered.size == 0:
        return np.full(wanted.shape, np.nan)
    return np.asarray(np.quantile(ordered, wanted), dtype=np.float64)


def _ordered(values: ArrayLike) -> Floats:
    given = np.asarray(values, dtype=np.float64).ravel()
    return np.sort(given[~np.isnan(given)])


def _checked(probabilities: ArrayLike) -> Floats:
    wanted = np.atleast_1d(np.asarray(probabilities, dtype=np.float64))
    if not np.all((wanted > 0) & (wanted < 1)):
        raise ValueError(f"probabilities must lie between 0 and 1, exclusive; got {wanted}")
    return wanted


def quarter_position(
    low: ArrayLike, high: ArrayLike, lower_quartile: ArrayLike, upper_quartile: ArrayLike
) -> Texts:
    """Return the part of the distribution that holds the whole interval of each organisation.

    Shape: one of `lower_quarter`, `middle`, `upper_quarter`, `indistinct` per interval.
    Missing: nan anywhere gives `indistinct`.
    Source: methods.md#s9.
    """
    lows, highs, lower, upper = broadcast(low, high, lower_quartile, upper_quartile)
    known = ~np.isnan(lows + highs + lower + upper)
    inside = [highs < lower, lows > upper, (lows >= lower) & (highs <= upper)]
    names = ["lower_quarter", "upper_quarter", "middle"]
    return choose([known & part for part in inside], names, "indistinct")
