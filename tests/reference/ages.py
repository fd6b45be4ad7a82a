"""The rows of `category_difference`: an age group against the others."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scipy import stats

from tests.reference.atoms import base_atoms
from tests.reference.blocks import Block, employee_block
from tests.reference.verdicts import Judged, verdicts
from tests.reference.world import DELTA, ORDER, Item, Row, Wave

AGES = {1: "under_35", 2: "35_to_54", 3: "55_plus"}
Amount = tuple[int, int]


def employees(wave: Wave, item: Item) -> Block:
    """Return the employees' atoms of an item."""
    return employee_block(wave, item, base_atoms(wave))


def ages_in(block: Block, bands: Iterable[str]) -> dict[str, Amount]:
    """Return answers and sum per age group, over the organisations in the atoms of bands."""
    names = {name for atom in block.inside(bands) for name in atom.organisations}
    given: dict[str, list[int]] = defaultdict(list)
    for row in block.wave.rows:
        answer = row["answers"].get(block.item.item_id)
        on_scale = answer is not None and block.item.lowest <= answer <= block.item.highest
        is_here = row["side"] == "employee" and row["organisation_id"] in names
        if is_here and on_scale and row["age_group"] in AGES:
            given[AGES[row["age_group"]]].append(answer)
    return {age: (len(answers), sum(answers)) for age, answers in given.items()}


def spread(block: Block, groups: Sequence[Sequence[str]]) -> float:
    """Return the variance of answers inside groups of bands: inside atoms and between them."""
    squares, freedom = 0.0, 0
    for bands in groups:
        atoms = block.inside(bands)
        if atoms:
            n = sum(atom.n for atom in atoms)
            centre = sum(sum(atom.answers) for atom in atoms) / n
            squares += sum((atom.n - 1) * block.pooled_variance for atom in atoms)
            squares += sum(atom.n * (atom.mean - centre) ** 2 for atom in atoms)
            freedom += n - 1
    return squares / freedom


def age_rows(block: Block, groups: Sequence[Sequence[str]]) -> dict[tuple[str, str], Row]:
    """Return each age group against the others, of the sector and of groups of bands.

    `groups` are the groups of bands whose age groups are published; none: the sector alone.
    """
    strata = [tuple(group) for group in groups] or [ORDER]
    variance = spread(block, strata)
    rows = {}
    for kind, prefix, parts in [
        ("sector_age", "", strata),
        *(("size_band_age", "+".join(group) + "|", [tuple(group)]) for group in groups),
    ]:
        amounts = [ages_in(block, bands) for bands in parts]
        for age in AGES.values():
            row = against_others(amounts, age, variance, block.freedom)
            if row is not None:
                rows[kind, prefix + age] = row
    return rows


def against_others(
    parts: Sequence[Mapping[str, Amount]], age: str, variance: float, freedom: int
) -> Row | None:
    """Return one age group against the others in some groups of bands."""
    people = others_people = 0
    weight = amount = 0.0
    for part in parts:
        n, total = part.get(age, (0, 0))
        rest = sum(count for name, (count, _) in part.items() if name != age)
        rest_total = sum(sums for name, (_, sums) in part.items() if name != age)
        if n == 0 or rest == 0:
            continue
        people, others_people = people + n, others_people + rest
        weight += n * rest / (n + rest)
        amount += n * rest / (n + rest) * (total / n - rest_total / rest)
    if weight == 0:
        return None
    difference, se = amount / weight, math.sqrt(variance / weight)
    outer, inner = (float(stats.t.ppf(p, freedom)) * se for p in (0.975, 0.95))
    p = 2 * float(stats.t.cdf(-abs(difference) / se, freedom)) if se > 0 else None
    return {
        "respondent_count": people,
        "others_count": others_people,
        "difference": difference,
        "ci_low": difference - outer,
        "ci_high": difference + outer,
        "p": p,
        "inner": inner,
    }


def judged(rows: Mapping[Any, Row], items: Mapping[Any, Item]) -> dict[Any, Row]:
    """Return rows of one family with q-value and word."""
    words = verdicts(
        {
            key: Judged(
                difference=row["difference"],
                low=row["ci_low"],
                high=row["ci_high"],
                p=row["p"],
                narrow=row["inner"],
                delta=DELTA[items[key].kind],
                family="one",
            )
            for key, row in rows.items()
        }
    )
    return {
        key: {name: cell for name, cell in row.items() if name not in ("p", "inner")} | words[key]
        for key, row in rows.items()
    }
