"""Distances, estimates and ranks worked out again from published results, in other ways.

No regression by matrices, no solver, no sorting: sums per band and over pairs. What an audit finds
equal to these is a function of published results and adds no equation on anybody.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from warehouse.audit.blocks import Block
from warehouse.audit.reading import Floats

INNER, OUTER = 1.96, 3.09
Z95 = 1.959963984540054
DRAWN_IN = 0.10
STEPS = 200
Figures = Mapping[str, Floats]


class Peers(NamedTuple):
    """Published results of organisations; every array is (organisations,), in that order."""

    means: Floats
    variances: Floats
    bands: NDArray[np.str_]
    sizes: Floats


class Line(NamedTuple):
    """A line over log10 headcount with the variances of its two coefficients."""

    intercept: float
    slope: float
    tau2: float
    v_intercept: float
    v_slope: float
    covariance: float
    units: int


def peers_of(block: Block, pooled_variance: float) -> Peers:
    """Return the published results of a block with the sampling variances they have."""
    own = block.own
    return Peers(
        block.means[own],
        pooled_variance / block.n[own],
        block.bands[own],
        np.log10(block.heads[own]),
    )


def line_of(block: Block, peers: Peers, pooled_variance: float) -> Line:
    """Return the size gradient through own results and rests; each rest at its people's mean size.

    Means are weighted by 1/(v + τ²), and τ² is such that the weighted squares of what is left are
    the number of means less two.
    """
    people = block.structure.participants
    logs = [
        float(people[rest.members] @ np.log10(block.heads[rest.members]))
        / float(people[rest.members].sum())
        for rest in block.rests
    ]
    size = np.append(peers.sizes, logs)
    y = np.append(peers.means, [rest.value for rest in block.rests])
    v = np.append(peers.variances, [pooled_variance / rest.people for rest in block.rests])

    def left(w: Floats) -> Floats:
        centre = w @ size / w.sum()
        slope = w * (size - centre) @ y / (w * (size - centre) @ (size - centre))
        return np.asarray(y - w @ y / w.sum() - slope * (size - centre))

    tau2 = moment_root(left, v, len(y) - 2)
    w = 1 / (v + tau2)
    centre, whole = float(w @ size / w.sum()), float(w.sum())
    spread = float(w @ (size - centre) ** 2)
    slope = float(w * (size - centre) @ y) / spread
    intercept = float(w @ y) / whole - slope * centre
    v_intercept = 1 / whole + centre**2 / spread
    return Line(intercept, slope, tau2, v_intercept, 1 / spread, -centre / spread, len(y))


def moment_root(left: Callable[[Floats], Floats], v: Floats, freedom: int) -> float:
    """Return τ² with Σ r²/(v + τ²) = freedom, r what a weighted fit leaves; 0 where it is below.

    The sum is convex and falls, so Newton's steps from 0 never go beyond the root.
    """
    tau2 = 0.0
    for _ in range(STEPS):
        w = 1 / (v + tau2)
        squares = left(w) ** 2
        excess = float(w @ squares) - freedom
        if excess <= 0:
            return tau2
        step = excess / float(w**2 @ squares)
        if step <= 1e-15 * (1 + tau2):
            return tau2
        tau2 += step
    return tau2


def band_means(peers: Peers, w: Floats) -> tuple[Floats, Floats]:
    """Return the weighted mean of each organisation's band, and the sum of the band's weights."""
    _, place = np.unique(peers.bands, return_inverse=True)
    whole = np.bincount(place, weights=w).astype(np.float64)
    return (np.bincount(place, weights=w * peers.means) / whole)[place], whole[place]


def estimated(peers: Peers) -> tuple[Figures, dict[str, float]]:
    """Return the estimates (S12) and their two constants; nothing with too few for the bands."""
    k, p = len(peers.means), len(set(peers.bands.tolist()))
    if k <= p:
        return {}, {}

    def left(w: Floats) -> Floats:
        return peers.means - band_means(peers, w)[0]

    tau2 = moment_root(left, peers.variances, k - p)
    centre, whole = band_means(peers, 1 / (peers.variances + tau2))
    kept = tau2 / (tau2 + peers.variances)
    values = kept * peers.means + (1 - kept) * centre
    posterior = kept * peers.variances + (1 - kept) ** 2 / whole
    apart = values - values.mean()
    is_flat = float(np.ptp(values)) < 1e-9
    more = 0.0 if is_flat else (1 - 1 / k) * float(posterior.sum()) / float(apart @ apart)
    half, factor = Z95 * np.sqrt(posterior), math.sqrt(1 + more)
    figures = {
        "estimate": values,
        "estimate_low": values - half,
        "estimate_high": values + half,
        "constrained_estimate": values.mean() + factor * apart,
    }
    return figures, {"between_variance": tau2, "constraint_factor": factor}


def distances(peers: Peers) -> tuple[Figures, dict[str, float]]:
    """Return the distances from the centre of all answers (S11) and their constants."""
    w, k = 1 / peers.variances, len(peers.means)
    centre = float(w @ peers.means / w.sum())
    z = (peers.means - centre) / np.sqrt(peers.variances)
    low, high = np.quantile(z, DRAWN_IN), np.quantile(z, 1 - DRAWN_IN)
    phi = float(np.mean(np.minimum(np.maximum(z, low), high) ** 2))
    tau2 = max(0.0, (k * phi - (k - 1)) / float(w.sum() - w @ w / w.sum()))
    adjusted = (peers.means - centre) / np.sqrt(peers.variances + tau2)
    constants = {"funnel_centre": centre, "over_dispersion": phi, "funnel_variance": tau2}
    return {"funnel_z": z, "funnel_z_adjusted": adjusted}, constants


def ranks(peers: Peers, critical: float) -> Figures:
    """Return the best and the worst rank that the pairs leave open (S13), one pair at a time."""
    k = len(peers.means)
    better, worse = np.zeros(k), np.zeros(k)
    for one in range(k):
        ahead = peers.means - peers.means[one]
        ahead = ahead / np.sqrt(peers.variances + peers.variances[one])
        better[one], worse[one] = (ahead > critical).sum(), (ahead < -critical).sum()
    return {"rank_low": 1 + better, "rank_high": k - worse}


def place_words(z: Floats) -> list[str]:
    """Return the word of each distance in standard errors."""
    return [
        "very_unusual" if abs(one) >= OUTER else "unusual" if abs(one) >= INNER else "usual"
        for one in z.tolist()
    ]
