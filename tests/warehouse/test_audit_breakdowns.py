"""The audit of breakdowns leaves published organisations out before it compares groups.

What it then finds must be what the whole family, single organisations among its groups, gives.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.audit.blocks import Block, Group, Sector
from warehouse.audit.breakdowns import crossed, known_residuals
from warehouse.audit.reading import Bools, Ints, Structure
from warehouse.audit.report import Place
from warehouse.disclosure.families import NotLaminarError, residuals
from warehouse.disclosure.two_way import smallest_cut

BANDS, CATEGORIES = 3, 3


@st.composite
def sectors(draw: st.DrawFn) -> tuple[Block, Ints]:
    """Draw organisations in bands, who of them is published, and answers per category."""
    size = draw(st.integers(1, 14))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    bands, own = rng.integers(0, BANDS, size), rng.random(size) < 0.5
    counts = rng.integers(0, 9, (size, CATEGORIES)) * (rng.random((size, CATEGORIES)) < 0.6)
    every_band = [bands == band for band in range(BANDS)]
    rests = [members & ~own for members in every_band if (members & ~own).any()]
    unions = [*every_band, every_band[0] | every_band[1], np.ones(size, dtype=bool)]
    return block_with(own, rests, unions), counts.astype(np.int64)


def block_with(own: Bools, rests: list[Bools], unions: list[Bools]) -> Block:
    """Return a block of which only who is in which group matters."""
    means = np.full(len(own), np.nan)
    block = Block(Place(), cast(Sector, None), cast(Structure, None), own, means)
    block.rests = [Group("size_band_rest", "", members, 0, 0.0) for members in rests]
    block.unions = [Group("size_band", "", members, 0, 0.0) for members in unions]
    return block


def whole_family(block: Block) -> Bools:
    """Return every published group, single organisations among them."""
    groups = [group.members for group in (*block.rests, *block.unions)]
    return np.array([*np.eye(len(block.own), dtype=bool)[block.own], *groups])


def columns_of(block: Block) -> list[tuple[int, Bools]]:
    """Return the categories of the first band, and of the sector without it."""
    first, everybody = block.unions[0].members, block.unions[-1].members
    parts = [part for part in (first, everybody & ~first) if part.any()]
    return [(category, part) for category in range(CATEGORIES - 1) for part in parts]


@given(sectors())
def test_residuals_beside_published_organisations_are_those_of_the_whole_family(
    sector: tuple[Block, Ints],
) -> None:
    block, _ = sector
    alone = np.eye(len(block.own), dtype=bool)[block.own]
    found = {tuple(row) for row in (*alone, *known_residuals(block))}
    assert found == {tuple(row) for row in residuals(whole_family(block))}


@given(sectors())
def test_the_smallest_cut_is_that_of_the_whole_family_counted_one_by_one(
    sector: tuple[Block, Ints],
) -> None:
    block, counts = sector
    columns = columns_of(block)
    rows = residuals(whole_family(block))
    table = np.array(
        [[counts[row & part, category].sum() for category, part in columns] for row in rows]
    )
    beside = np.array([counts[row].sum() for row in rows]) - table.sum(axis=1)
    below = np.array([counts[part, c].sum() for c, part in columns]) - table.sum(axis=0)
    expected = smallest_cut(table, beside, below)
    found = crossed(block.own, known_residuals(block), columns, counts)
    assert sorted(map(tuple, found[0].tolist())) == sorted(map(tuple, table.tolist()))
    assert np.array_equal(found[2], below)
    cut = smallest_cut(*found)
    assert (cut and cut.people) == (expected and expected.people)


def test_groups_that_overlap_are_not_certain_even_where_only_published_ones_are_shared() -> None:
    own = np.array([False, True, False])
    overlapping = [np.array([True, True, False]), np.array([False, True, True])]
    with pytest.raises(NotLaminarError):
        known_residuals(block_with(own, [], overlapping))
