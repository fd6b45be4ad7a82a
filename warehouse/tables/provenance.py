"""Tables of a release from which its figures can be computed again."""

from __future__ import annotations

from typing import Final

from warehouse.tables.columns import (
    GROUP,
    GROUP_KIND,
    ITEM,
    SIDE,
    WAVE,
    Column,
    Table,
    count,
    value,
)

TABLES: Final = (
    Table(
        "protected_total",
        "a group whose totals other figures are computed from",
        ("wave_id", "side", "item_id", "group_kind", "group_id"),
        (
            WAVE,
            SIDE,
            ITEM,
            GROUP_KIND,
            GROUP,
            Column(
                "size_band_id",
                "varchar",
                "The band (hr and categories: group of bands) it lies in; NULL: the sector.",
            ),
            count("organisation_count", "Organisations behind it."),
            count("headcount", "Employees of those organisations; NULL: not used."),
            count("answer_count", "Answers to this item (hr: organisations)."),
            value("total", "Sum of the answers."),
            Column(
                "total_squares",
                "double",
                "Sum of the squared values of hr organisations; NULL: not given (employees, "
                "shares).",
                "square of the unit of the item",
            ),
        ),
    ),
    Table(
        "parameter",
        "a constant of the sector that intervals rest on",
        ("wave_id", "side", "item_id", "name"),
        (
            WAVE,
            SIDE,
            ITEM,
            Column(
                "name",
                "varchar",
                "`pooled_variance` and `pooled_df` (S1b), `design_effect` (of breakdowns), "
                "`scale_min`, `scale_max`. Of too few groups the variance is a bound from means.",
            ),
            Column("value", "double", "Its value.", "as its name says"),
        ),
    ),
)
