"""How the figures about precision are explained: even response, weights, spread, bias."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from warehouse.explain.figures import chosen
from warehouse.explain.found import Found
from warehouse.explain.model import Input, Row
from warehouse.explain.peers import SECTOR
from warehouse.explain.source import ORGANISATION, Source
from warehouse.stats.breakdown import stratum_variance
from warehouse.stats.design import kish_effective_count
from warehouse.stats.representativeness import r_indicator
from warehouse.stats.weights import bias_bound


def invited_rows(source: Source, row: Row) -> list[Row]:
    """Return the organisations of a wave of which is known how many were invited."""
    rows = source.published("response", wave_id=row["wave_id"], group_kind=ORGANISATION)
    return [one for one in rows if one["invited"]]


def representativeness(source: Source, row: Row) -> Found:
    """Return what the mean propensity is computed from: who took part, of who was invited."""
    if source.is_limited:
        return Found("propensity")
    inputs = tuple(
        Input(
            role="group",
            group_kind=ORGANISATION,
            group_id=one["group_id"],
            organisation_count=1,
            answer_count=one["respondent_count"],
            weight=float(one["invited"]),
            weighted_sum=float(min(one["respondent_count"], one["invited"])),
        )
        for one in invited_rows(source, row)
    )
    return Found("propensity", inputs, form="rate")


def representativeness_more(source: Source, row: Row) -> Mapping[str, float]:
    """Return the R-indicator."""
    rows = invited_rows(source, row)
    found = r_indicator(
        [float(one["respondent_count"]) for one in rows], [float(one["invited"]) for one in rows]
    )
    return {"r_indicator": found.r_indicator}


def sector_precision(source: Source, row: Row) -> Found | None:
    """Return how many answers of equal weight a sector's mean is worth; for staff."""
    totals = source.totals(row["wave_id"], row["side"], row["item_id"])
    if totals is None:
        return None
    if source.is_limited:
        return Found("effective_count")
    rows = totals.atoms(*SECTOR)
    n = totals.column(rows, "answer_count")
    value = kish_effective_count(totals.weights(rows) / n, n)
    return Found("effective_count", parameters={"answers": float(n.sum())}, value=value)


def sector_precision_more(source: Source, row: Row) -> Mapping[str, float]:
    """Return design effect of the weights, spread of answers and largest bias."""
    totals = source.totals(row["wave_id"], row["side"], row["item_id"])
    found = sector_precision(source, row)
    if totals is None or found is None:
        return {}
    rows = totals.atoms(*SECTOR)
    n, total = totals.column(rows, "answer_count"), totals.column(rows, "total")
    within = chosen(totals, "pooled_variance").get("pooled_variance", np.nan)
    sd = float(np.sqrt(stratum_variance(n, total, np.zeros(len(rows)), within)))
    even = source.published("representativeness", wave_id=row["wave_id"])
    more = {"weights_design_effect": float(n.sum()) / found.value, "answer_sd": sd}
    if even:
        r, mean = even[0]["r_indicator"], even[0]["mean_propensity"]
        more["bias_max"] = float(bias_bound(r, sd, mean))
    return more
