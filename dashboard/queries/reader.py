"""The reader that pages are given: all that may be asked, and where organisations stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import duckdb

from dashboard.grouped import Row
from dashboard.queries.breakdowns import BreakdownRows
from dashboard.queries.changes import ChangeRows
from dashboard.queries.figures import FigureRows
from dashboard.rounding import DECIMALS

if TYPE_CHECKING:
    from warehouse.explain import Explanation

PlaceTable = Literal["expected_range", "organisation_place", "sector_spread"]


class Reader(FigureRows, BreakdownRows, ChangeRows):
    """A release seen by one scope at one wave."""

    def places(self, table: PlaceTable, item_id: str) -> tuple[Row, ...]:
        """Return what a table says of where organisations stand, as far as the scope may read it.

        Missing: nothing of a table for staff, to anybody else, and nothing for a release from
        before it held that table. Of `expected_range` an organisation gets its own row.
        """
        if not self.scope.may_read(table):
            return ()
        where, shown = "wave_id = ? and side = 'employee'", self.scope.shown
        if shown is None:
            rows = self.by_keys(table, f"{where} and item_id = ?", (self.wave_id, item_id), ())
            return tuple(rows.get((), ()))
        found: list[Row] = []
        for organisation in sorted(shown):
            if table != "expected_range":  # the others are for staff (docs/decisions/009)
                return ()
            rows = self.own_rows(table, organisation, self.wave_id, "side", "item_id")
            found += rows.get(("employee", item_id), ())
        return tuple(found)

    def expected_range(self, item_id: str) -> Row | None:
        """Return what is expected of the own organisation at its size, None for staff."""
        rows = () if self.scope.is_staff else self.places("expected_range", item_id)
        return rows[0] if rows else None

    @property
    def has_totals(self) -> bool:
        """Return whether the release holds the totals its figures are computed from."""
        try:
            return bool(self.snapshot.rows("select 1 as found from protected_total limit 1"))
        except duckdb.CatalogException:  # a release from before totals were published
            return False

    def explain(self, table: str, row: Row) -> Explanation:
        """Return where a figure comes from; the scope says which organisations stand by name."""
        # Read when it is asked for: it brings all of scipy, 64 MB that no page needs.
        from warehouse.explain import KEYS, explain

        key = {name: row[name] for name in KEYS[table]}
        decimals = None if self.scope.is_staff else DECIMALS
        return explain(self.snapshot.rows, table, key, self.scope.shown, decimals)

    def at(self, wave_id: str) -> Reader:
        """Return the same reader at another wave."""
        return Reader(self.snapshot, self.scope, wave_id)
