"""Landing: every file is complete and on disk under its own hash before the ledger names it."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.errors import UnreadableError
from etl.validate import Checking
from warehouse.files import sync
from warehouse.ledger import STAGE_PREFIX, identifier, quoted
from warehouse.paths import Store

MEMORY_LIMIT = "1GB"


@dataclass(frozen=True)
class Stage:
    """A room for one delivery in progress: a directory and an in-memory database that spills."""

    directory: Path
    connection: duckdb.DuckDBPyConnection


@contextmanager
def staged(store: Store | None = None) -> Iterator[Stage]:
    """Return a stage that is gone afterwards; a killed one is removed by the store's next run.

    Without a store it stands in the system's room for temporary files.
    """
    directory = None if store is None else store.private
    room = tempfile.TemporaryDirectory(prefix=STAGE_PREFIX, dir=directory)
    with room as name, duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = {quoted(name + '/spill')}")
        connection.execute(f"SET memory_limit = {quoted(MEMORY_LIMIT)}")
        yield Stage(Path(name), connection)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def keep_raw(path: Path, store: Store, delivery_id: str) -> Iterator[Path]:
    """Return a copy of a delivery as it came, to be read at once; it is on disk at the end.

    Reaching the disk takes as long as reading does, so both are done at the same time. The copy is
    hashed, not the original: it is the copy that is read, and that the ledger names.
    Errors: UnreadableError when the file changed while it was copied.
    """
    target = store.deliveries / delivery_id
    if target.exists():
        yield target
        return
    temporary = store.deliveries / f".new-{os.getpid()}"
    try:
        # The kernel copies.
        shutil.copyfile(path, temporary)
        with ThreadPoolExecutor(1) as beside:
            hashed = beside.submit(durable_hash, temporary)
            try:
                yield temporary
            finally:
                require_same(hashed.result(), delivery_id)
                temporary.replace(target)
                sync(store.deliveries)
    finally:
        temporary.unlink(missing_ok=True)


def durable_hash(path: Path) -> str:
    """Return the SHA-256 of a file that is on disk."""
    sync(path)
    return hash_of(path)


def require_same(found: str, delivery_id: str) -> None:
    """Raise UnreadableError when a copy is not what was hashed before."""
    if found != delivery_id:
        mend = "Offer it again when it is complete."
        raise UnreadableError("the file changed while it was read.", mend)


def publish(directory: Path, write: Callable[[Path], None], suffix: str = ".parquet") -> str:
    """Return the name, its content hash, under which a file was written in a directory."""
    temporary = directory / f".new-{os.getpid()}"
    try:
        write(temporary)
        name = durable_hash(temporary) + suffix
        temporary.replace(directory / name)
    finally:
        temporary.unlink(missing_ok=True)
    sync(directory)
    return name


def facts_sql(checking: Checking) -> str:
    """Return the query of what is landed of a survey.

    Shape: one row per accepted respondent, in file order.
    """
    items = ", ".join(
        f"answer_{index} AS {identifier(item.item_id)}"
        for index, item in enumerate(checking.instrument.item)
    )
    number = f"(rowid + {checking.table.first_row})::INTEGER"
    return f"""SELECT {number} AS row_number, respondent_id, organisation_id, side, {items},
        quality_flag FROM coded WHERE is_accepted"""


def land_facts(connection: duckdb.DuckDBPyConnection, query: str, store: Store) -> str:
    """Return the name of the facts file written from a query."""
    return publish(store.facts, lambda target: write_parquet(connection, query, target))


def land_refused(connection: duckdb.DuckDBPyConnection, store: Store) -> str:
    """Return the name of the file written with the refused rows, one row per violation."""
    query = "SELECT * FROM violation ORDER BY row_number, column_name, rule"
    return publish(store.refused, lambda target: write_parquet(connection, query, target))


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    """Write the rows of a query as Parquet."""
    options = "FORMAT parquet, COMPRESSION zstd"
    connection.execute(f"COPY ({query}) TO {quoted(str(target))} ({options})")
