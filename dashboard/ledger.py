"""What a page asks of the status file. It is for staff; only the date of it is for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.access.scope import Scope
from dashboard.grouped import Row
from dashboard.snapshot import Snapshot

# A refresh that did its work: a refused delivery does not make what is shown older.
WORKED = "outcome in ('done', 'refused')"


@dataclass(frozen=True)
class PublicLedger:
    """A status file seen by one scope. Who may not open its page gets no rows."""

    snapshot: Snapshot
    scope: Scope

    @property
    def refreshed_at(self) -> str | None:
        """Return when a refresh last did its work, None when none did."""
        query = f"select ended_at from load_run where {WORKED} order by number desc limit 1"
        rows = self.snapshot.rows(query)
        return rows[0]["ended_at"] if rows else None

    @property
    def made_at(self) -> str:
        """Return when the status file was made."""
        return str(self.snapshot.rows("select created_at from status")[0]["created_at"])

    def runs(self) -> tuple[Row, ...]:
        """Return the latest refreshes, newest first."""
        return self._rows("select * from load_run order by number desc")

    def deliveries(self) -> tuple[Row, ...]:
        """Return every delivery, newest first."""
        return self._rows("select * from delivery order by loaded_at desc, file_name, delivery_id")

    def waves(self) -> tuple[Row, ...]:
        """Return the waves of the configuration, in order of time."""
        return self._rows("select * from wave_progress order by position")

    def publications(self) -> tuple[Row, ...]:
        """Return what was published, newest first."""
        return self._rows("select * from publication order by number desc")

    def response(self, wave_id: str) -> dict[tuple[str, str], Row]:
        """Return the response of a wave in fieldwork, by kind of group and group.

        Shape: size bands and the sector; no organisation, whoever asks.
        """
        query = """select * from response
            where wave_id = ? and group_kind in ('size_band', 'sector')"""
        return {(row["group_kind"], row["group_id"]): row for row in self._rows(query, wave_id)}

    def _rows(self, query: str, *parameters: str) -> tuple[Row, ...]:
        """Return the rows of a query for who may open the page, none for anybody else."""
        return self.snapshot.rows(query, *parameters) if self.scope.sees_ledger else ()
