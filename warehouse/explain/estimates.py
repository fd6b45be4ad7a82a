"""Estimates recomputed from protected totals, with the functions of warehouse/stats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.explain.model import Row
from warehouse.explain.source import Totals
from warehouse.stats.compare import leave_one_out, newcombe_interval, normal_difference
from warehouse.stats.design import design_effective_count, design_mean
from warehouse.stats.interval import (
    effective_count,
    published_interval,
    share_error,
    wilson_interval,
)

Interval = tuple[float, float]


@dataclass(frozen=True)
class Estimate:
    """A mean or share with its standard error and interval; nan where the spread is not given.

    `se` is what goes into a difference: without finite population correction.
    """

    value: float
    se: float
    low: float
    high: float
    effective_n: float


def clipped(totals: Totals, low: float, high: float) -> Interval:
    """Return an interval inside the scale."""
    low, high = (float(bound) for bound in np.clip([low, high], *totals.scale))
    return low, high


def normal(value: float, se: float) -> Interval:
    """Return the normal interval of one value."""
    low, high, _ = normal_difference(np.array([value]), np.array([se]))
    return float(low[0]), float(high[0])


def wilson(share: float, n: float) -> Interval:
    """Return the Wilson interval of one share."""
    low, high = wilson_interval(np.array([share]), np.array([n]))
    return float(low[0]), float(high[0])


def single(totals: Totals, row: Row) -> Estimate:
    """Return the published estimate of one atom (S1b, S2)."""
    n, value = float(row["answer_count"]), row["total"] / row["answer_count"]
    heads = float(row["headcount"])
    if totals.is_share:
        effective = float(effective_count(n, max(heads, n)))
        return Estimate(value, np.nan, *wilson(value, effective), n)
    found = published_interval(n, value, totals.pooled, heads, scale=totals.scale)
    se = float(np.sqrt(totals.pooled.variance / n))
    return Estimate(value, se, float(found.low), float(found.high), n)


def design(totals: Totals, rows: Sequence[Row]) -> Estimate:
    """Return the design-based estimate over atoms (S10); one atom alone: its own."""
    if len(rows) == 1:
        return single(totals, rows[0])
    n, heads = totals.column(rows, "answer_count"), totals.column(rows, "headcount")
    means = totals.column(rows, "total") / n
    mean = design_mean(means, n, heads, *totals.design(rows), scale=totals.scale)
    if not totals.is_share:
        return Estimate(mean.mean, mean.se, mean.low, mean.high, float(n.sum()))
    count = float(n.sum())
    parts = (mean.mean, mean.se, count, count / mean.effective_n)
    effective = float(design_effective_count(*(np.array([part]) for part in parts))[0])
    return Estimate(mean.mean, mean.se, *wilson(mean.mean, effective), effective)


def hr(totals: Totals, rows: Sequence[Row]) -> Estimate:
    """Return the mean of hr values over groups of bands, the organisation as unit (S15)."""
    n = float(totals.column(rows, "answer_count").sum())
    mean = float(totals.column(rows, "total").sum()) / n
    if totals.is_share:
        return Estimate(mean, np.nan, *wilson(mean, n), n)
    squares = float(totals.column(rows, "total_squares").sum())
    se = float(np.sqrt(max(0.0, (squares - n * mean * mean) / (n - 1)) / n))
    return Estimate(mean, se, *clipped(totals, *normal(mean, se)), n)


def category(totals: Totals, row: Row) -> Estimate:
    """Return the estimate of a category of a breakdown."""
    n, value = float(row["answer_count"]), row["total"] / row["answer_count"]
    effect = totals.parameters.get("design_effect", np.nan)
    if totals.is_share:
        return Estimate(value, np.nan, *wilson(value, n / effect), n)
    se = float(np.sqrt(totals.pooled.variance * effect / n))
    return Estimate(value, se, *clipped(totals, *normal(value, se)), n)


def organisations_interval(totals: Totals, rows: Sequence[Row]) -> Interval:
    """Return the interval of the mean of organisations."""
    n = totals.column(rows, "answer_count")
    mean = float((totals.column(rows, "total") / n).mean())
    se = float(np.sqrt((totals.pooled.variance / n).sum())) / len(rows)
    return clipped(totals, *normal(mean, se))


def comparison_interval(totals: Totals, rows: Sequence[Row], organisation: str) -> Interval:
    """Return the interval of an organisation against the others (S3)."""
    n = totals.column(rows, "answer_count")
    found = leave_one_out(totals.column(rows, "total") / n, totals.pooled.variance / n)
    place = [row["group_id"] for row in rows].index(organisation)
    return normal(float(found.difference[place]), float(found.se[place]))


def difference_interval(first: Estimate, second: Estimate, is_share: bool) -> Interval:
    """Return the interval of first minus second, two independent samples (S6, S15)."""
    errors = [first.se, second.se]
    if is_share:
        errors = [float(share_error(one.value, one.effective_n)) for one in (first, second)]
    return normal(first.value - second.value, float(np.hypot(errors[0], errors[1])))


def gap_interval(employees: Estimate, hr_side: Estimate, is_share: bool) -> Interval:
    """Return the interval of a gap: Newcombe for shares, normal for means (S15, S16)."""
    if not is_share:
        return difference_interval(employees, hr_side, is_share)
    sides = (employees, hr_side)
    bounds = [(side.value, *wilson(side.value, side.effective_n)) for side in sides]
    _, low, high = newcombe_interval(*bounds[0], *bounds[1])
    return float(low), float(high)
