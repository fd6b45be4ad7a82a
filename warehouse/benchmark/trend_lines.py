"""Table trend_line: the straight line through three or more comparable waves of a group (S7).

Over the latest comparable segment only, and over the waves in it at which the group itself was
published: a group of size bands that was merged otherwise at a wave is another group there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from warehouse.benchmark.blocks import Block, Bools, Floats
from warehouse.benchmark.comparisons import Candidate, family, judge, none_if_nan
from warehouse.benchmark.groups import group_id
from warehouse.benchmark.scores import (
    Estimate,
    Row,
    estimate,
    published_groups,
    sector_estimate,
)
from warehouse.settings import Wave
from warehouse.stats.compare import normal_difference
from warehouse.stats.interval import share_error
from warehouse.stats.trend import TREND_WAVES, Trend, latest_segment, theil_sen, weighted_trend

Blocks = Mapping[tuple[str, str], Block]
Group = tuple[str, str]
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Lines:
    """The groups of one item over all waves it was asked at; arrays are (groups, waves).

    `used` are the waves of the latest comparable segment at which a group is published; `theil_sen`
    is (groups, 3): slope, low, high.
    """

    blocks: Sequence[Block]
    groups: Sequence[Group]
    present: Bools
    used: Bools
    trend: Trend
    theil_sen: Floats


def middle(wave: Wave) -> float:
    """Return the middle of a wave's fieldwork, in years."""
    days = wave.fieldwork_start.toordinal() + wave.fieldwork_end.toordinal()
    return days / 2 / DAYS_PER_YEAR


def published_estimates(block: Block) -> dict[Group, Estimate]:
    """Return the published estimate of each group of bands and the sector."""
    shown = {
        ("size_band", group_id(bands)): estimate(block, bands) for bands in published_groups(block)
    }
    shown["sector", "sector"] = sector_estimate(block)
    return {group: one for group, one in shown.items() if one is not None}


def published_values(block: Block) -> tuple[list[Group], Floats, Floats]:
    """Return every published group of a block with its value and sampling variance.

    Variances are without finite population correction: a line is about the employer, not about
    who happened to work there.
    """
    found, own = published_estimates(block), np.flatnonzero(block.own)
    groups = [*found, *(("organisation", name) for name in block.ids[own].tolist())]
    values = np.append([one.value for one in found.values()], block.means[own])
    if block.is_share:
        counts = np.append([one.effective_n for one in found.values()], block.n[own])
        return groups, values, share_error(values, counts) ** 2
    variances = [one.se**2 for one in found.values()]
    return groups, values, np.append(variances, block.variances[own])


def series(blocks: Sequence[Block]) -> tuple[list[Group], Floats, Floats]:
    """Return the groups of some waves, their values and sampling variances, NaN where hidden.

    Shape: arrays are (groups, waves), groups sorted.
    """
    waves = [published_values(block) for block in blocks]
    groups = sorted({group for names, *_ in waves for group in names})
    position = {group: place for place, group in enumerate(groups)}
    found = np.full((2, len(groups), len(blocks)), np.nan)
    for wave, (names, *columns) in enumerate(waves):
        places = [position[name] for name in names]
        found[:, places, wave] = columns
    return groups, found[0], found[1]


def robust_slopes(times: Floats, values: Floats) -> Floats:
    """Return Theil–Sen slope, low and high per group; NaN where two waves share a time."""
    if len(np.unique(times)) < len(times):
        return np.full((len(values), 3), np.nan)
    return np.stack(theil_sen(times, values), axis=-1)


def lines_of(blocks: Sequence[Block]) -> Lines:
    """Return the lines of one item's groups; `blocks` are those of its waves, in order of time."""
    groups, values, variances = series(blocks)
    waves = [block.frame.wave for block in blocks]
    segment = latest_segment([wave.comparability_class for wave in waves])
    times = np.array([middle(wave) for wave in waves])
    present = ~np.isnan(values)
    latest = np.where(segment, values, np.nan)
    return Lines(
        blocks=blocks,
        groups=groups,
        present=present,
        used=present & segment,
        trend=weighted_trend(times, latest, variances),
        theil_sen=robust_slopes(times, latest),
    )


def candidates(lines: Lines) -> Iterator[Candidate]:
    """Yield each line before its p is corrected; what is judged is the change over its span."""
    trend, last = lines.trend, lines.blocks[-1]
    low, high, _ = normal_difference(trend.slope, trend.se)
    for place in np.flatnonzero(~np.isnan(trend.slope)).tolist():
        bounds = {"ci_low": float(low[place]), "ci_high": float(high[place])}
        span = float(trend.span[place])
        yield Candidate(
            row=line_row(lines, place) | bounds,
            difference=float(trend.slope[place]) * span,
            se=float(trend.se[place]) * span,
            p=float(trend.p[place]),
            delta=last.delta,
            family=(last.side, *lines.groups[place], family(last.item.kind)),
        )


def key_row(lines: Lines, place: int, waves: Bools) -> Row:
    """Return the keys of a line over some waves."""
    named = list(compress((block.wave_id for block in lines.blocks), waves))
    kind, group = lines.groups[place]
    return {
        "wave_from": named[0],
        "wave_to": named[-1],
        "side": lines.blocks[-1].side,
        "group_kind": kind,
        "group_id": group,
        "item_id": lines.blocks[-1].item.item_id,
    }


def line_row(lines: Lines, place: int) -> Row:
    """Return the row of a published line without its interval and verdict."""
    trend = lines.trend
    slope, low, high = (none_if_nan(value) for value in lines.theil_sen[place])
    return key_row(lines, place, lines.used[place]) | {
        "wave_count": int(lines.used[place].sum()),
        "slope_per_year": float(trend.slope[place]),
        "p_value": float(trend.p[place]),
        "misfit": float(trend.q[place]),
        "misfit_p": float(trend.q_p[place]),
        "theil_sen_slope": slope,
        "theil_sen_low": low,
        "theil_sen_high": high,
        "status": "published",
    }


def missing_rows(lines: Lines) -> Iterator[Row]:
    """Yield why a group that is published at the last wave has no line."""
    for place in np.flatnonzero(lines.used[:, -1] & np.isnan(lines.trend.slope)).tolist():
        is_broken = lines.present[place].sum() >= TREND_WAVES > lines.used[place].sum()
        status = "not_comparable" if is_broken else "too_few_waves"
        yield key_row(lines, place, lines.used[place]) | {"status": status}


def trend_lines(waves: Sequence[Blocks], alpha: float) -> list[Row]:
    """Return the rows of `trend_line` of a release's waves, both sides."""
    keys = dict.fromkeys(key for blocks in waves for key in blocks)
    found: list[Candidate] = []
    missing: list[Row] = []
    for key in keys:
        lines = lines_of([blocks[key] for blocks in waves if key in blocks])
        found += candidates(lines)
        missing += missing_rows(lines)
    return judge(found, alpha) + missing
