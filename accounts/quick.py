"""What every request asks of the account store: on the driver itself, with no ORM between.

SQLAlchemy compiles a statement once per kind of database, and the driver runs it from then on.
Making statement, connection and result anew each time took longer than the database did.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ClauseElement, Dialect, Engine
from sqlalchemy.dialects import sqlite


class Prepared:
    """A statement as the driver takes it, and how its rows are read.

    Parameters are texts and whole numbers, which every driver takes as they are.
    """

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text, self._fixed = str(compiled), dict(compiled.params)
        columns = list(getattr(statement, "selected_columns", ()))
        self._names = [str(one.key) for one in columns]
        readers = [
            one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns
        ]
        self._readers = [(place, read) for place, read in enumerate(readers) if read is not None]

    def parameters(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters, with those that stand in the statement itself."""
        return self._fixed | dict(given)

    def read(self, found: tuple[Any, ...]) -> Any:
        """Return a row by name, its values as the types of the columns have them."""
        values = list(found)
        for place, reader in self._readers:
            values[place] = reader(values[place])
        return SimpleNamespace(**dict(zip(self._names, values, strict=True)))


@lru_cache(maxsize=64)
def prepared(statement: ClauseElement, dialect: Dialect) -> Prepared:
    """Return a statement prepared, once: statements are made once per module."""
    return Prepared(statement, dialect)


class Found:
    """What a statement found, read as SQLAlchemy's results are."""

    def __init__(self, statement: Prepared, cursor: Any) -> None:
        self._statement, self._cursor = statement, cursor

    def first(self) -> Any:
        """Return the first row, None for none."""
        row = self._cursor.fetchone()
        return None if row is None else self._statement.read(row)

    def all(self) -> list[Any]:
        """Return every row."""
        return [self._statement.read(row) for row in self._cursor.fetchall()]


class Quick:
    """A transaction on the driver's connection."""

    def __init__(self, connection: Any, dialect: Dialect) -> None:
        self.dialect = dialect
        self._cursor = connection.cursor()

    def execute(
        self, statement: ClauseElement, parameters: Mapping[str, Any] | None = None
    ) -> Found:
        """Return what a statement found; it has run."""
        ready = prepared(statement, self.dialect)
        self._cursor.execute(ready.text, ready.parameters(parameters or {}))
        return Found(ready, self._cursor)


class Door:
    """Gives quick transactions, on PostgreSQL by the engine's pool.

    SQLite's connections cannot break, so they are kept without a pool that looks after them.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        # The driver of SQLite takes parameters by name too, as that of PostgreSQL does.
        self._dialect = sqlite.dialect(paramstyle="named") if self._is_sqlite else engine.dialect
        self._free: deque[Any] = deque()

    @contextmanager
    def open(self, is_writing: bool) -> Iterator[Quick]:
        """Give a transaction that is kept when the block ends well."""
        connection = self._take()
        try:
            if is_writing and self._is_sqlite:
                connection.execute("begin immediate")
            yield Quick(connection, self._dialect)
            connection.commit()
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Close every connection that is free."""
        while self._free:
            self._free.pop().close()

    def _take(self) -> Any:
        """Return a connection that nobody else has."""
        try:
            return self._free.pop()
        except IndexError:
            pooled = self._engine.raw_connection()
        if not self._is_sqlite:
            return pooled
        taken = pooled.dbapi_connection
        pooled.detach()
        return taken

    def _give_back(self, connection: Any) -> None:
        """Let others have a connection; what was not kept is taken back."""
        if self._is_sqlite:
            connection.rollback()
            self._free.append(connection)
        else:
            connection.close()
