"""Reading employer statements from a file: one row per answer, consent on every row."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from etl.land import hash_of
from etl.register_sheets import Cells, read_sheets
from warehouse.errors import RegisterError
from warehouse.instrument import Frozen, Item
from warehouse.paths import Store
from warehouse.register import Register
from warehouse.settings import Settings, describe
from warehouse.statements import Audience, Statement, StatementError, add_statements

Text = Annotated[str, Field(min_length=1)]


class StatementRow(Frozen):
    """A row of a statement file: whose, about which question, and who consented to what."""

    organisation_id: Text
    wave_id: Text
    item_id: Text
    answer: float
    shown_to: Audience
    consent_by: Text
    consent_on: datetime.date

    @property
    def statement(self) -> tuple[str, str]:
        """Which statement it is part of."""
        return self.organisation_id, self.wave_id

    @property
    def consent(self) -> tuple[Audience, str, datetime.date]:
        """What was consented to, by whom and when."""
        return self.shown_to, self.consent_by, self.consent_on


def import_statements(
    path: Path, store: Store, settings: Settings, register: Register, now: datetime.datetime
) -> list[int]:
    """Return the numbers of the statements of a file, all taken or none.

    Errors: StatementError naming file, line and mend; never an answer.
    """
    try:
        sheets = read_sheets(path)
    except RegisterError as error:
        raise StatementError(str(error)) from None
    rows = [
        (f"{sheet.place}, line {line}", row_of(f"{sheet.place}, line {line}", cells))
        for sheet in sheets
        for line, cells in sheet.rows
    ]
    if not rows:
        raise StatementError(f"{path.name}: there are no rows below the header.")
    known = {(row.organisation_id, row.wave_id) for row in register.headcounts}
    for place, row in rows:
        check_row(place, row, settings, known, now)
    return add_statements(store, gathered(rows), hash_of(path), now)


def row_of(place: str, cells: Cells) -> StatementRow:
    """Return a row. Raise StatementError naming place and column."""
    answer = cells.get("answer", "").replace(",", ".")
    try:
        return StatementRow.model_validate(cells | {"answer": answer})
    except ValidationError as error:
        raise StatementError(f"{place}: {describe(error)}. Correct it.") from None


def check_row(
    place: str,
    row: StatementRow,
    settings: Settings,
    known: set[tuple[str, str]],
    now: datetime.datetime,
) -> None:
    """Raise StatementError for a row that no organisation can have meant."""
    if row.wave_id not in settings.wave_order:
        waves = ", ".join(settings.wave_order)
        raise StatementError(f"{place}: wave {row.wave_id!r} is not known. Use one of: {waves}.")
    if row.statement not in known:
        name = row.organisation_id
        raise StatementError(f"{place}: {name} is not in headcounts.csv at wave {row.wave_id}.")
    if row.consent_on > now.date():
        raise StatementError(f"{place}: consent_on lies in the future. Correct the date.")
    instrument = settings.instrument_of(row.wave_id)
    item = next((i for i in instrument.numeric_items if i.item_id == row.item_id), None)
    if item is None or "hr" not in item.sides:
        raise StatementError(f"{place}: {row.item_id!r} is no question for HR at that wave.")
    if not is_on_scale(row.answer, item, settings, row.wave_id):
        raise StatementError(f"{place}: column answer: not on the scale of {row.item_id}.")


def is_on_scale(answer: float, item: Item, settings: Settings, wave_id: str) -> bool:
    """Return whether an answer is one that the question allows."""
    scale = settings.instrument_of(wave_id).scale_of(item)
    steps = answer / scale.step
    return scale.minimum <= answer <= scale.maximum and abs(steps - round(steps)) < 1e-9


def gathered(rows: list[tuple[str, StatementRow]]) -> list[Statement]:
    """Return rows as statements. Raise StatementError where one contradicts itself."""
    first: dict[tuple[str, str], StatementRow] = {}
    answers: dict[tuple[str, str], dict[str, float]] = {}
    for place, row in rows:
        if first.setdefault(row.statement, row).consent != row.consent:
            raise StatementError(f"{place}: another consent than above. Give one per statement.")
        given = answers.setdefault(row.statement, {})
        if row.item_id in given:
            raise StatementError(f"{place}: {row.item_id} is answered twice. Keep one.")
        given[row.item_id] = row.answer
    return [
        Statement(
            organisation_id,
            wave_id,
            *first[organisation_id, wave_id].consent,
            answers=tuple(sorted(given.items())),
        )
        for (organisation_id, wave_id), given in answers.items()
    ]
