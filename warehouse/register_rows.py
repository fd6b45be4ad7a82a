"""The rows of the register's files: what each says, and what cannot be."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Frozen(BaseModel):
    """A row of the register; an empty cell is None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def empty_is_none(cls, cell: str | None) -> str | None:
        """Return None for an empty cell."""
        return None if cell == "" else cell


EventKind = Literal["merger", "split", "rename", "exit"]


class Organisation(Frozen):
    """An organisation from one day to another: a change of name is a new row.

    `event` and `successor_id` say what ended it; `events.csv` may say the same.
    """

    organisation_id: str
    name: str
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    event: EventKind | None = None
    successor_id: str | None = None

    @field_validator("valid_from", mode="before")
    @classmethod
    def year_is_its_first_day(cls, cell: object) -> object:
        """Return the first day of a year that stands alone."""
        return f"{cell}-01-01" if isinstance(cell, str) and re.fullmatch(r"\d{4}", cell) else cell

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        """Raise ValueError when the last day is before the first."""
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        return self


class Event(Frozen):
    """What happened to an organisation. A merger has a row per predecessor, a split per part."""

    organisation_id: str
    event: EventKind
    event_date: datetime.date
    successor_id: str | None = None

    @model_validator(mode="after")
    def leads_somewhere(self) -> Self:
        """Raise ValueError when a merger or split does not say what came after."""
        if self.event in ("merger", "split") and self.successor_id is None:
            raise ValueError(f"a {self.event} needs a successor_id")
        return self


class SchemeOffer(Frozen):
    """Whether an organisation offers a scheme of the cao at a wave."""

    organisation_id: str
    wave_id: str
    scheme_id: str
    is_offered: bool


ReviewCheck = Literal["headcount_changed", "more_than_headcount", "many_hr_representatives"]


class Review(Frozen):
    """Something odd about an organisation at a wave that a person accepted, with a reason."""

    organisation_id: str
    wave_id: str
    check: ReviewCheck
    accepted_by: str
    accepted_on: datetime.date
    reason: str


class Headcount(Frozen):
    """An organisation at one wave: people employed, people invited."""

    organisation_id: str
    wave_id: str
    name: str
    headcount: Annotated[int, Field(ge=1)] | None = None
    employees_invited: Annotated[int, Field(ge=0)] | None = None


class KnownName(Frozen):
    """A name by which an organisation, a team or a project of it is known, beside its own."""

    organisation_id: str
    name: str
