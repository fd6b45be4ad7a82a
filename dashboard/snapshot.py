"""The released file, read-only and locked down; a new release is noticed at the next request."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import duckdb

from warehouse.paths import Store

Row = dict[str, Any]
MEMORY = 20_000  # remembered answers per release; each is a few rows
LOCKED_DOWN = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
    "threads": "1",
    "memory_limit": "128MB",
}


class NothingReleasedError(Exception):
    """There is no release yet."""


class Snapshot:
    """One release. Answers are remembered by query and parameters; a release never changes."""

    def __init__(self, path: Path, release_id: str) -> None:
        self.release_id = release_id
        self._connection = duckdb.connect(str(path), read_only=True, config=LOCKED_DOWN)
        self._answers: OrderedDict[Hashable, tuple[Row, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def rows(self, query: str, *parameters: str) -> tuple[Row, ...]:
        """Return the rows of a query as dicts. Callers never change them."""
        key = (query, parameters)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        found = self._ask(query, parameters)
        with self._lock:
            self._answers[key] = found
            if len(self._answers) > MEMORY:
                self._answers.popitem(last=False)
        return found

    def _ask(self, query: str, parameters: tuple[str, ...]) -> tuple[Row, ...]:
        """Return the rows of a query from the file, by a cursor of this call alone."""
        with self._connection.cursor() as cursor:
            asked = cursor.execute(query, list(parameters))
            names = [column[0] for column in asked.description or []]
            return tuple(dict(zip(names, row, strict=True)) for row in asked.fetchall())


class Snapshots:
    """The live release of a store. A reader keeps the snapshot it got until it is done."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: tuple[int, int] | None = None
        self._current: Snapshot | None = None
        self._lock = threading.Lock()

    def current(self) -> Snapshot:
        """Return the live release. Raise NothingReleasedError when nothing was released yet."""
        try:
            stat = self._store.current.stat()
        except FileNotFoundError:
            raise NothingReleasedError from None
        mark = (stat.st_mtime_ns, stat.st_ino)
        with self._lock:
            if self._current is None or mark != self._seen:
                self._open()
                self._seen = mark
            assert self._current is not None  # noqa: S101
            return self._current

    def _open(self) -> None:
        """Open the release that CURRENT names, unless it is open already."""
        release_id = self._store.current.read_text(encoding="utf-8").strip()
        if self._current is None or self._current.release_id != release_id:
            path = self._store.releases / f"{release_id}.duckdb"
            self._current = Snapshot(path, release_id)
