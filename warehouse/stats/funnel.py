"""The range expected of an organisation, with over-dispersion (staff only)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from warehouse.stats.shrink import VARIANCE_FLOOR
from warehouse.stats.types import Floats, Texts, broadcast, choose

# Two-sided 95 % and 99.8 % of the normal distribution, as funnel plots draw them.
INNER, OUTER = 1.96, 3.09


class Funnel(NamedTuple):
    """Scores against the centre; φ is over-dispersion, τ² what it adds to a variance."""

    centre: Floats
    z: Floats
    phi: Floats
    tau2: Floats
    z_adjusted: Floats


def funnel(
    means: ArrayLike,
    variances: ArrayLike,
    centre: ArrayLike | None = None,
    *,
    winsorised: float = 0.10,
) -> Funnel:
    """Return each organisation's z against the centre, before and after over-dispersion.

    z = (ȳ−μ)/√v, drawn in to its 10 % and 90 % quantiles (type 7) for φ = mean z²;
    τ² = max(0, (kφ−(k−1))/(Σw−Σw²/Σw)) with w = 1/v; adjusted z = (ȳ−μ)/√(v+τ²).

    Shape: the last axis is organisations; centre, φ and τ² have the leading axes.
    Units: those of the means; variances are s²_p/n, without finite population correction.
    Missing: an organisation with nan is left out and stays nan; fewer than two give nan.
    A centre of None is the precision-weighted mean Σwȳ/Σw.
    Errors: ValueError for a negative variance.
    Source: methods.md#s11, Spiegelhalter (2005), Statistics in Medicine 24, 1185–1202;
    DerSimonian and Laird (1986), Controlled Clinical Trials 7, 177–188.
    """
    y, v = broadcast(means, variances)
    if np.any(v < 0):
        raise ValueError("a sampling variance is negative")
    present = ~np.isnan(y + v)
    k = np.asarray(np.sum(present, axis=-1), dtype=np.float64)
    present = present & np.asarray(k >= 2)[..., np.newaxis]
    w = np.where(present, 1 / np.maximum(v, VARIANCE_FLOOR), 0.0)
    mu = _centre(np.where(present, y, 0.0), w, centre)
    z = np.where(present, (y - mu[..., np.newaxis]) * np.sqrt(w), np.nan)
    squares = np.sum(np.where(present, _winsorise(z, winsorised), 0.0) ** 2, axis=-1)
    tau2 = _tau2(squares - (k - 1), w)
    phi = np.divide(squares, k, out=np.full(np.shape(k), np.nan), where=k >= 2)
    return Funnel(mu, z, phi, tau2, z / np.sqrt(1 + w * tau2[..., np.newaxis]))


def _centre(y: Floats, w: Floats, given: ArrayLike | None) -> Floats:
    total = np.sum(w, axis=-1)
    empty = np.full(np.shape(total), np.nan)
    weighted: Floats = np.divide(np.sum(w * y, axis=-1), total, out=empty, where=total > 0)
    return weighted if given is None else broadcast(given, weighted)[0]


def _winsorise(z: Floats, part: float) -> Floats:
    empty = np.all(np.isnan(z), axis=-1, keepdims=True)
    known = np.where(empty, 0.0, z)
    low, high = np.nanquantile(known, [part, 1 - part], axis=-1, keepdims=True)
    return np.asarray(np.clip(known, low, high), dtype=np.float64)


def _tau2(excess: Floats, w: Floats) -> Floats:
    total = np.sum(w, axis=-1)
    safe = np.where(total > 0, total, np.nan)
    tau2 = np.maximum(0.0, excess / (safe - np.sum(w**2, axis=-1) / safe))
    return np.asarray(tau2, dtype=np.float64)


def funnel_limits(
    found: Funnel, variances: ArrayLike, multiple: float = INNER
) -> tuple[Floats, Floats]:
    """Return the limits μ ± multiple·√(v+τ²) of each organisation, as (low, high).

    Shape: one element per organisation; the last axis is organisations.
    Units: those of the means, not clipped.
    Missing: nan stays nan.
    Source: methods.md#s11.
    """
    v = np.asarray(variances, dtype=np.float64)
    half = multiple * np.sqrt(v + found.tau2[..., np.newaxis])
    centre = found.centre[..., np.newaxis]
    return centre - half, centre + half


def unusual_word(z: ArrayLike) -> Texts:
    """Return `usual`, `unusual` (|z| ≥ 1.96) or `very_unusual` (|z| ≥ 3.09), for staff.

    Shape: one word per z, adjusted for over-dispersion (S11) or the spread between peers (S3).
    Missing: nan gives an empty word.
    Source: methods.md#s11.
    """
    size = np.abs(np.asarray(z, dtype=np.float64))
    conditions = [np.isnan(size), size >= OUTER, size >= INNER]
    return choose(conditions, ["", "very_unusual", "unusual"], "usual")
