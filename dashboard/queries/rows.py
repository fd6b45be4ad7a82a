"""The rows of a release as one scope reads them at one wave, grouped once and remembered."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from dashboard.access.scope import Scope
from dashboard.grouped import Row, Rows, grouped
from dashboard.shelves import KEPT
from dashboard.snapshot import Snapshot

OWN = "organisation"


@dataclass(frozen=True)
class ReleaseRows:
    """A release, whose it is read for, and at which wave."""

    snapshot: Snapshot
    scope: Scope
    wave_id: str

    def one(self, query: str, *parameters: str) -> Row | None:
        """Return the first row, None when there is none."""
        rows = self.snapshot.rows(query, *parameters)
        return rows[0] if rows else None

    def held(self, query: str, *parameters: str) -> tuple[Row, ...]:
        """Return rows of a table that a release from before it existed does not have."""
        try:
            return self.snapshot.rows(query, *parameters)
        except duckdb.CatalogException:
            return ()

    def group_rows(self, table: str, kind: str, group: str, *keys: str) -> Rows:
        """Return what a table says of a group at this wave, by some columns: read once.

        A page asks for a group's figures item by item. Missing: nothing for a release from before
        it held that table.
        """
        if kind == OWN and table in KEPT:
            return self.own_rows(table, group, self.wave_id, *keys)
        where = "wave_id = ? and group_kind = ? and group_id = ?"
        return self.by_keys(table, where, (self.wave_id, kind, group), keys)

    def own_rows(self, table: str, organisation: str, wave: str | None, *keys: str) -> Rows:
        """Return what a table says of an organisation by some columns; `wave` None is at any.

        Whose they are was checked by who asks. Missing: nothing for a release from before the
        table.
        """

        def read() -> Rows:
            try:
                return self.snapshot.by_columns(table, organisation, wave, keys)
            except duckdb.CatalogException:
                return {}

        return self.snapshot.remember_own(organisation, (table, wave, keys), read)

    def by_keys(
        self, table: str, where: str, parameters: tuple[str, ...], keys: tuple[str, ...]
    ) -> Rows:
        """Return the rows of a table by some columns. Callers never change them."""

        def read() -> Rows:
            return grouped(self.held(f"select * from {table} where {where}", *parameters), keys)

        key = ("by keys", table, where, parameters, keys)
        return self.snapshot.remember(key, read)
