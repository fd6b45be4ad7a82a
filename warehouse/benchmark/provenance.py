"""Tables protected_total and parameter: what a reader needs to recompute a published figure.

A row per atom and per published category, each of which has a published score already: the total
is that score times its answers. Squares are given for hr means alone, whose published interval
holds them anyway; for employees only the spread that all intervals rest on is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from warehouse.benchmark.blocks import Block, WaveTotals
from warehouse.benchmark.breakdowns import design_effect
from warehouse.benchmark.scores import Row, keys
from warehouse.category_totals import BREAKDOWN, SECTOR

KINDS: Final = {"own": "organisation", "rest": "size_band_rest", "hr": "size_band"}


def protected_totals(totals: WaveTotals, block: Block) -> Iterator[Row]:
    """Yield the totals behind every figure of a block, in the unit of the item.

    Missing: `headcount` is NULL for hr and for categories, `total_squares` for all but hr means.
    """
    has_squares = block.side == "hr" and not block.is_share
    for atom, kind in enumerate(block.kinds):
        heads = block.headcounts[atom]
        yield keys(block) | {
            "group_kind": KINDS[str(kind)],
            "group_id": str(block.ids[atom]),
            "size_band_id": str(block.bands[atom]),
            "organisation_count": int(block.organisations[atom]),
            "headcount": None if np.isnan(heads) else int(heads),
            "answer_count": int(block.n[atom]),
            "total": float(block.total[atom]),
            "total_squares": float(block.squares[atom]) if has_squares else None,
        }
    yield from category_totals(totals, block)


def category_totals(totals: WaveTotals, block: Block) -> Iterator[Row]:
    """Yield the totals of each published category of a breakdown."""
    step = block.frame.instrument.scale_of(block.item).step
    for row in totals.of(BREAKDOWN, block).iter_rows(named=True):
        band, category = row["size_band_id"], row["atom_id"]
        is_sector = band == SECTOR
        yield keys(block) | {
            "group_kind": f"{'sector' if is_sector else 'size_band'}_{row['atom_kind']}",
            "group_id": category if is_sector else f"{band}|{category}",
            "size_band_id": None if is_sector else band,
            "organisation_count": row["organisation_count"],
            "answer_count": row["answer_count"],
            "total": row["total"] * step,
        }


def parameters(block: Block) -> Iterator[Row]:
    """Yield the constants of the sector that the intervals of a block rest on."""
    low, high = block.scale
    found = {"scale_min": low, "scale_max": high}
    if block.side == "employee":
        found["pooled_variance"] = float(block.pooled.variance)
        found["pooled_df"] = float(block.pooled.df)
        # Given whether or not there is a breakdown: that may follow from answers per age group.
        found["design_effect"] = design_effect(block)
    for name, value in found.items():
        yield keys(block) | {"name": name, "value": value}
