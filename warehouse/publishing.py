"""Releasing waves and taking them back: the ledger decides, `CURRENT` follows.

A release is written and verified first; then one transaction of the ledger freezes its waves and
names it; only then `CURRENT` is replaced. A crash in between is mended by `follow_ledger`, so a
wave whose figures were ever shown can never be open again by accident.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from warehouse.errors import ReleaseError, WaveStateError
from warehouse.files import write_atomically
from warehouse.journal import Journal, Publication
from warehouse.ledger import Ledger, WaveState
from warehouse.paths import NOTHING, Store
from warehouse.register import Register
from warehouse.release import current_release, publish, written_release
from warehouse.settings import Settings
from warehouse.waves import FROZEN, KEPT


@dataclass(frozen=True)
class Withdrawal:
    """What taking a wave back did: the releases that no longer count, and the one that does."""

    wave_id: str
    withdrawn: tuple[str, ...]
    live: str | None


def waves_in(path: Path) -> tuple[str, ...]:
    """Return the waves of a released file, in order."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute("SELECT wave_id FROM wave ORDER BY position").fetchall()
    return tuple(wave_id for (wave_id,) in rows)


def adopt(journal: Journal, store: Store, now: datetime.datetime) -> None:
    """Write the live release into a journal that knows none: the store is older than it."""
    live = current_release(store)
    if live is None or journal.publications():
        return
    waves = waves_in(store.releases / f"{live}.duckdb")
    with journal.ledger.transaction():
        journal.ledger.replace("publication", Publication(1, live, ",".join(waves), now))


def follow_ledger(journal: Journal, store: Store) -> str | None:
    """Return the release that the ledger calls live, after making `CURRENT` say the same.

    Errors: ReleaseError when its file is gone.
    """
    if not journal.publications():
        return current_release(store)
    live = journal.live()
    if live is None:
        write_atomically(store.current, lambda path: path.write_text(f"{NOTHING}\n"))
        return None
    if current_release(store) != live.release_id:
        path = store.releases / f"{live.release_id}.duckdb"
        if not path.exists():
            raise ReleaseError(f"{path}: this release is missing. Restore it from a backup.")
        publish(store, live.release_id)
    return live.release_id


def release_waves(
    ledger: Ledger,
    store: Store,
    settings: Settings,
    waves: Sequence[str],
    register: Register,
    now: datetime.datetime | None = None,
) -> str:
    """Return the id of a release of `waves` and of all released before, now current.

    Errors: as `written_release`; the live release then stays.
    """
    moment = now or datetime.datetime.now(datetime.UTC)
    journal = Journal(ledger)
    adopt(journal, store, moment)
    known = {settings.wave(wave).wave_id for wave in waves}
    states = [ledger.wave_state(wave.wave_id) for wave in settings.waves]
    require_releasable(states, known)
    before = {state.wave_id for state in states if state.state == "released"}
    chosen = [state for state in states if state.wave_id in known | before]
    order = [state.wave_id for state in chosen]
    release_id = written_release(ledger, store, order, settings, register)
    freeze_waves(journal, release_id, chosen, moment)
    follow_ledger(journal, store)
    return release_id


def freeze_waves(
    journal: Journal, release_id: str, states: Sequence[WaveState], now: datetime.datetime
) -> None:
    """Write in one transaction that a release counts and that its waves are frozen."""
    live, number = journal.live(), len(journal.publications()) + 1
    waves = ",".join(state.wave_id for state in states)
    with journal.ledger.transaction():
        if live is None or live.release_id != release_id:
            row = Publication(number, release_id, waves, now)
            journal.ledger.replace("publication", row)
        for state in states:
            if state.state != "released":
                frozen = replace(state, state="released", released_at=now)
                journal.ledger.replace("wave_state", frozen)


def require_releasable(states: Iterable[WaveState], waves: Collection[str]) -> None:
    """Raise WaveStateError when one of these waves was withdrawn."""
    for state in states:
        if state.wave_id in waves and state.state == "withdrawn":
            raise WaveStateError(f"Wave {state.wave_id} was withdrawn. {KEPT}")


def withdraw_wave(
    ledger: Ledger,
    store: Store,
    settings: Settings,
    register: Register,
    wave_id: str,
    reason: str,
    now: datetime.datetime | None = None,
) -> Withdrawal:
    """Return what was taken back: every release with this wave. Their files stay.

    Readers first fall back on the last release without the wave. Then the waves that only the
    wrong releases held are released again, as they were frozen. A second call goes on where a
    crash stopped the first.
    Errors: WaveStateError when the wave was never released, or no reason is given.
    """
    moment = now or datetime.datetime.now(datetime.UTC)
    journal = Journal(ledger)
    adopt(journal, store, moment)
    state = ledger.wave_state(settings.wave(wave_id).wave_id)
    if state.state not in FROZEN:
        said = f"Wave {wave_id} is {state.state}; only a released wave is withdrawn."
        raise WaveStateError(f"{said} `regiespiegel wave list` shows every wave.")
    if not reason.strip():
        raise WaveStateError("Say why the wave is withdrawn; readers will ask.")
    standing = [found for found in journal.publications() if found.withdrawn_at is None]
    wrong = [found for found in standing if wave_id in found.waves]
    with ledger.transaction():
        for row in wrong:
            taken = replace(
                row, withdrawn_at=moment, withdrawn_wave_id=wave_id, reason=reason.strip()
            )
            ledger.replace("publication", taken)
        ledger.replace("wave_state", replace(state, state="withdrawn"))
    live = follow_ledger(journal, store)
    left = missing_waves(journal)
    if left:
        live = release_waves(ledger, store, settings, left, register, moment)
    withdrawn = tuple(dict.fromkeys(row.release_id for row in wrong))
    return Withdrawal(wave_id, withdrawn, live)


def missing_waves(journal: Journal) -> tuple[str, ...]:
    """Return the released waves that the live release does not hold, sorted."""
    live = journal.live()
    held = set() if live is None else set(live.waves)
    query = "SELECT wave_id FROM wave_state WHERE state = 'released' ORDER BY wave_id"
    rows = journal.ledger.connection.execute(query).fetchall()
    return tuple(wave_id for (wave_id,) in rows if wave_id not in held)
