"""The status file: response during fieldwork, the public ledger, and how the last refreshes went.

It is built and made current as a release is, beside the releases and with a pointer of its own, so
that a refresh that published nothing, or failed, shows all the same.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import version

import polars as pl

from warehouse.engines.duckdb import run_mart
from warehouse.files import remove_temporaries, sync, write_atomically
from warehouse.journal import Journal
from warehouse.ledger import Delivery, Ledger
from warehouse.paths import Store
from warehouse.public_ids import public_id
from warehouse.register import Register
from warehouse.release import as_frame, check_keys, is_synthetic, verify, write_database
from warehouse.response import Row, fieldwork, response_rows
from warehouse.settings import Settings
from warehouse.status_tables import STATUS_BY_NAME, STATUS_TABLES
from warehouse.waves import FROZEN

RUNS_SHOWN = 30
# A reader that read STATUS just before it was replaced must still find the file it named.
FILES_KEPT = 5


def text(cell: object) -> object:
    """Return a time as ISO 8601; anything else as it is."""
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, datetime.date) else cell


def texts(row: Mapping[str, object]) -> Row:
    """Return a row with its times as texts."""
    return {name: text(cell) for name, cell in row.items()}


def progress_rows(ledger: Ledger, settings: Settings) -> Iterator[Row]:
    """Yield how far every wave is."""
    for position, wave in enumerate(settings.waves, 1):
        state = ledger.wave_state(wave.wave_id)
        yield texts(
            {
                "wave_id": wave.wave_id,
                "position": position,
                "name_nl": wave.name_nl,
                "name_en": wave.name_en,
                "state": state.state,
                "fieldwork_start": wave.fieldwork_start,
                "fieldwork_end": wave.fieldwork_end,
                "release_date": wave.release_date,
                "closed_at": state.closed_at,
                "released_at": state.released_at,
            }
        )


def fieldwork_rows(ledger: Ledger, settings: Settings, register: Register) -> Iterator[Row]:
    """Yield the response of every wave with deliveries that is not released."""
    ledger.create_views()
    counts = run_mart(ledger.connection, "respondent_counts")
    for wave in settings.waves:
        wave_id = wave.wave_id
        if ledger.wave_state(wave_id).state in FROZEN or not ledger.active(wave_id):
            continue
        mine = counts.filter(pl.col("wave_id") == wave_id).drop("wave_id")
        members = register.members(wave_id, settings.size_bands, settings.wave_order)
        work = fieldwork(wave_id, dict(mine.iter_rows()), members, settings)
        yield from response_rows(work, settings)


def public_delivery(ledger: Ledger, delivery: Delivery) -> Row:
    """Return a delivery under its published id, times as texts."""
    row = texts(asdict(delivery))
    return row | {"delivery_id": public_id(ledger.store, delivery.delivery_id)}


def status_rows(
    ledger: Ledger, settings: Settings, register: Register | None
) -> dict[str, Iterator[Row] | list[Row]]:
    """Return the rows of every table but `status`."""
    journal = Journal(ledger)
    return {
        "wave_progress": progress_rows(ledger, settings),
        "response": fieldwork_rows(ledger, settings, register) if register else [],
        "delivery": [public_delivery(ledger, delivery) for delivery in ledger.deliveries()],
        "load_run": [texts(asdict(run)) for run in journal.runs()[-RUNS_SHOWN:]],
        "publication": [texts(asdict(row)) for row in journal.publications()],
    }


def status_frames(
    ledger: Ledger, settings: Settings, register: Register | None
) -> dict[str, pl.DataFrame]:
    """Return every table but `status` as a checked, sorted frame."""
    frames = {}
    for name, rows in status_rows(ledger, settings, register).items():
        table = STATUS_BY_NAME[name]
        chosen = [{column: row.get(column) for column in table.names} for row in rows]
        frames[name] = as_frame(table, chosen)
        check_keys(table, frames[name])
    return frames


def status_id_of(frames: Mapping[str, pl.DataFrame]) -> str:
    """Return the hash of a status file's contents."""
    digest = hashlib.sha256()
    for name in sorted(frames):
        digest.update(name.encode() + frames[name].write_ndjson().encode())
    return digest.hexdigest()[:20]


def publish_status(
    ledger: Ledger,
    store: Store,
    settings: Settings,
    register: Register | None,
    now: datetime.datetime,
) -> str:
    """Return the id of the status file of this moment, now current.

    Missing: without a register there are no response figures.
    """
    frames = status_frames(ledger, settings, register)
    status_id = status_id_of(frames)
    live = Journal(ledger).live()
    about: Row = {
        "status_id": status_id,
        "created_at": text(now),
        "code_version": version("regiespiegel"),
        "release_id": live.release_id if live else None,
        "is_synthetic": is_synthetic(store),
    }
    frames["status"] = as_frame(STATUS_BY_NAME["status"], [about])
    write_status(store, status_id, frames)
    write_atomically(store.status_pointer, lambda path: path.write_text(f"{status_id}\n"))
    remove_old(store, status_id)
    return status_id


def write_status(store: Store, status_id: str, frames: Mapping[str, pl.DataFrame]) -> None:
    """Write and verify a status file, unless its contents stand there already."""
    store.status.mkdir(parents=True, exist_ok=True)
    target = store.status / f"{status_id}.duckdb"
    if target.exists():
        return
    remove_temporaries(store.published)
    for path in store.status.glob("building-*"):
        path.unlink()
    building = store.status / f"building-{status_id}.duckdb"
    write_database(building, frames, STATUS_TABLES)
    sync(building)
    verify(building, frames, STATUS_TABLES)
    building.replace(target)
    sync(store.status)


def current_status(store: Store) -> str | None:
    """Return the id of the live status file, None when there was none yet."""
    if not store.status_pointer.exists():
        return None
    return store.status_pointer.read_text(encoding="utf-8").strip()


def remove_old(store: Store, live: str) -> None:
    """Remove all but the newest status files; a reader that has one open keeps it."""
    files = sorted(store.status.glob("*.duckdb"), key=lambda path: path.stat().st_mtime_ns)
    for path in files[:-FILES_KEPT]:
        if path.stem != live:
            path.unlink()
