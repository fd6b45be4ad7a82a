"""Which figures would change if a wave were counted again, with what is in the ledger now.

For the operator, before a correction is decided on. Nothing here is published or frozen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from warehouse.benchmark.blocks import Frame
from warehouse.benchmark.build import FrozenWave, released_rows
from warehouse.ledger import Ledger
from warehouse.paths import Store
from warehouse.register import Register
from warehouse.release import as_frame
from warehouse.settings import Settings
from warehouse.tables import BY_NAME
from warehouse.totals import employee_atoms, wave_totals
from warehouse.waves import count_wave, frozen_wave

# Tables of figures; the others only describe.
COMPARED: Final = (
    "score",
    "benchmark",
    "comparison",
    "gap",
    "distribution",
    "size_gradient",
    "response",
    "trend",
    "change_part",
    "trend_line",
)
Figures = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Change:
    """One figure that would change; None where it is not shown."""

    table: str
    key: tuple[str, ...]
    column: str
    before: object
    after: object


def counted_wave(
    ledger: Ledger, wave_id: str, settings: Settings, register: Register
) -> FrozenWave:
    """Return a wave as it would be closed now, without writing anything."""
    instrument = settings.instrument_of(wave_id)
    counted = count_wave(ledger, wave_id, settings, register)
    frame = Frame(
        wave=settings.wave(wave_id),
        instrument=instrument,
        members=register.members(wave_id, settings.size_bands, settings.wave_order),
        settings=settings,
    )
    units = counted.employees
    atoms = employee_atoms(units, instrument, settings)
    totals = wave_totals(counted, atoms, instrument, settings)
    people = dict(zip(units.organisation_ids, units.participants.tolist(), strict=True))
    return FrozenWave(frame, totals, people, register.events)


def other_waves(
    ledger: Ledger, store: Store, wave_id: str, settings: Settings, register: Register
) -> list[FrozenWave]:
    """Return the waves with frozen totals, the one in question left out."""
    states = [ledger.wave_state(w.wave_id) for w in settings.waves if w.wave_id != wave_id]
    return [frozen_wave(store, state, settings, register) for state in states if state.totals_file]


def figures_with(chosen: FrozenWave, others: list[FrozenWave]) -> Figures:
    """Return the figures of a wave, and the trends that it is part of."""
    wave_id = chosen.frame.wave.wave_id
    order = [wave.wave_id for wave in chosen.frame.settings.waves]
    waves = sorted([chosen, *others], key=lambda wave: order.index(wave.frame.wave.wave_id))
    rows = released_rows(waves)
    place = order.index(wave_id)
    until, since = order[: place + 1], order[place:]
    frames = {name: as_frame(BY_NAME[name], rows.get(name, [])) for name in COMPARED}
    return {name: about(frame, until, since) for name, frame in frames.items()}


def about(frame: pl.DataFrame, until: list[str], since: list[str]) -> pl.DataFrame:
    """Return the rows about the wave at which `until` ends and `since` begins.

    A line through several waves is about those in between too.
    """
    if "wave_id" in frame.columns:
        return frame.filter(pl.col("wave_id") == since[0])
    return frame.filter(pl.col("wave_from").is_in(until) & pl.col("wave_to").is_in(since))


def frozen_figures(
    ledger: Ledger, store: Store, wave_id: str, settings: Settings, register: Register
) -> Figures:
    """Return a wave's figures as they are: frozen if it is closed, else counted now."""
    state = ledger.wave_state(wave_id)
    if state.totals_file is not None:
        wave = frozen_wave(store, state, settings, register)
    else:
        wave = counted_wave(ledger, wave_id, settings, register)
    return figures_with(wave, other_waves(ledger, store, wave_id, settings, register))


def counted_figures(
    ledger: Ledger, store: Store, wave_id: str, settings: Settings, register: Register
) -> Figures:
    """Return a wave's figures counted from what the ledger has now."""
    wave = counted_wave(ledger, wave_id, settings, register)
    return figures_with(wave, other_waves(ledger, store, wave_id, settings, register))


def changes(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> list[Change]:
    """Return every figure that differs, sorted by table and key."""
    found: list[Change] = []
    for name in COMPARED:
        found += table_changes(name, before[name], after[name])
    return found


def table_changes(name: str, before: pl.DataFrame, after: pl.DataFrame) -> Iterator[Change]:
    """Yield what differs in one table; a row that is not there has nothing to show."""
    keys = BY_NAME[name].key
    cells = [column for column in BY_NAME[name].names if column not in keys]
    both = before.join(after, on=keys, how="full", suffix=":after", coalesce=True).sort(keys)
    for row in both.iter_rows(named=True):
        key = tuple(str(row[column]) for column in keys)
        for column in cells:
            if row[column] != row[f"{column}:after"]:
                yield Change(name, key, column, row[column], row[f"{column}:after"])
