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
    WAVE,
    Column,
    Table,
    value,
)

TABLES: Final = (
    Table(
        "trend",
        "a group's change of an item between two consecutive waves",
        ("wave_from", "wave_to", "side", "group_kind", "group_id", "item_id"),
        (
            Column("wave_from", "varchar", "The earlier wave."),
            Column("wave_to", "varchar", "The later wave."),
            SIDE,
            GROUP_KIND,
            GROUP,
            ITEM,
            value("change", "Later minus earlier."),
            LOW,
            HIGH,
            value("matched_change", "Change among organisations in both waves."),
            VERDICT,
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
