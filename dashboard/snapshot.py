"""The published files, read-only and locked down; a new one is noticed at the next request.

A release and a status file are named by a pointer of one line each, `CURRENT` and `STATUS`.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb

from dashboard.grouped import Key, Row, Rows, grouped
from dashboard.memory import Memory
from dashboard.shelves import KEPT, Shelves, asked_of
from warehouse.paths import NOTHING, Store

Answer = TypeVar("Answer")
RELEASE_ID = re.compile(r"[0-9a-zA-Z-]+")
MEMORY = 20_000  # remembered answers per release; each is a few rows
OWN_KEPT = 8  # organisations whose own rows are remembered
ANSWERS = 24 << 20  # bytes of pages as they were sent
LOCKED_DOWN: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
    "threads": "1",
    "memory_limit": "128MB",
}


NOT_MADE: Final[Any] = object()


class NothingReleasedError(Exception):
    """There is no release yet."""


class Snapshot:
    """One release. Answers are remembered by what was asked; a release never changes."""

    def __init__(self, path: Path, release_id: str) -> None:
        self.release_id = release_id
        self._connection = duckdb.connect(str(path), read_only=True, config=LOCKED_DOWN)
        self.answers: Memory[Any] = Memory(ANSWERS)
        self._answers: dict[Hashable, Any] = {}
        self._own: OrderedDict[str, dict[Hashable, Any]] = OrderedDict()
        self._lock = threading.Lock()
        self._shelves = Shelves(self._connection.cursor)

    def of_organisation(
        self, table: str, organisation: str, wave: str | None = None
    ) -> tuple[Row, ...]:
        """Return what a table says of an organisation at a wave, None for every wave, in no order.

        Errors: duckdb.CatalogException for a table that this release does not have.
        """
        found = self._shelves.find(table, organisation, wave)
        if found is None:
            (where, values), (column, _) = asked_of(table, wave), KEPT[table]
            query = f"select * from {table} where {where} and {column} = ?"
            found = self._ask(query, (*values, organisation))
        return found

    def by_columns(self, table: str, organisation: str, wave: str | None, keys: Key) -> Rows:
        """Return what a table says of an organisation by some columns, as `of_organisation`."""
        return grouped(self.of_organisation(table, organisation, wave), keys)

    def rows(self, query: str, *parameters: str) -> tuple[Row, ...]:
        """Return the rows of a query as dicts. Callers never change them."""
        return self.remember((query, parameters), lambda: self._ask(query, parameters))

    def remember(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """Return what was made for a key before, else make it. Two threads may both make it."""
        # A page asks hundreds of times, so who only reads takes no lock and moves nothing.
        found = self._answers.get(key, NOT_MADE)
        if found is not NOT_MADE:
            return found
        made = make()
        with self._lock:
            self._answers[key] = made
            if len(self._answers) > MEMORY:
                del self._answers[next(iter(self._answers))]
        return made

    def remember_own(self, organisation: str, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """Return what was made of an organisation's own rows, for the few that ask just now.

        Their pages are remembered whole, packed; rows as Python has them take many times that room.
        """
        with self._lock:
            own = self._own.setdefault(organisation, {})
            self._own.move_to_end(organisation)
            if len(self._own) > OWN_KEPT:
                self._own.popitem(last=False)
        found = own.get(key, NOT_MADE)
        if found is NOT_MADE:
            found = own[key] = make()
        return found

    def wave_ids(self) -> tuple[str, ...]:
        """Return the released waves in order of time."""
        query = "select wave_id from wave order by position"
        return self.remember("waves", lambda: tuple(row["wave_id"] for row in self.rows(query)))

    def asked(self, query: str) -> tuple[Row, ...]:
        """Return the rows of a query without remembering them."""
        return self._ask(query, ())

    def close(self) -> None:
        """Close the file; for a release that is looked at once."""
        self._connection.close()

    def _ask(self, query: str, parameters: tuple[str, ...]) -> tuple[Row, ...]:
        """Return the rows of a query from the file, by a cursor of this call alone."""
        with self._connection.cursor() as cursor:
            asked = cursor.execute(query, list(parameters))
            names = [column[0] for column in asked.description or []]
            return tuple(dict(zip(names, row, strict=True)) for row in asked.fetchall())


class Snapshots:
    """The live release of a store. A reader keeps the snapshot it got until it is done."""

    def __init__(self, store: Store) -> None:
        self._pointer, self._room = self.places(store)
        self._seen: tuple[int, int] | None = None
        self._current: Snapshot | None = None
        self._lock = threading.Lock()
        # Called when another file was opened; it must not take long.
        self.when_opened: Callable[[], None] = lambda: None

    @staticmethod
    def places(store: Store) -> tuple[Path, Path]:
        """Return the pointer, and the room of the files that it names."""
        return store.current, store.releases

    def current(self) -> Snapshot:
        """Return the live release. Raise NothingReleasedError when nothing was released yet."""
        with self._lock:
            try:
                self._follow()
            except FileNotFoundError:
                # Without CURRENT the only release was taken back: it is not shown any longer.
                if not self._pointer.exists():
                    self._current, self._seen = None, None
                if self._current is None:
                    raise NothingReleasedError from None
            except (OSError, ValueError, duckdb.Error):
                # A publication that went wrong blocks no reader: the last good one stays.
                if self._current is None:
                    raise NothingReleasedError from None
            assert self._current is not None  # noqa: S101
            return self._current

    @contextmanager
    def earlier(self, release_id: str) -> Iterator[Snapshot | None]:
        """Give another release for as long as it is looked at; None where its file is not there.

        The id comes from the status file; anything but the name of a file of the room is none.
        """
        path = self._room / f"{release_id}.duckdb"
        if not RELEASE_ID.fullmatch(release_id) or not path.is_file():
            yield None
            return
        snapshot = Snapshot(path, release_id)
        try:
            yield snapshot
        finally:
            snapshot.close()

    def _follow(self) -> None:
        """Open the file that the pointer names, unless it is open already."""
        stat = self._pointer.stat()
        mark = (stat.st_mtime_ns, stat.st_ino)
        if self._current is not None and mark == self._seen:
            return
        release_id = self._pointer.read_text(encoding="utf-8").strip()
        if release_id == NOTHING:
            # The only released wave was withdrawn: what was open shows figures no longer.
            self._current, self._seen = None, mark
            raise NothingReleasedError
        if self._current is None or self._current.release_id != release_id:
            self._current = Snapshot(self._room / f"{release_id}.duckdb", release_id)
            self.when_opened()
        self._seen = mark


class StatusFiles(Snapshots):
    """The live status file of a store, followed as the live release is."""

    @staticmethod
    def places(store: Store) -> tuple[Path, Path]:
        """Return the pointer, and the room of the files that it names."""
        return store.status_pointer, store.status

    def latest(self) -> Snapshot | None:
        """Return the live status file, None when there was none yet."""
        try:
            return self.current()
        except NothingReleasedError:
            return None
