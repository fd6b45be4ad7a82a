"""The contract of the status file: what is published between releases, and nothing of answers."""

from __future__ import annotations

from typing import Final

from warehouse.dimensions import DIMENSIONS
from warehouse.ledger_tables import LEDGER_TABLES
from warehouse.moderation import MODERATION_TABLES
from warehouse.statements import STATEMENT_TABLES
from warehouse.tables.columns import (
    GROUP,
    GROUP_KIND,
    NAME_EN,
    NAME_NL,
    STATUS,
    WAVE,
    Column,
    Table,
    count,
    described,
)

DAY = "ISO 8601."
TIME = "ISO 8601 UTC."
STATUS_TABLES: Final = (
    Table(
        "status",
        "the status file",
        ("status_id",),
        (
            Column("status_id", "varchar", "Hash of the other tables' sorted contents."),
            Column("created_at", "varchar", f"When it was made, {TIME}"),
            Column("code_version", "varchar", "Version of the product."),
            Column("release_id", "varchar", "The live release; NULL: none."),
            Column("is_synthetic", "boolean", "True for the demonstration sector."),
        ),
        in_hash=False,
    ),
    Table(
        "wave_progress",
        "a wave of the configuration",
        ("wave_id",),
        (
            WAVE,
            Column("position", "integer", "Order in time, from 1."),
            NAME_NL,
            NAME_EN,
            Column("state", "varchar", "open, closed, released or withdrawn."),
            Column("fieldwork_start", "varchar", f"First day, {DAY}"),
            Column("fieldwork_end", "varchar", f"Last day, {DAY}"),
            Column("release_date", "varchar", f"The day it is due, {DAY}"),
            Column("closed_at", "varchar", f"When its totals were frozen, {TIME} NULL: open."),
            Column("released_at", "varchar", f"When it was released, {TIME} NULL: not yet."),
        ),
    ),
    Table(
        "response",
        "a group of a wave that is not released yet (employees)",
        ("wave_id", "group_kind", "group_id"),
        (
            WAVE,
            GROUP_KIND,
            GROUP,
            count("invited", "Employees invited; NULL: hidden or not known."),
            count("respondent_count", "Employees who took part so far; NULL: hidden."),
            count("organisation_count", "Organisations they work for; NULL: hidden."),
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
            Column("series", "varchar", "Its name without `_v2`: what it corrects has the same."),
            Column("loaded_at", "varchar", f"When, {TIME}"),
            Column("content", "varchar", "survey, or which part of a dialogue."),
            count("row_count", "Rows in the file."),
            count("refused_count", "Rows refused."),
            Column("state", "varchar", "landed, superseded, refused or forgotten."),
            Column("reason", "varchar", "Why it was refused; never quotes a cell."),
        ),
    ),
    Table(
        "load_run",
        "a refresh, the latest ones only",
        ("number",),
        (
            Column("number", "bigint", "Order of the runs."),
            Column("started_at", "varchar", f"When it began, {TIME}"),
            Column("ended_at", "varchar", f"When it ended, {TIME} NULL: it was killed."),
            Column("outcome", "varchar", "running, done, refused, failed or interrupted."),
            count("landed_count", "Deliveries landed."),
            count("unchanged_count", "Deliveries known already."),
            count("refused_count", "Deliveries refused."),
            count("waiting_count", "Files still being written."),
            Column("release_id", "varchar", "The release it published; NULL: none."),
            Column("message", "varchar", "Why it failed, or what it held back."),
        ),
    ),
    Table(
        "publication",
        "a time a release was made current",
        ("number",),
        (
            Column("number", "bigint", "Order of the publications."),
            Column("release_id", "varchar", "The release."),
            Column("wave_ids", "varchar", "Its waves, joined by commas."),
            Column("published_at", "varchar", f"When, {TIME}"),
            Column("withdrawn_at", "varchar", f"When it was taken back, {TIME} NULL: it stands."),
            Column("withdrawn_wave_id", "varchar", "The wave for which it was taken back."),
            Column("reason", "varchar", "Why it was taken back."),
        ),
    ),
)
STATUS_BY_NAME: Final = {table.name: table for table in STATUS_TABLES}


def chapter(title: str, introduction: str, tables: tuple[Table, ...]) -> list[str]:
    """Return the lines that describe a group of tables."""
    lines = [f"## {title}", "", introduction, ""]
    for table in tables:
        lines += [f"### {table.name}", "", *described(table)]
    return lines


def operations_dictionary() -> str:
    """Return docs/operations-dictionary.md: every table beside the release."""
    lines = ["# Data dictionary of the operation", ""]
    lines += ["Generated from `warehouse/status_tables.py`; a test compares.", ""]
    lines += chapter(
        "The status file",
        "`published/status/<status_id>.duckdb`, named by the one line of `published/STATUS`.",
        STATUS_TABLES,
    )
    lines += chapter(
        "The ledger",
        "`private/warehouse.duckdb`, beside the views `respondent` and `answer` over the facts.",
        LEDGER_TABLES,
    )
    lines += chapter(
        "The dimensions",
        "Beside the ledger, from the files in `register/`.",
        DIMENSIONS,
    )
    lines += chapter(
        "Employer statements",
        "`app/statements.sqlite`; in no atom, benchmark or release.",
        STATEMENT_TABLES,
    )
    lines += chapter(
        "Moderation",
        "`private/moderation/moderation.sqlite`: open answers without what says who somebody is, "
        "and what people decided about them.",
        MODERATION_TABLES,
    )
    return "\n".join(lines)
