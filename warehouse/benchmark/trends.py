"""Table trend: change between two consecutive waves of one comparability class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from warehouse.benchmark.blocks import Block
from warehouse.benchmark.comparisons import Candidate, family, judge
from warehouse.benchmark.gaps import Estimates, difference_se, estimates_of, own_estimates
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


def group_estimates(block: Block) -> tuple[list[Group], Estimates]:
    """Return every published estimate of a block, and the (group_kind, group_id) of each."""
    found: dict[Group, Estimate] = {}
    for bands in published_groups(block):
        estimated = estimate(block, bands)
        if estimated is not None:
            found["size_band", group_id(bands)] = estimated
    sector = sector_estimate(block)
    if sector is not None:
        found["sector", "sector"] = sector
    atoms = np.flatnonzero(block.own)
    own = own_estimates(block, atoms)
    groups = [*found, *(("organisation", name) for name in block.ids[atoms].tolist())]
    parts = zip(estimates_of(list(found.values())), own, strict=True)
    return groups, Estimates(*(np.concatenate(both) for both in parts))


def in_both(
    before: tuple[list[Group], Estimates], after: tuple[list[Group], Estimates]
) -> tuple[list[Group], Estimates, Estimates]:
    """Return the groups that are there twice, sorted, with both estimates of each."""
    groups = sorted(set(before[0]) & set(after[0]))
    return groups, picked(before, groups), picked(after, groups)


def picked(side: tuple[list[Group], Estimates], groups: Sequence[Group]) -> Estimates:
    """Return the estimates of these groups, in their order."""
    position = {group: place for place, group in enumerate(side[0])}
    places = np.array([position[group] for group in groups], dtype=np.int64)
    return Estimates(*(part[places] for part in side[1]))


def change_candidates(earlier: Block, later: Block) -> Iterator[Candidate]:
    """Yield the change of each group that was published in both waves.

    Anonymous waves count as independent (S6).
    """
    groups, first, second = in_both(group_estimates(earlier), group_estimates(later))
    change, se = second.value - first.value, difference_se(later, first, second)
    low, high, p = normal_difference(change, se)
    shared = {
        "wave_from": earlier.wave_id,
        "wave_to": later.wave_id,
        "side": later.side,
        "item_id": later.item.item_id,
    }
    corrected_with, delta = family(later.item.kind), later.delta
    columns = (change, low, high, se, p)
    parts = zip(groups, *(column.tolist() for column in columns), strict=True)
    for (kind, group), moved, least, most, error, chance in parts:
        row: Row = shared | {
            "group_kind": kind,
            "group_id": group,
            "change": moved,
            "ci_low": least,
            "ci_high": most,
            "status": "published",
        }
        named = (later.wave_id, later.side, kind, group, corrected_with)
        yield Candidate(row, moved, error, chance, delta, named)


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
