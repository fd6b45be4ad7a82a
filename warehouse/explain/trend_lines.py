"""How the straight line through a group's waves is explained."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from warehouse.explain import estimates
from warehouse.explain.found import Found
from warehouse.explain.lines import figure_line
from warehouse.explain.model import Row
from warehouse.explain.source import ORGANISATION, Source, Totals
from warehouse.stats.interval import share_error
from warehouse.stats.trend import Trend, theil_sen, weighted_trend
from warehouse.stats.types import Floats

DAYS_PER_YEAR: Final = 365.25


class Line(NamedTuple):
    """The published values of a group, when they were, and their sampling variances."""

    scores: Sequence[Row]
    times: Floats
    values: Floats
    variances: Floats

    @property
    def trend(self) -> Trend:
        """The weighted line."""
        return weighted_trend(self.times, self.values, self.variances)

    @property
    def coefficients(self) -> Floats:
        """What each value counts in the slope: w·(t − t̄)/Σw·(t − t̄)² with w = 1/v."""
        w = 1 / self.variances
        away = self.times - w @ self.times / w.sum()
        return np.asarray(w * away / (w @ away**2), dtype=np.float64)


def middle(wave: Row) -> float:
    """Return the middle of a wave's fieldwork, in years."""
    ends = (wave["fieldwork_start"], wave["fieldwork_end"])
    days = sum(datetime.date.fromisoformat(day).toordinal() for day in ends)
    return days / 2 / DAYS_PER_YEAR


def line_of(source: Source, row: Row) -> Line | None:
    """Return the values a line goes through, None where a wave has no totals."""
    key = {name: row[name] for name in ("side", "group_kind", "group_id", "item_id")}
    scores = {one["wave_id"]: one for one in source.published("score", **key)}
    waves = list(source.ask("select * from wave order by position"))
    names = [wave["wave_id"] for wave in waves]
    span = slice(names.index(row["wave_from"]), names.index(row["wave_to"]) + 1)
    used = [wave for wave in waves[span] if wave["wave_id"] in scores]
    variances = [variance(source, scores[wave["wave_id"]]) for wave in used]
    if None in variances:
        return None
    rows = [scores[wave["wave_id"]] for wave in used]
    return Line(
        rows,
        np.array([middle(wave) for wave in used]),
        np.array([float(one["value"]) for one in rows]),
        np.array(variances, dtype=np.float64),
    )


def variance(source: Source, score: Row) -> float | None:
    """Return the sampling variance of a published value, without finite population correction."""
    totals = source.totals(score["wave_id"], score["side"], score["item_id"])
    if totals is None:
        return None
    value, n, se = estimate(totals, score)
    return float(share_error(value, n)) ** 2 if totals.is_share else se**2


def estimate(totals: Totals, score: Row) -> tuple[float, float, float]:
    """Return value, effective number and standard error of a score."""
    group = (score["group_kind"], score["group_id"])
    if group[0] == ORGANISATION:
        found = estimates.single(totals, totals.group(*group))
    elif score["side"] == "hr":
        found = estimates.hr(totals, totals.atoms(*group))
    else:
        found = estimates.design(totals, totals.atoms(*group))
    return found.value, found.effective_n, found.se


def may_show(source: Source, row: Row) -> bool:
    """Return whether what each wave counts may be shown: it depends on the spread of all means."""
    own = row["group_kind"] == ORGANISATION
    return not source.is_limited or own or row["side"] == "hr"


def trend_line(source: Source, row: Row) -> Found | None:
    """Return what the slope of a line is computed from."""
    if not may_show(source, row):
        return Found("trend_line")
    found = line_of(source, row)
    if found is None:
        return None
    trend = found.trend
    group = (row["group_kind"], row["group_id"])
    parts = zip(found.scores, found.coefficients, found.values, strict=True)
    inputs = tuple(
        figure_line("wave", group, weight, value, wave_id=score["wave_id"],
                    organisation_count=score["organisation_count"])
        for score, weight, value in parts
    )  # fmt: skip
    parameters = {
        f"variance, {score['wave_id']}": float(v)
        for score, v in zip(found.scores, found.variances, strict=True)
    }
    interval = estimates.normal(float(trend.slope), float(trend.se))
    return Found("trend_line", inputs, interval, parameters, "sum")


def trend_line_more(source: Source, row: Row) -> Mapping[str, float]:
    """Return the test of a line, how well it fits, and the robust slope."""
    found = line_of(source, row)
    if found is None:
        return {}
    trend = found.trend
    names = ("theil_sen_slope", "theil_sen_low", "theil_sen_high")
    more = {"p_value": trend.p, "misfit": trend.q, "misfit_p": trend.q_p}
    if len(set(found.times.tolist())) == len(found.times):
        more |= dict(zip(names, theil_sen(found.times, found.values), strict=True))
    return {name: float(value) for name, value in more.items()}
