"""How the parts of a change, the matched change and the line of predecessors are explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from warehouse.band_groups import bands_of, group_id
from warehouse.explain import estimates
from warehouse.explain.figures import chosen
from warehouse.explain.found import NOWHERE, Found
from warehouse.explain.lines import equal_lines, figure_line, line, organisation_rows
from warehouse.explain.model import OTHERS, Input, Row
from warehouse.explain.peers import SECTOR, Peers, own_peers, peers_of
from warehouse.explain.source import ORGANISATION, Source, Totals
from warehouse.stats.change import MatchedChange, SizeMix, matched_change, size_mix_change
from warehouse.stats.interval import effective_count, published_interval

Waves = tuple[Totals, Totals]


def waves_of(source: Source, row: Row) -> Waves | None:
    """Return the totals of both waves of a change, None where one has none."""
    found = [
        source.totals(row[wave], row["side"], row["item_id"]) for wave in ("wave_from", "wave_to")
    ]
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def part(source: Source, row: Row) -> Found | None:
    """Return what a part of a change is computed from."""
    waves = waves_of(source, row)
    if waves is None:
        return None
    if row["part"] == "composition":
        return composition(source, row)
    makers = {"total": total, "matched": matched, "within": mix, "mix": mix}
    return makers[row["part"]](source, row, waves)


def variances(row: Row, waves: Waves) -> dict[str, float]:
    """Return the spread within organisations of either wave."""
    named = zip((row["wave_from"], row["wave_to"]), waves, strict=True)
    return {
        f"{name}, {wave}": value
        for wave, totals in named
        for name, value in chosen(totals, "pooled_variance").items()
    }


def total(source: Source, row: Row, waves: Waves) -> Found:
    """Return the change of the mean of organisations: later minus earlier."""
    before, after = (organisation_rows(totals, SECTOR) for totals in waves)
    inputs = equal_lines(source, after, "later") + equal_lines(source, before, "earlier")
    sides = [own_peers(totals) for totals in waves]
    error = sum(float(side.variances.sum()) / len(side.names) ** 2 for side in sides)
    value = float(sides[1].means.mean() - sides[0].means.mean())
    interval = estimates.normal(value, float(np.sqrt(error)))
    return Found("change_total", inputs, interval, variances(row, waves), "minus")


class Matched(NamedTuple):
    """The organisations with a result in both waves, their changes, and the mean of those."""

    names: Sequence[str]
    changes: Sequence[float]
    found: MatchedChange


def matched_of(waves: Waves) -> Matched:
    """Return the change of the organisations of both waves."""
    before, after = (own_peers(totals) for totals in waves)
    names = sorted(set(before.names) & set(after.names))
    places = [[side.names.index(name) for name in names] for side in (before, after)]
    found = matched_change(
        before.means[places[0]], before.variances[places[0]],
        after.means[places[1]], after.variances[places[1]],
    )  # fmt: skip
    changes = after.means[places[1]] - before.means[places[0]]
    return Matched(names, changes.tolist(), found)


def matched(source: Source, row: Row, waves: Waves) -> Found:
    """Return the mean change of the organisations of both waves; the others as one line.

    That line has no answers: who stayed is not to be counted.
    """
    same = matched_of(waves)
    lines = [
        figure_line("group", (ORGANISATION, name), 1.0, change, organisation_count=1)
        for name, change in zip(same.names, same.changes, strict=True)
    ]
    shown = [one for one in lines if source.is_open(one.group_id)]
    if len(shown) < len(lines):
        mean = source.rounded(float(same.found.change), row["item_id"])
        left = len(lines) * mean - sum(one.weighted_sum for one in shown)
        count = len(lines) - len(shown)
        shown.append(Input("group", OTHERS, "", count, None, float(count), left))
    interval = (float(same.found.low), float(same.found.high))
    return Found("change_matched", tuple(shown), interval, variances(row, waves))


def composition(source: Source, row: Row) -> Found | None:
    """Return the change of leavers and joiners: the whole change minus the matched one."""
    key = {name: row[name] for name in ("wave_from", "wave_to", "side", "item_id")}
    found = {one["part"]: one for one in source.published("change_part", **key)}
    if not {"total", "matched"} <= found.keys():
        return None
    inputs = tuple(
        figure_line(f"change_{name}", SECTOR, 1.0,
                    source.rounded(found[name]["change"], row["item_id"]),
                    organisation_count=found[name]["later_count"])
        for name in ("total", "matched")
    )  # fmt: skip
    return Found("change_composition", inputs, form="minus")


def whole_groups(source: Source, row: Row, order: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the finest groups of bands that are whole groups of organisations in both waves."""
    cuts = set(range(len(order) + 1))
    for wave in (row["wave_from"], row["wave_to"]):
        key = {"wave_id": wave, "side": row["side"], "item_id": row["item_id"]}
        groups = source.rows("band_group", purpose="organisations", **key)
        ends = {order.index(bands_of(one["group_id"], order)[-1]) + 1 for one in groups}
        cuts &= ends | {0}
    return [tuple(order[first:last]) for first, last in pairwise(sorted(cuts))]


def group_means(peers: Peers, groups: Sequence[Sequence[str]]) -> np.ndarray:
    """Return how many own results each group has, their mean and its variance, (3, groups)."""
    found = np.full((3, len(groups)), np.nan)
    for place, bands in enumerate(groups):
        inside = np.isin(peers.bands, list(bands))
        k = int(inside.sum())
        found[0, place] = k
        if k:
            found[1:, place] = peers.means[inside].mean(), peers.variances[inside].sum() / k**2
    return found


def mix(source: Source, row: Row, waves: Waves) -> Found:
    """Return the change at an unchanged mix of sizes, or that of the mix; for staff."""
    statistic = f"change_{row['part']}"
    if source.is_limited:
        return Found(statistic)
    groups = whole_groups(source, row, waves[0].order)
    (k0, m0, v0), (k1, m1, v1) = (group_means(own_peers(totals), groups) for totals in waves)
    found: SizeMix = size_mix_change(m0, k0, m1, k1, (v0, v1))
    before, after = np.where(k0 > 0, m0, m1), np.where(k1 > 0, m1, m0)
    shares = k0 / k0.sum(), k1 / k1.sum()
    inputs = [
        one
        for place, bands in enumerate(groups)
        if k0[place] + k1[place]
        for one in mix_lines(
            row["part"],
            bands,
            (before[place], after[place]),
            (shares[0][place], shares[1][place]),
        )
    ]
    interval = NOWHERE
    if row["part"] == "within":
        interval = estimates.normal(float(found.within), float(found.within_se))
    return Found(statistic, tuple(inputs), interval, variances(row, waves), "sum")


def mix_lines(
    part: str, bands: Sequence[str], means: tuple[float, float], shares: tuple[float, float]
) -> list[Input]:
    """Return what one group of bands counts; `means` and `shares` are of the earlier and later."""
    group = ("size_band", group_id(bands))
    if part == "mix":
        both = (means[0] + means[1]) / 2
        return [figure_line("both_waves", group, shares[1] - shares[0], both)]
    weight = (shares[0] + shares[1]) / 2
    sides = (("later", weight, means[1]), ("earlier", -weight, means[0]))
    return [figure_line(role, group, one, mean) for role, one, mean in sides]


def trend_more(source: Source, row: Row) -> Mapping[str, float]:
    """Return the matched change beside a change of the sector's employees."""
    waves = waves_of(source, row)
    if waves is None or row["matched_change"] is None:
        return {}
    return {"matched_change": float(matched_of(waves).found.change)}


def predecessor(source: Source, row: Row) -> Found | None:
    """Return what the line of predecessors is computed from: for staff, for they are others."""
    totals = source.totals(row["wave_id"], row["side"], row["item_id"])
    if totals is None:
        return None
    if source.is_limited:
        return Found("predecessor")
    rows = [totals.group(ORGANISATION, name) for name in row["predecessor_ids"].split("+")]
    inputs = tuple(line(one, "group", one["headcount"]) for one in rows)
    heads = totals.column(rows, "headcount")
    errors = own_errors(totals, peers_of(totals, rows), heads)
    weights = heads / heads.sum()
    value = sum(one.weighted_sum for one in inputs) / float(heads.sum())
    interval = estimates.normal(value, float(np.hypot.reduce(weights * errors)))
    parameters = chosen(totals, "pooled_variance", "pooled_df")
    return Found("predecessor", inputs, estimates.clipped(totals, *interval), parameters)


def own_errors(totals: Totals, peers: Peers, heads: np.ndarray) -> np.ndarray:
    """Return the standard errors of organisations' published results (S1b, S2)."""
    n = totals.column(peers.rows, "answer_count")
    if totals.is_share:
        effective = effective_count(n, np.maximum(heads, n))
        return np.sqrt(peers.means * (1 - peers.means) / effective)
    return published_interval(n, peers.means, totals.pooled, heads, scale=totals.scale).se
