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
from itertools import compress

import numpy as np

from warehouse.band_groups import bands_of
from warehouse.benchmark.blocks import Block, WaveTotals
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
class Ask:
    """A category to set against the others, in one group (empty: the sector) and its strata."""

    group: str
    category: str
    inside: tuple[bool, ...]


@dataclass(frozen=True)
class Contrast:
    """One category of one group against the others, not yet judged; `narrow` has 90 %."""

    row: Row
    difference: float
    p: float
    bounds: tuple[float, float]
    narrow: tuple[float, float]
    delta: float
    family: tuple[str, ...]


def published_totals(totals: WaveTotals, block: Block) -> Totals:
    """Return the published totals of each group of bands, and of the sector."""
    step = block.frame.instrument.scale_of(block.item).step
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for row in totals.of(BREAKDOWN, block).iter_rows(named=True):
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


def asked_for(strata: Totals) -> list[Ask]:
    """Return every category of the sector, then of each group of bands."""
    groups = {"": tuple(True for _ in strata)}
    groups |= {band: tuple(other == band for other in strata) for band in strata if band != SECTOR}
    return [
        Ask(group, category, inside)
        for group, inside in groups.items()
        for category in sorted(set().union(*compress(strata.values(), inside)))
    ]


def amounts(strata: Totals, ask: Ask) -> list[Floats]:
    """Return n and sum of a category, then of all others, each (strata,); 0 outside its group."""
    ours = np.array([part.get(ask.category, (0.0, 0.0)) for part in strata.values()])
    whole = np.array([np.sum(list(part.values()), axis=0) for part in strata.values()])
    chosen = np.array(ask.inside, dtype=np.float64)
    return [*(ours.T * chosen), *((whole - ours).T * chosen)]


def differences_of(compared: Floats, spread: PooledVariance, level: float) -> CategoryDifference:
    """Return differences; `compared` is (asks, n and sum of category and others, strata)."""
    n, total, others, others_total = compared.transpose(1, 0, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = total / n, others_total / others
    return category_difference(
        means[0], n, means[1], others, variance=spread.variance, df=spread.df, level=level
    )


def contrasts(totals: WaveTotals, block: Block) -> Iterator[Contrast]:
    """Yield every category of the sector, then of each group of bands, of one item."""
    published, within = published_totals(totals, block), released_spread(block)
    if not published or within is None:
        return
    strata = strata_of(published)
    spread = PooledVariance(spread_of(block, strata, within.variance), within.df)
    asks = asked_for(strata)
    compared = np.array([amounts(strata, ask) for ask in asks])
    wide, narrow = (differences_of(compared, spread, level) for level in (0.95, 0.90))
    for place, ask in enumerate(asks):
        if not np.isnan(wide.difference[place]):
            row = row_of(block, ask, compared[place]) | {
                "difference": float(wide.difference[place]),
                "ci_low": float(wide.low[place]),
                "ci_high": float(wide.high[place]),
            }
            yield Contrast(
                row=row,
                difference=float(wide.difference[place]),
                p=float(wide.p[place]),
                bounds=(float(wide.low[place]), float(wide.high[place])),
                narrow=(float(narrow.low[place]), float(narrow.high[place])),
                delta=block.delta,
                family=(str(row["group_kind"]), str(row["group_id"]), family(block.item.kind)),
            )


def row_of(block: Block, ask: Ask, compared: Floats) -> Row:
    """Return the keys of a difference, and how many answers are compared."""
    n, others = compared[0], compared[2]
    both = (n > 0) & (others > 0)
    return keys(block) | {
        "group_kind": f"{'size_band' if ask.group else 'sector'}_{breakdown_name(block)}",
        "group_id": f"{ask.group}|{ask.category}" if ask.group else ask.category,
        "respondent_count": int(n[both].sum()),
        "others_count": int(others[both].sum()),
    }


def breakdown_name(block: Block) -> str:
    """Return the breakdown that results are published by."""
    return breakdowns_of(block.frame.instrument)[0].breakdown_id


def judged(members: Sequence[Contrast], alpha: float) -> Iterator[Row]:
    """Yield the rows of one family with q-value and verdict (S4)."""
    q = benjamini_hochberg([one.p for one in members])
    said = verdict(
        [one.difference for one in members],
        q,
        [one.narrow[0] for one in members],
        [one.narrow[1] for one in members],
        [one.delta for one in members],
        printed=([one.bounds[0] for one in members], [one.bounds[1] for one in members]),
        alpha=alpha,
    )
    for place, one in enumerate(members):
        yield one.row | {
            "q_value": none_if_nan(q[place]),
            "verdict": str(said[place]),
            "status": "published",
        }


def why_hidden(totals: WaveTotals, block: Block) -> str:
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
    totals: WaveTotals, blocks: Sequence[Block], alpha: float
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
