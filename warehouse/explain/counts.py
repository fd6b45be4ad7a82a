"""How distributions, who a scheme applies to, and the totals themselves are explained."""

from __future__ import annotations

from collections.abc import Mapping

from warehouse.explain import estimates
from warehouse.explain.figures import chosen
from warehouse.explain.found import Found
from warehouse.explain.lines import figure_line
from warehouse.explain.model import Input, Row
from warehouse.explain.peers import SECTOR
from warehouse.explain.source import ORGANISATION, Source, Totals

GROUP = ("wave_id", "side", "group_kind", "group_id", "item_id")


def counted(row: Row, group: tuple[str, str], n: int, share: float) -> Found:
    """Return a share as a whole number of answers out of all of them."""
    one = Input(
        role="group",
        group_kind=group[0],
        group_id=group[1],
        organisation_count=row.get("organisation_count"),
        answer_count=n,
        weight=float(n),
        weighted_sum=float(round(share * n)),
    )
    return Found("share_of_answers", (one,), form="rate")


def distribution(source: Source, row: Row) -> Found | None:
    """Return what a share of a distribution is computed from.

    Of an organisation: how many gave this answer. Of others the number of answers is not
    published (a distribution takes more people than a mean), so that it is what the other
    answers leave.
    """
    key = {name: row[name] for name in GROUP}
    group = (row["group_kind"], row["group_id"])
    scores = source.published("score", **key)
    if group[0] == ORGANISATION and scores:
        return counted(scores[0], group, scores[0]["respondent_count"], row["share"])
    others = [one for one in source.published("distribution", **key)
              if one["answer"] != row["answer"]]  # fmt: skip
    inputs = [figure_line("all_answers", group, 1.0, 1.0)]
    inputs += [figure_line("other_answers", group, -1.0, one["share"]) for one in others]
    return Found("share_left", tuple(inputs), form="sum")


def scheme_answer(_: Source, row: Row) -> Found:
    """Return what the share that said yes or no is computed from."""
    return counted(row, SECTOR, row["respondent_count"], row["answered_share"])


def scheme_more(_: Source, row: Row) -> Mapping[str, float]:
    """Return the other two shares of a scheme, as whole numbers of answers."""
    n = row["respondent_count"]
    names = ("not_offered_share", "not_eligible_share")
    return {name: round(row[name] * n) / n for name in names}


def protected_total(source: Source, row: Row) -> Found | None:
    """Return a total as a published score times its answers."""
    scores = source.published("score", **{name: row[name] for name in GROUP})
    if not scores:
        return None
    group = (row["group_kind"], row["group_id"])
    answers, value = row["answer_count"], scores[0]["value"]
    one = figure_line("group", group, answers, value, organisation_count=row["organisation_count"])
    return Found("protected_total", (one,), form="sum")


def parameter(source: Source, row: Row) -> Found | None:
    """Return a constant of the sector, those that follow from other rows."""
    totals = source.totals(row["wave_id"], row["side"], row["item_id"])
    if totals is None:
        return None
    if row["name"] in ("scale_min", "scale_max"):
        [item] = source.rows("item", item_id=row["item_id"])
        return Found("scale", value=float(item[row["name"]]))
    if row["name"] != "design_effect" or source.is_limited:
        return Found("constant")
    return Found("design_effect", value=design_effect(source, totals, row))


def design_effect(source: Source, totals: Totals, row: Row) -> float:
    """Return by how much clustering and weights widen the sector's variance, at least 1."""
    rows = totals.atoms(*SECTOR)
    key = {name: row[name] for name in ("wave_id", "side", "item_id")}
    simple = totals.pooled.variance / float(totals.column(rows, "answer_count").sum())
    if not source.published("score", group_kind="sector", **key) or not simple > 0:
        return 1.0
    if len(rows) == 1:
        return max(1.0, estimates.single(totals, rows[0]).se ** 2 / simple)
    return max(1.0, estimates.design(totals, rows).se ** 2 / simple)


def sensitivity(source: Source, row: Row) -> Found:
    """Return the words alone: what flagged answers add up to is not published by itself."""
    totals = source.totals(row["wave_id"], row["side"], row["item_id"])
    flagged = {"answer_count": row["answer_count"], "flagged_count": row["flagged_count"]}
    scale = {} if totals is None else chosen(totals)
    return Found("sensitivity", parameters={k: float(v) for k, v in (flagged | scale).items()})


def described(_: Source, __: Row) -> Found:
    """Return the words alone, of what stands in the questionnaire."""
    return Found("scale")


def finding(_: Source, row: Row) -> Found:
    """Return the words alone: the smallest difference that counts is a setting."""
    looked_at = {"comparisons_looked_at": float(row["comparisons_looked_at"])}
    return Found("finding", parameters=looked_at)
