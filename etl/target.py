"""Where a delivery goes: which wave, which instrument, which organisations it may speak for."""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from etl.errors import DeliveryError, UnknownWaveError
from warehouse.dialogue import Dialogue, Part
from warehouse.instrument import Instrument
from warehouse.ledger import Delivery, Ledger, facts_path
from warehouse.paths import Store
from warehouse.register import Register, read_register
from warehouse.settings import DeliveryPattern, Settings


@dataclass(frozen=True)
class Spoken:
    """A part of a dialogue, as what a file holds."""

    dialogue: Dialogue
    part: Part


@dataclass(frozen=True)
class Choice:
    """What the caller says about the files, instead of what their names say."""

    wave_id: str | None = None
    instrument: Instrument | Spoken | None = None
    register: Register | None = None
    now: datetime.datetime | None = None


@dataclass(frozen=True)
class Target:
    """Where deliveries go and by which rules."""

    store: Store
    settings: Settings
    ledger: Ledger
    choice: Choice


def instrument_called(instrument_id: str, settings: Settings) -> Instrument:
    """Return an instrument by its id. Raise UnknownWaveError naming those that exist."""
    if instrument_id not in settings.instruments:
        known = ", ".join(sorted(settings.instruments))
        raise UnknownWaveError(f"no instrument {instrument_id!r}.", f"Use one of: {known}.")
    return settings.instruments[instrument_id]


def asked_by(file_name: str, target: Target) -> tuple[str, Instrument | Spoken]:
    """Return the wave and the instrument or dialogue of a file: as given, else by its name.

    Errors: UnknownWaveError when no pattern of settings.toml fits.
    """
    patterns = target.settings.general.delivery_pattern
    pattern = next((p for p in patterns if fnmatch.fnmatch(file_name, p.glob)), None)
    wave_id = target.choice.wave_id or (pattern.wave_id if pattern else None)
    if wave_id is None:
        globs = ", ".join(p.glob for p in patterns)
        raise UnknownWaveError(
            f"the name fits no delivery_pattern of settings.toml ({globs}).",
            "Rename the file, add a pattern, or name the wave yourself.",
        )
    if target.choice.instrument is not None:
        return wave_id, target.choice.instrument
    if pattern is not None and pattern.wave_id == wave_id:
        return wave_id, named_by(pattern, target.settings)
    return wave_id, target.settings.instrument_of(wave_id)


def named_by(pattern: DeliveryPattern, settings: Settings) -> Instrument | Spoken:
    """Return what a pattern says a file holds."""
    if pattern.dialogue_id is not None and pattern.part is not None:
        return Spoken(settings.dialogues[pattern.dialogue_id], pattern.part)
    return settings.instruments[str(pattern.instrument_id)]


def require_open(wave_id: str, ledger: Ledger) -> None:
    """Raise DeliveryError when a wave no longer takes deliveries."""
    wave = ledger.wave_state(wave_id)
    state = wave.state
    if state == "closed":
        mend = f"Open it again (`regiespiegel wave open {wave_id}`), or leave this file out."
        raise DeliveryError(f"wave {wave_id} is closed: its totals are fixed.", mend)
    if state == "withdrawn":
        mend = "Keep the file; the wave's figures were taken back."
        raise DeliveryError(f"wave {wave_id} was withdrawn.", mend)
    if state == "released":
        since = "" if wave.released_at is None else f" since {wave.released_at:%Y-%m-%d}"
        mend = (
            f"Keep the file: `regiespiegel wave diff {wave_id} FILE` shows what it would change. "
            f"If the figures are wrong, `wave withdraw {wave_id} --reason TEXT` takes them back; "
            "the wave then stays without, because two sets of figures could give answers away."
        )
        problem = f"wave {wave_id} is released{since}: its figures never change."
        raise DeliveryError(problem, mend)


def members_of(wave_id: str, asked: Instrument | Spoken, target: Target) -> Collection[str]:
    """Return the organisations of a wave; none are needed when the export has no such column."""
    if isinstance(asked, Spoken):
        if asked.dialogue.columns(asked.part).organisation is None:
            return frozenset()
    elif asked.fixed_organisation is not None:
        return frozenset()
    register = target.choice.register or read_register(target.store.register)
    settings = target.settings
    members = register.members(wave_id, settings.size_bands, settings.wave_order)
    return frozenset(member.organisation_id.strip().upper() for member in members)


def other_facts(draft: Delivery, target: Target) -> list[Path]:
    """Return the facts of the wave's other series, in which nobody may stand again."""
    return [
        facts_path(target.store, delivery)
        for delivery in target.ledger.active(draft.wave_id)
        if delivery.series != draft.series
    ]
