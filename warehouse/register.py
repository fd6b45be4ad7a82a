"""The organisation register: who exists, how large they were at each wave, what happened to them.

Files in `<data>/register/`, UTF-8 with commas: `organisations.csv` and `headcounts.csv`, and where
there is something to say `events.csv`, `schemes.csv`, `reviews.csv` and `names.csv`. They hold no
answers, and they are operational data of the sector fund, so they stand with the data and not in
`config/` (docs/decisions/001-register-with-the-data.md).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from warehouse.errors import RegisterError
from warehouse.register_rows import (
    Event,
    Headcount,
    KnownName,
    Organisation,
    Review,
    SchemeOffer,
)
from warehouse.settings import SizeBands, describe

__all__ = [
    "Event",
    "Headcount",
    "KnownName",
    "Member",
    "Organisation",
    "Register",
    "Review",
    "SchemeOffer",
    "read_register",
]

Row = TypeVar("Row", bound=BaseModel)


@dataclass(frozen=True)
class Member:
    """An organisation as it was at one wave, in the size band it had then.

    `not_offered` are the schemes of the cao that it does not offer, as far as the register says.
    """

    organisation_id: str
    name: str
    headcount: int | None
    employees_invited: int | None
    size_band_id: str | None
    not_offered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Register:
    """The register as read."""

    organisations: tuple[Organisation, ...]
    headcounts: tuple[Headcount, ...]
    events: tuple[Event, ...] = ()
    offers: tuple[SchemeOffer, ...] = ()
    reviews: tuple[Review, ...] = ()
    names: tuple[KnownName, ...] = ()

    def members(self, wave_id: str, bands: SizeBands, order: Sequence[str] = ()) -> list[Member]:
        """Return the organisations of a wave, in the band they had then, sorted by id.

        `order` is the waves in order of time; left out, their ids are taken to sort so.
        """
        waves = list(order) or sorted({row.wave_id for row in self.headcounts})
        until = waves[: waves.index(wave_id) + 1] if wave_id in waves else [wave_id]
        band: dict[str, str | None] = {}
        rows = sorted(
            (row for row in self.headcounts if row.wave_id in until),
            key=lambda row: until.index(row.wave_id),
        )
        for row in rows:
            before = band.get(row.organisation_id)
            # An unknown headcount is no band; the one after it remembers the last that was known.
            band[row.organisation_id] = bands.band_after(row.headcount, before) or before
        missing = self.not_offered(wave_id)
        return sorted(
            (member_of(row, band, missing) for row in rows if row.wave_id == wave_id),
            key=lambda member: member.organisation_id,
        )

    def not_offered(self, wave_id: str) -> dict[str, tuple[str, ...]]:
        """Return the schemes that organisations do not offer at a wave."""
        found: dict[str, tuple[str, ...]] = {}
        for offer in self.offers:
            if offer.wave_id == wave_id and not offer.is_offered:
                before = found.get(offer.organisation_id, ())
                found[offer.organisation_id] = tuple(sorted((*before, offer.scheme_id)))
        return found


def member_of(
    row: Headcount,
    bands: Mapping[str, str | None],
    not_offered: Mapping[str, tuple[str, ...]],
) -> Member:
    """Return an organisation at a wave; without a headcount it is in no band."""
    name = row.organisation_id
    band = None if row.headcount is None else bands[name]
    missing = not_offered.get(name, ())
    return Member(name, row.name, row.headcount, row.employees_invited, band, missing)


def read_rows(path: Path, model: type[Row]) -> tuple[Row, ...]:
    """Return the rows of a register file.

    Errors: RegisterError naming file, line and column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            cells = list(csv.DictReader(lines))
    except FileNotFoundError:
        raise RegisterError(f"{path}: the register is missing; put the file there.") from None
    rows = []
    for line, row in enumerate(cells, start=2):
        try:
            rows.append(model.model_validate(row))
        except ValidationError as error:
            raise RegisterError(f"{path}, line {line}: {describe(error)}. Correct it.") from None
    return tuple(rows)


def check_unique(path: Path, keys: Sequence[tuple[str, ...]]) -> None:
    """Raise RegisterError for a row that stands twice, naming the second line."""
    seen: set[tuple[str, ...]] = set()
    for line, key in enumerate(keys, start=2):
        if key in seen:
            raise RegisterError(f"{path}, line {line}: {' at '.join(key)} stands twice. Keep one.")
        seen.add(key)


def check_periods(path: Path, rows: Sequence[Organisation]) -> None:
    """Raise RegisterError when two rows of one organisation hold on the same day."""
    last: dict[str, Organisation] = {}
    for row in sorted(rows, key=lambda row: (row.organisation_id, row.valid_from)):
        before = last.get(row.organisation_id)
        if before is not None and (before.valid_to is None or before.valid_to >= row.valid_from):
            line = rows.index(row) + 2
            problem = f"{row.organisation_id} has two rows that hold on {row.valid_from}"
            raise RegisterError(f"{path}, line {line}: {problem}. End the earlier one before.")
        last[row.organisation_id] = row


def optional_rows(path: Path, model: type[Row]) -> tuple[Row, ...]:
    """Return the rows of a register file that need not exist."""
    return read_rows(path, model) if path.exists() else ()


def all_events(organisations: Sequence[Organisation], events: Sequence[Event]) -> list[Event]:
    """Return every event once, those that a row of `organisations.csv` tells included."""
    told = [
        Event(
            organisation_id=row.organisation_id,
            event=row.event,
            event_date=row.valid_to or row.valid_from,
            successor_id=row.successor_id,
        )
        for row in organisations
        if row.event is not None
    ]
    said = {(event.organisation_id, event.event, event.successor_id) for event in events}
    own = [e for e in told if (e.organisation_id, e.event, e.successor_id) not in said]
    return sorted([*events, *own], key=lambda event: (event.event_date, event.organisation_id))


def read_register(directory: Path) -> Register:
    """Return the register of a data directory's `register/` folder.

    Errors: RegisterError naming file, line, column and mend.
    """
    names, counts = directory / "organisations.csv", directory / "headcounts.csv"
    happened, offered = directory / "events.csv", directory / "schemes.csv"
    organisations, headcounts = read_rows(names, Organisation), read_rows(counts, Headcount)
    events, offers = optional_rows(happened, Event), optional_rows(offered, SchemeOffer)
    check_unique(names, [(r.organisation_id, str(r.valid_from)) for r in organisations])
    check_periods(names, organisations)
    check_unique(counts, [(row.organisation_id, row.wave_id) for row in headcounts])
    check_unique(happened, [(e.organisation_id, e.event, e.successor_id or "") for e in events])
    check_unique(offered, [(o.organisation_id, o.wave_id, o.scheme_id) for o in offers])
    reviews = optional_rows(directory / "reviews.csv", Review)
    also = optional_rows(directory / "names.csv", KnownName)
    try:
        known = tuple(all_events(organisations, events))
    except ValidationError as error:
        raise RegisterError(f"{names}: {describe(error)}. Correct it.") from None
    return Register(organisations, headcounts, known, offers, reviews, also)
