"""Employer statements: an organisation's own HR answer, given as an institution, with consent.

They stand in `app/statements.sqlite` and nowhere else: in no fact, atom, benchmark or release.
Taking one back removes its answers; that there was one, and who took it back, stays.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from warehouse.errors import RegiespiegelError
from warehouse.paths import Store
from warehouse.tables.columns import Column, Table

Audience = Literal["organisation", "organisation_and_fund"]


class StatementError(RegiespiegelError):
    """An employer statement cannot be taken, or is not there."""


STATEMENT: Final = Table(
    "statement",
    "an employer statement",
    ("statement_id",),
    (
        Column("statement_id", "integer", "Number, from 1."),
        Column("organisation_id", "text", "The organisation that makes it."),
        Column("wave_id", "text", "The wave it belongs to."),
        Column("shown_to", "text", "organisation, or organisation_and_fund."),
        Column("consent_by", "text", "Who consented on behalf of the organisation; a function."),
        Column("consent_on", "text", "When, ISO 8601."),
        Column("imported_at", "text", "When it was taken in, ISO 8601 UTC."),
        Column("file_hash", "text", "SHA-256 of the file it came in."),
        Column("withdrawn_at", "text", "When it was taken back, ISO 8601 UTC; NULL: it stands."),
        Column("withdrawn_by", "text", "Who took it back."),
    ),
)
STATEMENT_ANSWER: Final = Table(
    "statement_answer",
    "an answer of a statement that stands",
    ("statement_id", "item_id"),
    (
        Column("statement_id", "integer", "The statement."),
        Column("item_id", "text", "The question."),
        Column("answer", "real", "The answer.", "unit of the item"),
    ),
)
STATEMENT_TABLES: Final = (STATEMENT, STATEMENT_ANSWER)


@dataclass(frozen=True)
class Statement:
    """One employer statement as it was given. `answers` is by item, in the item's unit."""

    organisation_id: str
    wave_id: str
    shown_to: Audience
    consent_by: str
    consent_on: datetime.date
    answers: tuple[tuple[str, float], ...]


def statements_path(store: Store) -> Path:
    """Return where statements stand."""
    return store.app / "statements.sqlite"


@contextmanager
def open_statements(store: Store) -> Iterator[sqlite3.Connection]:
    """Return the statements of a store within one transaction, created when absent."""
    store.create()
    path = statements_path(store)
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        # What is deleted is overwritten: a statement taken back leaves no answer in the file.
        connection.execute("PRAGMA secure_delete = ON")
        for table in STATEMENT_TABLES:
            body = table.ddl.removeprefix(f"create table {table.name} ").removesuffix(")")
            keys = ", ".join(table.key)
            create = f"create table if not exists {table.name} {body}, primary key ({keys}))"
            connection.execute(create)
        with connection:
            yield connection


def standing(connection: sqlite3.Connection, organisation_id: str, wave_id: str) -> int | None:
    """Return the number of the statement of an organisation at a wave, None when there is none."""
    query = """SELECT statement_id FROM statement
        WHERE organisation_id = ? AND wave_id = ? AND withdrawn_at IS NULL"""
    found = connection.execute(query, (organisation_id, wave_id)).fetchone()
    return None if found is None else int(found[0])


def standing_statements(path: Path) -> tuple[Statement, ...]:
    """Return every statement that stands with its answers; none where nothing was ever given."""
    if not path.exists():
        return ()
    query = """SELECT s.statement_id, organisation_id, wave_id, shown_to, consent_by, consent_on,
            item_id, answer
        FROM statement s LEFT JOIN statement_answer a ON a.statement_id = s.statement_id
        WHERE withdrawn_at IS NULL ORDER BY s.statement_id, item_id"""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as c:
        is_made = c.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (STATEMENT_ANSWER.name,))
        rows = c.execute(query).fetchall() if is_made.fetchone() else []
    found: dict[tuple[Any, ...], list[tuple[str, float]]] = {}
    for *about, item_id, answer in rows:
        found.setdefault(tuple(about), []).append((item_id, answer))
    return tuple(
        Statement(organisation, wave, shown_to, by, datetime.date.fromisoformat(on), tuple(answers))
        for (_, organisation, wave, shown_to, by, on), answers in found.items()
    )


def add_statements(
    store: Store, statements: Sequence[Statement], file_hash: str, now: datetime.datetime
) -> list[int]:
    """Return the numbers of statements, all of them taken or none.

    Errors: StatementError when an organisation has one at that wave that stands.
    """
    with open_statements(store) as connection:
        query = """SELECT statement_id, withdrawn_at FROM statement WHERE file_hash = ?
            ORDER BY statement_id"""
        known = connection.execute(query, (file_hash,)).fetchall()
        if any(withdrawn_at is not None for _, withdrawn_at in known):
            problem = "This very file was taken in, and a statement of it was taken back since."
            raise StatementError(f"{problem} A new consent needs a new file, with its own date.")
        if known:
            return [int(number) for number, _ in known]
        return [add_statement(connection, one, file_hash, now) for one in statements]


def add_statement(
    connection: sqlite3.Connection, given: Statement, file_hash: str, now: datetime.datetime
) -> int:
    """Return the number of one statement, written in the transaction of the connection."""
    there = standing(connection, given.organisation_id, given.wave_id)
    if there is not None:
        problem = f"{given.organisation_id} has statement {there} at wave {given.wave_id} already"
        mend = f"Take that one back first: `regiespiegel statement withdraw {there} --by WHO`."
        raise StatementError(f"{problem}. {mend}")
    last = connection.execute("SELECT coalesce(max(statement_id), 0) FROM statement").fetchone()[0]
    number = int(last) + 1
    row = (
        number,
        given.organisation_id,
        given.wave_id,
        given.shown_to,
        given.consent_by,
        given.consent_on.isoformat(),
        now.isoformat(timespec="seconds"),
        file_hash,
        None,
        None,
    )
    marks = ", ".join("?" for _ in row)
    connection.execute(f"INSERT INTO statement VALUES ({marks})", row)
    answers = [(number, item_id, answer) for item_id, answer in given.answers]
    connection.executemany("INSERT INTO statement_answer VALUES (?, ?, ?)", answers)
    return number


def withdraw_statement(
    store: Store, statement_id: int, who: str, now: datetime.datetime
) -> tuple[str, str]:
    """Return organisation and wave of a statement whose answers are gone now.

    Taking back what was taken back changes nothing. Errors: StatementError when it never was.
    """
    with open_statements(store) as connection:
        query = "SELECT organisation_id, wave_id FROM statement WHERE statement_id = ?"
        found = connection.execute(query, (statement_id,)).fetchone()
        if found is None:
            raise StatementError(f"There is no statement {statement_id}. Check the number.")
        connection.execute("DELETE FROM statement_answer WHERE statement_id = ?", (statement_id,))
        update = """UPDATE statement SET withdrawn_at = ?, withdrawn_by = ?
            WHERE statement_id = ? AND withdrawn_at IS NULL"""
        connection.execute(update, (now.isoformat(timespec="seconds"), who, statement_id))
    return str(found[0]), str(found[1])
