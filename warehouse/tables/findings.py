"""Table of a release with what stands out in it."""

from __future__ import annotations

from typing import Final

from warehouse.tables.columns import (
    GROUP,
    GROUP_KIND,
    ITEM,
    SIDES,
    WAVE,
    Column,
    Table,
    count,
)

FINDING_KINDS: Final = (
    "one_sided",
    "shared_priority",
    "widest_gap",
    "information_gap",
    "band_differs",
    "real_change",
)

TABLES: Final = (
    Table(
        "finding",
        "something that stands out for the sector or a group of size bands",
        ("wave_id", "group_kind", "group_id", "finding_kind", "item_id", "side"),
        (
            WAVE,
            GROUP_KIND,
            GROUP,
            Column("finding_kind", "varchar", "What stands out.", values=FINDING_KINDS),
            ITEM,
            Column(
                "side", "varchar", "Whose; `both`: employees beside hr.", values=(*SIDES, "both")
            ),
            Column("strength", "double", "How many smallest differences that count it is."),
            count("comparisons_looked_at", "Published rows of its kind for this group."),
            Column("text_nl", "varchar", "The finding in Dutch."),
            Column("text_en", "varchar", "The finding in English."),
            Column("evidence", "varchar", "The published row it points at, as JSON."),
        ),
    ),
)
