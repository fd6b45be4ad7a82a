"""The rules, as one SQL condition over all rows.

A row is suspect when any rule is broken; only suspects carry their raw cells on to `explain.py`,
so an accepted row costs no Python at all.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from etl.columns import Layout
from etl.contract import chosen_code
from etl.read.table import RawTable
from etl.recode import (
    BLANKS,
    OFF_SCALE,
    answer_sql,
    normalised,
    trimmed_sql,
)
from warehouse.instrument import Instrument, Item
from warehouse.ledger import quoted


@dataclass(frozen=True)
class Checking:
    """One export under one instrument, in the tables `coded`, `member` and `violation`."""

    connection: duckdb.DuckDBPyConnection
    table: RawTable
    layout: Layout
    instrument: Instrument
    members: Collection[str]


def code_rows(checking: Checking) -> None:
    """Write `coded`: a row per row of the export, with its codes.

    Missing: `raw`, all cells of the row, is NULL for a row that breaks no rule of its own, which
    makes it accepted for now; `is_blank` tells an empty line, as Excel leaves at the end of a
    sheet, from a refused row.

    The condition stands in the query once, and what follows from it is written afterwards: DuckDB
    works a named expression out anew for every place that names it.
    """
    instrument, layout = checking.instrument, checking.layout
    if checking.members:
        names = ", ".join(quoted(name) for name in sorted(checking.members))
        checking.connection.execute(f"CREATE TYPE member AS ENUM ({names})")
    whole = ", ".join(f"c{position}" for position in range(len(layout.headers)))
    checking.connection.execute(f"""
        CREATE TABLE coded AS
        SELECT respondent_id, organisation_id, side, {answer_names(instrument)},
            true AS is_accepted, false AS is_blank, NULL::SMALLINT AS quality_flag,
            {paradata_sql(layout)}CASE WHEN is_suspect THEN [{whole}] END AS raw
        FROM (SELECT *, {suspect_sql(checking)} AS is_suspect FROM ({coded_sql(checking)}))
    """)
    checking.connection.execute(f"""
        UPDATE coded SET is_accepted = false,
            is_blank = trim(array_to_string(raw, ''), {quoted(BLANKS)}) = ''
        WHERE raw IS NOT NULL
    """)


def paradata_sql(layout: Layout) -> str:
    """Return the columns that tell how a questionnaire was filled in, where the export has them.

    Missing: NULL for what cannot be read: an odd clock refuses nobody's answers.
    """
    parts = ""
    if layout.duration is not None:
        cell = f"replace(c{layout.duration}, ',', '.')"
        parts += f"try_cast({cell} AS DOUBLE) AS duration_seconds, "
    if layout.submitted is not None:
        cell = trimmed_sql(f"c{layout.submitted}")
        parts += f"{moment_sql(cell)} AS submitted_at, {cell} <> '' AS is_complete, "
    return parts


def moment_sql(text: str) -> str:
    """Return the SQL of a date and time: ISO 8601, or day first as Dutch software writes it."""
    formats = ", ".join(quoted(f"%d{s}%m{s}%Y %H:%M{t}") for s in "-/" for t in ("", ":%S"))
    return f"coalesce(try_cast({text} AS TIMESTAMP), try_strptime({text}, [{formats}]))"


def raw_positions(layout: Layout) -> list[int | None]:
    """Return the columns a suspect is explained from: respondent, organisation, side, items."""
    return [layout.respondent, layout.organisation, layout.side, *layout.items]


def answer_names(instrument: Instrument) -> str:
    """Return the columns of the answers in `coded`."""
    return ", ".join(f"answer_{index}" for index in range(len(instrument.item)))


def coded_sql(checking: Checking) -> str:
    """Return the SQL that codes every cell; the raw cells stay beside the codes."""
    instrument, layout = checking.instrument, checking.layout
    answers = [code_sql(checking, index) for index in range(len(instrument.item))]
    return f"""SELECT *, {trimmed_sql(f"c{layout.respondent}")} AS respondent_id,
        {organisation_sql(instrument, layout)} AS organisation_id,
        {side_sql(instrument, layout)} AS side, {", ".join(answers)}
        FROM {checking.table.relation}"""


def is_coded(item: Item) -> bool:
    """Return whether an item's answers are integers."""
    return item.kind != "text"


def code_sql(checking: Checking, index: int) -> str:
    """Return the SQL of the column `answer_<index>`."""
    item = checking.instrument.item[index]
    cell = f"c{checking.layout.items[index]}"
    if not is_coded(item):
        return f"nullif({trimmed_sql(cell)}, '') AS answer_{index}"
    scale = checking.instrument.scale_of(item)
    return f"{answer_sql(cell, scale, reverse=item.reverse)} AS answer_{index}"


def organisation_sql(instrument: Instrument, layout: Layout) -> str:
    """Return the SQL of the organisation id."""
    if instrument.fixed_organisation is not None:
        return quoted(instrument.fixed_organisation)
    return f"upper({trimmed_sql(f'c{layout.organisation}')})"


def side_sql(instrument: Instrument, layout: Layout) -> str:
    """Return the SQL of the side, NULL where the text is not known."""
    if layout.side is None:
        return quoted(str(instrument.fixed_side))
    cell = f"c{layout.side}"
    known = [(quoted(normalised(name)), quoted(side)) for name, side in instrument.sides.items()]
    spelled = "".join(f" WHEN {cell} = {name} THEN {side}" for name, side in known)
    other = "".join(f" WHEN {name} THEN {side}" for name, side in known)
    worked = f"CASE lower({trimmed_sql(cell)}){other} END"
    return f"CASE{spelled} ELSE {worked} END" if known else "NULL"


def suspect_sql(checking: Checking) -> str:
    """Return the SQL condition that a row breaks at least one rule of its own."""
    instrument = checking.instrument
    rules = ["respondent_id = ''", "side IS NULL"]
    if instrument.fixed_organisation is None:
        rules.append(unknown_sql(checking.members))
    for index, item in enumerate(instrument.item):
        if item.kind != "text":
            rules.append(f"coalesce(answer_{index} <= {OFF_SCALE}, false)")
        others = [side for side in ("employee", "hr") if side not in item.sides]
        rules += [f"(answer_{index} IS NOT NULL AND side = '{side}')" for side in others]
    rules += [
        too_many_sql(instrument, group.choice_group_id, group.choices_max)
        for group in instrument.choice_group
    ]
    answers = [
        f"answer_{index}"
        for index, item in enumerate(instrument.item)
        if item.kind not in ("text", "attribute")
    ]
    rules.append(f"coalesce({', '.join(answers)}) IS NULL" if answers else "true")
    return f"coalesce({' OR '.join(rules)}, true)"


def unknown_sql(members: Collection[str]) -> str:
    """Return the SQL condition that an organisation is not in the register.

    An ENUM, because a join may hand the rows on in another order than the file's.
    """
    return "try_cast(organisation_id AS member) IS NULL" if members else "true"


def too_many_sql(instrument: Instrument, group_id: str, choices_max: int) -> str:
    """Return the SQL condition that more options of a choice group are chosen than allowed."""
    chosen = [
        f"coalesce((answer_{index} = {chosen_code(instrument, item)})::INTEGER, 0)"
        for index, item in enumerate(instrument.item)
        if item.choice_group == group_id
    ]
    return f"({' + '.join(chosen) or '0'}) > {choices_max}"
