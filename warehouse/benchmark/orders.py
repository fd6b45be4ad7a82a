"""Table order_agreement: whether employees and hr name the same options most (S18).

A function of published gaps alone. Of groups, not of organisations: an own order of ten to thirty
answers, in shares of a tenth, is mostly chance, so beside hr's it would say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from warehouse.benchmark.blocks import Frame
from warehouse.benchmark.comparisons import none_if_nan
from warehouse.benchmark.scores import Row
from warehouse.stats.agreement import OrderAgreement, agreement_word, order_agreement
from warehouse.stats.compare import benjamini_hochberg
from warehouse.stats.types import Floats

Group = tuple[str, str]
Shares = Mapping[Group, Mapping[str, tuple[float, float]]]


def options_of(frame: Frame) -> dict[str, list[str]]:
    """Return the options that both sides were asked, by question."""
    found: dict[str, list[str]] = {}
    for item in frame.instrument.numeric_items:
        if item.choice_group is not None and {"employee", "hr"} <= set(item.sides):
            found.setdefault(item.choice_group, []).append(item.item_id)
    return found


def shares_of(gaps: Sequence[Row], options: Sequence[str]) -> Shares:
    """Return both sides' published shares of the options, by group."""
    found: dict[Group, dict[str, tuple[float, float]]] = {}
    for row in gaps:
        if row["item_id"] in options and row["group_kind"] != "organisation":
            group = str(row["group_kind"]), str(row["group_id"])
            pair = float(str(row["employee_value"])), float(str(row["hr_value"]))
            found.setdefault(group, {})[str(row["item_id"])] = pair
    return found


def side_of(shares: Shares, options: Sequence[str], side: int) -> Floats:
    """Return one side's shares, (groups, options); NaN where not published."""
    hidden = (np.nan, np.nan)
    rows = [[one.get(item, hidden)[side] for item in options] for one in shares.values()]
    return np.array(rows, dtype=np.float64)


def order_agreements(frame: Frame, gaps: Sequence[Row], alpha: float) -> Iterator[Row]:
    """Yield the rows of `order_agreement` of a wave, from its rows of `gap`.

    Missing: no row for a group without a published gap; nothing where hr was not asked.
    """
    for question, options in options_of(frame).items():
        shares = shares_of(gaps, options)
        if shares:
            sides = (side_of(shares, options, side) for side in (0, 1))
            found = order_agreement(*sides)
            key: Row = {"wave_id": frame.wave.wave_id, "choice_group_id": question}
            key |= {"asked_count": len(options), "status": "published"}
            yield from (key | row for row in group_rows(list(shares), found, alpha))


def group_rows(groups: Sequence[Group], found: OrderAgreement, alpha: float) -> Iterator[Row]:
    """Yield one row per group, its p adjusted for how many groups there are."""
    q = benjamini_hochberg(found.p)
    words = agreement_word(found.kendall, q, alpha=alpha)
    for place, (kind, group) in enumerate(groups):
        yield {
            "group_kind": kind,
            "group_id": group,
            "item_count": int(found.item_count[place]),
            "spearman": none_if_nan(found.spearman[place]),
            "kendall": none_if_nan(found.kendall[place]),
            "rank_biased_overlap": none_if_nan(found.rbo[place]),
            "q_value": none_if_nan(q[place]),
            "state": str(words[place]),
        }
