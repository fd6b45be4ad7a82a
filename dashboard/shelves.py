"""What a release says of each organisation, at hand: asked of the file it takes a scan per table.

Filled in the background when a release is opened; until then the file is asked. An organisation's
rows are kept packed, a few kilobytes each, and read by nobody but whose scope asks for them
(`dashboard.queries`). A page shows one wave, so most tables are kept by wave.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from typing import Final

import duckdb
import orjson

from dashboard.background import ENDING, begin
from dashboard.grouped import Row

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
        for table in KEPT:
            try:
                waves = [None] if table in OVER_WAVES else self._waves()
                packed = {wave or WHOLE: self._packed(table, wave) for wave in waves}
            except duckdb.Error:  # a release from before the table, or one that was closed
                continue
            if ENDING.is_set():
                return  # what was read may not be whole
            self._tables[table] = packed

    def _waves(self) -> list[str]:
        """Return the released waves."""
        with self._cursor() as cursor:
            return [wave for (wave,) in cursor.execute("select wave_id from wave").fetchall()]

    def _packed(self, table: str, wave: str | None) -> dict[str, bytes]:
        """Return the rows of a table at a wave, None for every wave, by organisation, packed."""
        column, _ = KEPT[table]
        where, values = asked_of(table, wave)
        query = f"select {column}, to_json(list(t)) from {table} t where {where} group by {column}"
        found: dict[str, bytes] = {}
        with self._cursor() as cursor:
            asked = cursor.execute(query, values)
            while not ENDING.is_set() and (rows := asked.fetchmany(FEW)):
                found |= {name: zlib.compress(text.encode(), 1) for name, text in rows}
        return found
