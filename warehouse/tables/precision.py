"""Tables of a release that say how far its figures can be trusted."""

from __future__ import annotations

from typing import Final

from warehouse.tables.columns import (
    GROUP,
    GROUP_KIND,
    INDICATIVE_REASONS,
    ITEM,
    SIDE,
    STATUS,
    WAVE,
    Column,
    Table,
    count,
    value,
)

TABLES: Final = (
    Table(
        "indicative_score",
        "a published score that is indicative: to be read with care",
        ("wave_id", "side", "group_kind", "group_id", "item_id"),
        (
            WAVE,
            SIDE,
            GROUP_KIND,
            GROUP,
            ITEM,
            Column(
                "reason",
                "varchar",
                "`wide_interval` (a grade), `low_response` (fewer took part than a figure asks "
                "for) or `both`. A published score without a row here is not indicative.",
                values=INDICATIVE_REASONS,
            ),
        ),
    ),
    Table(
        "representativeness",
        "a wave: how evenly the response is spread over organisations (employees)",
        ("wave_id",),
        (
            WAVE,
            count("organisation_count", "Organisations of which is known how many were invited."),
            Column("mean_propensity", "double", "Response rate over them.", "share 0-1"),
            Column(
                "r_indicator",
                "double",
                "1: every organisation responds alike. Says nothing of who took part inside one.",
                "share 0-1",
            ),
            STATUS,
        ),
    ),
    Table(
        "sector_precision",
        "an item's design-based mean of the sector (employees): what its weights cost, and how far "
        "uneven response could move it",
        ("wave_id", "side", "item_id"),
        (
            WAVE,
            SIDE,
            ITEM,
            count("answer_count", "Answers."),
            Column(
                "effective_count", "double", "Kish: as many answers of equal weight.", "answers"
            ),
            Column(
                "weights_design_effect", "double", "Kish: answers per effective answer, at least 1."
            ),
            value("answer_sd", "Standard deviation of the answers; NULL: of too few groups."),
            value(
                "bias_max",
                "Most that uneven response between organisations moves the mean without weights; "
                "NULL: not known.",
            ),
            STATUS,
        ),
    ),
)
