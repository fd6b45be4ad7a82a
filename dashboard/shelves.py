"""What a release says of each organisation, at hand: asked of the file it takes a scan per table.

Filled in the background when a release is opened; until then the file is asked. An organisation's
rows are kept packed, a few kilobytes each, and read by nobody but whose scope asks for them
(`dashboard.queries`). A page shows one wave, so most tables are kept by wave.
"""

from __future__ import annotations

import logging
import threading
import zlib
from collections.abc import Callable, Iterable
from typing import Final

import duckdb
import orjson

from dashboard.background import ENDING, begin
from dashboard.grouped import Row

LOG = logging.getLogger("dashboard")
# The column that names the organisation; the first three words tell it from other groups.
GROUPED: Final = "group_kind = 'organisation'"
KEPT: Final[dict[str, tuple[str, str]]] = {
    "score": ("group_id", GROUPED),
    "gap": ("group_id", GROUPED),
    "trend": ("group_id", GROUPED),
    "trend_line": ("group_id", GROUPED),
    "response": ("group_id", GROUPED),
    "comparison": ("organisation_id", "true"),
    "expected_range": ("organisation_id", "true"),
    "organisation": ("organisation_id", "true"),
    "organisation_event": ("organisation_id", "true"),
}
# Kept whole: read over waves, and a few rows each.
OVER_WAVES: Final = frozenset({"trend", "trend_line", "organisation", "organisation_event"})
WHOLE: Final = ""
FEW: Final = 32  # organisations read from the file at once


def asked_of(table: str, wave: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the condition for a table's rows of a wave, None for every wave, and its values."""
    _, where = KEPT[table]
    return (where, ()) if wave is None else (f"{where} and wave_id = ?", (wave,))


class Shelves:
    """Rows by table and organisation. Threads share it: a table is there whole, or not yet."""

    def __init__(self, cursor: Callable[[], duckdb.DuckDBPyConnection]) -> None:
        self._cursor = cursor
        self._tables: dict[str, dict[str, dict[str, bytes]]] = {}
        self._lock = threading.Lock()
        self._is_asked = False

    def find(self, table: str, organisation: str, wave: str | None) -> tuple[Row, ...] | None:
        """Return what a table says of an organisation at a wave, None where it is not at hand."""
        with self._lock:
            is_first, self._is_asked = not self._is_asked, True
        if is_first:
            begin(self._fill)
        shelf = self._tables.get(table)
        if shelf is None or (wave is None) != (table in OVER_WAVES):
            return None
        found = shelf.get(wave or WHOLE, {}).get(organisation)
        return () if found is None else tuple(orjson.loads(zlib.decompress(found)))

    def _fill(self) -> None:
        """Fill a table after another. What cannot be read stays with the file."""
        try:
            all_waves = self._waves()
            for table in KEPT:
                self._fill_table(table, (None,) if table in OVER_WAVES else all_waves)
        except duckdb.ConnectionException:  # the release was closed meanwhile
            return
        except duckdb.Error as error:  # readers ask the file for the rest, and get it
            LOG.warning("rows were not put at hand: %s", type(error).__name__, exc_info=error)

    def _fill_table(self, table: str, waves: Iterable[str | None]) -> None:
        """Fill a table, unless the process ends: what was read then may not be whole."""
        try:
            packed = {wave or WHOLE: self._packed(table, wave) for wave in waves}
        except duckdb.CatalogException:  # a release from before the table
            return
        if not ENDING.is_set():
            self._tables[table] = packed

    def _waves(self) -> tuple[str, ...]:
        """Return the released waves."""
        with self._cursor() as cursor:
            return tuple(wave for (wave,) in cursor.execute("select wave_id from wave").fetchall())

    def _packed(self, table: str, wave: str | None) -> dict[str, bytes]:
        """Return the rows of a table at a wave, None for every wave, by organisation, packed."""
        column, _ = KEPT[table]
        where, values = asked_of(table, wave)
        query = f"select {column}, to_json(list(t)) from {table} t where {where} group by {column}"
        found: dict[str, bytes] = {}
        if ENDING.is_set():
            return found
        with self._cursor() as cursor:
            asked = cursor.execute(query, values)
            while not ENDING.is_set() and (rows := asked.fetchmany(FEW)):
                found |= {name: zlib.compress(text.encode(), 1) for name, text in rows}
        return found
