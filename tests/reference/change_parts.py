"""The rows of `change_part` (S7): what the change of the sector is made of."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.reference.atoms import base_atoms
from tests.reference.bands import joined_groups
from tests.reference.blocks import Block, employee_block
from tests.reference.hr import hr_atoms
from tests.reference.matched import own_names, shown_pairs
from tests.reference.verdicts import Judged, normal, verdicts
from tests.reference.world import DELTA, PEERS, Z95, Atom, Row, Wave

Rows = dict[tuple[Any, ...], Row]
PARTS = ("total", "matched", "composition", "within", "mix")


@dataclass(frozen=True)
class Sides:
    """The blocks of one wave by side and item."""

    wave_id: str
    blocks: Mapping[tuple[str, str], Block]


def blocks_of(wave: Wave) -> Sides:
    """Return every block of a wave that has atoms."""
    base, found = base_atoms(wave), {}
    for item in wave.items:
        if "employee" in item.sides:
            found["employee", item.item_id] = employee_block(wave, item, base)
        if "hr" in item.sides:
            found["hr", item.item_id] = Block(wave, item, hr_atoms(wave, item))
    return Sides(wave.wave_id, {key: block for key, block in found.items() if block.atoms})


@dataclass(frozen=True)
class Part:
    """A part of a change with its standard error, where it has one."""

    value: float
    counts: tuple[int, int]
    se: float | None = None


def mean_of(atoms: Sequence[Atom]) -> float:
    """Return the mean of organisations."""
    return sum(atom.mean for atom in atoms) / len(atoms)


def error_of(block: Block, atoms: Sequence[Atom]) -> float:
    """Return the sum of the sampling variances of organisations' means."""
    return sum(block.pooled_variance / atom.n for atom in atoms)


def parts_of(before: Block, after: Block, is_shown: bool) -> dict[str, Part | str]:
    """Return every part of a change, or why it is not there."""
    old, new = before.own(), after.own()
    if len(old) < PEERS or len(new) < PEERS:
        return dict.fromkeys(PARTS, "too_few_organisations")
    se = math.sqrt(error_of(before, old) / len(old) ** 2 + error_of(after, new) / len(new) ** 2)
    total = mean_of(new) - mean_of(old)
    found: dict[str, Part | str] = {"total": Part(total, (len(old), len(new)), se)}
    both = own_names(before) & own_names(after)
    if is_shown:
        stayed = [[atom for atom in part if atom.name in both] for part in (old, new)]
        matched = mean_of(stayed[1]) - mean_of(stayed[0])
        se = math.sqrt(error_of(before, stayed[0]) + error_of(after, stayed[1])) / len(both)
        found["matched"] = Part(matched, (len(both), len(both)), se)
        counts = (len(old) - len(both), len(new) - len(both))
        found["composition"] = Part(total - matched, counts)
    else:
        moved = [len(part) - len(both) for part in (old, new)]
        few = len(both) < PEERS or any(0 < count < PEERS for count in moved)
        status = "too_few_organisations" if few else "withheld_complement"
        found |= {"matched": status, "composition": status}
    return found | size_mix(before, after)


def size_mix(before: Block, after: Block) -> dict[str, Part | str]:
    """Return the change at the average mix of sizes, and that of the mix."""
    groups = joined_groups(
        before.groups(before.organisations_pass), after.groups(after.organisations_pass)
    )
    sides = [(block, [block.own(group) for group in groups]) for block in (before, after)]
    used = [pair for pair in zip(sides[0][1], sides[1][1], strict=True) if any(pair)]
    if len(used) < 2:
        return {"within": "too_few_organisations", "mix": "too_few_organisations"}
    sizes = [sum(len(pair[side]) for pair in used) for side in (0, 1)]
    within = mix = spread = 0.0
    for old, new in used:
        first, second = len(old) / sizes[0], len(new) / sizes[1]
        low, high = mean_of(old or new), mean_of(new or old)
        within += (first + second) / 2 * (high - low)
        mix += (second - first) * (low + high) / 2
        if old and new:
            errors = error_of(before, old) / len(old) ** 2 + error_of(after, new) / len(new) ** 2
            spread += ((first + second) / 2) ** 2 * errors
    counts = (sizes[0], sizes[1])
    return {"within": Part(within, counts, math.sqrt(spread)), "mix": Part(mix, counts)}


def change_parts(waves: Sequence[Wave]) -> Rows:
    """Return the rows that `change_part` must have, by wave_from, wave_to, item and part."""
    sides = [blocks_of(wave) for wave in waves]
    rows: Rows = {}
    judged: dict[tuple[Any, ...], Judged] = {}
    for item in waves[0].items:
        chain = [side.blocks.get(("employee", item.item_id)) for side in sides]
        pairs = itertools.pairwise(zip(waves, chain, strict=True))
        for ((old, before), (new, after)), shown in zip(pairs, shown_pairs(chain), strict=True):
            if before is None or after is None:
                continue
            for name, part in parts_of(before, after, shown).items():
                key = (old.wave_id, new.wave_id, item.item_id, name)
                rows[key] = part_row(part)
                if isinstance(part, Part) and part.se is not None:
                    family = (new.wave_id, name, item.family)
                    judged[key] = normal(part.value, part.se, DELTA[item.kind], family)
    for key, said in verdicts(judged).items():
        rows[key] |= said
    return rows


def part_row(part: Part | str) -> Row:
    """Return a row without verdict."""
    names = ("change", "ci_low", "ci_high", "earlier_count", "later_count", "q_value", "verdict")
    row: Row = dict.fromkeys(names)
    if isinstance(part, str):
        return row | {"status": part}
    row |= {"change": part.value, "status": "published"}
    if part.se is not None:
        half = Z95 * part.se
        row |= {"ci_low": part.value - half, "ci_high": part.value + half}
    return row | {"earlier_count": part.counts[0], "later_count": part.counts[1]}
