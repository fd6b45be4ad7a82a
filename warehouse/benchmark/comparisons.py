"""Table comparison: an organisation against the others of its band and of the sector (S3, S4)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.benchmark.blocks import Block, Floats
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
from warehouse.stats.types import Whole


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


def positions(block: Block, bands: tuple[str, ...], shrunken: Floats) -> list[str]:
    """Return the place of each organisation in words; indistinct where there are no quartiles."""
    lower, _, upper = quartiles(block, bands, shrunken)
    atoms = np.flatnonzero(block.own & block.within(bands))
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
        position=positions(block, bands, shrunken),
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
    shared = keys(block) | {"against": found.against, "group_id": found.group}
    corrected_with, delta = family(block.item.kind), block.delta
    lows, highs, _ = normal_difference(found.difference, found.se)
    organisations = block.ids[found.atoms.astype(int)].tolist()
    columns = (found.difference, lows, highs, found.se, found.p)
    words = (organisations, found.position, found.effects)
    parts = zip(*words, *(part.tolist() for part in columns), strict=True)
    for organisation, position, effect, difference, low, high, se, p in parts:
        row = shared | {
            "organisation_id": organisation,
            "difference": difference,
            "ci_low": low,
            "ci_high": high,
            "position": position,
            "status": "published",
            **effect,
        }
        named = (block.wave_id, organisation, found.against, corrected_with)
        yield Candidate(row, difference, se, p, delta, named)


def judge(found: Sequence[Candidate], alpha: float) -> list[Row]:
    """Return rows with q-value and verdict, corrected within each family (S4, D4)."""
    families: dict[tuple[str, ...], list[int]] = {}
    for place, candidate in enumerate(found):
        families.setdefault(candidate.family, []).append(place)
    alike: dict[int, list[list[int]]] = {}
    for members in families.values():
        alike.setdefault(len(members), []).append(members)
    columns = (
        [one.p for one in found],
        [one.difference for one in found],
        [one.se for one in found],
        [one.delta for one in found],
        *([one.row[end] for one in found] for end in ("ci_low", "ci_high")),
    )
    arrays = [np.array(column, dtype=np.float64) for column in columns]
    for places in alike.values():
        judge_families(found, arrays, np.array(places, dtype=np.int64), alpha)
    return [candidate.row for candidate in found]


def judge_families(
    found: Sequence[Candidate], arrays: Sequence[Floats], places: Whole, alpha: float
) -> None:
    """Write q-value and verdict in the rows of families that have equally many members.

    Shape: `arrays` are p, difference, se, delta and both ends of the printed interval of every
    candidate; `places` is (families, members).
    """
    p, difference, se, delta, least, most = (array[places] for array in arrays)
    q = benjamini_hochberg(p)
    low, high, _ = normal_difference(difference, se, level=0.9)
    said = verdict(difference, q, low, high, delta, printed=(least, most), alpha=alpha)
    judged = zip(places.ravel().tolist(), q.ravel().tolist(), said.ravel().tolist(), strict=True)
    for place, q_value, word in judged:
        found[place].row["q_value"] = none_if_nan(q_value)
        found[place].row["verdict"] = word


def none_if_nan(value: float) -> float | None:
    """Return a float, None for NaN."""
    return None if math.isnan(value) else value


def comparisons(blocks: Sequence[Block], alpha: float) -> list[Row]:
    """Return the rows of `comparison` of a wave's employee blocks."""
    found = [
        candidate
        for block in blocks
        for compared in block_comparisons(block)
        for candidate in candidates(compared)
    ]
    return judge(found, alpha)
