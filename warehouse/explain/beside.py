"""The other figures of a row of benchmark, comparison and gap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from warehouse.explain import estimates
from warehouse.explain.figures import gap_sides
from warehouse.explain.lines import organisation_rows
from warehouse.explain.model import Row
from warehouse.explain.peers import constrained_values, own_peers
from warehouse.explain.source import Source
from warehouse.stats.effect import hedges_g
from warehouse.stats.quantile import harrell_davis

More = Mapping[str, float]
QUARTILES: Final = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}


def benchmark_more(source: Source, row: Row) -> More:
    """Return the mean of respondents (S10) and the quartiles (S9) of a group."""
    totals = source.totals(row["wave_id"], row["side"], row["item_id"])
    if totals is None:
        return {}
    group = (row["group_kind"], row["group_id"])
    more: dict[str, float] = {}
    if row["respondent_mean"] is not None:
        found = estimates.design(totals, totals.atoms(*group))
        names = ("respondent_mean", "respondent_ci_low", "respondent_ci_high")
        more |= dict(zip(names, (found.value, found.low, found.high), strict=True))
    if row["median"] is not None:
        peers = own_peers(totals)
        inside = {one["group_id"] for one in organisation_rows(totals, group)}
        chosen = np.array([name in inside for name in peers.names])
        values = harrell_davis(constrained_values(peers)[chosen], list(QUARTILES.values()))
        more |= dict(zip(QUARTILES, values.tolist(), strict=True))
    return more


def comparison_more(source: Source, row: Row) -> More:
    """Return how large a difference is, in standard deviations of the answers (S5)."""
    totals = source.totals(row["wave_id"], row["side"], row["item_id"])
    if totals is None or row["effect_size"] is None:
        return {}
    rows = organisation_rows(totals, (row["against"], row["group_id"]))
    n = totals.column(rows, "answer_count")
    at = [one["group_id"] for one in rows].index(row["organisation_id"])
    # As many answers of one organisation as the mean of the others is exact.
    others = (n.size - 1) ** 2 / float((1 / n).sum() - 1 / n[at])
    variance, df = totals.pooled
    found = hedges_g(row["difference"], n[at], others, variance=variance, df=df)
    names = ("effect_size", "effect_low", "effect_high")
    return {name: float(one) for name, one in zip(names, found[:3], strict=True)}


def gap_more(source: Source, row: Row) -> More:
    """Return both sides of a gap."""
    sides = gap_sides(source, row)
    if sides is None:
        return {}
    values = (side.estimate.value for side in sides[:2])
    return dict(zip(("employee_value", "hr_value"), values, strict=True))
