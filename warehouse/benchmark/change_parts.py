"""Table change_part: what the change of the mean of organisations is made of (S7).

total = matched + composition (organisations that joined or left), and total = within + mix (the
sizes of those taking part). Total, within and mix are functions of published benchmarks; matched
and composition hold one equation more, and `warehouse/benchmark/matched.py` says where they may
stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from warehouse.benchmark.blocks import Block, Floats, Frame
from warehouse.benchmark.comparisons import Candidate, family, judge, none_if_nan
from warehouse.benchmark.groups import joined_groups, organisation_group_passes, organisation_groups
from warehouse.benchmark.matched import Memory, comparable, complete, enough, shown_pairs
from warehouse.benchmark.scores import Row
from warehouse.stats.change import matched_change, size_mix_change, split_change
from warehouse.stats.compare import normal_difference
from warehouse.tables.changes import CHANGE_PARTS

Blocks = Mapping[tuple[str, str], Block]
Counts = tuple[int, int]


@dataclass(frozen=True)
class Part:
    """One part of a change: how many organisations of either wave it is about, and its value.

    `status` says why there is no value; `se` is nan where a part has no standard error.
    """

    name: str
    status: str = "published"
    value: float = np.nan
    se: float = np.nan
    counts: Counts = (0, 0)


def aligned(earlier: Block, later: Block) -> tuple[Floats, ...]:
    """Return means and variances of both waves' own results, NaN where there is none.

    Shape: four arrays of one element per organisation of either wave, sorted by id.
    """
    names = np.union1d(earlier.ids[earlier.own], later.ids[later.own])
    found: list[Floats] = []
    for block in (earlier, later):
        place = np.searchsorted(names, block.ids[block.own])
        for values in (block.means, block.variances):
            spread = np.full(len(names), np.nan)
            spread[place] = values[block.own]
            found.append(spread)
    return tuple(found)


def has_benchmark(block: Block) -> bool:
    """Return whether the sector's mean of organisations is published."""
    return bool(block.own.any()) and organisation_group_passes(block, block.frame.bands)


def size_mix(earlier: Block, later: Block) -> Iterator[Part]:
    """Yield the change at an unchanged mix of sizes, and that of the mix.

    Over the finest groups of bands that are whole groups in both waves, so that every mean is one
    of published means.
    """
    order = earlier.frame.bands
    groups = joined_groups(organisation_groups(earlier), organisation_groups(later), order)
    sides = [[group_mean(block, bands) for bands in groups] for block in (earlier, later)]
    (k0, m0, v0), (k1, m1, v1) = (np.array(side).T for side in sides)
    if int(((k0 > 0) | (k1 > 0)).sum()) < 2:
        yield from (Part(name, "too_few_organisations") for name in ("within", "mix"))
        return
    found = size_mix_change(m0, k0, m1, k1, (v0, v1))
    counts = (int(k0.sum()), int(k1.sum()))
    yield Part("within", value=float(found.within), se=float(found.within_se), counts=counts)
    yield Part("mix", value=float(found.mix), counts=counts)


def group_mean(block: Block, bands: Sequence[str]) -> tuple[float, float, float]:
    """Return how many own results bands have, their mean and its sampling variance."""
    inside = block.own & block.within(bands)
    k = int(inside.sum())
    if k == 0:
        return 0.0, np.nan, np.nan
    return float(k), float(block.means[inside].mean()), float(block.variances[inside].sum()) / k**2


def matched_parts(earlier: Block, later: Block, is_shown: bool) -> Iterator[Part]:
    """Yield the change of the organisations of both waves, and that of joiners and leavers."""
    if not is_shown:
        status = "withheld_complement" if enough(earlier, later) else "too_few_organisations"
        yield from (Part(name, status) for name in ("matched", "composition"))
        return
    before, v_before, after, v_after = aligned(earlier, later)
    split = split_change(before, after)
    found = matched_change(before, v_before, after, v_after)
    same, moved = int(split.matched_count), (int(split.left_count), int(split.joined_count))
    yield Part("matched", value=float(found.change), se=float(found.se), counts=(same, same))
    yield Part("composition", value=float(split.composition), counts=moved)


def parts_of(earlier: Block, later: Block, is_shown: bool) -> Iterator[Part]:
    """Yield every part of the change of one item between two waves."""
    if not comparable(earlier, later):
        yield from (Part(name, "not_comparable") for name in CHANGE_PARTS)
        return
    if not (has_benchmark(earlier) and has_benchmark(later)):
        yield from (Part(name, "too_few_organisations") for name in CHANGE_PARTS)
        return
    (_, m0, v0), (_, m1, v1) = (group_mean(b, b.frame.bands) for b in (earlier, later))
    counts = (int(earlier.own.sum()), int(later.own.sum()))
    yield Part("total", value=m1 - m0, se=float(np.sqrt(v0 + v1)), counts=counts)
    yield from matched_parts(earlier, later, is_shown)
    yield from size_mix(earlier, later)


def part_row(earlier: Block, later: Block, part: Part) -> Row:
    """Return the row of a part without its interval and verdict."""
    row: Row = {
        "wave_from": earlier.wave_id,
        "wave_to": later.wave_id,
        "side": later.side,
        "group_kind": "sector",
        "group_id": "sector",
        "item_id": later.item.item_id,
        "part": part.name,
        "status": part.status,
    }
    if part.status != "published":
        return row
    earlier_count, later_count = part.counts
    counts = {"earlier_count": earlier_count, "later_count": later_count}
    return row | {"change": part.value} | counts


def candidate(later: Block, part: Part, row: Row) -> Candidate:
    """Return a part that has a standard error, before its p is corrected."""
    value, se = np.array([part.value]), np.array([part.se])
    low, high, p = normal_difference(value, se)
    bounds = {"ci_low": none_if_nan(low[0]), "ci_high": none_if_nan(high[0])}
    key = (later.wave_id, later.side, part.name, family(later.item.kind))
    return Candidate(row | bounds, part.value, part.se, float(p[0]), later.delta, key)


def pair_rows(earlier: Block, later: Block, is_shown: bool) -> tuple[list[Row], list[Candidate]]:
    """Return the rows of one item between two waves: those that are done, and those to judge."""
    done: list[Row] = []
    found: list[Candidate] = []
    for part in parts_of(earlier, later, is_shown):
        row = part_row(earlier, later, part)
        if np.isnan(part.se):
            done.append(row)
        else:
            found.append(candidate(later, part, row))
    return done, found


def change_parts(frames: Sequence[Frame], waves: Sequence[Blocks], alpha: float) -> list[Row]:
    """Return the rows of `change_part` between consecutive released waves, of the employees."""
    is_complete, memory = complete(frames), Memory()
    keys = dict.fromkeys(key for blocks in waves for key in blocks if key[0] == "employee")
    done: list[Row] = []
    found: list[Candidate] = []
    for key in keys:
        chain = [blocks.get(key) for blocks in waves]
        shown = shown_pairs(chain, is_complete, memory)
        for (earlier, later), is_shown in zip(pairwise(chain), shown, strict=True):
            if earlier is not None and later is not None:
                rows, candidates = pair_rows(earlier, later, is_shown)
                done += rows
                found += candidates
    return done + judge(found, alpha)


def put_matched(trends: Sequence[Row], parts: Sequence[Row]) -> None:
    """Write the matched change of the sector's employees into the rows of `trend`."""
    key = ("wave_from", "wave_to", "side", "group_kind", "group_id", "item_id")
    matched = {
        tuple(row[name] for name in key): row["change"]
        for row in parts
        if row["part"] == "matched" and row["status"] == "published"
    }
    for row in trends:
        if row["status"] == "published":
            row["matched_change"] = matched.get(tuple(row[name] for name in key))
