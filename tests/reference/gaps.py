"""The rows of `gap`: employees minus hr (S15, S16), and who alone names an aspect (S17)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.reference.bands import joined_groups
from tests.reference.blocks import Block
from tests.reference.intervals import newcombe, wilson
from tests.reference.sampled import Sampled, group_sampled, hr_sampled, own_sampled
from tests.reference.verdicts import Judged, chance, verdicts
from tests.reference.world import DELTA, Z90, Z95, Figure, Item, Row


class Sides(NamedTuple):
    """Both sides of a gap: as published, and as they go into the difference."""

    kind: str
    group: str
    beside: str
    employees: Figure
    hr: Figure
    ours: Sampled
    theirs: Sampled


def mention_state(item: Item, found: Figure) -> str | None:
    """Return how often a side names an aspect (S17)."""
    return named(found.low, found.high) if item.kind == "mention" else None


def named(low: float, high: float) -> str:
    """Return how often something is named, from the interval of its share."""
    if low >= 0.05:
        return "named"
    return "rarely_named" if high < 0.15 else "uncertain"


def one_sided(ours: str | None, theirs: str | None, low: float, high: float) -> str | None:
    """Return which side alone names something; the interval must lie on its side of 0."""
    if (ours, theirs) == ("named", "rarely_named") and low > 0:
        return "employee"
    return "hr" if (theirs, ours) == ("named", "rarely_named") and high < 0 else None


def sides_of(employees: Block, hr: Block) -> Iterator[Sides]:
    """Yield what stands beside what: groups of bands, organisations beside hr, the sector."""
    shared = joined_groups(employees.groups(employees.respondents_pass), hr.hr_groups())
    for group in shared:
        figure, atoms = employees.group_figure(group), hr.inside(group)
        if figure and atoms:
            name, ours = "+".join(group), group_sampled(employees, employees.inside(group))
            beside, theirs = hr.hr_figure(atoms), hr_sampled(hr, atoms)
            yield Sides("size_band", name, name, figure, beside, ours, theirs)
    for atom in hr.atoms:
        beside, theirs = hr.hr_figure([atom]), hr_sampled(hr, [atom])
        for own in employees.own(atom.bands):
            figure, ours = employees.atom_figure(own), own_sampled(employees, own)
            yield Sides("organisation", own.name, atom.name, figure, beside, ours, theirs)
    sector = employees.sector_figure()
    if sector:
        beside, theirs = hr.hr_figure(hr.atoms), hr_sampled(hr, hr.atoms)
        ours = group_sampled(employees, employees.atoms)
        yield Sides("sector", "sector", "sector", sector, beside, ours, theirs)


def judged(item: Item, one: Sides) -> Judged:
    """Return a gap with its interval: Newcombe's for shares, normal for means."""
    difference = one.ours.value - one.theirs.value
    se = math.sqrt(one.ours.variance + one.theirs.variance)
    low, high = difference - Z95 * se, difference + Z95 * se
    if item.is_share:
        pairs = [(s.value, *wilson(s.value, s.effective)) for s in (one.ours, one.theirs)]
        low, high = newcombe(*pairs)
    family = (one.kind, one.group, item.family)
    p, narrow = chance(difference, se), Z90 * se
    return Judged(difference, low, high, p, narrow, DELTA[item.kind], family)


def gap_rows(pairs: Mapping[str, tuple[Block, Block]]) -> dict[tuple[Any, ...], Row]:
    """Return the gaps of a wave by group_kind, group_id and item, corrected per group and kind."""
    rows: dict[tuple[Any, ...], Row] = {}
    found: dict[tuple[Any, ...], Judged] = {}
    for item_id, (employees, hr) in pairs.items():
        item = employees.item
        for one in sides_of(employees, hr):
            key = (one.kind, one.group, item_id)
            found[key] = judged(item, one)
            states = mention_state(item, one.employees), mention_state(item, one.hr)
            rows[key] = {
                "hr_group_id": one.beside,
                "employee_value": one.employees.value,
                "hr_value": one.hr.value,
                "difference": one.employees.value - one.hr.value,
                "ci_low": found[key].low,
                "ci_high": found[key].high,
                "employee_mention_state": states[0],
                "hr_mention_state": states[1],
                "one_sided": one_sided(*states, found[key].low, found[key].high),
                "status": "published",
            }
    words = verdicts(found)
    return {key: row | words[key] for key, row in rows.items()}
