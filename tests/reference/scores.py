"""The rows of `score` and `benchmark`."""

from __future__ import annotations

from tests.reference.blocks import Block
from tests.reference.world import ORDER, PERSONS, Figure, Group, Row, Tables


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
    for group in block.groups(block.organisations_pass):
        put_benchmark(tables, block, ("size_band", "+".join(group)), group)
    put_benchmark(tables, block, ("sector", "sector"), ORDER)


def put_benchmark(tables: Tables, block: Block, group: tuple[str, str], bands: Group) -> None:
    """Add the mean of organisations of a group."""
    own = block.own(bands)
    row: Row = {"organisation_count": None, "mean_of_organisations": None}
    row["status"] = "too_few_organisations"
    if own and block.organisations_pass(bands):
        row["organisation_count"] = len(own)
        row["mean_of_organisations"] = sum(atom.mean for atom in own) / len(own)
        row["status"] = "published"
    key = (block.wave.wave_id, "employee", block.item.item_id, *group)
    tables["benchmark"][key] = row


def add_hr(tables: Tables, block: Block) -> None:
    """Add the scores of an hr item: groups of bands and sector, never an organisation."""
    if not block.atoms:
        return
    by_group = {atom.bands: atom for atom in block.atoms}
    for group in block.hr_groups():
        found = block.hr_figure([by_group[group]]) if group in by_group else "withheld_small"
        put_score(tables, block, "hr", ("size_band", "+".join(group)), found)
    put_score(tables, block, "hr", ("sector", "sector"), block.hr_figure(block.atoms))
