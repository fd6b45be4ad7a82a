"""Table order_agreement worked out again from published gaps, pair by pair and top by top.

It is a function of shares that are published, so it adds no equation; an organisation's order is
not to be there at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from scipy import stats

from warehouse.audit.derived import World, shown
from warehouse.audit.families import adjusted, compare_row
from warehouse.audit.report import Place, Trail

PERSISTENCE = 0.8
NAN = float("nan")
Shares = list[tuple[float, float]]
Rows = list[dict[str, object]]


def check_orders(world: World, alpha: float, trail: Trail) -> None:
    """Check every row, and that none is of an organisation."""
    families: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in shown(world, "order_agreement").iter_rows(named=True):
        if row["group_kind"] not in ("size_band", "sector"):
            said = f"an order of {row['group_kind']} {row['group_id']}"
            trail.find(Place(str(row["wave_id"])), "unknown", said)
            continue
        families[str(row["wave_id"]), str(row["choice_group_id"])].append(row)
    published = pairs_of(world)
    for (wave, question), rows in families.items():
        options = options_of(world, wave, question)
        check_family(rows, options, published, alpha, trail)


def options_of(world: World, wave_id: str, question: str) -> list[str]:
    """Return the options of a question that both sides were asked at a wave."""
    waves, items = world.tables["wave"], world.tables["instrument_item"]
    asked = waves.filter(pl.col("wave_id") == wave_id)["instrument_id"].to_list()
    mine = items.filter(
        pl.col("instrument_id").is_in(asked)
        & (pl.col("choice_group_id") == question)
        & pl.col("is_asked_employee")
        & pl.col("is_asked_hr")
    )
    return [str(item) for item in mine["item_id"]]


def pairs_of(world: World) -> dict[tuple[str, str, str], dict[str, tuple[float, float]]]:
    """Return both sides' published values by item, per wave, kind and group."""
    found: dict[tuple[str, str, str], dict[str, tuple[float, float]]] = defaultdict(dict)
    for row in shown(world, "gap").iter_rows(named=True):
        group = str(row["wave_id"]), str(row["group_kind"]), str(row["group_id"])
        found[group][str(row["item_id"])] = (row["employee_value"], row["hr_value"])
    return found


def check_family(
    rows: Rows,
    options: Sequence[str],
    published: Mapping[tuple[str, str, str], Mapping[str, tuple[float, float]]],
    alpha: float,
    trail: Trail,
) -> None:
    """Check the groups of one wave and question."""
    expected = []
    for row in rows:
        group = str(row["wave_id"]), str(row["group_kind"]), str(row["group_id"])
        held = published.get(group, {})
        pairs = [held[item] for item in options if item in held]
        expected.append(agreement(pairs) | {"asked_count": float(len(options))})
    q = adjusted([one.pop("p") for one in expected])
    for row, one, value in zip(rows, expected, q, strict=True):
        word = state(one["kendall"], value, alpha)
        compare_row(row, {**one, "q_value": value, "state": word}, "the agreement of orders", trail)


def state(tau: float, q: float, alpha: float) -> str:
    """Return what two orders may be called."""
    if np.isnan(tau):
        return "no_order"
    if not q < alpha or tau == 0:
        return "not_demonstrable"
    return "alike" if tau > 0 else "opposite"


def agreement(pairs: Shares) -> dict[str, float]:
    """Return the agreement of two orders by three measures, and the p of the second."""
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    count = {"item_count": float(len(pairs))}
    if len(set(one)) < 2 or len(set(other)) < 2:
        return count | dict.fromkeys(("spearman", "kendall", "p", "rank_biased_overlap"), NAN)
    return count | {
        "spearman": float(np.corrcoef(ranks(one), ranks(other))[0, 1]),
        "kendall": tau_b(pairs),
        "p": float(stats.kendalltau(one, other).pvalue),
        "rank_biased_overlap": overlap(one, other),
    }


def ranks(values: Sequence[float]) -> list[float]:
    """Return ranks from the lowest, ties sharing their mean rank."""
    return [
        sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2
        for value in values
    ]


def tau_b(pairs: Shares) -> float:
    """Return agreeing pairs minus differing ones, over the geometric mean of pairs without ties."""
    signs = [
        (np.sign(a - c), np.sign(b - d))
        for place, (a, b) in enumerate(pairs)
        for c, d in pairs[:place]
    ]
    apart = sum(abs(one) for one, _ in signs) * sum(abs(other) for _, other in signs)
    return float(sum(one * other for one, other in signs) / np.sqrt(apart))


def overlap(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how far the tops of two orders overlap, the first places weighing most."""
    total, shared = 0.0, 0.0
    for depth in range(1, len(one) + 1):
        tops = [top(side, depth) for side in (one, other)]
        shared = 2 * len(tops[0] & tops[1]) / (len(tops[0]) + len(tops[1]))
        total += (1 - PERSISTENCE) * PERSISTENCE ** (depth - 1) * shared
    return total + PERSISTENCE ** len(one) * shared


def top(values: Sequence[float], depth: int) -> set[int]:
    """Return who has fewer than `depth` others above them, ties together."""
    return {
        place
        for place, value in enumerate(values)
        if sum(other > value for other in values) < depth
    }
