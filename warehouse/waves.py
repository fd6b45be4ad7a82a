"""Closing and releasing a wave: from the ledger's facts to frozen totals."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from warehouse.benchmark.blocks import Frame
from warehouse.benchmark.build import FrozenWave
from warehouse.benchmark.dialogue import Spoken
from warehouse.category_totals import Counted
from warehouse.cells import cell_rows, cells_in, employees_in, flagged_in
from warehouse.coded_answers import coded_rows
from warehouse.dialogue_totals import SPOKEN_SCHEMA, spoken_structure, spoken_totals
from warehouse.engines.duckdb import run_mart
from warehouse.errors import WaveStateError
from warehouse.files import remove_temporaries
from warehouse.instrument import Side
from warehouse.ledger import Ledger, WaveState
from warehouse.moderation import released_texts
from warehouse.paths import Store
from warehouse.register import Member, Register
from warehouse.review import Doubt, doubts, require_reviewed
from warehouse.scheme_answers import scheme_rows
from warehouse.settings import Settings
from warehouse.structure import wave_structure
from warehouse.totals import (
    Schema,
    employee_atoms,
    freeze,
    frozen_name,
    wave_totals,
)
from warehouse.units import Units, count_hr

FROZEN = ("released", "withdrawn")
# Readers of the first figures could subtract the second ones from them.
KEPT = (
    "People have seen its figures, and a second set beside the first could give answers away; "
    "that takes a proof of both together, which there is none of yet."
)
MEMBER_SCHEMA: Final[Schema] = {
    "organisation_id": pl.String,
    "name": pl.String,
    "headcount": pl.Int64,
    "employees_invited": pl.Int64,
    "size_band_id": pl.String,
    "not_offered": pl.List(pl.String),
}


def count_wave(ledger: Ledger, wave_id: str, settings: Settings, register: Register) -> Counted:
    """Return what is counted of a wave, per organisation and per cell."""
    instrument = settings.instrument_of(wave_id)
    members = register.members(wave_id, settings.size_bands, settings.wave_order)
    ledger.create_views()
    rows = cell_rows(ledger.connection, wave_id, instrument)
    employees = employees_in(rows, wave_id, instrument, members)
    return Counted(
        employees,
        count_hr(ledger.connection, wave_id, instrument, members),
        cells_in(rows, employees, instrument),
        flagged_in(rows, employees, instrument),
    )


def wave_doubts(
    ledger: Ledger, counted: Counted, settings: Settings, register: Register
) -> list[Doubt]:
    """Return what of a wave a person must look at before it is closed."""
    wave_id = counted.employees.wave_id
    rows = run_mart(ledger.connection, "hr_organisations", wave_id)
    hr = dict(rows.select("organisation_id", "representative_count").iter_rows())
    return list(doubts(wave_id, settings, register, counted.employees, hr))


def close_wave(
    ledger: Ledger, store: Store, wave_id: str, settings: Settings, register: Register
) -> WaveState:
    """Return the wave's new state after its totals are frozen.

    The totals are written first and the ledger's transaction makes them count, so a crash in
    between leaves files that the same command writes again under the same names.
    Errors: WaveStateError when the wave is released already, nothing was delivered for it, or a
    person must look at its register first.
    """
    state = ledger.wave_state(wave_id)
    if state.state in FROZEN:
        raise WaveStateError(f"Wave {wave_id} is {state.state}; its totals are frozen. {KEPT}")
    if not ledger.active(wave_id):
        raise WaveStateError(f"Nothing was delivered for wave {wave_id}; load its exports first.")
    for room in store.frozen:
        remove_temporaries(room)
    instrument = settings.instrument_of(wave_id)
    counted = count_wave(ledger, wave_id, settings, register)
    require_reviewed(wave_doubts(ledger, counted, settings, register))
    atoms = employee_atoms(counted.employees, instrument, settings)
    totals = wave_totals(counted, atoms, instrument, settings)
    counts = wave_structure(counted, atoms, instrument)
    name = frozen_name(wave_id, totals, counts)
    members = register.members(wave_id, settings.size_bands, settings.wave_order)
    freeze(member_frame(members), store.members / name)
    freeze(counts, store.structure / name)
    spoken = spoken_totals(ledger, wave_id, settings)
    units: dict[Side, Units] = {"employee": counted.employees, "hr": counted.hr}
    asked = [
        *scheme_rows(ledger.connection, instrument, units, atoms.base, settings),
        *coded_rows(ledger.connection, instrument, units, atoms.base, settings),
    ]
    spoken = pl.concat([spoken, pl.DataFrame(asked, schema=SPOKEN_SCHEMA, orient="row")])
    freeze(spoken_structure(spoken), store.voices / name)
    freeze(spoken, store.dialogues / name)
    freeze(totals, store.totals / name)
    now = datetime.datetime.now(datetime.UTC)
    closed = replace(state, state="closed", closed_at=now, totals_file=name)
    ledger.set_wave_state(closed)
    return closed


def member_frame(members: Sequence[Member]) -> pl.DataFrame:
    """Return the organisations of a wave as a frame."""
    rows = [tuple(getattr(member, name) for name in MEMBER_SCHEMA) for member in members]
    return pl.DataFrame(rows, schema=MEMBER_SCHEMA, orient="row")


def spoken_wave(store: Store, wave_id: str, name: str) -> Spoken:
    """Return what was said at a closed wave, with the texts that may be shown by now.

    A store from before dialogues were counted has none.
    """
    path = store.dialogues / name
    totals = pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=SPOKEN_SCHEMA)
    return Spoken(wave_id, totals, tuple(released_texts(store, wave_id)))


def open_wave(ledger: Ledger, wave_id: str) -> WaveState:
    """Return the state of a closed wave that takes deliveries again; its totals are let go.

    Errors: WaveStateError when the wave is released: its figures never change.
    """
    state = ledger.wave_state(wave_id)
    if state.state in FROZEN:
        raise WaveStateError(f"Wave {wave_id} is {state.state}; it cannot be opened again. {KEPT}")
    opened = replace(state, state="open", closed_at=None, totals_file=None)
    ledger.set_wave_state(opened)
    return opened


def participants(path: Path) -> dict[str, int]:
    """Return how many employees of each organisation took part, from a structure file."""
    rows = pl.read_parquet(path).filter(pl.col("side") == "employee")
    people = rows.select("organisation_id", "participant_count").unique().sort("organisation_id")
    return dict(people.iter_rows())


def members_then(
    store: Store, state: WaveState, settings: Settings, register: Register
) -> list[Member]:
    """Return the organisations of a closed wave as they were when it was closed.

    A store from before they were kept has only the register of now.
    """
    path = store.members / str(state.totals_file)
    if not path.exists():
        return register.members(state.wave_id, settings.size_bands, settings.wave_order)
    kept = pl.read_parquet(path).iter_rows(named=True)
    return [Member(**row | {"not_offered": tuple(row["not_offered"])}) for row in kept]


def frozen_wave(
    store: Store, state: WaveState, settings: Settings, register: Register
) -> FrozenWave:
    """Return a closed wave with its totals. Raise WaveStateError when it is still open."""
    if state.totals_file is None:
        raise WaveStateError(f"Wave {state.wave_id} is still open; close it first.")
    frame = Frame(
        wave=settings.wave(state.wave_id),
        instrument=settings.instrument_of(state.wave_id),
        members=members_then(store, state, settings, register),
        settings=settings,
    )
    totals = pl.read_parquet(store.totals / state.totals_file)
    people = participants(store.structure / state.totals_file)
    spoken = spoken_wave(store, state.wave_id, state.totals_file)
    return FrozenWave(frame, totals, people, register.events, spoken)
