"""How the size gradient, and where an organisation stands, are explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy import special

from warehouse.explain.figures import chosen
from warehouse.explain.found import NOWHERE, Found
from warehouse.explain.lines import figure_line, line
from warehouse.explain.model import Row
from warehouse.explain.peers import SECTOR, constrained_values, own_peers, shrinkage, size_line
from warehouse.explain.source import ORGANISATION, Source, Totals
from warehouse.stats.funnel import INNER, OUTER, Funnel, funnel
from warehouse.stats.gradient import SizeGradient, expected_range
from warehouse.stats.shrink import constraint_factor

More = Mapping[str, float]
LEVELS: Final = tuple(2 * float(special.ndtr(multiple)) - 1 for multiple in (INNER, OUTER))
ESTIMATE_HALF: Final = float(special.ndtri(0.975))


def totals_of(source: Source, row: Row) -> Totals | None:
    """Return the totals of the wave, side and item a row is about."""
    return source.totals(row["wave_id"], row["side"], row["item_id"])


def gradient(source: Source, row: Row) -> Found | None:
    """Return what a slope over size is computed from; a director sees no line of it.

    What one mean counts depends on the spread between all of them, so it would be one more
    equation on the others.
    """
    totals = totals_of(source, row)
    if totals is None:
        return None
    if source.is_limited:
        return Found("size_gradient")
    found = size_line(source, totals, (row["wave_id"], row["item_id"]))
    if found is None:
        return Found("size_gradient")
    inputs = tuple(
        line(one, "group", weight)
        for one, weight in zip(found.peers.rows, found.coefficients, strict=True)
    )
    parameters = {"line_variance": found.found.tau2} | chosen(totals, "pooled_variance")
    interval = (found.found.low, found.found.high)
    return Found("size_gradient", inputs, interval, parameters, "sum")


def gradient_more(source: Source, row: Row) -> More:
    """Return intercept and p of a slope."""
    totals = totals_of(source, row)
    found = None if totals is None else size_line(source, totals, (row["wave_id"], row["item_id"]))
    return {} if found is None else {"intercept": found.found.intercept, "p_value": found.found.p}


def published_line(source: Source, row: Row) -> tuple[Row, SizeGradient] | None:
    """Return the published size gradient, with the variances that staff have; else nan."""
    place = {name: row[name] for name in ("wave_id", "side", "item_id")}
    slopes = source.published("size_gradient", **place)
    if not slopes:
        return None
    spread = [] if source.is_limited else source.published("sector_spread", **place)
    names = ("line_variance", "intercept_variance", "slope_variance", "intercept_slope_covariance")
    tau2, first, second, both = (
        float(spread[0][name]) if spread and spread[0][name] is not None else np.nan
        for name in names
    )
    slope, nan = slopes[0], float("nan")
    covariance = np.array([[first, both], [both, second]])
    found = SizeGradient(slope["intercept"], slope["slope_per_tenfold"], nan, nan, nan, nan, tau2,
                         covariance)  # fmt: skip
    return slope, found


def size_of(source: Source, row: Row) -> float:
    """Return log10 headcount of a row's organisation."""
    [found] = source.rows(
        "organisation", wave_id=row["wave_id"], organisation_id=row["organisation_id"]
    )
    return float(np.log10(found["headcount"]))


def expected(source: Source, row: Row) -> Found | None:
    """Return what is expected at a size: intercept + slope·log10 headcount, as published."""
    totals, published = totals_of(source, row), published_line(source, row)
    if totals is None or published is None:
        return None
    slope, found = published
    size, units = size_of(source, row), {"organisation_count": slope["unit_count"]}
    inputs = (
        figure_line("intercept", SECTOR, 1.0, found.intercept, **units),
        figure_line("slope", SECTOR, size, found.slope, **units),
    )
    value = found.intercept + found.slope * size
    parameters = chosen(totals, "pooled_variance") | {"line_variance": found.tau2}
    given = {name: one for name, one in parameters.items() if not np.isnan(one)}
    interval = NOWHERE if source.is_limited else range_of(totals, row, found, size, LEVELS[0])
    low, high = totals.scale
    if not low <= value <= high:
        return Found("expected_range", (), interval, given, value=float(np.clip(value, low, high)))
    return Found("expected_range", inputs, interval, given, "sum")


def range_of(
    totals: Totals, row: Row, found: SizeGradient, size: float, level: float
) -> tuple[float, float]:
    """Return where an organisation of this size usually lies, inside the scale."""
    n = totals.group(ORGANISATION, row["organisation_id"])["answer_count"]
    bounds = expected_range(found, size, totals.pooled.variance / n, level)
    low, high = (float(np.clip(bound, *totals.scale)) for bound in bounds)
    return low, high


def expected_more(source: Source, row: Row) -> More:
    """Return the outer range."""
    totals, published = totals_of(source, row), published_line(source, row)
    if totals is None or published is None:
        return {}
    bounds = range_of(totals, row, published[1], size_of(source, row), LEVELS[1])
    return dict(zip(("outer_low", "outer_high"), bounds, strict=True))


def funnel_of(totals: Totals) -> Funnel:
    """Return the distances of all organisations from their centre (S11)."""
    peers = own_peers(totals)
    return funnel(peers.means, peers.variances)


def place(source: Source, row: Row) -> Found | None:
    """Return what an organisation's distance from the centre is computed from."""
    totals = totals_of(source, row)
    if totals is None:
        return None
    at = own_peers(totals).names.index(row["organisation_id"])
    centre = funnel_of(totals).centre
    parameters = {"funnel_centre": float(centre)} | chosen(totals, "pooled_variance")
    return Found("funnel", parameters=parameters, value=float(funnel_of(totals).z[at]))


def place_more(source: Source, row: Row) -> More:
    """Return the other figures about where an organisation stands."""
    totals = totals_of(source, row)
    if totals is None:
        return {}
    peers = own_peers(totals)
    at, found = peers.names.index(row["organisation_id"]), shrinkage(peers)
    more = {"funnel_z_adjusted": float(funnel_of(totals).z_adjusted[at])}
    if found is None:
        return more
    value, half = found.values[at], ESTIMATE_HALF * np.sqrt(found.posterior_variances[at])
    low, high = totals.scale
    return more | {
        "estimate": float(value),
        "estimate_low": max(low, float(value - half)),
        "estimate_high": min(high, float(value + half)),
        "constrained_estimate": float(constrained_values(peers)[at]),
    }


def spread(source: Source, row: Row) -> Found | None:
    """Return what the centre of all answers is computed from: means weighted by 1/v."""
    totals = totals_of(source, row)
    if totals is None:
        return None
    peers = own_peers(totals)
    weights = 1 / peers.variances
    inputs = tuple(line(one, "group", w) for one, w in zip(peers.rows, weights, strict=True))
    return Found("funnel_centre", inputs, parameters=chosen(totals, "pooled_variance"))


def spread_more(source: Source, row: Row) -> More:
    """Return the other figures about the spread between organisations."""
    totals = totals_of(source, row)
    if totals is None:
        return {}
    away, found = funnel_of(totals), shrinkage(own_peers(totals))
    more = {"over_dispersion": float(away.phi), "funnel_variance": float(away.tau2)}
    if found is not None:
        more["between_variance"] = found.tau2
        more["constraint_factor"] = constraint_factor(found.values, found.posterior_variances)
    sized = size_line(source, totals, (row["wave_id"], row["item_id"]))
    if sized is None:
        return more
    covariance = sized.found.covariance
    return more | {
        "line_variance": sized.found.tau2,
        "intercept_variance": float(covariance[0, 0]),
        "slope_variance": float(covariance[1, 1]),
        "intercept_slope_covariance": float(covariance[0, 1]),
    }
