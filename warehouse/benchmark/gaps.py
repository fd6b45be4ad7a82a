"""Table gap: employees minus hr, for bands, sector, and own employees beside the band's hr.

The hr side never stands at organisation level; its unit is the organisation (statistics §4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from warehouse.benchmark.blocks import Block, Floats
from warehouse.benchmark.comparisons import Candidate, family, judge
from warehouse.benchmark.groups import group_id, hr_groups, joined_groups, respondent_groups
from warehouse.benchmark.scores import (
    Estimate,
    Row,
    estimate,
    hr_estimate,
    sector_estimate,
)
from warehouse.stats.compare import (
    mention_state,
    newcombe_interval,
    normal_difference,
    one_sided,
)
from warehouse.stats.interval import share_error, wilson_interval
from warehouse.stats.types import Texts, Whole


class Estimates(NamedTuple):
    """Estimates of several groups side by side; every array is (groups,)."""

    value: Floats
    se: Floats
    low: Floats
    high: Floats
    effective_n: Floats


def estimates_of(found: Sequence[Estimate]) -> Estimates:
    """Return estimates side by side."""
    rows = [(one.value, one.se, one.low, one.high, one.effective_n) for one in found]
    return Estimates(*np.array(rows, dtype=np.float64).reshape(len(rows), 5).T)


def states_of(block: Block, found: Estimates) -> Texts:
    """Return how often a side names an aspect (S17); empty for items that are no mention."""
    if block.item.kind != "mention":
        return np.full(found.value.shape, "")
    method = block.frame.settings.method
    return mention_state(found.low, found.high, method.named_floor, method.rarely_ceiling)


def share_gaps(employees: Estimates, hr: Estimates, level: float) -> tuple[Floats, Floats]:
    """Return the Newcombe intervals of differences of shares (S16)."""
    ours = wilson_interval(employees.value, employees.effective_n, level=level)
    theirs = wilson_interval(hr.value, hr.effective_n, level=level)
    _, low, high = newcombe_interval(employees.value, *ours, hr.value, *theirs)
    return low, high


def share_se(found: Estimates) -> Floats:
    """Return the standard errors of shares that go into a difference."""
    return share_error(found.value, found.effective_n)


def difference_se(block: Block, first: Estimates, second: Estimates) -> Floats:
    """Return the standard errors of differences of two independent samples."""
    if block.is_share:
        return np.asarray(np.hypot(share_se(first), share_se(second)), dtype=np.float64)
    return np.asarray(np.hypot(first.se, second.se), dtype=np.float64)


def gap_candidates(
    block: Block,
    kind: str,
    ids: Sequence[tuple[str, str]],
    employees: Estimates,
    hr: Estimates,
) -> Iterator[Candidate]:
    """Yield gaps before correction; `ids` are each group and the hr group beside it.

    The interval is Newcombe's for shares, normal for means (S15, S16).
    """
    difference, se = employees.value - hr.value, difference_se(block, employees, hr)
    low, high, p = normal_difference(difference, se)
    if block.is_share:
        low, high = share_gaps(employees, hr, 0.95)
    states = states_of(block, employees), states_of(block, hr)
    sided = one_sided(*states, low, high)
    columns = (employees.value, hr.value, difference, low, high, *states, sided, se, p)
    shared = {"wave_id": block.wave_id, "group_kind": kind, "item_id": block.item.item_id}
    corrected_with, delta = family(block.item.kind), block.delta
    parts = zip(ids, *(column.tolist() for column in columns), strict=True)
    for (
        group,
        beside,
    ), ours, theirs, gap, least, most, state, hr_state, side, error, chance in parts:
        row: Row = shared | {
            "group_id": group,
            "hr_group_id": beside,
            "employee_value": ours,
            "hr_value": theirs,
            "difference": gap,
            "ci_low": least,
            "ci_high": most,
            "employee_mention_state": state or None,
            "hr_mention_state": hr_state or None,
            "one_sided": side or None,
            "status": "published",
        }
        named = (block.wave_id, kind, group, corrected_with)
        yield Candidate(row, gap, error, chance, delta, named)


def band_gaps(employees: Block, hr: Block) -> Iterator[Candidate]:
    """Yield the gap of each group of bands both sides can be published for."""
    order = employees.frame.bands
    for bands in joined_groups(respondent_groups(employees), hr_groups(hr), order):
        ours = estimate(employees, bands)
        inside = np.isin(
            hr.bands, [group_id(group) for group in hr_groups(hr) if group[0] in bands]
        )
        if ours is not None and inside.any():
            name = group_id(bands)
            sides = estimates_of([ours]), estimates_of([hr_estimate(hr, inside)])
            yield from gap_candidates(employees, "size_band", [(name, name)], *sides)


def own_estimates(block: Block, atoms: Whole) -> Estimates:
    """Return organisations' own estimates, with the sampling error a comparison needs."""
    return Estimates(
        value=block.means[atoms],
        se=np.sqrt(block.variances[atoms]),
        low=block.intervals.low[atoms],
        high=block.intervals.high[atoms],
        effective_n=block.n[atoms],
    )


def repeated(one: Estimate, count: int) -> Estimates:
    """Return one estimate beside each of several others."""
    return Estimates(*(np.repeat(part, count) for part in estimates_of([one])))


def organisation_gaps(employees: Block, hr: Block) -> Iterator[Candidate]:
    """Yield own employees beside the hr side of the organisation's band."""
    for bands in hr_groups(hr):
        inside = hr.bands == group_id(bands)
        if not inside.any():
            continue
        atoms = np.flatnonzero(employees.own & employees.within(bands))
        ids = [(name, group_id(bands)) for name in employees.ids[atoms].tolist()]
        ours, theirs = own_estimates(employees, atoms), repeated(hr_estimate(hr, inside), len(ids))
        yield from gap_candidates(employees, "organisation", ids, ours, theirs)


def sector_gap(employees: Block, hr: Block) -> Iterator[Candidate]:
    """Yield the gap of the sector."""
    ours, theirs = sector_estimate(employees), sector_estimate(hr)
    if ours is not None and theirs is not None:
        sides = estimates_of([ours]), estimates_of([theirs])
        yield from gap_candidates(employees, "sector", [("sector", "sector")], *sides)


def gaps(blocks: Mapping[tuple[str, str], Block], items: Sequence[str], alpha: float) -> list[Row]:
    """Return the rows of `gap` of a wave."""
    found: list[Candidate] = []
    for item in items:
        employees, hr = blocks.get(("employee", item)), blocks.get(("hr", item))
        if employees is None or hr is None:
            continue
        found += band_gaps(employees, hr)
        found += organisation_gaps(employees, hr)
        found += sector_gap(employees, hr)
    return judge(found, alpha)
