"""What a release says of each organisation, at hand: asked of the file it takes a scan per table.

Filled in the background when a release is opened; until then the file is asked. An organisation's
rows are kept packed, a few kilobytes each, and read by nobody but whose scope asks for them
(`dashboard.queries`).
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from typing import Any, Final

import duckdb
import orjson

Row = dict[str, Any]
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
FEW: Final = 32  # organisations read from the file at once


class Shelves:
    """Rows by table and organisation. Threads share it: a table is there whole, or not yet."""

    def __init__(self, cursor: Callable[[], duckdb.DuckDBPyConnection]) -> None:
        self._cursor = cursor
        self._tables: dict[str, dict[str, bytes]] = {}
        self._lock = threading.Lock()
        self._is_asked = False

    def find(self, table: str, organisation: str) -> tuple[Row, ...] | None:
        """Return what a table says of an organisation, None where it is not at hand yet."""
        with self._lock:
            is_first, self._is_asked = not self._is_asked, True
        if is_first:
            threading.Thread(target=self._fill, name="shelves", daemon=True).start()
        packed = self._tables.get(table)
        if packed is None:
            return None
        found = packed.get(organisation)
        return () if found is None else tuple(orjson.loads(zlib.decompress(found)))

    def _fill(self) -> None:
        """Fill a table after another. What cannot be read stays with the file."""
        for table in KEPT:
            try:
                self._tables[table] = self._packed(table)
            except duckdb.Error:  # a release from before the table
                continue

    def _packed(self, table: str) -> dict[str, bytes]:
        """Return the rows of a table by organisation, packed."""
        column, where = KEPT[table]
        query = f"select {column}, to_json(list(t)) from {table} t where {where} group by {column}"
        found: dict[str, bytes] = {}
        with self._cursor() as cursor:
            asked = cursor.execute(query)
            while rows := asked.fetchmany(FEW):
                found |= {name: zlib.compress(text.encode(), 1) for name, text in rows}
        return found
