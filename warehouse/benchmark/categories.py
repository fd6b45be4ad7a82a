"""Table category_difference: a category of people, such as an age group, against the others.

Each category stands against all other published ones together, not against its neighbour: a
category need not have an order (a kind of contract has none), and "younger employees are less
content" is about everybody else. With two categories the second row mirrors the first.

Everything here follows from published figures: the totals of categories, the totals of atoms and
the pooled variance (tables protected_total and parameter). It adds no equation on anybody. How the
ages are spread over organisations is private and therefore no part of the standard error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from warehouse.band_groups import bands_of
from warehouse.benchmark.blocks import Block
from warehouse.benchmark.breakdowns import totals_of
from warehouse.benchmark.comparisons import family, none_if_nan
from warehouse.benchmark.precision import released_spread
from warehouse.benchmark.scores import Row, keys
from warehouse.category_totals import BREAKDOWN, SECTOR
from warehouse.cells import MISSING, breakdowns_of
from warehouse.stats.breakdown import CategoryDifference, category_difference, stratum_variance
from warehouse.stats.compare import benjamini_hochberg, verdict
from warehouse.stats.interval import PooledVariance
from warehouse.stats.types import Floats

# n and sum per category, per group of bands.
Totals = Mapping[str, Mapping[str, tuple[float, float]]]


@dataclass(frozen=True)
class Contrast:
    """One category of one group against the others: 95 % and 90 % intervals, not yet judged."""

    row: Row
    wide: CategoryDifference
    narrow: CategoryDifference
    delta: float
    family: tuple[str, ...]


def published_totals(totals: pl.DataFrame, block: Block) -> Totals:
    """Return the published totals of each group of bands, and of the sector."""
    step = block.frame.instrument.scale_of(block.item).step
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for row in totals_of(totals, block, BREAKDOWN).iter_rows(named=True):
        amounts = float(row["answer_count"]), float(row["total"]) * step
        found.setdefault(row["size_band_id"], {})[row["atom_id"]] = amounts
    return found


def strata_of(totals: Totals) -> Totals:
    """Return the groups that categories are compared inside: groups of bands, else the sector."""
    return {name: part for name, part in totals.items() if name != SECTOR} or totals


def spread_of(block: Block, strata: Totals, within: float) -> float:
    """Return the variance of answers inside the groups that are compared."""
    order = block.frame.bands
    place = dict.fromkeys(order, 0)
    for number, name in enumerate(strata):
        place |= dict.fromkeys(order if name == SECTOR else bands_of(name, order), number)
    labels = [place[str(band)] for band in block.bands]
    return stratum_variance(block.n, block.total, labels, within)


def amounts(parts: Sequence[Mapping[str, tuple[float, float]]], category: str) -> list[Floats]:
    """Return n and sum of a category, then of all others, each (strata,)."""
    ours = np.array([part.get(category, (0.0, 0.0)) for part in parts])
    whole = np.array([np.sum(list(part.values()), axis=0) for part in parts])
    return [ours[:, 0], ours[:, 1], *(whole - ours).T]


def contrast(
    parts: Sequence[Mapping[str, tuple[float, float]]], category: str, spread: PooledVariance
) -> tuple[Row, CategoryDifference, CategoryDifference]:
    """Return how many answers are compared, and the difference with both intervals."""
    n, total, others, others_total = amounts(parts, category)
    both = (n > 0) & (others > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = total / n, others_total / others
    wide, narrow = (
        category_difference(
            means[0], n, means[1], others, variance=spread.variance, df=spread.df, level=level
        )
        for level in (0.95, 0.90)
    )
    counts: Row = {"respondent_count": int(n[both].sum()), "others_count": int(others[both].sum())}
    return counts, wide, narrow


def contrasts(totals: pl.DataFrame, block: Block) -> Iterator[Contrast]:
    """Yield every category of the sector, then of each group of bands, of one item."""
    published, name = published_totals(totals, block), breakdown_name(block)
    within = released_spread(block)
    if not published or name is None or within is None:
        return
    strata = strata_of(published)
    spread = PooledVariance(spread_of(block, strata, within.variance), within.df)
    groups = {"": list(strata.values())}
    groups |= {f"{band}|": [part] for band, part in strata.items() if band != SECTOR}
    for prefix, parts in groups.items():
        kind = f"{'size_band' if prefix else 'sector'}_{name}"
        for category in sorted({one for part in parts for one in part}):
            counts, wide, narrow = contrast(parts, category, spread)
            if np.isnan(wide.difference):
                continue
            row = keys(block) | {"group_kind": kind, "group_id": prefix + category} | counts
            key = (kind, prefix + category, family(block.item.kind))
            yield Contrast(row, wide, narrow, block.delta, key)


def breakdown_name(block: Block) -> str | None:
    """Return the breakdown that results are published by, None without one."""
    found = breakdowns_of(block.frame.instrument)
    return found[0].breakdown_id if found else None


def judged(members: Sequence[Contrast], alpha: float) -> Iterator[Row]:
    """Yield the rows of one family with q-value and verdict (S4)."""
    q = benjamini_hochberg([float(one.wide.p) for one in members])
    said = verdict(
        [float(one.wide.difference) for one in members],
        q,
        [float(one.narrow.low) for one in members],
        [float(one.narrow.high) for one in members],
        [one.delta for one in members],
        alpha=alpha,
    )
    for place, one in enumerate(members):
        yield one.row | {
            "difference": float(one.wide.difference),
            "ci_low": float(one.wide.low),
            "ci_high": float(one.wide.high),
            "q_value": none_if_nan(q[place]),
            "verdict": str(said[place]),
            "status": "published",
        }


def why_hidden(totals: pl.DataFrame, block: Block) -> str:
    """Return why a category of the sector has no difference; published figures say as much."""
    if not published_totals(totals, block):
        return "withheld_small"
    # Nobody of the category, or of all others, answered where the spread may be given.
    return "too_few_organisations" if released_spread(block) is None else "no_data"


def hidden_rows(block: Block, shown: set[tuple[object, ...]], status: str) -> Iterator[Row]:
    """Yield a row per category of the sector that has no difference, with the reason."""
    for one in breakdowns_of(block.frame.instrument)[:1]:
        for category in one.categories:
            key = (block.item.item_id, f"sector_{one.breakdown_id}", category)
            if category != MISSING and key not in shown:
                names = {"group_kind": key[1], "group_id": category, "status": status}
                yield keys(block) | names


def category_differences(
    totals: pl.DataFrame, blocks: Sequence[Block], alpha: float
) -> Iterator[Row]:
    """Yield the rows of `category_difference` of a wave's employee blocks.

    Missing: an item whose breakdown is not published has a row per category of the sector that
    says so; a questionnaire without a breakdown has none.
    """
    families: dict[tuple[str, ...], list[Contrast]] = {}
    for block in blocks:
        for one in contrasts(totals, block):
            families.setdefault(one.family, []).append(one)
    rows = [row for members in families.values() for row in judged(members, alpha)]
    yield from rows
    shown: set[tuple[object, ...]] = {
        (row["item_id"], row["group_kind"], row["group_id"]) for row in rows
    }
    for block in blocks:
        yield from hidden_rows(block, shown, why_hidden(totals, block))
