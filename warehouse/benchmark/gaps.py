"""Table gap: employees minus hr, for bands, sector, and own employees beside the band's hr.

The hr side never stands at organisation level; its unit is the organisation (statistics §4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from warehouse.benchmark.blocks import Block
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


def state_of(block: Block, found: Estimate) -> str:
    """Return how often a side names an aspect (S17); empty for items that are no mention."""
    if block.item.kind != "mention":
        return ""
    method = block.frame.settings.method
    low, high = np.array([found.low]), np.array([found.high])
    return str(mention_state(low, high, method.named_floor, method.rarely_ceiling)[0])


def share_gap(employees: Estimate, hr: Estimate, level: float) -> tuple[float, float]:
    """Return the Newcombe interval of a difference of shares (S16)."""
    bounds = []
    for side in (employees, hr):
        low, high = wilson_interval(
            np.array([side.value]), np.array([side.effective_n]), level=level
        )
        bounds.append((np.array([side.value]), low, high))
    _, low, high = newcombe_interval(*bounds[0], *bounds[1])
    return float(low[0]), float(high[0])


def gap_interval(block: Block, employees: Estimate, hr: Estimate, se: float) -> tuple[float, float]:
    """Return the 95 % interval of a gap: Newcombe for shares, normal for means (S15, S16)."""
    if block.is_share:
        return share_gap(employees, hr, 0.95)
    difference = np.array([employees.value - hr.value])
    low, high, _ = normal_difference(difference, np.array([se]))
    return float(low[0]), float(high[0])


def share_se(found: Estimate) -> float:
    """Return the standard error of a share that goes into a difference."""
    return float(share_error(found.value, found.effective_n))


def standard_error(block: Block, employees: Estimate, hr: Estimate) -> float:
    """Return the standard error of employees minus hr, two independent samples."""
    if block.is_share:
        return float(np.hypot(share_se(employees), share_se(hr)))
    return float(np.hypot(employees.se, hr.se))


def gap_candidate(
    block: Block, kind: str, ids: tuple[str, str], employees: Estimate, hr: Estimate
) -> Candidate:
    """Return one gap before correction; `ids` are the group and the hr group beside it."""
    difference = employees.value - hr.value
    se = standard_error(block, employees, hr)
    low, high = gap_interval(block, employees, hr, se)
    states = state_of(block, employees), state_of(block, hr)
    sided = one_sided(*(np.array([part]) for part in (*states, low, high)))
    row: Row = {
        "wave_id": block.wave_id,
        "group_kind": kind,
        "group_id": ids[0],
        "hr_group_id": ids[1],
        "item_id": block.item.item_id,
        "employee_value": employees.value,
        "hr_value": hr.value,
        "difference": difference,
        "ci_low": low,
        "ci_high": high,
        "employee_mention_state": states[0] or None,
        "hr_mention_state": states[1] or None,
        "one_sided": str(sided[0]) or None,
        "status": "published",
    }
    p = float(normal_difference(np.array([difference]), np.array([se]))[2][0])
    group = (block.wave_id, kind, ids[0], family(block.item.kind))
    return Candidate(row, difference, se, p, block.delta, group)


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
            yield gap_candidate(employees, "size_band", (name, name), ours, hr_estimate(hr, inside))


def own_estimate(block: Block, atom: int) -> Estimate:
    """Return an organisation's own estimate, with the sampling error a comparison needs."""
    n = float(block.n[atom])
    return Estimate(
        value=float(block.means[atom]),
        se=float(np.sqrt(block.variances[atom])),
        low=float(block.intervals.low[atom]),
        high=float(block.intervals.high[atom]),
        n=int(n),
        organisations=1,
        effective_n=n,
    )


def organisation_gaps(employees: Block, hr: Block) -> Iterator[Candidate]:
    """Yield own employees beside the hr side of the organisation's band."""
    for bands in hr_groups(hr):
        inside = hr.bands == group_id(bands)
        if not inside.any():
            continue
        theirs = hr_estimate(hr, inside)
        for atom in np.flatnonzero(employees.own & employees.within(bands)):
            ids = (str(employees.ids[atom]), group_id(bands))
            ours = own_estimate(employees, int(atom))
            yield gap_candidate(employees, "organisation", ids, ours, theirs)


def sector_gap(employees: Block, hr: Block) -> Iterator[Candidate]:
    """Yield the gap of the sector."""
    ours, theirs = sector_estimate(employees), sector_estimate(hr)
    if ours is not None and theirs is not None:
        yield gap_candidate(employees, "sector", ("sector", "sector"), ours, theirs)


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
