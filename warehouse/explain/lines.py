"""The lines a figure is computed from, as its viewer may see them, and the value they give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from warehouse.explain.model import OTHERS, Form, Input, Row
from warehouse.explain.source import ORGANISATION, Source, Totals
from warehouse.stats.types import Floats


def line(row: Row, role: str, weight: float, is_design: bool = False) -> Input:
    """Return one atom as a line of its own."""
    return Input(
        role=role,
        group_kind=row["group_kind"],
        group_id=row["group_id"],
        organisation_count=row["organisation_count"],
        answer_count=row["answer_count"],
        weight=float(weight),
        weighted_sum=float(weight) * row["total"] / row["answer_count"],
        total=row["total"],
        total_squares=row["total_squares"],
        headcount=row["headcount"],
        factor=float(weight) / row["headcount"] if is_design else None,
    )


def together(lines: Sequence[Input], weighted_sum: float) -> Input:
    """Return several lines as their sums, which the published figure gives already."""
    return Input(
        role=lines[0].role,
        group_kind=OTHERS,
        group_id="",
        organisation_count=sum(one.organisation_count or 0 for one in lines),
        answer_count=sum(one.answer_count or 0 for one in lines),
        weight=float(np.sum([one.weight for one in lines])),
        weighted_sum=weighted_sum,
    )


def seen(source: Source, rows: Sequence[Row], found: Sequence[Input]) -> tuple[Input, ...]:
    """Return lines with those of other organisations, and of rest groups, taken together."""
    pairs = list(zip(rows, found, strict=True))
    visible = [one for row, one in pairs if source.is_visible(row)]
    hidden = [one for row, one in pairs if not source.is_visible(row)]
    if not hidden:
        return tuple(visible)
    weight = float(np.sum([one.weight for one in found]))
    mean = float(np.sum([one.weighted_sum for one in found])) / weight
    if any(row["group_kind"] == ORGANISATION for row in rows if not source.is_visible(row)):
        mean = source.rounded(mean, rows[0]["item_id"])
    left = weight * mean - sum(one.weighted_sum for one in visible)
    return *visible, together(hidden, left)


def plain_lines(source: Source, rows: Sequence[Row], role: str) -> tuple[Input, ...]:
    """Return the lines of a plain mean: every answer (hr: organisation) counts once."""
    return seen(source, rows, [line(row, role, row["answer_count"]) for row in rows])


def organisation_rows(totals: Totals, group: tuple[str, str]) -> list[Row]:
    """Return the organisations of a group that have a result of their own."""
    return [row for row in totals.atoms(*group) if row["group_kind"] == ORGANISATION]


def equal_lines(source: Source, rows: Sequence[Row], role: str) -> tuple[Input, ...]:
    """Return the lines of a mean in which each organisation counts once."""
    return seen(source, rows, [line(row, role, 1.0) for row in rows])


def design_lines(
    source: Source, totals: Totals, rows: Sequence[Row], role: str
) -> tuple[Input, ...]:
    """Return the lines of a design-based mean; one atom alone is a plain mean."""
    if len(rows) == 1:
        return plain_lines(source, rows, role)
    weights: Floats = totals.weights(rows)
    found = [line(row, role, weight, True) for row, weight in zip(rows, weights, strict=True)]
    return seen(source, rows, found)


def figure_line(
    role: str, group: tuple[str, str], weight: float, value: float, **more: Any
) -> Input:
    """Return a published figure, or one made of some, as a line with its weight."""
    return Input(
        role=role,
        group_kind=group[0],
        group_id=group[1],
        organisation_count=more.pop("organisation_count", None),
        answer_count=None,
        weight=float(weight),
        weighted_sum=float(weight) * float(value),
        total=float(value),
        **more,
    )


def mean_of(inputs: Sequence[Input], role: str) -> float:
    """Return the weighted mean of the lines of one role."""
    chosen = [one for one in inputs if one.role == role]
    return sum(one.weighted_sum for one in chosen) / sum(one.weight for one in chosen)


def value_of(form: Form, inputs: Sequence[Input], k: float = np.nan) -> float:
    """Return the value that lines give by a formula's form."""
    if form == "sum":
        return sum(one.weighted_sum for one in inputs)
    roles = list(dict.fromkeys(one.role for one in inputs))
    first = mean_of(inputs, roles[0])
    if form == "one":
        return first
    if form == "rate":
        return min(1.0, first)
    difference = first - mean_of(inputs, roles[1])
    return difference if form == "minus" else k / (k - 1) * difference


def is_whole(inputs: Sequence[Input]) -> bool:
    """Return whether every line is there by itself, so that the spread can be computed."""
    return all(one.group_kind != OTHERS for one in inputs)
