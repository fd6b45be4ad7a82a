"""Whether two sides put the same things first."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from warehouse.stats.types import Flags, Floats, Texts, broadcast, choose


class OrderAgreement(NamedTuple):
    """Agreement of two orders by three measures; `state` is `ordered` or `no_order`.

    `p` is two-sided, of Kendall's τ_b: whether two unrelated orders would agree or differ as much.
    """

    spearman: Floats
    kendall: Floats
    p: Floats
    rbo: Floats
    item_count: Floats
    state: Texts


def order_agreement(
    shares_a: ArrayLike, shares_b: ArrayLike, *, persistence: float = 0.8
) -> OrderAgreement:
    """Return Spearman's ρ, Kendall's τ_b and rank-biased overlap of two orders, highest first.

    The p of τ_b is exact without ties in orders of at most some thirty things, else by its normal
    approximation.

    Shape: the last axis is what is ordered; results have the leading axes.
    Units: none; ρ and τ between −1 and 1, rank-biased overlap between 0 and 1.
    Missing: an item that is nan on one side is left out of both. A side on which all shares are
    equal (or fewer than two items) has no order: all nan and `no_order`.
    Source: methods.md#s18, Kendall and Gibbons (1990), Rank Correlation Methods, ch. 3;
    Webber, Moffat and Zobel (2010), ACM TOIS 28(4), 20; scipy.stats.
    """
    a, b = broadcast(shares_a, shares_b)
    found = np.full((*a.shape[:-1], 4), np.nan)
    present = ~np.isnan(a + b)
    ordered = _varies(a, present) & _varies(b, present)
    for pair in np.argwhere(ordered):
        place = tuple(pair)
        one, other = a[place][present[place]], b[place][present[place]]
        tau = stats.kendalltau(one, other)
        rbo = rank_biased_overlap(one, other, persistence=persistence)
        found[place] = (stats.spearmanr(one, other).statistic, tau.statistic, tau.pvalue, rbo)
    count = np.asarray(np.sum(present, axis=-1), dtype=np.float64)
    state = choose([ordered], ["ordered"], "no_order")
    rho, tau_b, p, rbo = np.moveaxis(found, -1, 0)
    return OrderAgreement(rho, tau_b, p, rbo, count, state)


def agreement_word(tau: ArrayLike, q: ArrayLike, *, alpha: float = 0.05) -> Texts:
    """Return what two orders may be called: `alike`, `opposite` or `not_demonstrable`.

    Shape: one word per pair of orders, from its τ_b and its p, adjusted for how many pairs are
    looked at.
    Missing: nan (no order) gives `no_order`.
    Source: methods.md#s18, Kendall and Gibbons (1990), Rank Correlation Methods, ch. 4.
    """
    taus, qs = broadcast(tau, q)
    shown = qs < alpha
    conditions = [np.isnan(taus), shown & (taus > 0), shown & (taus < 0)]
    return choose(conditions, ["no_order", "alike", "opposite"], "not_demonstrable")


def _varies(values: Floats, present: Flags) -> Flags:
    highest = np.max(np.where(present, values, -np.inf), axis=-1, initial=-np.inf)
    lowest = np.min(np.where(present, values, np.inf), axis=-1, initial=np.inf)
    return np.asarray(highest > lowest, dtype=np.bool_)


def rank_biased_overlap(
    shares_a: ArrayLike, shares_b: ArrayLike, *, persistence: float = 0.8
) -> float:
    """Return how far the tops of two orders of the same items overlap; the top weighs most.

    RBO = (1−p)·Σ_d p^(d−1)·A_d + p^D·A_D over the depths d = 1 … D (the whole list), where A_d is
    the overlap of the two tops of depth d. The last term stands for what lies beyond the list, so
    equal orders give 1. Tied items enter the top together, A_d = 2·both/(one + other), so that the
    order in which they happen to stand means nothing.

    Shape: two vectors of one length; one number.
    Missing: nan in either, or no items, gives nan.
    Errors: ValueError for a persistence outside (0, 1) or vectors of different length.
    Source: methods.md#s18, Webber, Moffat and Zobel (2010), ACM TOIS 28(4), 20, RBO_ext.
    """
    if not 0 < persistence < 1:
        raise ValueError(f"the persistence must lie between 0 and 1, not {persistence}")
    a, b = np.asarray(shares_a, dtype=np.float64), np.asarray(shares_b, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise ValueError("rank-biased overlap needs two vectors of one length")
    if a.size == 0 or np.any(np.isnan(a + b)):
        return float("nan")
    depth = np.arange(1, a.size + 1)
    top_a, top_b = (stats.rankdata(-side, method="min")[:, np.newaxis] <= depth for side in (a, b))
    sizes = np.sum(top_a, axis=0) + np.sum(top_b, axis=0)
    overlap = 2 * np.sum(top_a & top_b, axis=0) / sizes
    weighted = (1 - persistence) * np.sum(persistence ** (depth - 1) * overlap)
    return float(weighted + persistence**a.size * overlap[-1])
