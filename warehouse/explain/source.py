"""What an explanation reads of a released file, and which rows its viewer may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np

from warehouse.band_groups import bands_of
from warehouse.errors import UnknownFigureError
from warehouse.explain.model import Ask, Row
from warehouse.rounding import rounded_half_up
from warehouse.stats.design import design_weights
from warehouse.stats.interval import PooledVariance
from warehouse.stats.types import Floats
from warehouse.tables import BY_NAME

ORGANISATION = "organisation"
ATOMS = (ORGANISATION, "size_band_rest", "size_band")
# Where a table is listed here its key is asked for in this order; any other has its own.
KEYS: Mapping[str, tuple[str, ...]] = {
    "score": ("wave_id", "side", "item_id", "group_kind", "group_id"),
    "benchmark": ("wave_id", "side", "item_id", "group_kind", "group_id"),
    "comparison": ("wave_id", "side", "item_id", "organisation_id", "against"),
    "gap": ("wave_id", "item_id", "group_kind", "group_id"),
    "trend": ("wave_from", "wave_to", "side", "item_id", "group_kind", "group_id"),
    "response": ("wave_id", "group_kind", "group_id"),
} | {
    name: BY_NAME[name].key
    for name in (
        "distribution", "sensitivity", "size_gradient", "expected_range", "organisation_place",
        "sector_spread", "order_agreement", "category_difference", "representativeness",
        "sector_precision", "change_part", "trend_line", "predecessor", "scheme_answer", "finding",
        "dialogue_question", "dialogue_answer", "dialogue_parameter", "protected_total",
        "parameter", "item", "instrument_scale",
    )
}  # fmt: skip
# Rows that weigh organisations against each other: for sector staff alone (decision 009).
STAFF_TABLES = ("organisation_place", "sector_spread")
LISTED = 20


def asking(connection: duckdb.DuckDBPyConnection) -> Ask:
    """Return a function that asks a released file, for whoever has no snapshot."""

    def ask(query: str, *parameters: str) -> list[Row]:
        found = connection.execute(query, list(parameters))
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return ask


@dataclass(frozen=True)
class Totals:
    """The protected totals of one wave, side and item, with the constants of the sector."""

    rows: tuple[Row, ...]
    parameters: Mapping[str, float]
    is_share: bool
    order: tuple[str, ...]
    band_headcounts: Mapping[str, float]

    @property
    def pooled(self) -> PooledVariance:
        """The spread within organisations; nan where it is not given."""
        variance = self.parameters.get("pooled_variance", np.nan)
        return PooledVariance(variance, int(self.parameters.get("pooled_df", 0)))

    @property
    def scale(self) -> tuple[float, float]:
        """Lowest and highest answer."""
        return self.parameters["scale_min"], self.parameters["scale_max"]

    def column(self, rows: Sequence[Row], name: str) -> Floats:
        """Return a column of rows as an array."""
        return np.array([np.nan if row[name] is None else row[name] for row in rows], dtype=float)

    def group(self, kind: str, group: str) -> Row:
        """Return the row of one group."""
        return next(r for r in self.rows if (r["group_kind"], r["group_id"]) == (kind, group))

    def atoms(self, kind: str, group: str) -> list[Row]:
        """Return the atoms inside a size band, a group of them or the sector."""
        inside = self.order if kind == "sector" else bands_of(group, self.order)
        return [
            row
            for row in self.rows
            if row["group_kind"] in ATOMS
            and set(bands_of(row["size_band_id"], self.order)) <= set(inside)
        ]

    def design(self, rows: Sequence[Row]) -> tuple[Floats, Floats]:
        """Return stratum and frame total of each atom, as a design-based mean needs them."""
        strata = np.array([self.order.index(row["size_band_id"]) for row in rows], dtype=float)
        frame = np.array([self.band_headcounts[row["size_band_id"]] for row in rows])
        return strata, frame

    def weights(self, rows: Sequence[Row]) -> Floats:
        """Return the weight of each atom in a design-based mean."""
        n = self.column(rows, "answer_count")
        return n * design_weights(n, self.column(rows, "headcount"), *self.design(rows))


@dataclass(frozen=True)
class Source:
    """A released file, and the organisations whose rows may be shown; None: all of them."""

    ask: Ask
    shown: frozenset[str] | None = None
    decimals: Mapping[str, int] = field(default_factory=dict)

    def rounded(self, mean: float, item_id: str) -> float:
        """Return the mean of a group as this viewer gets it."""
        decimals = self.decimals.get(self.unit(item_id))
        return mean if decimals is None else rounded_half_up(mean, decimals)

    def is_open(self, organisation: str) -> bool:
        """Return whether an organisation's row may be shown."""
        return self.shown is None or organisation in self.shown

    @property
    def is_limited(self) -> bool:
        """Return whether this viewer may not see every organisation."""
        return self.shown is not None

    def is_visible(self, row: Row) -> bool:
        """Return whether an atom may be a line of its own: the hr side knows groups only."""
        if row["side"] == "hr" or self.shown is None:
            return True
        return bool(row["group_kind"] == ORGANISATION and row["group_id"] in self.shown)

    def find(self, table: str, key: Mapping[str, str]) -> Row:
        """Return the row of a figure.

        Errors: UnknownFigureError, which says what there is, for a table, column or row that is
        not there or that this viewer may not see.
        """
        columns = KEYS.get(table)
        if columns is None or (table in STAFF_TABLES and self.is_limited):
            known = set(KEYS) - set(STAFF_TABLES if self.is_limited else ())
            said = ", ".join(sorted(known))
            raise UnknownFigureError(f"no figure in table {table!r}; there are: {said}")
        missing = [name for name in columns if not key.get(name)]
        if missing:
            raise UnknownFigureError(f"a figure of {table} also needs: {', '.join(missing)}")
        rows = self.matching(table, columns, key)
        if not rows:
            raise UnknownFigureError(self.what_exists(table, key))
        return rows[0]

    def matching(self, table: str, columns: Sequence[str], key: Mapping[str, str]) -> list[Row]:
        """Return the rows of a table that agree in some columns and may be shown."""
        where = " and ".join(f"{name} = ?" for name in columns) or "true"
        query = f"select * from {table} where {where}"
        return [row for row in self.ask(query, *(key[c] for c in columns)) if self.may_see(row)]

    def may_see(self, row: Row) -> bool:
        """Return whether a row of figures is of a group or of an organisation that may be shown."""
        if "organisation_id" in row:
            return self.is_open(row["organisation_id"])
        return bool(row.get("group_kind") != ORGANISATION or self.is_open(row["group_id"]))

    def what_exists(self, table: str, key: Mapping[str, str]) -> str:
        """Return which part of a key is unknown, and what there is instead."""
        known: list[str] = []
        for name in KEYS[table]:
            if not self.matching(table, [*known, name], key):
                found = {str(row[name]) for row in self.matching(table, known, key)}
                return f"{table} has no {name} {key[name]!r} here; there are: {listed(found)}"
            known.append(name)
        return f"{table} has no such figure"

    def totals(self, wave_id: str, side: str, item_id: str) -> Totals | None:
        """Return the protected totals behind an item, None in a release that has none."""
        where = "where wave_id = ? and side = ? and item_id = ?"
        try:
            rows = self.ask(
                f"select * from protected_total {where} order by group_kind, group_id",
                wave_id, side, item_id,
            )  # fmt: skip
            found = self.ask(f"select * from parameter {where}", wave_id, side, item_id)
        except duckdb.CatalogException:  # a release from before totals were published
            return None
        return Totals(
            rows=tuple(rows),
            parameters={r["name"]: r["value"] for r in found if r["value"] is not None},
            is_share=self.unit(item_id) == "share",
            order=tuple(
                row["size_band_id"]
                for row in self.ask("select size_band_id from size_band order by position")
            ),
            band_headcounts=self.band_headcounts(wave_id),
        ) if rows else None  # fmt: skip

    def rows(self, table: str, **columns: str) -> list[Row]:
        """Return the rows of a table by some columns, whoever sees them: look before you show.

        Missing: none in a release from before it had the table.
        """
        where = " and ".join(f"{name} = ?" for name in columns) or "true"
        try:
            return list(self.ask(f"select * from {table} where {where}", *columns.values()))
        except duckdb.CatalogException:
            return []

    def published(self, table: str, **columns: str) -> list[Row]:
        """Return the published rows of a table by some columns."""
        return [row for row in self.rows(table, **columns) if row["status"] == "published"]

    def unit(self, item_id: str) -> str:
        """Return the unit of an item."""
        return str(self.ask("select unit from item where item_id = ?", item_id)[0]["unit"])

    def band_headcounts(self, wave_id: str) -> dict[str, float]:
        """Return how many people each size band employs, over the whole register."""
        query = """select size_band_id, sum(headcount) as headcount from organisation
            where wave_id = ? and size_band_id is not null group by size_band_id"""
        return {r["size_band_id"]: float(r["headcount"] or 0) for r in self.ask(query, wave_id)}


def listed(names: object) -> str:
    """Return names for an error: the first ones, and how many more there are."""
    ordered = sorted(names)  # type: ignore[call-overload]
    more = f" and {len(ordered) - LISTED} more" if len(ordered) > LISTED else ""
    return ", ".join(ordered[:LISTED]) + more if ordered else "none"
