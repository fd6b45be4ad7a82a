"""What stands in `private/warehouse.duckdb`: tables, keys, meanings. DDL and documents derive."""

from __future__ import annotations

from typing import Final

from warehouse.tables.columns import Column, Table, count

WAVE_IDS = Column("wave_ids", "varchar", "The waves it holds, joined by commas.")
LOAD_RUN: Final = Table(
    "load_run",
    "a refresh",
    ("number",),
    (
        Column("number", "bigint", "Order of the runs, from 1; a clock may jump, this does not."),
        Column("started_at", "timestamp", "When it began, UTC."),
        Column("ended_at", "timestamp", "When it ended, UTC; NULL while it runs or if killed."),
        Column(
            "outcome",
            "varchar",
            "running, done, refused (a delivery was), failed, or interrupted (killed).",
        ),
        count("landed_count", "Deliveries landed."),
        count("unchanged_count", "Deliveries that were known already."),
        count("refused_count", "Deliveries refused."),
        count("waiting_count", "Files left alone because they were still being written."),
        Column("release_id", "varchar", "The release it published; NULL: none."),
        Column("message", "varchar", "Why it failed, or what it held back; NULL: nothing."),
    ),
    in_hash=False,
)
PUBLICATION: Final = Table(
    "publication",
    "a time a release was made current",
    ("number",),
    (
        Column("number", "bigint", "Order of the publications, from 1."),
        Column("release_id", "varchar", "The release."),
        WAVE_IDS,
        Column("published_at", "timestamp", "When, UTC."),
        Column("withdrawn_at", "timestamp", "When it was taken back, UTC; NULL: it stands."),
        Column("withdrawn_wave_id", "varchar", "The wave for which it was taken back."),
        Column("reason", "varchar", "Why it was taken back, in the steward's words."),
    ),
    in_hash=False,
)
DELIVERY: Final = Table(
    "delivery",
    "an export that was offered",
    ("delivery_id",),
    (
        Column("delivery_id", "varchar not null", "SHA-256 of the file."),
        Column("file_name", "varchar not null", "Name of the file."),
        Column("series", "varchar not null", "Name without version; a later one supersedes."),
        Column("wave_id", "varchar not null", "The wave; empty when nothing says which."),
        Column("instrument_id", "varchar not null", "The questionnaire; of a dialogue, its id."),
        Column("loaded_at", "timestamp not null", "When it was offered last, UTC."),
        Column("row_count", "bigint not null", "Rows in the file.", "count"),
        Column("accepted_count", "bigint not null", "Rows taken.", "count"),
        Column("refused_count", "bigint not null", "Rows refused.", "count"),
        Column("state", "varchar not null", "landed, superseded, refused or forgotten."),
        Column("facts_file", "varchar", "File in `private/facts/`; NULL: refused."),
        Column("refused_file", "varchar", "File in `private/refused/`; NULL: no row was."),
        Column("reason", "varchar", "Why it was refused; never quotes a cell."),
        Column("content", "varchar not null", "survey, or which part of a dialogue."),
    ),
    in_hash=False,
)
WAVE_STATE: Final = Table(
    "wave_state",
    "a wave that is not simply open",
    ("wave_id",),
    (
        Column("wave_id", "varchar", "The wave."),
        Column("state", "varchar", "open, closed, released or withdrawn."),
        Column("closed_at", "timestamp", "When its totals were frozen, UTC."),
        Column("released_at", "timestamp", "When it was released, UTC."),
        Column("totals_file", "varchar", "Its frozen totals in `private/totals/`."),
    ),
    in_hash=False,
)
LEDGER_TABLES: Final = (DELIVERY, WAVE_STATE, LOAD_RUN, PUBLICATION)


def create_if_absent(table: Table) -> str:
    """Return the statement that creates a table of the ledger where it is not there yet."""
    body = table.ddl.removeprefix(f"create table {table.name} ")
    body = body.removesuffix(")") + f", primary key ({', '.join(table.key)}))"
    return f"create table if not exists {table.name} {body}"
