"""The organisation register: who exists, how large they were at each wave, what happened to them.

Two files in `<data>/register/`, UTF-8 with commas: `organisations.csv` and `headcounts.csv`.
They hold no answers, and they are operational data of the sector fund, so they stand with the
data and not in `config/` (docs/decisions/001-register-with-the-data.md).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from warehouse.errors import RegisterError
from warehouse.settings import SizeBands, describe

Row = TypeVar("Row", bound=BaseModel)


class Frozen(BaseModel):
    """A row of the register; an empty cell is None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def empty_is_none(cls, cell: str | None) -> str | None:
        """Return None for an empty cell."""
        return None if cell == "" else cell


class Organisation(Frozen):
    """An organisation. `successor_id` and `event` say what became of it (merger, rename, exit)."""

    organisation_id: str
    name: str
    valid_from: str
    valid_to: str | None = None
    event: str | None = None
    successor_id: str | None = None


class Headcount(Frozen):
    """An organisation at one wave: people employed, people invited."""

    organisation_id: str
    wave_id: str
    name: str
    headcount: Annotated[int, Field(ge=1)] | None = None
    employees_invited: Annotated[int, Field(ge=0)] | None = None


@dataclass(frozen=True)
class Member:
    """An organisation as it was at one wave, in the size band it had then."""

    organisation_id: str
    name: str
    headcount: int | None
    employees_invited: int | None
    size_band_id: str | None


@dataclass(frozen=True)
class Register:
    """The register as read."""

    organisations: tuple[Organisation, ...]
    headcounts: tuple[Headcount, ...]

    def members(self, wave_id: str, bands: SizeBands) -> list[Member]:
        """Return the organisations of a wave, sorted by id."""
        rows = [row for row in self.headcounts if row.wave_id == wave_id]
        return sorted(
            (
                Member(
                    row.organisation_id,
                    row.name,
                    row.headcount,
                    row.employees_invited,
                    bands.band_of(row.headcount),
                )
                for row in rows
            ),
            key=lambda member: member.organisation_id,
        )


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


def read_register(directory: Path) -> Register:
    """Return the register of a data directory's `register/` folder.

    Errors: RegisterError naming file, line, column and mend.
    """
    names, counts = directory / "organisations.csv", directory / "headcounts.csv"
    organisations, headcounts = read_rows(names, Organisation), read_rows(counts, Headcount)
    check_unique(names, [(row.organisation_id,) for row in organisations])
    check_unique(counts, [(row.organisation_id, row.wave_id) for row in headcounts])
    return Register(organisations, headcounts)
