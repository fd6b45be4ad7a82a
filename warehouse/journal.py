"""The journal beside the ledger: which refreshes ran, and which releases were made current.

Both are numbered, because a clock may jump: the order of events is the order of numbers.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Literal

from warehouse.ledger import Ledger, restored
from warehouse.ledger_tables import LOAD_RUN, PUBLICATION, create_if_absent

Outcome = Literal["running", "done", "refused", "failed", "interrupted"]


@dataclass(frozen=True)
class Run:
    """One refresh; columns as in `ledger_tables.LOAD_RUN`, times aware in UTC."""

    number: int
    started_at: datetime.datetime
    ended_at: datetime.datetime | None = None
    outcome: Outcome = "running"
    landed_count: int = 0
    unchanged_count: int = 0
    refused_count: int = 0
    waiting_count: int = 0
    release_id: str | None = None
    message: str | None = None


@dataclass(frozen=True)
class Publication:
    """One time that a release was made current, and why it was taken back if it was."""

    number: int
    release_id: str
    wave_ids: str
    published_at: datetime.datetime
    withdrawn_at: datetime.datetime | None = None
    withdrawn_wave_id: str | None = None
    reason: str | None = None

    @property
    def waves(self) -> tuple[str, ...]:
        """The waves of the release."""
        return tuple(self.wave_ids.split(","))


class Journal:
    """The tables `load_run` and `publication` of an open ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        for table in (LOAD_RUN, PUBLICATION):
            ledger.connection.execute(create_if_absent(table))

    def runs(self) -> list[Run]:
        """Return every run, oldest first."""
        rows = self.ledger.connection.execute("SELECT * FROM load_run ORDER BY number").fetchall()
        return [Run(*(restored(cell) for cell in row)) for row in rows]

    def publications(self) -> list[Publication]:
        """Return every publication, oldest first."""
        query = "SELECT * FROM publication ORDER BY number"
        rows = self.ledger.connection.execute(query).fetchall()
        return [Publication(*(restored(cell) for cell in row)) for row in rows]

    def live(self) -> Publication | None:
        """Return the last publication that was not taken back, None when there is none."""
        standing = [found for found in self.publications() if found.withdrawn_at is None]
        return standing[-1] if standing else None

    def begin(self, now: datetime.datetime) -> Run:
        """Return a new run. Those that never ended were killed, and are called so now.

        Call it as the only refresh.
        """
        runs = self.runs()
        run = Run(len(runs) + 1, now)
        with self.ledger.transaction():
            for before in runs:
                if before.outcome == "running":
                    self.ledger.replace("load_run", replace(before, outcome="interrupted"))
            self.ledger.replace("load_run", run)
        return run

    def end(self, run: Run) -> None:
        """Write how a run ended."""
        with self.ledger.transaction():
            self.ledger.replace("load_run", run)
