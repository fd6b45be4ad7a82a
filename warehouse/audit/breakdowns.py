"""Attacks on breakdowns (age groups): organisation by category cells as units.

A row is of kind `sector_age` with group `under_35`, or `size_band_age` with `50-99|under_35`.
Colleagues know who is in which category, so these rest on what the totals leave open, not on
atoms: no combination of an organisation's totals and a category's may be about fewer people than
the floor. That is a smallest cut (warehouse/disclosure/two_way.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from warehouse.audit.blocks import Block, Group, as_float
from warehouse.audit.people import check_homogeneity
from warehouse.audit.reading import Bools, Ints
from warehouse.audit.report import Trail
from warehouse.disclosure.families import NotLaminarError, is_laminar, residuals
from warehouse.disclosure.solver import NotCertainError
from warehouse.disclosure.two_way import smallest_cut

PREFIXES = ("size_band_", "sector_")
NOT_BREAKDOWNS = frozenset(("size_band_rest",))


@dataclass(frozen=True)
class Cells:
    """A published row of a breakdown: the organisations and category behind it."""

    group: Group
    category: int


def breakdown_of(kind: str) -> str | None:
    """Return the breakdown a kind of group is about, None for one that is none."""
    if kind in NOT_BREAKDOWNS:
        return None
    return next((kind.removeprefix(p) for p in PREFIXES if kind.startswith(p)), None)


def attack_breakdowns(block: Block, scores: pl.DataFrame, trail: Trail) -> None:
    """Try every breakdown of one wave, side and item."""
    shown = scores.filter(pl.col("status") == "published")
    kinds = shown["group_kind"].unique().to_list()
    names = sorted({name for kind in kinds if (name := breakdown_of(kind)) is not None})
    for name in names:
        rows = shown.filter(pl.col("group_kind").is_in([prefix + name for prefix in PREFIXES]))
        attack_breakdown(block, name, rows, trail)
    if len(names) > 1:
        # The structure does not say how two breakdowns cross, so nothing is proven of both.
        said = f"breakdowns {', '.join(names)} of one question: both together are not proven safe"
        trail.find(block.place, "not certain", said)


def attack_breakdown(block: Block, name: str, rows: pl.DataFrame, trail: Trail) -> None:
    """Try one breakdown in union with all that is published of the same organisations."""
    found = block.structure.cells.get((name, block.place.item_id))
    if found is None:
        trail.find(block.place, "unexplained", f"breakdown {name} is not in the structure")
        return
    categories, counts = found
    if (counts.sum(axis=1) != block.n).any():
        said = f"breakdown {name}: its categories do not add up to the answers"
        trail.find(block.place, "unexplained", said)
        return
    published = [
        cells
        for row in rows.iter_rows(named=True)
        if (cells := explain(block, row, categories, counts, trail)) is not None
    ]
    for cells in published:
        people, value = np.array([cells.group.people]), np.array([cells.group.value])
        check_homogeneity(block, cells.group.name, people, value, trail)
    attack_cells(block, published, counts, trail)


def explain(
    block: Block,
    row: dict[str, object],
    categories: tuple[str, ...],
    counts: Ints,
    trail: Trail,
) -> Cells | None:
    """Return a row with the organisations whose people in the category it counts."""
    bands_name, _, category = str(row["group_id"]).rpartition("|")
    people, kind = int(str(row["respondent_count"])), str(row["group_kind"])
    what = f"{kind} {row['group_id']}"
    bands = block.sector.bands_in(bands_name or "sector")
    if people < block.floor:
        trail.find(block.place, "small", f"{what}: {people} answers")
    if category in categories and bands:
        column = categories.index(category)
        for members in possible_members(block, bands):
            if counts[members, column].sum() == people:
                value = as_float(row["value"])
                return Cells(Group(kind, what, members, people, value), column)
    trail.find(block.place, "unexplained", f"{what}: {people} answers")
    return None


def possible_members(block: Block, bands: Sequence[str]) -> list[Bools]:
    """Return the organisations a breakdown of bands may be about, likeliest first."""
    nobody = np.zeros(len(block.own), dtype=bool)
    everyone = ~nobody if len(bands) == len(block.sector.bands) else block.in_bands(bands)
    return [
        block.members_in(bands),
        block.in_bands(bands),
        everyone,
        block.own & block.in_bands(bands),
    ]


def attack_cells(block: Block, published: Sequence[Cells], counts: Ints, trail: Trail) -> None:
    """Find the combination of totals and category totals that is about fewest people."""
    try:
        rows = known_residuals(block)
        columns = [
            (category, left)
            for category in sorted({cells.category for cells in published})
            for left in residuals(
                np.array([c.group.members for c in published if c.category == category])
            )
        ]
        table, beside, below = crossed(block.own, rows, columns, counts)
        trail.count("cells of breakdowns", int((table > 0).sum()))
        found = smallest_cut(table, beside, below)
    except (NotCertainError, NotLaminarError) as error:
        trail.find(block.place, "not certain", str(error))
        return
    if found is not None and found.people < block.floor:
        said = f"totals and a breakdown together are about {found.people} answers"
        trail.find(block.place, "difference", said)


def known_residuals(block: Block) -> Bools:
    """Return what the published groups leave over beside the organisations that are published.

    A published organisation is nested in a group or outside it, and is a residual by itself, so
    the residuals of the whole family are those organisations and what groups hold without them.
    Shape: (residuals, organisations). Errors: NotLaminarError.
    """
    groups = [group.members for group in (*block.rests, *block.unions, *block.odd)]
    sets = np.array(groups, dtype=bool).reshape(len(groups), len(block.own))
    if not is_laminar(sets):
        raise NotLaminarError("Two published groups overlap without being nested.")
    return residuals(sets & ~block.own)


def crossed(
    own: Bools, rows: Bools, columns: Sequence[tuple[int, Bools]], counts: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return people per row and column set, and those who are in one of the two only.

    The rows are each organisation of `own`, then the sets `rows`.
    """
    nothing = np.zeros((len(own), 0), dtype=np.int64)
    inside = np.column_stack(
        [nothing, *(np.where(left, counts[:, category], 0) for category, left in columns)]
    )
    people = np.column_stack([inside, counts.sum(axis=1)])
    together = np.vstack([people[own], rows.astype(np.int64) @ people])
    table = together[:, :-1]
    return table, together[:, -1] - table.sum(axis=1), inside.sum(axis=0) - table.sum(axis=0)
