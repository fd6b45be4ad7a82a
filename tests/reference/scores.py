"""The rows of `score` and `benchmark`."""

from __future__ import annotations

import math

from tests.reference.blocks import Block
from tests.reference.quartiles import constrained, quartiles
from tests.reference.world import ORDER, PERSONS, Z95, Figure, Group, Row, Tables


def put_score(
    tables: Tables, block: Block, side: str, group: tuple[str, str], found: Figure | str
) -> None:
    """Add a score, or the reason why there is none."""
    key = (block.wave.wave_id, side, *group, block.item.item_id)
    row: Row = dict.fromkeys(
        ("respondent_count", "organisation_count", "value", "ci_low", "ci_high")
    )
    if isinstance(found, str):
        tables["score"][key] = row | {"status": found}
        return
    tables["score"][key] = {
        "respondent_count": found.n,
        "organisation_count": found.organisations,
        "value": found.value,
        "ci_low": found.low,
        "ci_high": found.high,
        "status": "published",
    }


def add_employees(tables: Tables, block: Block) -> None:
    """Add the scores and benchmarks of an employees' item."""
    if not block.atoms:
        return
    for atom in block.atoms:
        kind = "organisation" if atom.is_own else "size_band_rest"
        put_score(tables, block, "employee", (kind, atom.name), block.atom_figure(atom))
    own = {atom.name for atom in block.own()}
    for name, people in block.wave.participants.items():
        if name not in own:
            why = "withheld_small" if people < PERSONS else "withheld_complement"
            put_score(tables, block, "employee", ("organisation", name), why)
    for group in block.groups(block.respondents_pass):
        why = "too_few_organisations" if block.inside(group) else "withheld_small"
        found = block.group_figure(group) or why
        put_score(tables, block, "employee", ("size_band", "+".join(group)), found)
    sector = block.sector_figure() or "too_few_organisations"
    put_score(tables, block, "employee", ("sector", "sector"), sector)
    values, same = constrained(block), block.groups(block.respondents_pass)
    for group in block.groups(block.organisations_pass):
        people = block.group_figure(group) if group in same else None
        put_benchmark(tables, block, ("size_band", "+".join(group)), group, people, values)
    put_benchmark(tables, block, ("sector", "sector"), ORDER, block.sector_figure(), values)


def put_benchmark(
    tables: Tables,
    block: Block,
    group: tuple[str, str],
    bands: Group,
    people: Figure | None,
    values: dict[str, float] | None,
) -> None:
    """Add the mean of organisations of a group, its quartiles, and its respondents' figure."""
    own = block.own(bands)
    key = (block.wave.wave_id, "employee", block.item.item_id, *group)
    if not own or not block.organisations_pass(bands):
        empty = dict.fromkeys(("organisation_count", "mean_of_organisations"))
        tables["benchmark"][key] = empty | {"status": "too_few_organisations"}
        return
    mean = sum(atom.mean for atom in own) / len(own)
    half = Z95 * math.sqrt(sum(block.pooled_variance / atom.n for atom in own)) / len(own)
    low, high = block.clip(mean - half, mean + half)
    tables["benchmark"][key] = {
        "organisation_count": len(own),
        "mean_of_organisations": mean,
        "mean_ci_low": low,
        "mean_ci_high": high,
        "respondent_mean": people.value if people else None,
        "respondent_ci_low": people.low if people else None,
        "respondent_ci_high": people.high if people else None,
        **quartiles(block, values, bands),
        "status": "published",
    }


def add_hr(tables: Tables, block: Block) -> None:
    """Add the scores of an hr item: groups of bands and sector, never an organisation."""
    if not block.atoms:
        return
    by_group = {atom.bands: atom for atom in block.atoms}
    for group in block.hr_groups():
        found = block.hr_figure([by_group[group]]) if group in by_group else "withheld_small"
        put_score(tables, block, "hr", ("size_band", "+".join(group)), found)
    put_score(tables, block, "hr", ("sector", "sector"), block.hr_figure(block.atoms))
