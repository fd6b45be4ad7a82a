"""Refreshes as the ledger remembers them: when, with what result, and why not."""

from __future__ import annotations

import datetime
from dataclasses import astuple, dataclass
from typing import Literal

from warehouse.ledger import Ledger, restored, stored

Outcome = Literal["done", "refused", "failed"]
TABLE = """
    CREATE TABLE IF NOT EXISTS refresh_run (
        started_at TIMESTAMP NOT NULL, finished_at TIMESTAMP NOT NULL, outcome VARCHAR NOT NULL,
        landed_count BIGINT NOT NULL, refused_count BIGINT NOT NULL, waiting_count BIGINT NOT NULL,
        release_id VARCHAR, reason VARCHAR)
"""


@dataclass(frozen=True)
class RefreshRun:
    """One refresh. Times are in UTC; `waiting_count` counts files that were still being written.

    `refused`: it ran to its end, and a delivery was refused. `failed`: it did not run to its end,
    and the last good release is still the live one.
    """

    started_at: datetime.datetime
    finished_at: datetime.datetime
    outcome: Outcome
    landed_count: int
    refused_count: int
    waiting_count: int
    release_id: str | None
    reason: str | None


def record_run(ledger: Ledger, run: RefreshRun) -> None:
    """Write a refresh in the ledger."""
    ledger.connection.execute(TABLE)
    cells = [stored(cell) for cell in astuple(run)]
    marks = ", ".join("?" for _ in cells)
    ledger.connection.execute(f"INSERT INTO refresh_run VALUES ({marks})", cells)


def runs(ledger: Ledger) -> list[RefreshRun]:
    """Return every refresh in the order they were written, whatever the clock said."""
    ledger.connection.execute(TABLE)
    rows = ledger.connection.execute("SELECT * FROM refresh_run ORDER BY rowid").fetchall()
    return [RefreshRun(*(restored(cell) for cell in row)) for row in rows]
