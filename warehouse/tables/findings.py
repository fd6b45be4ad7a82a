"""Tables of a release with what stands out in it, and to whom a scheme applies."""

from __future__ import annotations

from typing import Final

from warehouse.tables.columns import (
    GROUP,
    GROUP_KIND,
    ITEM,
    SIDE,
    SIDES,
    STATUS,
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
TABLES: Final = (
    SCHEME_ANSWER,
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
