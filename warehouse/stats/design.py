"""Mean of respondents in a band or the sector, with the standard error its design allows."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warehouse.stats.interval import t_interval
from warehouse.stats.types import Floats, broadcast

Labels = NDArray[np.int64]


class DesignMean(NamedTuple):
    """Weighted mean with its interval; `deff` and `effective_n` are Kish's, of the weights."""

    mean: float
    se: float
    df: int
    low: float
    high: float
    deff: float
    effective_n: float


def design_mean(
    means: ArrayLike,
    counts: ArrayLike,
    populations: ArrayLike,
    strata: ArrayLike,
    stratum_totals: ArrayLike,
    *,
    scale: tuple[float, float] = (-np.inf, np.inf),
    level: float = 0.95,
) -> DesignMean:
    """Return the weighted (Hájek) mean of respondents, linearised by atom within strata.

    Shape: one row per atom (an organisation, or the rest of a band): its mean, its number of
    answers, its headcount, its band as an integer in size order, and the frame total of that band.
    Units: those of the answer; the interval is clipped to `scale`.
    Missing: an atom without answers is left out, and its band's total is carried by the band's
    other atoms. No atoms give nan; one atom gives a mean without a standard error; a missing
    headcount gives nan. A band with a single atom is joined to its neighbour for the variance,
    and df = atoms − bands counts the joined bands.
    Source: methods.md#s10, Särndal, Swensson and Wretman (1992), section 5.7; Rust and Rao (1996).
    """
    table = broadcast(means, counts, populations, strata, stratum_totals)
    present = (table[1] > 0) & ~np.isnan(table[0])
    y, n, headcounts, codes, totals = (column[present] for column in table)
    if y.size == 0:
        return DesignMean(np.nan, np.nan, 0, np.nan, np.nan, np.nan, 0.0)
    weights = design_weights(n, headcounts, codes, totals)
    mean = float(np.sum(n * weights * y) / np.sum(n * weights))
    z = n * weights * (y - mean) / np.sum(n * weights)
    labels = joined_strata(codes)
    df = int(y.size - labels.max() - 1)
    se = float(np.sqrt(_stratified_variance(z, labels))) if df > 0 else np.nan
    low, high = t_interval(np.asarray(mean), np.asarray(se), df, scale, level)
    effective = kish_effective_count(weights, n)
    deff = float(np.sum(n)) / effective
    return DesignMean(mean, se, df, float(low), float(high), deff, effective)


def design_weights(n: Floats, headcounts: Floats, codes: Floats, totals: Floats) -> Floats:
    """Return the weight of each respondent of an atom: (N_a/n_a)·(T_b/ΣN_a).

    Shape: one weight per atom; arguments as those of `design_mean`, every atom with answers.
    Source: methods.md#s10.
    """
    _, stratum = np.unique(codes, return_inverse=True)
    covered = np.bincount(stratum, weights=headcounts)[stratum]
    return np.asarray(headcounts / n * (totals / covered), dtype=np.float64)


def joined_strata(codes: ArrayLike) -> Labels:
    """Return stratum labels 0, 1, … in which no stratum has a single atom, if that can be.

    A single atom joins the stratum below it in size; the smallest joins the one above.

    Shape: one label per atom, in the order given.
    Source: methods.md#s10, Wolter (2007), Introduction to Variance Estimation, section 2.5.
    """
    _, stratum, sizes = np.unique(np.asarray(codes), return_inverse=True, return_counts=True)
    labels, size = [0], int(sizes[0])
    for atoms in sizes[1:]:
        joins = atoms == 1 or size == 1
        labels.append(labels[-1] if joins else labels[-1] + 1)
        size = size + int(atoms) if joins else int(atoms)
    return np.asarray(labels, dtype=np.int64)[stratum]


def _stratified_variance(z: Floats, labels: Labels) -> float:
    k = np.bincount(labels)
    centred = z - (np.bincount(labels, weights=z) / k)[labels]
    return float(np.sum(k / (k - 1) * np.bincount(labels, weights=centred**2)))


def kish_effective_count(weights: ArrayLike, counts: ArrayLike = 1.0) -> float:
    """Return (Σw)²/Σw², the number of equally weighted answers that are worth as much.

    Shape: one weight per respondent, or per atom with the number of respondents who carry it.
    Missing: no weights, or only zeros, give 0.
    Source: methods.md#s14, Kish (1965), Survey Sampling, section 11.7.
    """
    w, n = broadcast(weights, counts)
    squares = float(np.sum(n * w**2))
    return float(np.sum(n * w)) ** 2 / squares if squares != 0 else 0.0


def design_effective_count(
    share: ArrayLike, se: ArrayLike, n: ArrayLike, weights_deff: ArrayLike
) -> Floats:
    """Return the effective count of a weighted share: p(1−p)/se², at least 1 and at most n.

    Shape: one element per share, in the order given.
    Units: answers.
    Missing: where the design says nothing (share 0 or 1, se 0 or missing) the weights decide:
    n/weights_deff.
    Source: methods.md#s10, Korn and Graubard (1998), Survey Methodology 24, 193–201.
    """
    p, errors, counts, effects = broadcast(share, se, n, weights_deff)
    usable = (p > 0) & (p < 1) & (errors > 0)
    by_weights = counts / effects
    by_design = np.divide(p * (1 - p), errors**2, out=by_weights.copy(), where=usable)
    capped = np.minimum(np.maximum(by_design, 1.0), counts)
    return np.where(usable, capped, by_weights)


def clustered_share_error(
    share: ArrayLike, n: float, squares: ArrayLike, products: ArrayLike, n_squares: float, k: int
) -> Floats:
    """Return the standard error of shares of answers that come in k clusters of unequal size.

    The ratio estimator's linearised variance, k/(k−1)·(Σc² − 2pΣc·n_i + p²Σn_i²)/n², with c the
    answers of a cluster that count and n_i all of them.

    Shape: one element per share; `squares` is Σc², `products` Σc·n_i, `n_squares` Σn_i².
    Missing: one cluster gives nan.
    Source: methods.md#s24, Cochran (1977), Sampling Techniques, section 9.3 and chapter 6.
    """
    p, c2, cn = broadcast(share, squares, products)
    if k < 2:
        return np.full(p.shape, np.nan)
    spread = np.maximum(c2 - 2 * p * cn + p**2 * n_squares, 0.0)
    return np.asarray(np.sqrt(k / (k - 1) * spread) / n, dtype=np.float64)


def design_effect(se: float, n: float, variance: float, population: float | None = None) -> float:
    """Return the variance of a design's mean over that of a simple random sample of n.

    Units: none; `variance` is the weighted variance of the answers, with n−1.
    Missing: population None compares with sampling with replacement.
    Source: methods.md#s10, Kish (1965), Survey Sampling, section 8.2.
    """
    unseen = 1.0 if population is None else 1.0 - n / population
    return se**2 / (unseen * variance / n)
