"""Comparisons: own against the rest, wave against wave, employees against hr."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from warehouse.stats.interval import fraction_unseen, refuse_more_answers_than_people
from warehouse.stats.types import Floats, Texts, broadcast, choose

# 7.3 − 7.0 is a hair below 0.3 in binary; a reader's calculator says it is 0.3.
ROUNDING = 1e-9


class LeaveOneOut(NamedTuple):
    """Each organisation against the mean of the others; `unusual` adds the spread between them."""

    rest_mean: Floats
    difference: Floats
    se: Floats
    z: Floats
    p: Floats
    se_unusual: Floats
    z_unusual: Floats


class Difference(NamedTuple):
    """A difference of two means with its t test and interval."""

    difference: float
    se: float
    df: float
    t: float
    p: float
    low: float
    high: float


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Return the p-values of families, adjusted for the false discovery rate.

    Shape: one q per p, in the order given; the last axis is one family.
    Missing: nan is not counted in the family and stays nan.
    Errors: ValueError for a p outside [0, 1].
    Source: methods.md#s4, Benjamini and Hochberg (1995), JRSS B 57, 289–300.
    """
    given = np.asarray(p, dtype=np.float64)
    adjusted = np.full(given.shape, np.nan)
    tested = ~np.isnan(given)
    whole = tested.all(axis=-1)
    if whole.any() and given.size:
        adjusted[whole] = stats.false_discovery_control(given[whole], axis=-1, method="bh")
    for place in np.argwhere(~whole & tested.any(axis=-1)):
        family, kept = adjusted[tuple(place)], tested[tuple(place)]
        family[kept] = stats.false_discovery_control(given[tuple(place)][kept], method="bh")
    return adjusted


def leave_one_out(means: ArrayLike, variances: ArrayLike, tau2: float = 0.0) -> LeaveOneOut:
    """Return each organisation's difference from the mean of the other organisations.

    `se`, `z` and `p` answer "is our mean different from our peers'?" (sampling error only);
    `se_unusual` and `z_unusual` answer "are we unusual among peers?" (adds τ² between them).

    Shape: one element per organisation of the group, in the order given.
    Units: those of the mean; variances are s²_p/n, without finite population correction.
    Missing: an organisation whose mean or variance is nan is no part of the group and stays nan;
    fewer than two organisations give nan throughout; a standard error of 0 gives no test (nan).
    Source: methods.md#s3.
    """
    given_means, given_variances = broadcast(means, variances)
    present = ~np.isnan(given_means + given_variances)
    own = np.where(present, given_means, np.nan)
    own_variance = np.where(present, given_variances, np.nan)
    others = float(present.sum()) - 1 if present.sum() >= 2 else np.nan
    rest_mean = (np.nansum(own) - own) / others
    rest_variance = np.maximum(np.nansum(own_variance) - own_variance, 0.0) / others**2
    difference = own - rest_mean
    se = np.sqrt(own_variance + rest_variance)
    se_unusual = np.sqrt(own_variance + tau2 + rest_variance + tau2 / others)
    z = _ratio(difference, se)
    p = _two_sided(z)
    return LeaveOneOut(rest_mean, difference, se, z, p, se_unusual, _ratio(difference, se_unusual))


def _ratio(difference: Floats, se: Floats) -> Floats:
    ratio: Floats = np.divide(difference, se, out=np.full(np.shape(se), np.nan), where=se > 0)
    return ratio


def _two_sided(z: Floats) -> Floats:
    return np.asarray(2 * special.ndtr(-np.abs(z)), dtype=np.float64)


def verdict(
    difference: ArrayLike,
    q: ArrayLike,
    low90: ArrayLike,
    high90: ArrayLike,
    delta: ArrayLike,
    *,
    printed: tuple[ArrayLike, ArrayLike],
    alpha: float = 0.05,
) -> Texts:
    """Return what may be said of each difference.

    `higher` or `lower` needs q < alpha, |difference| ≥ delta and 0 outside `printed`, the interval
    (low, high) beside the word: it need not follow from the error that q does (Newcombe's does
    not), and it is what a reader sees. `comparable` needs the 90 % interval inside ±delta (two
    one-sided tests); else `not_demonstrable`.

    Shape: one word per difference.
    Missing: a nan difference gives `too_few`; a nan q or interval proves nothing.
    Source: methods.md#s4, Schuirmann (1987), J. Pharmacokin. Biopharm. 15, 657–680.
    """
    differences, qs, lows, highs, deltas = broadcast(difference, q, low90, high90, delta)
    least, most = broadcast(*printed)
    large = (qs < alpha) & (np.abs(differences) >= deltas - ROUNDING)
    higher, lower = large & (differences > 0) & (least > 0), large & (differences < 0) & (most < 0)
    inside = (lows >= -deltas) & (highs <= deltas)
    conditions = [np.isnan(differences), higher, lower, inside]
    return choose(conditions, ["too_few", "higher", "lower", "comparable"], "not_demonstrable")


def welch_difference(
    mean_a: float,
    variance_a: float,
    n_a: float,
    mean_b: float,
    variance_b: float,
    n_b: float,
    population_a: float | None = None,
    population_b: float | None = None,
    level: float = 0.95,
) -> Difference:
    """Return mean a − mean b with Welch's t test, the two samples taken as independent.

    Units: those of the means.
    Missing: a population of None or nan is unknown: no finite population correction. n < 2 on
    either side leaves only the difference. A standard error of 0 gives no test: df, t and p are
    nan and the interval is the difference itself.
    Errors: ValueError when n exceeds N.
    Source: methods.md#s6, methods.md#s15, Welch (1947), Biometrika 34, 28–35.
    """
    difference = mean_a - mean_b
    part_a = _variance_of_mean(variance_a, n_a, population_a)
    part_b = _variance_of_mean(variance_b, n_b, population_b)
    se = float(np.sqrt(part_a + part_b))
    if not se > 0:
        edge = difference if se == 0 else np.nan
        return Difference(difference, se, np.nan, np.nan, np.nan, edge, edge)
    df = (part_a + part_b) ** 2 / (part_a**2 / (n_a - 1) + part_b**2 / (n_b - 1))
    t = difference / se
    p = float(2 * stats.t.sf(abs(t), df))
    half = float(stats.t.ppf((1 + level) / 2, df)) * se
    return Difference(difference, se, df, t, p, difference - half, difference + half)


def _variance_of_mean(variance: float, n: float, population: float | None) -> float:
    count, headcount = broadcast(n, np.nan if population is None else population)
    refuse_more_answers_than_people(count, headcount)
    return float(fraction_unseen(count, headcount)) * variance / n if n >= 2 else np.nan


def normal_difference(
    difference: ArrayLike, se: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Return the normal interval and two-sided p of each difference, as (low, high, p).

    Units: those of the difference.
    Missing: a standard error of 0 gives no test (p nan) and an interval of no width; nan stays.
    Source: methods.md#s3.
    """
    differences, errors = broadcast(difference, se)
    half = special.ndtri((1 + level) / 2) * errors
    p = _two_sided(_ratio(differences, errors))
    return differences - half, differences + half, p


def newcombe_interval(
    share_a: ArrayLike,
    low_a: ArrayLike,
    high_a: ArrayLike,
    share_b: ArrayLike,
    low_b: ArrayLike,
    high_b: ArrayLike,
) -> tuple[Floats, Floats, Floats]:
    """Return share a − share b with Newcombe's hybrid interval, as (difference, low, high).

    Units: shares; the inputs low and high are Wilson limits on effective counts.
    Missing: nan in any input of a pair gives a nan interval.
    Source: methods.md#s16, Newcombe (1998), Statistics in Medicine 17, 873–890, method 10.
    """
    a, l_a, u_a, b, l_b, u_b = broadcast(share_a, low_a, high_a, share_b, low_b, high_b)
    difference = a - b
    low = difference - np.hypot(a - l_a, u_b - b)
    high = difference + np.hypot(u_a - a, b - l_b)
    return difference, low, high


def mention_state(
    low: ArrayLike, high: ArrayLike, named_floor: float = 0.05, rarely_ceiling: float = 0.15
) -> Texts:
    """Return whether an aspect counts as named, from the Wilson limits of its share.

    Shape: `named` (low ≥ floor), else `rarely_named` (high < ceiling), else `uncertain`.
    Missing: nan gives `uncertain`.
    Source: methods.md#s17.
    """
    lows, highs = broadcast(low, high)
    known = ~np.isnan(lows + highs)
    conditions = [known & (lows >= named_floor), known & (highs < rarely_ceiling)]
    return choose(conditions, ["named", "rarely_named"], "uncertain")


def one_sided(
    employee_state: ArrayLike, hr_state: ArrayLike, gap_low: ArrayLike, gap_high: ArrayLike
) -> Texts:
    """Return which side alone names an aspect: `employee`, `hr`, or empty.

    One side must name it, the other rarely, and the interval of the gap (employees − hr) must lie
    wholly on the naming side of 0: between floor and ceiling a share can be "named" and still be
    the smaller of the two.

    Missing: a nan interval proves nothing (empty).
    Source: methods.md#s17.
    """
    employee, hr = np.asarray(employee_state, dtype=np.str_), np.asarray(hr_state, dtype=np.str_)
    lows, highs = broadcast(gap_low, gap_high)
    only_employee = (employee == "named") & (hr == "rarely_named") & (lows > 0)
    only_hr = (hr == "named") & (employee == "rarely_named") & (highs < 0)
    return choose([only_employee, only_hr], ["employee", "hr"], "")
