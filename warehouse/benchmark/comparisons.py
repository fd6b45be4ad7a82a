"""Table comparison: an organisation against the others of its band and of the sector (S3, S4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.benchmark.blocks import Block, Bools, Floats
from warehouse.benchmark.effects import effect_columns
from warehouse.benchmark.groups import group_id, organisation_group_passes, organisation_groups
from warehouse.benchmark.scores import Row, keys, quartiles, shrunken_values
from warehouse.stats.compare import (
    benjamini_hochberg,
    leave_one_out,
    normal_difference,
    verdict,
)
from warehouse.stats.quantile import quarter_position


@dataclass(frozen=True)
class Against:
    """All organisations of one group against the rest of it, for one item."""

    block: Block
    against: str
    group: str
    atoms: Floats
    difference: Floats
    se: Floats
    p: Floats
    position: Sequence[str]
    effects: Sequence[Row]


def family(item_kind: str) -> str:
    """Return the family an item is corrected in: aspects, priorities or schemes (S4)."""
    return {"grade": "aspect", "likert": "aspect"}.get(item_kind, item_kind)


def positions(block: Block, inside: Bools, shrunken: Floats) -> list[str]:
    """Return the place of each organisation in words; indistinct where there are no quartiles."""
    lower, _, upper = quartiles(block, inside, shrunken)
    atoms = np.flatnonzero(inside)
    if lower is None or upper is None:
        return ["indistinct"] * atoms.size
    lows, highs = block.intervals.low[atoms], block.intervals.high[atoms]
    return [str(word) for word in quarter_position(lows, highs, lower, upper)]


def against_group(
    block: Block, against: str, bands: tuple[str, ...], shrunken: Floats
) -> Against | None:
    """Return each organisation of a group against the others, None where too few."""
    inside = block.own & block.within(bands)
    if not inside.any() or not organisation_group_passes(block, bands):
        return None
    found = leave_one_out(block.means[inside], block.variances[inside])
    return Against(
        block=block,
        against=against,
        group="sector" if against == "sector" else group_id(bands),
        atoms=np.flatnonzero(inside).astype(float),
        difference=found.difference,
        se=found.se,
        p=found.p,
        position=positions(block, inside, shrunken),
        effects=effect_columns(block, inside, found.difference),
    )


def block_comparisons(block: Block) -> Iterator[Against]:
    """Yield the comparisons of one item: per band group, then the sector."""
    shrunken = shrunken_values(block)
    for bands in organisation_groups(block):
        found = against_group(block, "size_band", bands, shrunken)
        if found is not None:
            yield found
    sector = against_group(block, "sector", block.frame.bands, shrunken)
    if sector is not None:
        yield sector


@dataclass
class Candidate:
    """One comparison before its p is corrected for the family it belongs to."""

    row: Row
    difference: float
    se: float
    p: float
    delta: float
    family: tuple[str, ...]


def candidates(found: Against) -> Iterator[Candidate]:
    """Yield one candidate per organisation."""
    block = found.block
    lows, highs, _ = normal_difference(found.difference, found.se)
    for index, atom in enumerate(found.atoms.astype(int)):
        organisation = str(block.ids[atom])
        row = keys(block) | {
            "organisation_id": organisation,
            "against": found.against,
            "group_id": found.group,
            "difference": float(found.difference[index]),
            "ci_low": float(lows[index]),
            "ci_high": float(highs[index]),
            "position": found.position[index],
            "status": "published",
            **found.effects[index],
        }
        yield Candidate(
            row=row,
            difference=float(found.difference[index]),
            se=float(found.se[index]),
            p=float(found.p[index]),
            delta=block.delta,
            family=(block.wave_id, organisation, found.against, family(block.item.kind)),
        )


def judge(found: Sequence[Candidate], alpha: float) -> list[Row]:
    """Return rows with q-value and verdict, corrected within each family (S4, D4)."""
    rows: list[Row] = []
    families: dict[tuple[str, ...], list[Candidate]] = {}
    for candidate in found:
        families.setdefault(candidate.family, []).append(candidate)
    for members in families.values():
        rows += judge_family(members, alpha)
    return rows


def judge_family(members: Sequence[Candidate], alpha: float) -> list[Row]:
    """Return the rows of one family."""
    differences = np.array([member.difference for member in members])
    q = benjamini_hochberg(np.array([member.p for member in members]))
    low, high, _ = normal_difference(
        differences, np.array([member.se for member in members]), level=0.9
    )
    deltas = np.array([member.delta for member in members])
    said = verdict(differences, q, low, high, deltas, alpha=alpha)
    return [
        member.row | {"q_value": none_if_nan(q[i]), "verdict": str(said[i])}
        for i, member in enumerate(members)
    ]


def none_if_nan(value: float) -> float | None:
    """Return a float, None for NaN."""
    return None if np.isnan(value) else float(value)


def comparisons(blocks: Sequence[Block], alpha: float) -> list[Row]:
    """Return the rows of `comparison` of a wave's employee blocks."""
    found = [
        candidate
        for block in blocks
        for compared in block_comparisons(block)
        for candidate in candidates(compared)
    ]
    return judge(found, alpha)
