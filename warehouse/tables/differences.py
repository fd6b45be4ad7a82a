"""Tables of a release that set two sides, or categories of people, beside each other."""

from __future__ import annotations

from typing import Final

from warehouse.tables.columns import (
    AGREEMENTS,
    GROUP,
    GROUP_KIND,
    HIGH,
    ITEM,
    LOW,
    SIDE,
    STATUS,
    VERDICT,
    WAVE,
    Column,
    Table,
    count,
    value,
)

TABLES: Final = (
    Table(
        "order_agreement",
        "a group and a question of which several options may be chosen: whether employees and hr "
        "name the same options most",
        ("wave_id", "choice_group_id", "group_kind", "group_id"),
        (
            WAVE,
            Column("choice_group_id", "varchar", "The question."),
            GROUP_KIND,
            GROUP,
            count("item_count", "Options of which both sides' shares are published."),
            count("asked_count", "Options that both sides were asked."),
            Column("spearman", "double", "Spearman's rank correlation, −1 to 1."),
            Column("kendall", "double", "Kendall's tau-b, −1 to 1."),
            Column("rank_biased_overlap", "double", "Overlap of both tops, p = 0.8.", "share 0-1"),
            Column("q_value", "double", "Benjamini-Hochberg adjusted p of tau-b, over groups."),
            Column(
                "state",
                "varchar",
                "`alike` or `opposite` where demonstrable, `not_demonstrable`, or `no_order` where "
                "a side names all options as often.",
                values=AGREEMENTS,
            ),
            STATUS,
        ),
    ),
    Table(
        "category_difference",
        "a category of a breakdown against its other published categories together, for an item",
        ("wave_id", "side", "group_kind", "group_id", "item_id"),
        (
            WAVE,
            SIDE,
            GROUP_KIND,
            GROUP,
            ITEM,
            count("respondent_count", "Answers of the category, in groups of bands compared."),
            count("others_count", "Answers of the other published categories there."),
            value("difference", "Category minus the others, compared inside groups of bands."),
            LOW,
            HIGH,
            Column("q_value", "double", "Benjamini-Hochberg adjusted p, over items."),
            VERDICT,
            STATUS,
        ),
    ),
)
