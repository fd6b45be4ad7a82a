"""What a page asks of a release. Every organisation's row passes the scope here, and only here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import duckdb

from dashboard.access.scope import Scope
from dashboard.rounding import DECIMALS
from dashboard.shelves import KEPT
from dashboard.snapshot import Row, Snapshot

if TYPE_CHECKING:
    from warehouse.explain import Explanation

OWN = "organisation"
PlaceTable = Literal["expected_range", "organisation_place", "sector_spread"]
Rows = dict[tuple[str, ...], list[Row]]
IN_ORDER = {"instrument_item": "position", "scale_code": "scale_id, position"}


def grouped(rows: Iterable[Row], keys: tuple[str, ...]) -> Rows:
    """Return rows by some of their columns."""
    found: Rows = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found


def first(rows: Rows, *key: str) -> Row | None:
    """Return the first row of a key, None when there is none."""
    found = rows.get(key)
    return found[0] if found else None


@dataclass(frozen=True)
class Reader:
    """A release seen by one scope at one wave."""

    snapshot: Snapshot
    scope: Scope
    wave_id: str

    def one(self, query: str, *parameters: str) -> Row | None:
        """Return the first row, None when there is none."""
        rows = self.snapshot.rows(query, *parameters)
        return rows[0] if rows else None

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

        Whose it is was checked by who asks. Missing: nothing for a release from before the table.
        """

        def read() -> Rows:
            try:
                rows = self.snapshot.of_organisation(table, organisation, wave)
            except duckdb.CatalogException:
                return {}
            return grouped(rows, keys)

        return self.snapshot.remember(("own", table, organisation, wave, keys), read)

    def by_keys(
        self, table: str, where: str, parameters: tuple[str, ...], keys: tuple[str, ...]
    ) -> Rows:
        """Return the rows of a table by some columns. Callers never change them."""

        def read() -> Rows:
            return grouped(self.held(f"select * from {table} where {where}", *parameters), keys)

        key = ("by keys", table, where, parameters, keys)
        return self.snapshot.remember(key, read)

    @property
    def release(self) -> Row:
        """Return the row of the release."""
        return self.snapshot.rows("select * from release")[0]

    @property
    def waves(self) -> tuple[Row, ...]:
        """Return the released waves in order of time."""
        return self.snapshot.rows("select * from wave order by position")

    @property
    def wave(self) -> Row:
        """Return the wave of this view."""
        return next(wave for wave in self.waves if wave["wave_id"] == self.wave_id)

    @property
    def bands(self) -> tuple[Row, ...]:
        """Return the size bands, smallest first."""
        return self.snapshot.rows("select * from size_band order by position")

    @property
    def organisation(self) -> Row | None:
        """Return the own organisation at this wave, None for staff or when it did not exist."""
        if self.scope.organisation_id is None:
            return None
        return first(self.own_rows("organisation", self.scope.organisation_id, self.wave_id))

    @property
    def own_name(self) -> str | None:
        """Return the own organisation's latest name, None for staff."""
        if self.scope.organisation_id is None:
            return None
        rows = self.own_rows("organisation", self.scope.organisation_id, None, "wave_id")
        found = (first(rows, wave["wave_id"]) for wave in reversed(self.waves))
        return next((str(row["name"]) for row in found if row is not None), None)

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

    def group_of(self, band: str | None, item_id: str, side: str, purpose: str) -> str | None:
        """Return the published group a size band belongs to, for one item."""
        if band is None:
            return None
        keys = ("side", "item_id", "purpose", "size_band_id")
        groups = self.by_keys("band_group", "wave_id = ?", (self.wave_id,), keys)
        row = first(groups, side, item_id, purpose, band)
        return None if row is None else str(row["group_id"])

    def score(self, side: str, kind: str, group: str | None, item_id: str) -> Row | None:
        """Return a group's score; an organisation's only when it is the own one."""
        if group is None or (kind == OWN and group != self.scope.organisation_id):
            return None
        return first(self.group_rows("score", kind, group, "side", "item_id"), side, item_id)

    def own_score(self, item_id: str) -> Row | None:
        """Return the own employees' score of an item."""
        return self.score("employee", OWN, self.scope.organisation_id, item_id)

    @property
    def categories(self) -> tuple[Row, ...]:
        """Return the categories of the published breakdown at this wave, in their order.

        Shape: keys breakdown_id, category_id, position (from 1) and the label of the export.
        """
        query = """select substr(s.group_kind, 8) as breakdown_id, s.group_id as category_id,
                min(a.text) as label, row_number() over (order by min(k.position)) as position
            from (select distinct group_kind, group_id from score
                where wave_id = ? and group_kind like 'sector!_%' escape '!') s
            join scale_code k on k.instrument_id = ? and k.meaning = 'category'
                and k.text = s.group_id
            left join scale_code a on a.instrument_id = k.instrument_id
                and a.scale_id = k.scale_id and a.meaning = 'answer' and a.code = k.code
            group by s.group_kind, s.group_id order by position"""
        try:
            return self.snapshot.rows(query, self.wave_id, self.wave["instrument_id"])
        except duckdb.CatalogException:  # a release from before the codebook was published
            return ()

    def category_group(self, breakdown: str, band: str | None) -> str | None:
        """Return the group of bands around a band of which most categories are published."""
        query = """select split_part(group_id, '|', 1) as group_id, count(*) as many from score
            where wave_id = ? and group_kind = ? and status = 'published' group by 1
            order by many desc, length(split_part(group_id, '|', 1)), 1"""
        rows = self.snapshot.rows(query, self.wave_id, f"size_band_{breakdown}")
        found = (str(row["group_id"]) for row in rows if band in self.bands_of(row["group_id"]))
        return next(found, None)

    def benchmark(self, kind: str, group: str | None, item_id: str) -> Row | None:
        """Return the benchmark of a group of organisations."""
        if group is None:
            return None
        rows = self.group_rows("benchmark", kind, group, "side", "item_id")
        return first(rows, "employee", item_id)

    def band_benchmark(self, item_id: str) -> Row | None:
        """Return the benchmark of the own size band."""
        organisation = self.organisation
        band = organisation["size_band_id"] if organisation else None
        group = self.group_of(band, item_id, "employee", "organisations")
        return self.benchmark("size_band", group, item_id)

    def comparisons(self, against: str) -> dict[str, Row]:
        """Return the own organisation against the others, by item."""
        if self.scope.organisation_id is None:
            return {}
        keys = ("against", "status")
        rows = self.own_rows("comparison", self.scope.organisation_id, self.wave_id, *keys)
        return {row["item_id"]: row for row in rows.get((against, "published"), ())}

    def gaps(self, kind: str, group: str | None) -> dict[str, Row]:
        """Return the gaps of a group by item; an organisation's only when it is the own one."""
        if group is None or (kind == OWN and group != self.scope.organisation_id):
            return {}
        rows = self.group_rows("gap", kind, group, "status").get(("published",), ())
        return {row["item_id"]: row for row in rows}

    def side_of_gap(self, row: Row, side: str) -> Row | None:
        """Return the published score behind a side of a gap, None where there is none."""
        kind, group = row["group_kind"], row["group_id"]
        if side == "hr" and kind == OWN:
            kind, group = "size_band", row["hr_group_id"]
        score = self.score(side, kind, group, row["item_id"])
        return score if score is not None and score["status"] == "published" else None

    def organisation_scores(self, item_id: str) -> tuple[Row, ...]:
        """Return the published scores of the organisations whose rows the scope may see.

        Shape: keys organisation_id, name, size_band_id, headcount, respondent_count, value, ci_low
        and ci_high. All published ones for staff, the own one for a director; nothing of one
        that is withheld, to anybody.
        """
        query = """select o.organisation_id, o.name, o.size_band_id, o.headcount,
                s.respondent_count, s.value, s.ci_low, s.ci_high
            from score s join organisation o on o.wave_id = s.wave_id
                and o.organisation_id = s.group_id
            where s.wave_id = ? and s.side = 'employee' and s.group_kind = 'organisation'
                and s.item_id = ? and s.status = 'published' order by o.organisation_id"""
        rows, shown = self.snapshot.rows(query, self.wave_id, item_id), self.scope.shown
        if shown is None:
            return rows
        return tuple(row for row in rows if row["organisation_id"] in shown)

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

    def parameter(self, side: str, item_id: str, name: str) -> float | None:
        """Return a parameter that the figures of an item stand on, None where it is not given."""
        query = """select value from parameter where wave_id = ? and side = ? and item_id = ?
            and name = ?"""
        rows = self.held(query, self.wave_id, side, item_id, name)
        return float(rows[0]["value"]) if rows and rows[0]["value"] is not None else None

    def band_gaps(self) -> dict[str, Row]:
        """Return the gaps of the own size band by item; an item may go with a neighbouring band."""
        organisation = self.organisation
        band = organisation["size_band_id"] if organisation else None
        if band is None:
            return {}
        query = "select * from gap where wave_id = ? and group_kind = 'size_band'"
        rows = self.snapshot.rows(query + " order by length(group_id) desc", self.wave_id)
        # Narrower groups come last and so win: the band alone where it stands alone.
        return {
            row["item_id"]: row
            for row in rows
            if row["status"] == "published" and band in self.bands_of(row["group_id"])
        }

    def bands_of(self, group: str) -> tuple[str, ...]:
        """Return the size bands of a group; their ids are joined by +, and one ends with it."""
        order = [band["size_band_id"] for band in self.bands]
        for first in range(len(order)):
            for last in range(first + 1, len(order) + 1):
                if "+".join(order[first:last]) == group:
                    return tuple(order[first:last])
        return ()

    def response(self, kind: str, group: str | None) -> Row | None:
        """Return a group's response; an organisation's only when it is the own one."""
        if group is None or (kind == OWN and group != self.scope.organisation_id):
            return None
        return first(self.group_rows("response", kind, group))

    def held(self, query: str, *parameters: str) -> tuple[Row, ...]:
        """Return rows of a table that a release from before it existed does not have."""
        try:
            return self.snapshot.rows(query, *parameters)
        except duckdb.CatalogException:
            return ()

    def indicative(self, score: Row | None) -> str | None:
        """Return why a score is indicative, None where it is not, or is no published one."""
        if score is None or score["status"] != "published":
            return None
        keys = ("wave_id", "side", "group_kind", "group_id", "item_id")
        rows = self.by_keys("indicative_score", "true", (), keys)
        row = first(rows, *(score[name] for name in keys))
        return None if row is None else str(row["reason"])

    def agreement(self, band: str | None) -> Row | None:
        """Return whether both sides name the same most: in the group of a band, else the sector.

        Only where every option that both were asked is published of both.
        """
        query = """select * from order_agreement where wave_id = ? and status = 'published'
            and item_count = asked_count order by length(group_id)"""
        rows = self.held(query, self.wave_id)
        here = [r for r in rows if band is not None and band in self.bands_of(r["group_id"])]
        sector = [row for row in rows if row["group_kind"] == "sector"]
        return next(iter([*here, *sector]), None)

    @property
    def category_differences(self) -> tuple[Row, ...]:
        """Return the sector's differences between categories of people, in the order of both.

        Shape: rows of the table with `label`, what the questionnaire calls the category, and
        `breakdown_id`.
        """
        query = """select d.*, substr(d.group_kind, 8) as breakdown_id, a.text as label
            from category_difference d
            join item i using (item_id)
            join scale_code k on k.instrument_id = ? and k.meaning = 'category'
                and k.text = d.group_id
            left join scale_code a on a.instrument_id = k.instrument_id
                and a.scale_id = k.scale_id and a.meaning = 'answer' and a.code = k.code
            where d.wave_id = ? and d.side = 'employee' and d.status = 'published'
                and d.group_kind like 'sector!_%' escape '!'
            order by i.position, k.position"""
        return self.held(query, self.wave["instrument_id"], self.wave_id)

    def precision(self, item_id: str) -> Row | None:
        """Return what the sector's mean of an item stands on, None where it is hidden."""
        query = """select * from sector_precision where wave_id = ? and item_id = ?
            and side = 'employee' and status = 'published'"""
        rows = self.held(query, self.wave_id, item_id)
        return rows[0] if rows else None

    def sensitivity(self, item_id: str) -> Row | None:
        """Return what a grade is without careless answers, None where that is hidden."""
        query = """select * from sensitivity where wave_id = ? and item_id = ?
            and side = 'employee' and status = 'published'"""
        rows = self.held(query, self.wave_id, item_id)
        return rows[0] if rows else None

    def gradient(self, item_id: str) -> Row | None:
        """Return the slope of an item over organisation size."""
        query = """select * from size_gradient where wave_id = ? and side = 'employee'
            and item_id = ? and status = 'published'"""
        return self.one(query, self.wave_id, item_id)

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
        rows = self.rows_over_waves("trend", kind, group)
        items = self.snapshot.rows("select item_id from item order by position")
        changes = (row for item in items for row in rows.get(("employee", item["item_id"]), ()))
        return tuple(
            row for row in changes if row["wave_to"] == wave_id and row["status"] == "published"
        )

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
