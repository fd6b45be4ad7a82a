"""Tables of a release with figures that join waves."""

from __future__ import annotations

from typing import Final

from warehouse.tables.columns import (
    GROUP,
    GROUP_KIND,
    HIGH,
    ITEM,
    LOW,
    SIDE,
    STATUS,
    VERDICT,
    VERDICTS,
    WAVE,
    Column,
    Table,
    count,
    value,
)

CHANGE_PARTS: Final = ("total", "matched", "composition", "within", "mix")
WAVE_FROM = Column("wave_from", "varchar", "The earlier wave.")
WAVE_TO = Column("wave_to", "varchar", "The later wave.")
Q_VALUE = Column("q_value", "double", "Benjamini-Hochberg adjusted p.")


def per_year(name: str, meaning: str) -> Column:
    """Return a column in the unit of the item per year."""
    return Column(name, "double", meaning, "unit of the item per year")


TABLES: Final = (
    Table(
        "trend",
        "a group's change of an item between two consecutive waves",
        ("wave_from", "wave_to", "side", "group_kind", "group_id", "item_id"),
        (
            WAVE_FROM,
            WAVE_TO,
            SIDE,
            GROUP_KIND,
            GROUP,
            ITEM,
            value("change", "Later minus earlier."),
            LOW,
            HIGH,
            value(
                "matched_change",
                "Change of the mean of the organisations of both waves, as `matched` in "
                "`change_part`; employees of the sector only.",
            ),
            VERDICT,
            STATUS,
        ),
    ),
    Table(
        "change_part",
        "a part of the change of the mean of organisations between two consecutive waves",
        ("wave_from", "wave_to", "side", "group_kind", "group_id", "item_id", "part"),
        (
            WAVE_FROM,
            WAVE_TO,
            SIDE,
            GROUP_KIND,
            GROUP,
            ITEM,
            Column(
                "part",
                "varchar",
                "`total` = `matched` (organisations of both waves) + `composition` (those who left "
                "or joined); `total` = `within` (at an unchanged mix of sizes) + `mix`.",
                values=CHANGE_PARTS,
            ),
            value("change", "Later minus earlier, or the part of it."),
            LOW,
            HIGH,
            Q_VALUE,
            VERDICT,
            count("earlier_count", "Organisations of the earlier wave it is about."),
            count("later_count", "Organisations of the later wave it is about."),
            STATUS,
        ),
    ),
    Table(
        "trend_line",
        "a group's straight line of an item over three or more comparable waves",
        ("wave_from", "wave_to", "side", "group_kind", "group_id", "item_id"),
        (
            Column("wave_from", "varchar", "The first wave of the line."),
            Column("wave_to", "varchar", "The last wave of the line."),
            SIDE,
            GROUP_KIND,
            GROUP,
            ITEM,
            count("wave_count", "Waves the line goes through; NULL if hidden."),
            per_year("slope_per_year", "Weighted least squares slope; time is mid-fieldwork."),
            per_year("ci_low", "Lower bound of its 95 % interval."),
            per_year("ci_high", "Upper bound of its 95 % interval."),
            Column("p_value", "double", "Two-sided p of the slope."),
            Q_VALUE,
            Column(
                "verdict",
                "varchar",
                "What the change over the span of the line may be called: `higher` and `lower` are "
                "a trend, `comparable` and `not_demonstrable` are none.",
                values=VERDICTS,
            ),
            Column("misfit", "double", "Cochran's Q of the waves around the line."),
            Column("misfit_p", "double", "Its p: small where a straight line does not fit."),
            per_year("theil_sen_slope", "Median of the slopes between all pairs; five waves."),
            per_year("theil_sen_low", "Lower bound of its 95 % interval."),
            per_year("theil_sen_high", "Upper bound of its 95 % interval."),
            STATUS,
        ),
    ),
    Table(
        "predecessor",
        "an item of the organisations that merged into one, at a wave before the merger",
        ("wave_id", "side", "organisation_id", "item_id"),
        (
            WAVE,
            SIDE,
            Column("organisation_id", "varchar", "The organisation they became."),
            ITEM,
            Column("predecessor_ids", "varchar", "The organisations they were, joined by +."),
            value("value", "Headcount-weighted mean, if every one had an own result."),
            LOW,
            HIGH,
            STATUS,
        ),
    ),
)
