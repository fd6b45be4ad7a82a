"""One refresh: take what is new, publish what is due, say how it went.

    begin → follow the ledger → look twice → take each file, then put it away → close and
    release what is due → end → status

A run that is killed at whatever point is called interrupted by the next one, which goes on where it
was: a file leaves the inbox only after its delivery stands in the ledger, and `CURRENT` follows the
ledger. Numbers, not times, order the runs, because a clock may jump.
"""

from __future__ import annotations

import datetime
import sys
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb

from etl.errors import DeliveryError
from etl.inbox import REFUSED, TAKEN, Look, put_away, scan
from etl.pipeline import load_file
from etl.refresh_settings import RefreshSettings
from etl.report import LoadReport, summary
from warehouse.dimensions import write_dimensions
from warehouse.errors import RegiespiegelError
from warehouse.journal import Journal, Run
from warehouse.ledger import Ledger, open_ledger, store_lock
from warehouse.lock import LockedError, wait_for_lock
from warehouse.paths import Store
from warehouse.publishing import follow_ledger, missing_waves, release_waves
from warehouse.register import Register, read_register
from warehouse.settings import Settings
from warehouse.status import publish_status
from warehouse.waves import FROZEN, close_wave

Tell = Callable[..., None]


@dataclass(frozen=True)
class Work:
    """What a refresh works with. `tell` hears an event's name and its fields, no answers."""

    store: Store
    settings: Settings
    refresh: RefreshSettings
    now: Callable[[], datetime.datetime]
    sleep: Callable[[float], None]
    tell: Tell

    @property
    def today(self) -> datetime.date:
        """The day it is where releases are due."""
        return self.now().astimezone(zoneinfo.ZoneInfo(self.refresh.time_zone)).date()


def step(name: str) -> None:
    """Announce a step to whoever audits this process; the tests kill it there."""
    sys.audit("regiespiegel.step", name)


@contextmanager
def only_refresh(store: Store) -> Iterator[None]:
    """Return as the only refresh of a store. Raise LockedError at once when one is running."""
    path = store.private / ".refresh.lock"
    with path.open("a+") as file:
        try:
            wait_for_lock(file.fileno(), path, 0)
        except LockedError:
            holder = path.read_text(encoding="utf-8").strip()
            message = f"{store.private}: another refresh is running (process {holder}). "
            raise LockedError(message + "This one did nothing; there is nothing to mend.") from None
        yield


def refresh(work: Work) -> Run:
    """Return how one refresh went, after writing it in the ledger and the status file.

    Errors: LockedError when another is running; anything that keeps the ledger from being
    written. What goes wrong within the run is told in the run.
    """
    work.store.create()
    wait = work.refresh.lock_wait_seconds
    with only_refresh(work.store), store_lock(work.store, wait):
        with open_ledger(work.store) as ledger:
            run = Journal(ledger).begin(work.now())
        step("begun")
        work.tell("run_started", run=run.number)
        try:
            run = carried_out(work, run)
        except Exception as error:  # whatever it is must be seen in the ledger
            run = replace(run, outcome="failed", message=said(error))
        return ended(work, run)


def said(error: Exception) -> str:
    """Return what went wrong in a sentence; of the unexpected only its kind and place."""
    if isinstance(error, RegiespiegelError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"The store cannot be written ({error.strerror}). Make room or correct the rights."
    if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException | MemoryError):
        return "Disk or memory is full. Make room, and refresh again."
    place, trace = "", error.__traceback__
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"Unexpected {type(error).__name__} at {place}. Report this to whoever maintains it."


def carried_out(work: Work, run: Run) -> Run:
    """Return a run after everything was taken and published."""
    register = read_register(work.store.register)
    with open_ledger(work.store) as ledger:
        follow_ledger(Journal(ledger), work.store)
        write_dimensions(ledger, register, work.settings)
    step("followed")
    found = scan(work.store.inbox, lambda: work.sleep(work.refresh.settle_seconds))
    work.tell("inbox", ready=len(found.ready), waiting=[path.name for path in found.waiting])
    step("scanned")
    run = replace(run, waiting_count=len(found.waiting))
    for seen in found.ready:
        run = counted(run, taken(work, seen, register))
    if run.outcome == "failed":
        return run
    return published(work, run, register)


def counted(run: Run, became: LoadReport | str | None) -> Run:
    """Return a run with one more file: its report, or why it could not even be judged."""
    if became is None:
        return run
    if isinstance(became, str):
        return replace(run, outcome="failed", message=run.message or became)
    if became.outcome == "landed":
        return replace(run, landed_count=run.landed_count + 1)
    if became.outcome == "unchanged":
        return replace(run, unchanged_count=run.unchanged_count + 1)
    return replace(run, refused_count=run.refused_count + 1)


def taken(work: Work, seen: Look, register: Register) -> LoadReport | str | None:
    """Return what became of a file, which then leaves the inbox; None when it was gone.

    A file over which the program itself stumbles stays, and the others are taken all the same.
    """
    name = seen.path.name
    step("before " + name)
    try:
        report = load_file(seen.path, work.store, work.settings, register=register, now=work.now())
    except DeliveryError:
        return None
    except RegiespiegelError:
        raise
    except Exception as error:
        work.tell("delivery", file=name, outcome="failed")
        return f"{name}: {said(error)}"
    step("landed " + name)
    leave_inbox(seen, report)
    step("put away " + name)
    work.tell("delivery", file=name, outcome=report.outcome, summary=summary(report))
    return report


def leave_inbox(seen: Look, report: LoadReport) -> None:
    """Move a file of which the ledger knows out of the inbox; beside a refused one says why."""
    if report.outcome == "refused":
        put_away(seen, REFUSED, report.delivery.delivery_id, summary(report))
    else:
        put_away(seen, TAKEN, report.delivery.delivery_id)


def is_steady(run: Run, before: Run | None, jump_days: int) -> bool:
    """Return whether the clock goes on from the run before: not back, and not very far ahead."""
    if before is None:
        return True
    last = before.ended_at or before.started_at
    return last <= run.started_at <= last + datetime.timedelta(days=jump_days)


def published(work: Work, run: Run, register: Register) -> Run:
    """Return a run after the waves that are due were closed and released, in one release."""
    with open_ledger(work.store) as ledger:
        journal = Journal(ledger)
        due = due_waves(work, ledger)
        before = next((one for one in journal.runs()[::-1] if one.number < run.number), None)
        if not due and not missing_waves(journal):
            return run
        if not is_steady(run, before, work.refresh.clock_jump_days):
            held = ", ".join([*due, *missing_waves(journal)])
            doubt = f"The clock jumped since run {run.number - 1}"
            return replace(run, message=f"{doubt}; these releases wait for the next run: {held}.")
        for wave in due:
            if ledger.wave_state(wave).state == "open":
                close_wave(ledger, work.store, wave, work.settings, register)
            step("closed " + wave)
        live = release_waves(ledger, work.store, work.settings, due, register, work.now())
    step("released")
    work.tell("released", release=live, waves=due)
    return replace(run, release_id=live)


def due_waves(work: Work, ledger: Ledger) -> list[str]:
    """Return the waves to release today: due, with deliveries, and not taken back."""
    return [
        wave.wave_id
        for wave in work.settings.waves
        if wave.release_date <= work.today
        and ledger.wave_state(wave.wave_id).state not in FROZEN
        and ledger.active(wave.wave_id)
    ]


def known_register(store: Store) -> Register | None:
    """Return the register, None when it cannot be used: the status must say so all the same."""
    try:
        return read_register(store.register)
    except RegiespiegelError:
        return None


def ended(work: Work, run: Run) -> Run:
    """Return a finished run, written in the ledger and shown in the status file."""
    if run.outcome == "running":
        run = replace(run, outcome="refused" if run.refused_count else "done")
    run = replace(run, ended_at=work.now())
    step("before end")
    with open_ledger(work.store) as ledger:
        Journal(ledger).end(run)
        step("ended")
        try:
            register = known_register(work.store)
            publish_status(ledger, work.store, work.settings, register, work.now())
        except (RegiespiegelError, OSError, duckdb.Error) as error:
            why = " ".join(filter(None, [run.message, "No status was published:", said(error)]))
            run = replace(run, outcome="failed", message=why)
            Journal(ledger).end(run)
    step("shown")
    work.tell("run_ended", run=run.number, outcome=run.outcome, message=run.message)
    return run
