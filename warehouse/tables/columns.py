"""What a table of the contract is made of, and the columns that many of them share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

STATUSES: Final = (
    "published",
    "withheld_small",
    "withheld_complement",
    "withheld_homogeneous",
    "too_few_organisations",
    "low_precision",
    "not_asked",
    "not_offered",
    "not_comparable",
    "too_few_waves",
    "no_data",
)
GROUP_KINDS: Final = (
    "organisation",
    "size_band",
    "size_band_rest",
    "sector",
    "sector_age",
    "size_band_age",
)
SIDES: Final = ("employee", "hr")
KINDS: Final = ("grade", "likert", "mention", "yes_no", "category", "attribute", "text")
UNITS: Final = ("grade", "likert", "share", "category")
STANCES: Final = ("space", "control")
CODE_MEANINGS: Final = ("answer", "missing", "not_applicable", "category")
VERDICTS: Final = ("higher", "lower", "comparable", "not_demonstrable", "too_few")
EFFECTS: Final = ("none", "small", "medium", "large")
POSITIONS: Final = ("lower_quarter", "middle", "upper_quarter", "indistinct")
AGREEMENTS: Final = ("alike", "opposite", "not_demonstrable", "no_order")
INDICATIVE_REASONS: Final = ("wide_interval", "low_response", "both")
MENTION_STATES: Final = ("named", "rarely_named", "uncertain", "hidden")
LISTS: Final = {
    "STATUSES": STATUSES,
    "GROUP_KINDS": GROUP_KINDS,
    "VERDICTS": VERDICTS,
    "EFFECTS": EFFECTS,
    "POSITIONS": POSITIONS,
    "MENTION_STATES": MENTION_STATES,
}


@dataclass(frozen=True)
class Column:
    """One column: DuckDB type, unit, meaning, and its `values` where only a few may stand in it."""

    name: str
    type: str
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: a row per `grain`, unique on `key`."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    in_hash: bool = True

    @property
    def ddl(self) -> str:
        """The `create table` statement."""
        columns = ", ".join(f"{column.name} {column.type}" for column in self.columns)
        return f"create table {self.name} ({columns})"

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)


def described(table: Table) -> list[str]:
    """Return the lines of a dictionary that describe a table and the words that may stand in it."""
    lines = [f"A row: {table.grain}. Key: {', '.join(table.key)}.", ""]
    lines += ["| column | type | unit | meaning |", "|---|---|---|---|"]
    lines += [f"| {c.name} | {c.type} | {c.unit} | {written(c.meaning)} |" for c in table.columns]
    return [*lines, ""]


def written(meaning: str) -> str:
    """Return a meaning as a cell of a table; a list of words that it refers to stands in it."""

    def listed(found: re.Match[str]) -> str:
        return ", ".join(f"`{word}`" for word in LISTS[found[1]])

    return re.sub(r"see ([A-Z_]{5,})", listed, meaning).replace("|", r"\|")


WAVE = Column("wave_id", "varchar", "The wave (meting).")
SIDE = Column("side", "varchar", "`employee` or `hr`.", values=SIDES)
ITEM = Column("item_id", "varchar", "The question.")
INSTRUMENT = Column("instrument_id", "varchar", "The questionnaire.")
SCALE = Column("scale_id", "varchar", "The scale, by its name in the instrument.")
ORGANISATION = Column("organisation_id", "varchar", "The organisation.")
GROUP_KIND = Column(
    "group_kind",
    "varchar",
    "Kind of group; see GROUP_KINDS, and `sector_` or `size_band_` with any breakdown's id.",
)
GROUP = Column(
    "group_id",
    "varchar",
    "Organisation id, size band (merged bands joined by +), or `sector`; of a breakdown the "
    "category (`under_35`), in a size band after it (`50-99|under_35`).",
)
STATUS = Column(
    "status",
    "varchar",
    "`published`, or why the values are NULL; see STATUSES.",
    values=STATUSES,
)
LOW = Column("ci_low", "double", "Lower bound of the 95 % interval.", "unit of the item")
HIGH = Column("ci_high", "double", "Upper bound of the 95 % interval.", "unit of the item")
VERDICT = Column(
    "verdict", "varchar", "What the difference may be called; see VERDICTS.", values=VERDICTS
)
NAME_NL = Column("name_nl", "varchar", "Name in Dutch.")
NAME_EN = Column("name_en", "varchar", "Name in English.")
POSITION = Column("position", "integer", "Order on screen, from 1.")


def value(name: str, meaning: str) -> Column:
    """Return a column in the unit of the item."""
    return Column(name, "double", meaning, "unit of the item")


def count(name: str, meaning: str) -> Column:
    """Return a counting column."""
    return Column(name, "bigint", meaning, "count")


def mention_state(name: str) -> Column:
    """Return the column of what a side says of an aspect."""
    meaning = "See MENTION_STATES; mention items only."
    return Column(name, "varchar", meaning, values=MENTION_STATES)
