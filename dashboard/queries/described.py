"""What a release says of itself: waves, size bands, questions, the organisation it is read for."""

from __future__ import annotations

from functools import lru_cache

import duckdb

from dashboard.grouped import Row, first
from dashboard.queries.rows import ReleaseRows

IN_ORDER = {"instrument_item": "position", "scale_code": "scale_id, position"}


@lru_cache(maxsize=1024)
def bands_between(order: tuple[str, ...], group: str) -> tuple[str, ...]:
    """Return the neighbouring size bands whose ids, joined by +, are the id of a group."""
    for start in range(len(order)):
        for last in range(start + 1, len(order) + 1):
            if "+".join(order[start:last]) == group:
                return order[start:last]
    return ()


class DescribedRows(ReleaseRows):
    """What figures are about; no figure of an organisation stands here."""

    @property
    def release(self) -> Row:
        """Return the row of the release."""
        return self.snapshot.rows("select * from release")[0]

    @property
    def waves(self) -> tuple[Row, ...]:
        """Return the released waves in order of time."""
        return self.snapshot.rows("select * from wave order by position")

    @property
    def waves_so_far(self) -> tuple[Row, ...]:
        """Return the waves up to the one of this view: what came later is not shown as its own."""
        place = next(n for n, wave in enumerate(self.waves) if wave["wave_id"] == self.wave_id)
        return self.waves[: place + 1]

    @property
    def wave(self) -> Row:
        """Return the wave of this view."""
        return next(wave for wave in self.waves if wave["wave_id"] == self.wave_id)

    @property
    def bands(self) -> tuple[Row, ...]:
        """Return the size bands, smallest first."""
        return self.snapshot.rows("select * from size_band order by position")

    def bands_of(self, group: str) -> tuple[str, ...]:
        """Return the size bands of a group; their ids are joined by +, and one ends with it."""
        return bands_between(tuple(band["size_band_id"] for band in self.bands), group)

    def group_of(self, band: str | None, item_id: str, side: str, purpose: str) -> str | None:
        """Return the published group a size band belongs to, for one item."""
        if band is None:
            return None
        keys = ("side", "item_id", "purpose", "size_band_id")
        groups = self.by_keys("band_group", "wave_id = ?", (self.wave_id,), keys)
        row = first(groups, side, item_id, purpose, band)
        return None if row is None else str(row["group_id"])

    @property
    def organisation(self) -> Row | None:
        """Return the own organisation at this wave, None for staff or when it did not exist."""
        if self.scope.organisation_id is None:
            return None
        rows = self.own_rows("organisation", self.scope.organisation_id, None, "wave_id")
        return first(rows, self.wave_id)

    @property
    def own_name(self) -> str | None:
        """Return the own organisation's latest name, None for staff."""
        if self.scope.organisation_id is None:
            return None
        rows = self.own_rows("organisation", self.scope.organisation_id, None, "wave_id")
        found = (first(rows, wave["wave_id"]) for wave in reversed(self.waves))
        return next((str(row["name"]) for row in found if row is not None), None)

    @property
    def member_counts(self) -> dict[str | None, int]:
        """Return how many organisations the register has at this wave, by size band."""
        query = """select size_band_id, count(*) as many from organisation where wave_id = ?
            group by size_band_id"""
        return {r["size_band_id"]: r["many"] for r in self.snapshot.rows(query, self.wave_id)}

    @property
    def events(self) -> tuple[Row, ...]:
        """Return what happened to the own organisation, each at the first wave at which it holds.

        Missing: nothing for staff, and for a release from before events were told.
        """
        if self.scope.organisation_id is None:
            return ()
        rows = self.own_rows("organisation_event", self.scope.organisation_id, None, "wave_id")
        by_name = [
            sorted(
                rows.get((wave["wave_id"],), ()),
                key=lambda row: (row["event"], row["related_id"] or ""),
            )
            for wave in self.waves
        ]
        return tuple(row for events in by_name for row in events)

    def items(self, kind: str) -> tuple[Row, ...]:
        """Return the items of a kind in the questionnaire's order."""
        return self.snapshot.rows("select * from item where kind = ? order by position", kind)

    def item(self, item_id: str) -> Row:
        """Return an item."""
        return self.by_keys("item", "true", (), ("item_id",))[(item_id,)][0]

    def was_asked(self, side: str, item_id: str) -> bool:
        """Return whether a side was asked an item at this wave."""
        query = """select status from score where wave_id = ? and side = ? and item_id = ?
            and group_kind = 'sector'"""
        row = self.one(query, self.wave_id, side, item_id)
        return row is not None and row["status"] != "not_asked"

    def described(self, table: str) -> tuple[Row, ...]:
        """Return a table that only describes, in its order on screen.

        Missing: nothing for a release from before it held that table.
        """
        try:
            return self.snapshot.rows(f"select * from {table} order by position")
        except duckdb.CatalogException:
            return ()

    def instrument_rows(self, table: str) -> tuple[Row, ...]:
        """Return the rows about this wave's questionnaire, in the questionnaire's order.

        Missing: nothing for a release from before it held that table.
        """
        order = IN_ORDER.get(table, "all")
        query = f"select * from {table} where instrument_id = ? order by {order}"
        try:
            return self.snapshot.rows(query, self.wave["instrument_id"])
        except duckdb.CatalogException:
            return ()

    def parameter(self, side: str, item_id: str, name: str) -> float | None:
        """Return a parameter that the figures of an item stand on, None where it is not given."""
        query = """select value from parameter where wave_id = ? and side = ? and item_id = ?
            and name = ?"""
        rows = self.held(query, self.wave_id, side, item_id, name)
        return float(rows[0]["value"]) if rows and rows[0]["value"] is not None else None
