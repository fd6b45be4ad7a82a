"""What changes between waves: of a group, question by question, and what it is made of."""

from __future__ import annotations

import duckdb

from dashboard.grouped import Row, Rows, first
from dashboard.queries.described import DescribedRows
from dashboard.queries.rows import OWN


class ChangeRows(DescribedRows):
    """Changes of an organisation are those of the scope's own, and of no other."""

    def trend(self, kind: str, group: str | None, item_id: str, side: str) -> tuple[Row, ...]:
        """Return the changes of a group between waves; an organisation's only the own one's."""
        if group is None or (kind == OWN and group != self.scope.organisation_id):
            return ()
        rows = self.rows_over_waves("trend", kind, group).get((side, item_id), ())
        return tuple(sorted(rows, key=lambda row: str(row["wave_to"])))

    def changes_to(self, wave_id: str) -> tuple[Row, ...]:
        """Return the published changes to a wave: the own employees', for staff the sector's."""
        own = self.scope.organisation_id
        kind, group = (OWN, own) if own is not None else ("sector", "sector")

        def find() -> tuple[Row, ...]:
            rows = self.rows_over_waves("trend", kind, group)
            items = self.snapshot.rows("select item_id from item order by position")
            found = (row for item in items for row in rows.get(("employee", item["item_id"]), ()))
            return tuple(
                row for row in found if row["wave_to"] == wave_id and row["status"] == "published"
            )

        key = ("changes to", wave_id)
        if own is None:
            return self.snapshot.remember(key, find)
        return self.snapshot.remember_own(own, key, find)

    def trend_line(self, kind: str, group: str | None, item_id: str, side: str) -> Row | None:
        """Return the line of a group through its waves; an organisation's only the own one's.

        Missing: None for a release from before lines were drawn.
        """
        if group is None or (kind == OWN and group != self.scope.organisation_id):
            return None
        return first(self.rows_over_waves("trend_line", kind, group), side, item_id)

    def rows_over_waves(self, table: str, kind: str, group: str) -> Rows:
        """Return what a table of changes says of a group, by side and item."""
        keys = ("side", "item_id")
        if kind == OWN:
            return self.own_rows(table, group, None, *keys)
        return self.by_keys(table, "group_kind = ? and group_id = ?", (kind, group), keys)

    def change_parts(self, item_id: str) -> tuple[Row, ...]:
        """Return what the sector's changes between waves are made of.

        Missing: nothing for a release from before changes were taken apart.
        """
        query = """select * from change_part where side = 'employee' and group_kind = 'sector'
            and item_id = ? order by wave_to, part"""
        try:
            return self.snapshot.rows(query, item_id)
        except duckdb.CatalogException:
            return ()

    def predecessor(self, item_id: str) -> Row | None:
        """Return what the organisations had that merged into the own one, at this wave."""
        if self.scope.organisation_id is None:
            return None
        keys = ("wave_id", "side", "organisation_id", "item_id")
        rows = self.by_keys("predecessor", "true", (), keys)
        return first(rows, self.wave_id, "employee", self.scope.organisation_id, item_id)
