"""A first instrument from an export: headers, distinct values and guessed scales, for a human.

A guess is never used unseen: what is drafted is text, with a remark at everything a person must
decide. Free answers are never copied into it, only the texts of closed ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

import duckdb

from etl.columns import code_of
from etl.guess import Column, Guess, columns_of, guess
from etl.read.table import RawTable
from warehouse.instrument import Kind, Unit

# A longer header is a question, even when it has the word in it.
ROLE_HEADER_LENGTH = 30
ROLES = {"respondent": "respond|deelnemer|participant|response|token", "organisation": "organi"}
SIDE_TEXTS = {"medewerker": "employee", "werknemer": "employee", "employee": "employee"}
SIDE_TEXTS |= {"hr": "hr", "hr-vertegenwoordiger": "hr", "hr-adviseur": "hr", "hrm": "hr"}
UNIT_KINDS: dict[Unit, Kind] = {
    "grade": "grade",
    "likert": "likert",
    "share": "yes_no",
    "category": "category",
}


def role_of(role: str, columns: Sequence[Column]) -> Column | None:
    """Return the column of respondents or organisations, by its header.

    Respondents may also stand in a first column whose cells all differ, as LimeSurvey has it.
    """
    for column in columns:
        short = len(column.header) <= ROLE_HEADER_LENGTH
        if short and re.search(ROLES[role], column.header, re.IGNORECASE):
            return column
    first = columns[0]
    is_key = role == "respondent" and 0 < first.filled == first.distinct
    return first if is_key else None


def side_of(columns: Sequence[Column]) -> Column | None:
    """Return the column that says which side speaks."""
    for column in columns:
        if column.texts and column.texts.keys() <= SIDE_TEXTS.keys():
            return column
    return None


def item_id_of(header: str, taken: set[str]) -> str:
    """Return an id for a question that no other has."""
    name = code_of(header) or header
    slug = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:40] or "item"
    found, number = slug, 2
    while found in taken:
        found, number = f"{slug}_{number}", number + 1
    taken.add(found)
    return found


def toml(value: str | int | float | Sequence[str]) -> str:
    """Return a value as TOML; its strings are those of JSON."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False)


def scale_lines(name: str, scale: Guess) -> list[str]:
    """Return a scale as lines of TOML."""
    lines = ["", f"[scales.{name}]"]
    lines += [f"# TODO {scale.remark}"] if scale.remark else []
    lines += [f"minimum = {scale.minimum}", f"maximum = {scale.maximum}"]
    lines += [f"step = {toml(scale.step)}", f"unit = {toml(scale.unit)}"]
    lines.append(f"missing = {toml(['', *scale.missing])}")
    if scale.labels:
        lines.append(f"[scales.{name}.labels]")
        lines += [f"{toml(text)} = {code}" for text, code in scale.labels.items()]
    return lines


def item_lines(
    column: Column, item_id: str, scale: tuple[str, Guess] | None, sides: Sequence[str], text: str
) -> list[str]:
    """Return a question as lines of TOML."""
    kind = "text" if scale is None else UNIT_KINDS[scale[1].unit]
    lines = ["", "[[item]]", f"item_id = {toml(item_id)}", f"column = {toml(column.header)}"]
    lines.append(f"kind = {toml(kind)}")
    lines += [] if scale is None else [f"scale = {toml(scale[0])}"]
    lines.append(f"sides = {toml(sides)}")
    lines += [f"{key} = {toml(text)}" for key in ("name_nl", "name_en")]
    return lines + [f"{key} = {toml(text)}" for key in ("question_nl", "question_en")]


def draft_instrument(
    connection: duckdb.DuckDBPyConnection,
    table: RawTable,
    instrument_id: str,
    questions: Mapping[str, str] | None = None,
) -> str:
    """Return the TOML of a drafted instrument; it can be read, and says what is left to decide.

    `questions` gives the full text of a question by its code (LimeSurvey's structure).
    """
    columns = columns_of(connection, table)
    side = side_of(columns)
    roles = {role: role_of(role, columns) for role in ROLES}
    used = {column.position for column in (side, *roles.values()) if column is not None}
    lines = head_lines(instrument_id, roles, side)
    scales: list[Guess] = []
    items: list[str] = []
    taken: set[str] = set()
    sides = ["employee"] if side is None else ["employee", "hr"]
    for column in columns:
        if column.position in used or not column.header:
            continue
        scale = guess(column)
        named = None if scale is None else (f"scale_{place_among(scales, scale)}", scale)
        code = code_of(column.header) or column.header.casefold()
        text = (questions or {}).get(code, column.header)
        items += item_lines(column, item_id_of(column.header, taken), named, sides, text)
    for number, scale in enumerate(scales, 1):
        lines += scale_lines(f"scale_{number}", scale)
    return "\n".join([*lines, *items]) + "\n"


def place_among(scales: list[Guess], scale: Guess) -> int:
    """Return the number of a scale, joined to an equal one or added to the list."""
    for place, known in enumerate(scales):
        both = known.joined(scale)
        if both is not None:
            scales[place] = both
            return place + 1
    scales.append(scale)
    return len(scales)


def head_lines(
    instrument_id: str, roles: Mapping[str, Column | None], side: Column | None
) -> list[str]:
    """Return the top of an instrument as lines of TOML."""
    lines = ["# A draft: look at every line marked TODO, name the questions, remove what is none."]
    lines += [f"instrument_id = {toml(instrument_id)}", "version = 1"]
    lines.append(f"comparability_class = {toml(instrument_id)}")
    lines += [f"{key} = {toml(instrument_id)}" for key in ("title_nl", "title_en")]
    organisation = roles["organisation"]
    if side is None:
        lines += ["# TODO whose answers are these: employee or hr?", 'fixed_side = "employee"']
    if organisation is None:
        lines += ["# TODO which organisation do these answers belong to?"]
        lines += [f"fixed_organisation = {toml(instrument_id.upper())}"]
    lines += ["", "[columns]"]
    for role, column in roles.items():
        lines += [] if column is not None else [f"# TODO no column looks like the {role}'s"]
        lines.append(f"{role} = {toml('' if column is None else column.header)}")
    if side is not None:
        lines += [f"side = {toml(side.header)}", "", "[sides]"]
        lines += [f"{toml(text)} = {toml(SIDE_TEXTS[text])}" for text in side.texts]
    return lines
