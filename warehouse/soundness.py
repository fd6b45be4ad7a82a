"""Whether a data directory is whole: what is named live can be opened, and the ledger is there."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.errors import ReleaseError
from warehouse.paths import NOTHING, Store
from warehouse.release import current_release

RESTORE = "Restore the whole data directory from one backup."


def look_at(store: Store) -> list[str]:
    """Return what a store holds, in sentences; nothing in it is changed.

    Errors: ReleaseError for what is named and cannot be opened, or is gone.
    """
    live = current_release(store)
    if live is None:
        return ["Nothing was released yet.", *ledger_of(store, False)]
    check_file(store.releases / f"{live}.duckdb", "release", live)
    return [f"Release {live} is current.", *status_of(store), *ledger_of(store, True)]


def check_file(path: Path, table: str, name: str) -> None:
    """Raise ReleaseError unless a published file opens and is the one that is named."""
    try:
        with duckdb.connect(str(path), read_only=True) as file:
            row = file.execute(f"SELECT {table}_id FROM {table}").fetchone()
    except duckdb.Error as error:
        problem = f"{table.capitalize()} {name} is named live, and {path} cannot be opened"
        raise ReleaseError(f"{problem} ({type(error).__name__}). {RESTORE}") from None
    if row is None or row[0] != name:
        raise ReleaseError(f"{path} does not hold {table} {name}. {RESTORE}")


def status_of(store: Store) -> list[str]:
    """Return which status file is live."""
    if not store.status_pointer.exists():
        return ["There is no status file yet: `refresh` publishes one."]
    name = store.status_pointer.read_text(encoding="utf-8").strip()
    if name != NOTHING:
        check_file(store.status / f"{name}.duckdb", "status", name)
    return [f"Status file {name} is current."]


def ledger_of(store: Store, is_released: bool) -> list[str]:
    """Return what the ledger holds, and which totals of its waves are there."""
    if not store.warehouse.exists():
        if is_released:
            lacking = f"{store.warehouse} is not there, while a release is"
            raise ReleaseError(f"{lacking}: no wave can be corrected or withdrawn. {RESTORE}")
        return ["Nothing was loaded yet."]
    try:
        with duckdb.connect(str(store.warehouse), read_only=True) as ledger:
            landed = ledger.execute("SELECT count(*) FROM delivery WHERE state = 'landed'")
            count = (landed.fetchone() or (0,))[0]
            query = "SELECT totals_file FROM wave_state WHERE totals_file IS NOT NULL"
            totals = [row[0] for row in ledger.execute(query).fetchall()]
    except duckdb.IOException:
        return ["The ledger is in use by another command and was not looked at."]
    except duckdb.Error as error:
        problem = f"The ledger {store.warehouse} cannot be read ({type(error).__name__})"
        raise ReleaseError(f"{problem}. {RESTORE}") from None
    gone = [name for name in totals if not (store.totals / name).exists()]
    if gone:
        raise ReleaseError(f"Frozen totals are gone: {', '.join(gone)}. {RESTORE}")
    return [f"Ledger: {count} deliveries landed, totals of {len(totals)} waves."]
