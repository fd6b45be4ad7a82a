"""Tables of a release with what stands out in it, and to whom a scheme applies."""

from __future__ import annotations

from typing import Final

from warehouse.tables.columns import (
    GROUP,
    GROUP_KIND,
    HIGH,
    ITEM,
    LOW,
    SIDE,
    SIDES,
    STATUS,
    VERDICT,
    WAVE,
    Column,
    Table,
    count,
    value,
)

FINDING_KINDS: Final = (
    "one_sided",
    "shared_priority",
    "widest_gap",
    "information_gap",
    "band_differs",
    "size_slope",
    "real_change",
)

SCHEME_ANSWER: Final = Table(
    "scheme_answer",
    "a scheme of the cao as one side of a group sees whom it applies to",
    ("wave_id", "side", "group_kind", "group_id", "scheme_id"),
    (
        WAVE,
        SIDE,
        GROUP_KIND,
        GROUP,
        Column("scheme_id", "varchar", "The scheme."),
        count("respondent_count", "Answers (hr: organisations); NULL if hidden."),
        count("organisation_count", "Organisations behind it; NULL if hidden."),
        Column("answered_share", "double", "Said yes or no.", "share 0-1"),
        Column("not_offered_share", "double", "Said it is not offered.", "share 0-1"),
        Column("not_eligible_share", "double", "Said not to be eligible.", "share 0-1"),
        STATUS,
    ),
)
BAND_DIFFERENCE: Final = Table(
    "band_difference",
    "a group of size bands against another one, for an item",
    ("wave_id", "side", "item_id", "group_id", "other_group_id"),
    (
        WAVE,
        SIDE,
        ITEM,
        Column("group_id", "varchar", "The group with the smaller organisations."),
        Column("other_group_id", "varchar", "The group with the larger organisations."),
        value("value", "Value of the smaller organisations."),
        value("other_value", "Value of the larger organisations."),
        value("difference", "Smaller minus larger."),
        LOW,
        HIGH,
        Column("q_value", "double", "Benjamini-Hochberg adjusted p, over pairs and items."),
        VERDICT,
        STATUS,
    ),
)
TABLES: Final = (
    SCHEME_ANSWER,
    BAND_DIFFERENCE,
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
