"""How differences between categories of people, and the agreement of two orders, are explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from warehouse.band_groups import bands_of
from warehouse.explain.figures import chosen
from warehouse.explain.found import Found
from warehouse.explain.model import Input, Row
from warehouse.explain.source import ORGANISATION, Source, Totals
from warehouse.stats.agreement import OrderAgreement, order_agreement
from warehouse.stats.breakdown import CategoryDifference, category_difference, stratum_variance

Amount = tuple[float, float]
Strata = dict[str, dict[str, Amount]]


def strata_of(totals: Totals, kind: str) -> Strata:
    """Return answers and sum per category, inside groups of bands, else inside the sector."""
    name = kind.removeprefix("size_band_").removeprefix("sector_")
    found: Strata = {}
    for prefix in ("size_band_", "sector_"):
        for row in totals.rows:
            if row["group_kind"] == prefix + name:
                bands, _, category = row["group_id"].rpartition("|")
                amount = (float(row["answer_count"]), float(row["total"]))
                found.setdefault(bands, {})[category] = amount
        if found:
            break
    return found


def stratum_spread(totals: Totals, strata: Strata) -> float:
    """Return the variance of answers inside the groups that categories are compared in."""
    rows = [r for r in totals.rows if r["group_kind"] in (ORGANISATION, "size_band_rest")]
    place = dict.fromkeys(totals.order, 0)
    for number, name in enumerate(strata):
        place |= dict.fromkeys(bands_of(name, totals.order) if name else totals.order, number)
    labels = [place[row["size_band_id"]] for row in rows]
    n, total = totals.column(rows, "answer_count"), totals.column(rows, "total")
    return stratum_variance(n, total, labels, totals.pooled.variance)


def sides_of(strata: Strata, group: str) -> list[tuple[str, Amount, Amount]]:
    """Return each stratum with answers of a category and of the others together."""
    band, _, category = group.rpartition("|")
    found = []
    for name, parts in strata.items():
        if band in ("", name) and category in parts:
            rest = [amount for other, amount in parts.items() if other != category]
            others = (sum(n for n, _ in rest), sum(total for _, total in rest))
            if parts[category][0] and others[0]:
                found.append((name, parts[category], others))
    return found


def compared(totals: Totals, row: Row) -> tuple[list[tuple[str, Amount, Amount]], float]:
    """Return what is set beside each other, and the variance of answers there."""
    strata = strata_of(totals, row["group_kind"])
    return sides_of(strata, row["group_id"]), stratum_spread(totals, strata)


def difference_of(totals: Totals, row: Row) -> CategoryDifference:
    """Return a category against the others, with its test."""
    sides, variance = compared(totals, row)
    ours, others = (np.array([side[place] for side in sides]).T for place in (1, 2))
    return category_difference(
        ours[1] / ours[0], ours[0], others[1] / others[0], others[0],
        variance=variance, df=totals.pooled.df,
    )  # fmt: skip


def category(source: Source, row: Row) -> Found | None:
    """Return what the difference of a category from the others is computed from."""
    totals = source.totals(row["wave_id"], row["side"], row["item_id"])
    if totals is None:
        return None
    found, (sides, _) = difference_of(totals, row), compared(totals, row)
    lines = [
        side_line(row["group_kind"].startswith("size_band"), role, (name, row["group_id"]), amount,
                  harmonic(ours[0], others[0]))
        for role, place in (("category", 1), ("other_categories", 2))
        for name, ours, others in sides
        for amount in ((ours, others)[place - 1],)
    ]  # fmt: skip
    interval = (float(found.low), float(found.high))
    parameters = chosen(totals, "pooled_variance", "pooled_df")
    return Found("category_difference", tuple(lines), interval, parameters, "minus")


def harmonic(n: float, others: float) -> float:
    """Return the weight of a stratum: n·m/(n + m)."""
    return n * others / (n + others)


def side_line(
    is_band: bool, role: str, names: tuple[str, str], amount: Amount, weight: float
) -> Input:
    """Return the answers of a category, or of all others, in one group of bands."""
    band, group = names
    n, total = amount
    return Input(
        role=role,
        group_kind="size_band" if is_band or band else "sector",
        group_id=band or group,
        organisation_count=None,
        answer_count=int(n),
        weight=weight,
        weighted_sum=weight * total / n,
        total=total,
    )


def options_of(source: Source, wave_id: str, question: str) -> list[str]:
    """Return the options of a question that both sides were asked."""
    [wave] = source.rows("wave", wave_id=wave_id)
    rows = source.rows(
        "instrument_item", instrument_id=wave["instrument_id"], choice_group_id=question
    )
    mine = [row for row in rows if row["is_asked_employee"] and row["is_asked_hr"]]
    return [row["item_id"] for row in sorted(mine, key=lambda row: row["position"])]


def orders(source: Source, rows: Sequence[Row]) -> OrderAgreement:
    """Return the agreement of both sides' orders, per row of `order_agreement`, of one question."""
    options = options_of(source, rows[0]["wave_id"], rows[0]["choice_group_id"])
    shares = np.full((2, len(rows), len(options)), np.nan)
    for place, row in enumerate(rows):
        key = {name: row[name] for name in ("wave_id", "group_kind", "group_id")}
        for gap in source.published("gap", **key):
            if gap["item_id"] in options:
                at = options.index(gap["item_id"])
                shares[:, place, at] = gap["employee_value"], gap["hr_value"]
    return order_agreement(shares[0], shares[1])


def agreement(source: Source, row: Row) -> Found:
    """Return Kendall's τ_b of a group's orders; for staff, who have the shares unrounded."""
    if source.is_limited:
        return Found("order_agreement")
    options = {"options": float(row["item_count"])}
    return Found("order_agreement", parameters=options,
                 value=float(orders(source, [row]).kendall[0]))  # fmt: skip


def agreement_more(source: Source, row: Row) -> Mapping[str, float]:
    """Return the other measures of two orders."""
    found = orders(source, [row])
    return {"spearman": float(found.spearman[0]), "rank_biased_overlap": float(found.rbo[0])}
