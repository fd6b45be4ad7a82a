"""What a corrected export would do to a wave, tried in a copy of the ledger that is thrown away."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from etl.pipeline import load_chosen
from etl.report import LoadReport, summary
from etl.target import Choice
from warehouse.difference import Change, changes, counted_figures, frozen_figures
from warehouse.errors import WaveStateError
from warehouse.ledger import STAGE_PREFIX, open_ledger
from warehouse.paths import Store
from warehouse.register import Register
from warehouse.settings import Settings


def wave_changes(
    store: Store, settings: Settings, register: Register, wave_id: str, files: Sequence[Path]
) -> tuple[list[Change], list[LoadReport]]:
    """Return which figures of a wave would change if these files were loaded, and how they load.

    Without files: what the deliveries of now would change in the frozen figures.
    Errors: WaveStateError when the wave has no deliveries; DeliveryError for a file that is absent.
    """
    with open_ledger(store) as ledger:
        if not ledger.active(wave_id):
            raise WaveStateError(f"Nothing was delivered for wave {wave_id}: nothing can change.")
        before = frozen_figures(ledger, store, wave_id, settings, register)
    with scratch_of(store) as scratch:
        with open_ledger(scratch) as ledger:
            opened = replace(ledger.wave_state(wave_id), state="open")
            ledger.set_wave_state(opened)
        reports = loaded(files, scratch, settings, Choice(wave_id, register=register))
        with open_ledger(scratch) as ledger:
            after = counted_figures(ledger, scratch, wave_id, settings, register)
    return changes(before, after), reports


def loaded(
    files: Sequence[Path], scratch: Store, settings: Settings, choice: Choice
) -> list[LoadReport]:
    """Return how files load. Raise WaveStateError when one is refused: it would change nothing."""
    if not files:
        return []
    forget_refused(scratch)
    reports = load_chosen(files, scratch, settings, choice)
    for report in reports:
        if report.outcome == "refused":
            raise WaveStateError(f"It would change nothing: {summary(report)}")
    return reports


def forget_refused(scratch: Store) -> None:
    """Forget in the copy what was refused, so that a late file is judged by its rows."""
    with open_ledger(scratch) as ledger:
        ledger.connection.execute("DELETE FROM delivery WHERE state = 'refused'")


@contextmanager
def scratch_of(store: Store) -> Iterator[Store]:
    """Return a copy of a store's ledger over the same facts; gone afterwards, also after a crash.

    Facts are linked, not copied: they are immutable, and removing a link removes no file.
    """
    stage = tempfile.TemporaryDirectory(prefix=STAGE_PREFIX, dir=store.private)
    with stage as name:
        scratch = Store(Path(name))
        scratch.create()
        for room in (store.facts, *store.frozen):
            for path in room.iterdir():
                (scratch.private / room.name / path.name).hardlink_to(path)
        shutil.copyfile(store.warehouse, scratch.warehouse)
        yield scratch
