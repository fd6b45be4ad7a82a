"""What runs without a human: load what is new, publish what is due, say what happened.

    inbox → load → landed/ → waves that are due: close, release → status

Nothing leaves the inbox before the ledger knows it. A failure keeps the live release, stands in the
ledger and in the status, and ends with a status of its own.
"""

from __future__ import annotations

import datetime
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.pipeline import Progress, load_files
from etl.report import LoadReport
from warehouse.errors import RegiespiegelError
from warehouse.ledger import Ledger, open_ledger, store_lock
from warehouse.paths import Store
from warehouse.register import Register, read_register
from warehouse.release import current_release, release_waves
from warehouse.runs import Outcome, RefreshRun, record_run
from warehouse.settings import Settings
from warehouse.status import publish_status
from warehouse.waves import close_wave

Clock = Callable[[], datetime.datetime]
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".download", "~")
LANDED_ROOM = "landed"
WEBHOOK_SECONDS = 10


class RefreshError(RegiespiegelError):
    """A refresh that did not run to its end; the last good release is still the live one."""


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did."""

    run: RefreshRun
    reports: tuple[LoadReport, ...]
    waiting: tuple[Path, ...]


def utc_now() -> datetime.datetime:
    """Return the time."""
    return datetime.datetime.now(datetime.UTC)


def refresh(
    store: Store,
    settings: Settings,
    *,
    clock: Clock = utc_now,
    progress: Progress | None = None,
    webhook: str | None = None,
) -> Refreshed:
    """Return what one refresh did, after it stands in the ledger and in the status.

    Errors: LockedError when another command is writing in the store, at once; RefreshError when
    it did not run to its end.
    """
    store.create()
    with store_lock(store, timeout_seconds=0):
        started = clock()
        try:
            refreshed = run_once(store, settings, clock, started, progress)
        except (RegiespiegelError, OSError, duckdb.Error) as error:
            reason = str(error).splitlines()[0]
            run = RefreshRun(started, clock(), "failed", 0, 0, 0, current_release(store), reason)
            remember_failure(store, settings, run, webhook)
            raise RefreshError(f"The refresh failed: {reason}") from error
        call(webhook, refreshed.run)
        return refreshed


def run_once(
    store: Store,
    settings: Settings,
    clock: Clock,
    started: datetime.datetime,
    progress: Progress | None,
) -> Refreshed:
    """Return what a refresh did that ran to its end."""
    register = read_register(store.register)
    ready, waiting = offered(store, settings, clock())
    reports = load_files(ready, store, settings, register=register, progress=progress)
    put_away(store, ready, reports)
    with open_ledger(store) as ledger:
        publish_due(ledger, store, settings, register, clock().date())
        run = finished(started, clock(), reports, waiting, current_release(store))
        record_run(ledger, run)
        publish_status(ledger, store, settings, register)
    return Refreshed(run, tuple(reports), tuple(waiting))


def offered(
    store: Store, settings: Settings, now: datetime.datetime
) -> tuple[list[Path], list[Path]]:
    """Return the files in the inbox that are complete, and those still being written.

    A file is complete when it was not touched for a while. A time in the future, which a clock
    that was set back leaves behind, says nothing and keeps no file waiting.
    """
    ready: list[Path] = []
    waiting: list[Path] = []
    for path in sorted(store.inbox.iterdir()):
        if not path.is_file() or path.name.startswith((".", "~")):
            continue
        age = now.timestamp() - path.stat().st_mtime
        settles = 0 <= age < settings.general.refresh.settle_seconds
        is_unfinished = path.name.lower().endswith(UNFINISHED) or settles
        (waiting if is_unfinished else ready).append(path)
    return ready, waiting


def put_away(store: Store, paths: Sequence[Path], reports: Sequence[LoadReport]) -> None:
    """Move what is in the ledger out of the inbox; what was refused stays for a person to see."""
    room = store.inbox / LANDED_ROOM
    for path, report in zip(paths, reports, strict=True):
        if report.outcome == "refused":
            continue
        room.mkdir(exist_ok=True)
        target = room / path.name
        if target.exists():
            target = room / f"{path.stem}-{report.delivery.delivery_id[:8]}{path.suffix}"
        path.replace(target)


def publish_due(
    ledger: Ledger, store: Store, settings: Settings, register: Register, today: datetime.date
) -> None:
    """Close and release every wave whose release date has come and that has deliveries.

    A wave somebody withdrew stays withdrawn.
    """
    due = []
    for wave in settings.waves:
        state = ledger.wave_state(wave.wave_id).state
        if state in ("released", "withdrawn") or wave.release_date > today:
            continue
        if not ledger.active(wave.wave_id):
            continue
        close_wave(ledger, store, wave.wave_id, settings, register)
        due.append(wave.wave_id)
    if due:
        release_waves(ledger, store, settings, register, due)


def finished(
    started: datetime.datetime,
    now: datetime.datetime,
    reports: Sequence[LoadReport],
    waiting: Sequence[Path],
    release_id: str | None,
) -> RefreshRun:
    """Return the run of a refresh that ran to its end."""
    refused = [report for report in reports if report.outcome == "refused"]
    landed = sum(report.outcome == "landed" for report in reports)
    outcome: Outcome = "refused" if refused else "done"
    names = ", ".join(report.delivery.file_name for report in refused)
    reason = f"refused: {names}" if refused else None
    counts = (landed, len(refused), len(waiting))
    return RefreshRun(started, now, outcome, *counts, release_id, reason)


def remember_failure(
    store: Store, settings: Settings, run: RefreshRun, webhook: str | None
) -> None:
    """Write a failed run wherever it can still be written, and tell whoever listens."""
    try:
        with open_ledger(store) as ledger:
            record_run(ledger, run)
            publish_status(ledger, store, settings, None)
    except (RegiespiegelError, OSError, duckdb.Error):
        # The store itself is what failed; the exit status and the webhook still tell.
        pass
    call(webhook, run)


def call(webhook: str | None, run: RefreshRun) -> None:
    """Tell a webhook how a refresh that did not go well ended; its silence fails nothing."""
    if webhook is None or run.outcome == "done":
        return
    body = {"outcome": run.outcome, "reason": run.reason, "at": run.finished_at.isoformat()}
    request = urllib.request.Request(  # noqa: S310
        webhook, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        urllib.request.urlopen(request, timeout=WEBHOOK_SECONDS).close()  # noqa: S310
    except (urllib.error.URLError, OSError, ValueError):
        return
