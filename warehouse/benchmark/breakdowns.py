"""Scores per category of a breakdown, and what the grade would be without flagged answers."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np

from warehouse.benchmark.blocks import Block, WaveTotals
from warehouse.benchmark.scores import Row, keys, sector_estimate
from warehouse.category_totals import BREAKDOWN, FLAGGED, SECTOR
from warehouse.stats.compare import normal_difference
from warehouse.stats.interval import wilson_interval
from warehouse.stats.quality import difference_without_flagged


def design_effect(block: Block) -> float:
    """Return by how much clustering and weighting widen the sector's variance, at least 1.

    A category is spread thinner over organisations than everybody together, so the sector's design
    effect errs on the wide side (methods.md#breakdowns).
    """
    sector = sector_estimate(block)
    simple = block.pooled.variance / block.n.sum()
    if sector is None or not simple > 0:
        return 1.0
    return max(1.0, sector.se**2 / float(simple))


def interval_of(block: Block, mean: float, n: int, deff: float) -> tuple[float, float]:
    """Return the 95 % interval of a category's mean or share."""
    if block.is_share:
        bounds = wilson_interval(np.array([mean]), np.array([n / deff]))
        return float(bounds[0][0]), float(bounds[1][0])
    se = sqrt(block.pooled.variance * deff / n)
    low, high, _ = normal_difference(np.array([mean]), np.array([se]))
    return max(block.scale[0], float(low[0])), min(block.scale[1], float(high[0]))


def breakdown_scores(totals: WaveTotals, block: Block) -> Iterator[Row]:
    """Yield the score of each published category, of the sector and of groups of bands."""
    rows = totals.of(BREAKDOWN, block)
    deff = design_effect(block) if rows.height else 1.0
    step = block.frame.instrument.scale_of(block.item).step
    for row in rows.iter_rows(named=True):
        is_sector = row["size_band_id"] == SECTOR
        n, mean = row["answer_count"], row["total"] * step / row["answer_count"]
        low, high = interval_of(block, mean, n, deff)
        yield keys(block) | {
            "group_kind": f"{'sector' if is_sector else 'size_band'}_{row['atom_kind']}",
            "group_id": row["atom_id"] if is_sector else f"{row['size_band_id']}|{row['atom_id']}",
            "respondent_count": n,
            "organisation_count": row["organisation_count"],
            "value": mean,
            "ci_low": low,
            "ci_high": high,
            "status": "published",
        }


def sensitivity_rows(totals: WaveTotals, block: Block) -> Iterator[Row]:
    """Yield the row of `sensitivity` of a grade of the employees."""
    if block.item.kind != "grade":
        return
    flagged = totals.of(FLAGGED, block)
    n, total = float(block.n.sum()), float(block.total.sum())
    if flagged.is_empty():
        yield keys(block) | {"status": "withheld_small"}
        return
    step = block.frame.instrument.scale_of(block.item).step
    count, amount = int(flagged["answer_count"][0]), float(flagged["total"][0]) * step
    difference = float(difference_without_flagged([n], [total], [count], [amount])[0])
    yield keys(block) | {
        "answer_count": int(n),
        "flagged_count": count,
        "difference": difference,
        "is_large": abs(difference) > block.frame.settings.quality.sensitivity_max,
        "status": "published",
    }
