"""Table trend: change between two consecutive waves of one comparability class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from warehouse.benchmark.blocks import Block
from warehouse.benchmark.comparisons import Candidate, family, judge
from warehouse.benchmark.gaps import own_estimate, share_se
from warehouse.benchmark.groups import group_id
from warehouse.benchmark.scores import (
    Estimate,
    Row,
    estimate,
    published_groups,
    sector_estimate,
)
from warehouse.stats.compare import normal_difference

Blocks = Mapping[tuple[str, str], Block]
Group = tuple[str, str]


def group_estimates(block: Block) -> dict[Group, Estimate]:
    """Return every published estimate of a block by (group_kind, group_id)."""
    found: dict[Group, Estimate] = {}
    for bands in published_groups(block):
        estimated = estimate(block, bands)
        if estimated is not None:
            found["size_band", group_id(bands)] = estimated
    sector = sector_estimate(block)
    if sector is not None:
        found["sector", "sector"] = sector
    for atom in np.flatnonzero(block.own):
        found["organisation", str(block.ids[atom])] = own_estimate(block, int(atom))
    return found


def change_se(block: Block, earlier: Estimate, later: Estimate) -> float:
    """Return the standard error of a change; anonymous waves count as independent (S6)."""
    if block.is_share:
        return float(np.hypot(share_se(earlier), share_se(later)))
    return float(np.hypot(earlier.se, later.se))


def change_candidates(earlier: Block, later: Block) -> Iterator[Candidate]:
    """Yield the change of each group that was published in both waves."""
    before, after = group_estimates(earlier), group_estimates(later)
    for kind, group in sorted(before.keys() & after.keys()):
        first, second = before[kind, group], after[kind, group]
        change, se = second.value - first.value, change_se(later, first, second)
        low, high, p = normal_difference(np.array([change]), np.array([se]))
        row: Row = {
            "wave_from": earlier.wave_id,
            "wave_to": later.wave_id,
            "side": later.side,
            "group_kind": kind,
            "group_id": group,
            "item_id": later.item.item_id,
            "change": change,
            "ci_low": float(low[0]),
            "ci_high": float(high[0]),
            "status": "published",
        }
        key = (later.wave_id, later.side, kind, group, family(later.item.kind))
        yield Candidate(row, change, se, float(p[0]), later.delta, key)


def sector_break(earlier: Block, later: Block) -> Row:
    """Return the row that says a trend is broken between two waves."""
    return {
        "wave_from": earlier.wave_id,
        "wave_to": later.wave_id,
        "side": later.side,
        "group_kind": "sector",
        "group_id": "sector",
        "item_id": later.item.item_id,
        "status": "not_comparable",
    }


def trends(earlier: Blocks, later: Blocks, alpha: float) -> list[Row]:
    """Return the rows of `trend` between two consecutive waves."""
    shared = [key for key in later if key in earlier]
    comparable = [
        key
        for key in shared
        if earlier[key].frame.wave.comparability_class == later[key].frame.wave.comparability_class
    ]
    found = [
        candidate for key in comparable for candidate in change_candidates(earlier[key], later[key])
    ]
    breaks = [sector_break(earlier[key], later[key]) for key in shared if key not in comparable]
    return judge_without_q(found, alpha) + breaks


def judge_without_q(found: list[Candidate], alpha: float) -> list[Row]:
    """Return judged rows without the q column, which `trend` does not have."""
    return [{k: v for k, v in row.items() if k != "q_value"} for row in judge(found, alpha)]
