"""An instrument: what was asked, on which scale, and in which column of an export it stands."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Side = Literal["employee", "hr"]
Kind = Literal["grade", "likert", "mention", "yes_no", "category", "attribute", "text"]
Unit = Literal["grade", "likert", "share", "category", "support"]
# The column of the facts that says why an answer looks careless; no item may have its name.
QUALITY_FLAG = "quality_flag"
NUMERIC_KINDS: tuple[Kind, ...] = ("grade", "likert", "mention", "yes_no")


class Frozen(BaseModel):
    """A value object: no unknown keys, never changed after it is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Scale(Frozen):
    """The answers an item allows. Facts hold an answer as an integer number of steps."""

    minimum: int
    maximum: int
    step: Annotated[float, Field(gt=0)]
    unit: Unit
    missing: tuple[str, ...] = ("",)
    labels: dict[str, int] = {}
    not_applicable: dict[str, int] = {}
    not_applicable_ids: dict[Literal["not_offered", "not_eligible"], int] = {}
    category_ids: dict[str, int] = {}
    commissioner: tuple[str, ...] = ()

    @model_validator(mode="after")
    def the_commissioner_decides_known_categories(self) -> Self:
        """Raise ValueError for a category that the scale does not have."""
        strange = [name for name in self.commissioner if name not in self.category_ids]
        if strange:
            raise ValueError(f"commissioner: {strange[0]!r} is not in category_ids")
        return self

    @model_validator(mode="after")
    def not_applicable_must_be_off_the_scale(self) -> Self:
        """Raise ValueError when a code would count as an answer."""
        for label, code in self.not_applicable.items():
            if self.lowest <= code <= self.highest:
                raise ValueError(f"code {code} of {label!r} lies on the scale; choose one above it")
        return self

    @property
    def lowest(self) -> int:
        """The lowest answer in steps."""
        return round(self.minimum / self.step)

    @property
    def highest(self) -> int:
        """The highest answer in steps."""
        return round(self.maximum / self.step)


class Columns(Frozen):
    """The columns of an export that are not answers.

    `duration` (seconds) and `submitted` (date and time; empty: not completed) may be absent from an
    export; what they serve is then not checked. In a long export, a row per answer, `item` holds
    the item's column name and `answer` what was answered.
    """

    respondent: str
    organisation: str
    side: str | None = None
    duration: str | None = None
    submitted: str | None = None
    item: str | None = None
    answer: str | None = None

    @model_validator(mode="after")
    def long_needs_both(self) -> Self:
        """Raise ValueError when only one of `item` and `answer` is named."""
        if (self.item is None) != (self.answer is None):
            raise ValueError("a long export needs both columns: item and answer")
        return self

    @property
    def is_long(self) -> bool:
        """Whether an export has a row per answer, not per respondent."""
        return self.item is not None


class TableShape(Frozen):
    """Where the table stands in an export, when it is not simply at the top of the first sheet.

    `header_row` counts from 1; of several header rows the names are joined; `data_row` is the
    first row of answers.
    """

    sheet: str | None = None
    header_row: Annotated[int, Field(ge=1)] | None = None
    header_rows: Annotated[int, Field(ge=1, le=10)] = 1
    data_row: Annotated[int, Field(ge=2)] | None = None

    @model_validator(mode="after")
    def answers_must_stand_below_the_header(self) -> Self:
        """Raise ValueError when the answers would begin in the header."""
        end = (self.header_row or 1) + self.header_rows - 1
        if self.data_row is not None and self.data_row <= end:
            raise ValueError(
                f"data_row {self.data_row} must be below the header, which ends at {end}"
            )
        return self


class Item(Frozen):
    """One question and the column it stands in."""

    item_id: str
    column: str
    kind: Kind
    scale: str | None = None
    sides: tuple[Side, ...]
    name_nl: str
    name_en: str
    question_nl: str
    question_en: str
    reverse: bool = False
    choice_group: str | None = None
    aspect_id: str | None = None
    scheme_id: str | None = None
    facet_id: str | None = None
    breakdown_id: str | None = None
    stance: Literal["space", "control"] | None = None

    @model_validator(mode="after")
    def must_make_sense(self) -> Self:
        """Raise ValueError for a breakdown by an answer, a broken pattern, or a name taken."""
        if self.breakdown_id is not None and self.kind != "attribute":
            raise ValueError(f"item {self.item_id}: only an attribute can have a breakdown_id")
        if self.column.startswith("/") and self.column.endswith("/"):
            try:
                re.compile(self.column[1:-1])
            except re.error as error:
                raise ValueError(f"item {self.item_id}: column is no pattern: {error}") from None
        if self.item_id == QUALITY_FLAG:
            raise ValueError(f"item {self.item_id}: this name is taken; choose another")
        return self


class ChoiceGroup(Frozen):
    """A question of which at most `choices_max` options may be chosen."""

    choice_group_id: str
    choices_max: Annotated[int, Field(ge=1)]
    name_nl: str
    name_en: str
    question_nl: str
    question_en: str


class Instrument(Frozen):
    """A questionnaire, one version of it.

    `fixed_side` and `fixed_organisation` serve exports that have no such column.
    """

    instrument_id: str
    version: int
    comparability_class: str
    title_nl: str
    title_en: str
    columns: Columns
    table: TableShape = TableShape()
    fixed_side: Side | None = None
    fixed_organisation: str | None = None
    sides: dict[str, Side] = {}
    scales: dict[str, Scale]
    choice_group: tuple[ChoiceGroup, ...] = ()
    item: tuple[Item, ...]

    @model_validator(mode="after")
    def references_must_exist(self) -> Self:
        """Raise ValueError for an item on an unknown scale or choice group, or doubled."""
        groups = {group.choice_group_id for group in self.choice_group}
        seen: set[str] = set()
        for item in self.item:
            if item.kind != "text" and item.scale not in self.scales:
                raise ValueError(f"item {item.item_id}: scale {item.scale!r} is not in [scales]")
            if item.choice_group is not None and item.choice_group not in groups:
                raise ValueError(f"item {item.item_id}: choice_group {item.choice_group!r} unknown")
            if item.item_id in seen:
                raise ValueError(f"item {item.item_id} stands twice")
            seen.add(item.item_id)
        return self

    @property
    def numeric_items(self) -> tuple[Item, ...]:
        """The items a mean or a share is published of."""
        return tuple(item for item in self.item if item.kind in NUMERIC_KINDS)

    @property
    def category_items(self) -> tuple[Item, ...]:
        """The items whose answers are codes of open answers, each with an id of its own."""
        return tuple(
            item
            for item in self.item
            if item.kind == "category" and self.scale_of(item).category_ids
        )

    @property
    def coded_items(self) -> tuple[Item, ...]:
        """Every item whose answers are integers."""
        return tuple(item for item in self.item if item.kind != "text")

    @property
    def text_items(self) -> tuple[Item, ...]:
        """The items whose answers are free text."""
        return tuple(item for item in self.item if item.kind == "text")

    @property
    def breakdowns(self) -> tuple[Item, ...]:
        """The attributes that results may be broken down by."""
        return tuple(item for item in self.item if item.breakdown_id is not None)

    def grids(self, items_min: int) -> list[tuple[int, ...]]:
        """Return the positions of the statements per scale, where there are at least so many."""
        found: dict[str, list[int]] = {}
        for index, item in enumerate(self.item):
            if item.kind == "likert" and item.scale is not None:
                found.setdefault(item.scale, []).append(index)
        return [tuple(grid) for grid in found.values() if len(grid) >= items_min]

    def scale_of(self, item: Item) -> Scale:
        """Return the scale of a coded item."""
        if item.scale is None:
            raise ValueError(f"item {item.item_id} is free text and has no scale")
        return self.scales[item.scale]
