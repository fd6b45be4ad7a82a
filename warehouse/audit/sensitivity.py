"""Attack on what a grade would be without flagged answers: two groups of people, and their means.

A flag follows the answers, not the person, so this is a sum over whole atoms. Still both the
flagged and the others must be enough people, and their means, which follow from the difference and
the published totals, must give no single answer away.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from warehouse.audit.blocks import Block
from warehouse.audit.people import check_homogeneity
from warehouse.audit.report import Trail

ATOMS = ("organisation", "size_band_rest")


def attack_sensitivity(
    block: Block, scores: pl.DataFrame, rows: pl.DataFrame, trail: Trail
) -> None:
    """Try the published row of one wave, side and item."""
    atoms = scores.filter(pl.col("group_kind").is_in(ATOMS) & (pl.col("status") == "published"))
    people = int(atoms["respondent_count"].sum())
    total = float((atoms["respondent_count"] * atoms["value"]).sum())
    for row in rows.filter(pl.col("status") == "published").iter_rows(named=True):
        trail.count("groups of flagged answers")
        flagged, others = row["flagged_count"], row["answer_count"] - row["flagged_count"]
        if row["answer_count"] != people:
            said = f"sensitivity: {row['answer_count']} answers, the groups have {people}"
            trail.find(block.place, "unexplained", said)
            continue
        without = (total / people + row["difference"]) * others
        parts = {"flagged": (flagged, total - without), "not flagged": (others, without)}
        for name, (count, amount) in parts.items():
            if count < block.floor:
                trail.find(block.place, "small", f"sensitivity, {name}: {count} answers")
                continue
            value = np.array([amount / count])
            check_homogeneity(block, f"sensitivity, {name}", np.array([count]), value, trail)
