"""q-values: the p of every row of a family, adjusted together (S4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from scipy import stats

from warehouse.explain.differences import difference_of, orders
from warehouse.explain.figures import gap_sides
from warehouse.explain.model import Row
from warehouse.explain.source import Source
from warehouse.stats.compare import benjamini_hochberg, normal_difference
from warehouse.stats.interval import share_error

Z95: Final = float(stats.norm.ppf(0.975))
# What, beside the kind of question, the rows of one family share.
FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "comparison": ("wave_id", "organisation_id", "against"),
    "gap": ("wave_id", "group_kind", "group_id"),
    "change_part": ("wave_to", "side", "part"),
    "trend_line": ("side", "group_kind", "group_id"),
    "category_difference": ("wave_id", "side", "group_kind", "group_id"),
}
ASPECTS: Final = ("grade", "likert")


def kinds_of(source: Source) -> dict[str, str]:
    """Return the kind of each question as it is corrected with others."""
    rows = source.rows("item")
    return {r["item_id"]: "aspect" if r["kind"] in ASPECTS else r["kind"] for r in rows}


def members_of(source: Source, table: str, row: Row) -> list[Row]:
    """Return the published rows of the family of a row, itself included."""
    kinds = kinds_of(source)
    rows = source.published(table, **{name: row[name] for name in FAMILIES[table]})
    return [one for one in rows if kinds[one["item_id"]] == kinds[row["item_id"]]]


def p_of_interval(_: Source, row: Row) -> float:
    """Return the p of a difference with a normal interval, which gives its standard error."""
    if row["ci_low"] is None:
        return float("nan")
    value = next(row[name] for name in ("difference", "change") if name in row)
    se = (row["ci_high"] - row["ci_low"]) / 2 / Z95
    return float(normal_difference(np.array([value]), np.array([se]))[2][0])


def p_of_gap(source: Source, row: Row) -> float:
    """Return the p of a gap; the interval of a gap in shares is Newcombe's and has no error."""
    if source.unit(row["item_id"]) != "share":
        return p_of_interval(source, row)
    sides = gap_sides(source, row)
    if sides is None:
        return float("nan")
    errors = [
        float(share_error(side.estimate.value, side.estimate.effective_n)) for side in sides[:2]
    ]
    se = float(np.hypot(errors[0], errors[1]))
    return float(normal_difference(np.array([row["difference"]]), np.array([se]))[2][0])


def p_of_category(source: Source, row: Row) -> float:
    """Return the p of a difference between categories."""
    totals = source.totals(row["wave_id"], row["side"], row["item_id"])
    return float("nan") if totals is None else float(difference_of(totals, row).p)


def p_of_line(_: Source, row: Row) -> float:
    """Return the published p of a line."""
    return float(row["p_value"])


P_OF: Final[Mapping[str, Callable[[Source, Row], float]]] = {
    "comparison": p_of_interval,
    "gap": p_of_gap,
    "change_part": p_of_interval,
    "trend_line": p_of_line,
    "category_difference": p_of_category,
}


def adjusted(rows: Sequence[Row], p: Sequence[float], row: Row) -> dict[str, float]:
    """Return the adjusted p of one row of a family."""
    return {"q_value": float(benjamini_hochberg(np.array(p))[rows.index(row)])}


def q_value(source: Source, row: Row, *, table: str) -> dict[str, float]:
    """Return the q-value of a row."""
    if row["q_value"] is None:
        return {}
    rows = members_of(source, table, row)
    return adjusted(rows, [P_OF[table](source, one) for one in rows], row)


def order_q(source: Source, row: Row) -> dict[str, float]:
    """Return the q-value of an agreement of orders, over the groups of its question."""
    if row["q_value"] is None:
        return {}
    key = {name: row[name] for name in ("wave_id", "choice_group_id")}
    rows = source.published("order_agreement", **key)
    return adjusted(rows, orders(source, rows).p.tolist(), row)
