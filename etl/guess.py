"""What scale a column of an export is on, guessed from its distinct texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from etl.read.table import RawTable
from etl.recode import BLANKS, NUMBER, normalised
from warehouse.instrument import Unit
from warehouse.ledger import quoted

DISTINCT_AT_MOST = 40
LABELS_AT_MOST = 12
LABEL_LENGTH = 60
# A number off the scale is a slip, not a longer scale, as long as it is this rare.
SHARE_OFF_SCALE = 0.01
# A closed answer is given more than once; a column of names never is.
SHARE_DISTINCT = 0.2
MISSING_NUMBERS = frozenset({77.0, 88.0, 98.0, 99.0, 998.0, 999.0, -1.0, -9.0, -99.0})
MISSING_TEXTS = frozenset({"weet niet", "n.v.t.", "nvt", "geen antwoord", "n/a", "no answer"})
YES_NO = ({"ja": 1, "nee": 0}, {"yes": 1, "no": 0}, {"y": 1, "n": 0}, {"true": 1, "false": 0})
AGREEMENT = (
    ("helemaal mee oneens", "mee oneens", "neutraal", "mee eens", "helemaal mee eens"),
    ("zeer ontevreden", "ontevreden", "neutraal", "tevreden", "zeer tevreden"),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ("never", "rarely", "sometimes", "often", "always"),
    ("nooit", "zelden", "soms", "vaak", "altijd"),
)


@dataclass(frozen=True)
class Column:
    """A column of an export: its header, its filled cells, and its distinct texts when few.

    `texts` counts the cells per text, normalised.
    """

    position: int
    header: str
    filled: int
    distinct: int
    texts: Mapping[str, int]


@dataclass(frozen=True)
class Guess:
    """A guessed scale, and what a person must look at."""

    minimum: int
    maximum: int
    step: float
    unit: Unit
    missing: tuple[str, ...] = ()
    labels: Mapping[str, int] = field(default_factory=dict)
    remark: str = field(default="", compare=False)

    def joined(self, other: Guess) -> Guess | None:
        """Return one scale for both, None when they differ in more than what is missing."""
        labels = {**self.labels, **other.labels}
        contrary = any(labels[text] != code for text, code in self.labels.items())
        named = self.unit == "category" and self.labels != other.labels
        ends = (self.minimum, self.maximum, self.step, self.unit)
        if contrary or named or ends != (other.minimum, other.maximum, other.step, other.unit):
            return None
        extra = tuple(text for text in other.missing if text not in self.missing)
        return replace(self, missing=self.missing + extra, labels=labels)


def columns_of(connection: duckdb.DuckDBPyConnection, table: RawTable) -> list[Column]:
    """Return every column of an export with its distinct texts, most of them counted only."""
    cells = [f"trim(coalesce(c{n}, ''), {quoted(BLANKS)})" for n in range(len(table.headers))]
    trimmed = ", ".join(f"nullif({cell}, '') AS c{n}" for n, cell in enumerate(cells))
    connection.execute(f"CREATE TEMP TABLE seen AS SELECT {trimmed} FROM {table.relation}")
    return [column_of(connection, n, header) for n, header in enumerate(table.headers)]


def column_of(connection: duckdb.DuckDBPyConnection, position: int, header: str) -> Column:
    """Return one column of the table `seen`."""
    cell = f"c{position}"
    counts = f"SELECT count({cell}), count(DISTINCT {cell}) FROM seen"
    filled, distinct = connection.execute(counts).fetchall()[0]
    listed = f"SELECT {cell}, count(*) FROM seen WHERE {cell} IS NOT NULL GROUP BY ALL ORDER BY ALL"
    texts: Counter[str] = Counter()
    if distinct <= DISTINCT_AT_MOST:
        for text, count in connection.execute(listed).fetchall():
            texts[normalised(text)] += count
    return Column(position, header, filled, distinct, texts)


def guess(column: Column) -> Guess | None:
    """Return the scale of a closed question, None for free text and for an empty column."""
    if not column.texts:
        return None
    absent = [text for text in column.texts if text in MISSING_TEXTS]
    answers = {text: n for text, n in column.texts.items() if text not in MISSING_TEXTS}
    if all(re.fullmatch(NUMBER, text) for text in answers):
        return of_numbers(answers, absent)
    if all(len(text) <= LABEL_LENGTH for text in answers) and is_closed(column):
        return of_labels(answers, absent)
    return None


def is_closed(column: Column) -> bool:
    """Return whether the texts look like options somebody could choose."""
    few = column.distinct <= LABELS_AT_MOST
    return few and column.distinct <= max(2, SHARE_DISTINCT * column.filled)


def of_numbers(answers: Mapping[str, int], absent: Sequence[str]) -> Guess | None:
    """Return the narrowest usual scale nearly all numbers fit on."""
    values = {text: float(text.replace(",", ".")) for text in answers}
    missing = [text for text, value in values.items() if value in MISSING_NUMBERS]
    seen = {value: answers[text] for text, value in values.items() if text not in missing}
    usual: tuple[tuple[int, int, Unit], ...] = (
        (0, 1, "share"),
        (1, 5, "likert"),
        (1, 7, "likert"),
        (1, 10, "grade"),
        (0, 10, "grade"),
    )
    for low, high, unit in usual:
        fits = [value for value in seen if low <= value <= high and (value * 2).is_integer()]
        off = sum(seen.values()) - sum(seen[value] for value in fits)
        if fits and off <= SHARE_OFF_SCALE * sum(seen.values()):
            step = 1.0 if all(value.is_integer() for value in fits) else 0.5
            remark = f"seen: {min(fits):g} to {max(fits):g}; check the ends of the scale"
            remark += f"; {off} cell(s) lie off it" if off else ""
            return Guess(low, high, step, unit, (*missing, *absent), remark=remark)
    return None


def of_labels(answers: Mapping[str, int], absent: Sequence[str]) -> Guess:
    """Return a scale of texts: a usual one, one with numbers in front, else categories."""
    for known in YES_NO:
        if set(answers) <= set(known):
            return Guess(0, 1, 1, "share", tuple(absent), known)
    for order in AGREEMENT:
        if set(answers) <= set(order):
            labels = {text: place for place, text in enumerate(order, 1)}
            return Guess(1, len(order), 1, "likert", tuple(absent), labels)
    numbers = {text: re.match(r"(\d{1,2})\b", text) for text in answers}
    if all(numbers.values()):
        spelled = {text: int(found[1]) for text, found in numbers.items() if found}
        counts = {str(value): answers[text] for text, value in spelled.items()}
        scale = of_numbers(counts, absent)
        if scale is not None:
            labels = {text: value for text, value in spelled.items() if text != str(value)}
            return Guess(scale.minimum, scale.maximum, 1, scale.unit, tuple(absent), labels)
    labels = {text: place for place, text in enumerate(answers, 1)}
    remark = "texts stand in alphabetical order; put them in theirs, and lead out what is no answer"
    return Guess(1, len(answers), 1, "category", tuple(absent), labels, remark)
