"""The contract of one row, as a pydantic model built from the instrument: it explains suspects.

`validate.py` states the same rules as SQL over all rows. This model sees only the rows that SQL
suspects, and gives each of its faults a column and a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError

from etl.reasons import REASONS, CellError
from etl.recode import BLANKS, decode, normalised
from warehouse.instrument import ChoiceGroup, Instrument, Item


class Row(BaseModel):
    """What every row holds, whatever the instrument asks."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


def row_model(instrument: Instrument, members: Collection[str]) -> type[Row]:
    """Return the model of a row under an instrument, for the organisations of a wave.

    A row is a dict of texts with the keys respondent_id, organisation_id, side and every item_id.
    A fault's type is the rule, its message the reason.
    """
    fields: dict[str, Any] = {
        "respondent_id": (checked(str, partial(present, rule="respondent_missing")), ...),
        "organisation_id": (checked(str, organisation_check(instrument, members)), ...),
        "side": (checked(str, partial(side_of, instrument=instrument)), ...),
    }
    for index, item in enumerate(instrument.item):
        kind = str | None if item.kind == "text" else int | None
        check = partial(answer_to, item=item, instrument=instrument)
        fields[f"answer_{index}"] = (checked(kind, check), Field(alias=item.item_id))
    whole: Any = model_validator(mode="after")(row_check(instrument))
    return create_model("InstrumentRow", __base__=Row, __validators__={"whole": whole}, **fields)


def checked(kind: Any, check: Callable[..., Any]) -> Any:
    """Return a field type whose raw text passes through a check first."""
    return Annotated[kind, BeforeValidator(check)]


def fault(rule: str, reason: str | None = None, **context: Any) -> PydanticCustomError:
    """Return a fault whose braces are text, not places to fill in."""
    text = (reason or REASONS[rule]).replace("{", "(").replace("}", ")")
    return PydanticCustomError(rule, text, context)


def present(text: str, *, rule: str) -> str:
    """Return the id in a cell. Raise when there is none."""
    found = text.strip(BLANKS)
    if not found:
        raise fault(rule)
    return found


def organisation_check(instrument: Instrument, members: Collection[str]) -> Callable[[str], str]:
    """Return the check of an organisation id; a fixed organisation needs no register."""

    def check(text: str) -> str:
        if instrument.fixed_organisation is not None:
            return instrument.fixed_organisation
        found = present(text, rule="organisation_missing").upper()
        if found not in members:
            raise fault("organisation_unknown")
        return found

    return check


def side_of(text: str, *, instrument: Instrument) -> str:
    """Return which side a row speaks for. Raise when the instrument does not know the text."""
    if instrument.columns.side is None:
        return str(instrument.fixed_side)
    known = {normalised(label): side for label, side in instrument.sides.items()}
    if normalised(text) not in known:
        raise fault("side_unknown", f"this side is not known; use one of: {', '.join(known)}.")
    return known[normalised(text)]


def answer_to(
    text: str, info: ValidationInfo, *, item: Item, instrument: Instrument
) -> int | str | None:
    """Return the answer to an item. Raise when it is none, or was not asked of this side."""
    answer: int | str | None
    if item.kind == "text":
        answer = text.strip(BLANKS) or None
    else:
        try:
            answer = decode(text, instrument.scale_of(item), reverse=item.reverse)
        except CellError as error:
            raise fault(error.rule, error.reason) from None
    side = info.data.get("side")
    if answer is not None and side is not None and side not in item.sides:
        asked = ", ".join(item.sides)
        raise fault("not_asked_of_side", f"only asked of: {asked}; leave it empty for others.")
    return answer


def row_check(instrument: Instrument) -> Callable[[Any], Any]:
    """Return the check of a row as a whole."""
    answers = [
        f"answer_{index}"
        for index, item in enumerate(instrument.item)
        if item.kind not in ("text", "attribute")
    ]

    def check(self: Row) -> Row:
        for group in instrument.choice_group:
            chosen = sum(getattr(self, field) == top for field, top in choices(instrument, group))
            if chosen > group.choices_max:
                reason = f"more than {group.choices_max} options are chosen."
                raise fault("too_many_choices", reason, column=group.choice_group_id)
        if all(getattr(self, field) is None for field in answers):
            raise fault("no_answers")
        return self

    return check


def choices(instrument: Instrument, group: ChoiceGroup) -> list[tuple[str, int]]:
    """Return the fields of a choice group, each with the answer that means chosen."""
    return [
        (f"answer_{index}", chosen_code(instrument, item))
        for index, item in enumerate(instrument.item)
        if item.choice_group == group.choice_group_id
    ]


def chosen_code(instrument: Instrument, item: Item) -> int:
    """Return the answer that means an option was chosen: the top of its scale."""
    return instrument.scale_of(item).highest
