"""Tables of a release about its waves: who could take part, who did, and what changed."""

from __future__ import annotations

from typing import Final

from warehouse.tables.columns import (
    GROUP,
    GROUP_KIND,
    INSTRUMENT,
    ITEM,
    NAME_EN,
    NAME_NL,
    ORGANISATION,
    POSITION,
    SIDE,
    STATUS,
    WAVE,
    Column,
    Table,
    count,
)

TABLES: Final = (
    Table(
        "release",
        "the release",
        ("release_id",),
        (
            Column("release_id", "varchar", "Hash of the sorted contents."),
            Column("created_at", "varchar", "When it was built, ISO 8601 UTC."),
            Column("method_version", "varchar", "Version of the method page."),
            Column("code_version", "varchar", "Version of the product."),
            Column("is_synthetic", "boolean", "True for the demonstration sector."),
        ),
        in_hash=False,
    ),
    Table(
        "wave",
        "a released wave",
        ("wave_id",),
        (
            WAVE,
            POSITION,
            INSTRUMENT,
            Column("comparability_class", "varchar", "Waves of one class may be compared."),
            NAME_NL,
            NAME_EN,
            Column("fieldwork_start", "varchar", "First day, ISO 8601."),
            Column("fieldwork_end", "varchar", "Last day, ISO 8601."),
            Column("has_hr", "boolean", "True when hr representatives took part."),
            count("respondent_count", "Employees who took part."),
            count("organisation_count", "Organisations whose employees took part."),
        ),
    ),
    Table(
        "organisation",
        "an organisation at a wave",
        ("wave_id", "organisation_id"),
        (
            WAVE,
            ORGANISATION,
            Column("name", "varchar", "Name at that wave."),
            Column("size_band_id", "varchar", "Size band at that wave; NULL: unknown headcount."),
            count("headcount", "Employees at that wave; NULL: unknown."),
        ),
    ),
    Table(
        "size_band",
        "a size band",
        ("size_band_id",),
        (
            Column("size_band_id", "varchar", "The band."),
            POSITION,
            count("headcount_min", "Smallest headcount."),
            count("headcount_max", "Largest headcount; NULL: open."),
            NAME_NL,
            NAME_EN,
        ),
    ),
    Table(
        "band_group",
        "a size band in one wave, side, item and purpose",
        ("wave_id", "side", "item_id", "purpose", "size_band_id"),
        (
            WAVE,
            SIDE,
            ITEM,
            Column(
                "purpose",
                "varchar",
                "`respondents` (score, gap) or `organisations` (benchmark, comparison).",
                values=("respondents", "organisations"),
            ),
            Column("size_band_id", "varchar", "The band asked for."),
            Column("group_id", "varchar", "The published group it belongs to."),
        ),
    ),
    Table(
        "organisation_event",
        "what happened to an organisation, at the first wave at which it holds",
        ("wave_id", "organisation_id", "event", "related_id"),
        (
            WAVE,
            ORGANISATION,
            Column("event", "varchar", "merger, split, rename, exit or size_band."),
            Column(
                "related_id",
                "varchar",
                "The organisation it came from (merger, split), or the organisation itself.",
            ),
            Column("before", "varchar", "The name or size band before; NULL: neither changed."),
        ),
    ),
    Table(
        "response",
        "a group's response at a wave (employees)",
        ("wave_id", "group_kind", "group_id"),
        (
            WAVE,
            GROUP_KIND,
            GROUP,
            count("invited", "Employees invited."),
            count("respondent_count", "Employees who took part."),
            count("organisation_count", "Organisations with at least one employee taking part."),
            count("own_result_count", "Organisations with an own grade."),
            Column("response_rate", "double", "Took part / invited.", "share 0-1"),
            STATUS,
        ),
    ),
    Table(
        "delivery",
        "a delivery of the ledger (its public part)",
        ("delivery_id",),
        (
            Column("delivery_id", "varchar", "Hash of the file under a key of the store."),
            WAVE,
            Column("file_name", "varchar", "Name of the file."),
            Column("loaded_at", "varchar", "When, ISO 8601 UTC."),
            count("row_count", "Rows in the file."),
            count("refused_count", "Rows refused."),
            Column("state", "varchar", "landed, superseded, refused or forgotten."),
        ),
        in_hash=False,
    ),
)
