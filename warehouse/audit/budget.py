"""More figures on organisations than a coalition of directors leaves unknown means (T5, T6, T8).

Every figure that several organisations stand behind is an equation on their means, whatever its
shape. The audit counts them row by row; where they are as many as the means that three directors do
not know, these may be solved for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from warehouse.audit.blocks import Block, as_float
from warehouse.audit.reading import Bools
from warehouse.audit.report import Trail

# The sector's organisations are in a matched change with the wave before, and with the one after.
MATCHED = 2
QUARTILES = ("lower_quartile", "median", "upper_quartile")
Equations = dict[tuple[str, bytes, float], Bools]


def attack_budget(
    block: Block, benchmarks: pl.DataFrame, gradients: pl.DataFrame | None, trail: Trail
) -> None:
    """Find groups with quartiles or a slope that leave too few organisations free."""
    own = np.asarray(block.own)
    if not own.any():
        return
    shown = list(benchmarks.filter(pl.col("status") == "published").iter_rows(named=True))
    told = equations(block, shown)
    curved = {"": own} if has_line(gradients) else {}
    for row in shown:
        if row["median"] is not None:
            curved[str(row["group_id"])] = own & block.in_bands(bands_of(block, row))
    lines = {("line", str(part).encode(), 0.0): own for part in range(3)} if "" in curved else {}
    for name, members in curved.items():
        trail.count("figures counted")
        inside = [one for one in (told | lines).values() if not (one & ~members).any()]
        matched = MATCHED if (members == own).all() else 0
        check_count(block, name or "the slope", members, len(inside) + matched, trail)


def check_count(block: Block, name: str, members: Bools, count: int, trail: Trail) -> None:
    """Find a group with more figures than may be made of its organisations."""
    policy = block.sector.policy
    left = int(members.sum()) - (policy.coalition_size + 1) - count
    if left < policy.free_organisations_min:
        said = f"{name}: {count} figures on {int(members.sum())} organisations leave {left} free"
        trail.find(block.place, "coalition", said)


def bands_of(block: Block, row: Mapping[str, object]) -> tuple[str, ...]:
    """Return the bands of a benchmark's group."""
    return block.sector.bands_in(str(row["group_id"]))


def has_line(gradients: pl.DataFrame | None) -> bool:
    """Return whether a slope is published."""
    return gradients is not None and bool((gradients["status"] == "published").any())


def equations(block: Block, shown: list[dict[str, object]]) -> Equations:
    """Return the organisations of each figure; the same figure of the same ones once."""
    found: Equations = {}
    for label, members, value in figures(block, shown):
        if members.any():
            found[label, members.tobytes(), round(value, 9)] = members
    return found


def figures(block: Block, shown: list[dict[str, object]]) -> Iterator[tuple[str, Bools, float]]:
    """Yield kind, organisations and value of every figure that organisations stand behind.

    The mean of organisations of the sector follows from those of groups that fill it.
    """
    filled = np.zeros(len(block.own), dtype=bool)
    for row in sorted(shown, key=lambda row: row["group_kind"] == "sector"):
        members = np.asarray(block.own & block.in_bands(bands_of(block, row)))
        if row["group_kind"] != "sector" or (members & ~filled).any():
            yield "each once", members, as_float(row["mean_of_organisations"])
        filled |= members
        for name in QUARTILES:
            if row[name] is not None:
                yield name, members, as_float(row[name])
    for group in block.unions:
        members = np.asarray(group.members & block.own)
        yield "respondents", members, 0.0
        yield "their error", members, 0.0
