"""Dialogues: answers of round 1, ratings of round 2, and who was shown what.

A dialogue has thousands of rows where a survey has millions, so every row is judged in Python; the
tables it leaves (`coded`, `violation`) and what happens to them are those of a survey.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb
import polars

from etl.columns import position_of
from etl.dialogue_cells import Heard, Judge, Value, judges_of
from etl.errors import HeaderError
from etl.explain import VIOLATIONS
from etl.land import Stage
from etl.read import read_failure, read_table
from etl.reasons import CellError
from etl.recode import BLANKS
from warehouse.dialogue import Part
from warehouse.dialogue_views import SPOKEN_COLUMNS
from warehouse.ledger import identifier

ROWS_AT_ONCE = 10_000
Places = Mapping[str, int]
Fault = tuple[str, CellError]


def check_dialogue(raw: Path, file_name: str, stage: Stage, heard: Heard) -> None:
    """Write `coded` and `violation` for an export of a dialogue.

    Errors: DeliveryError when it cannot be read or misses a column.
    """
    table, connection = read_table(raw, stage.directory, file_name), stage.connection
    places = places_of(table.headers, heard)
    create_tables(connection, heard.part)
    cells = ", ".join(f"coalesce(c{place}, '')" for place in places.values())
    try:
        cursor = connection.cursor().execute(f"SELECT {cells} FROM {table.relation}")
        number = table.first_row
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            named = [dict(zip(places, row, strict=True)) for row in rows]
            write_rows(connection, heard, named, number, table.headers, places)
            number += len(rows)
    except duckdb.InvalidInputException as error:
        raise read_failure(error) from None


def places_of(headers: tuple[str, ...], heard: Heard) -> Places:
    """Return where each field of the part stands. Raise HeaderError naming what is missing."""
    columns = heard.dialogue.columns(heard.part).model_dump(exclude_none=True)
    found = {field: position_of(column, headers) for field, column in columns.items()}
    missing = [columns[field] for field, place in found.items() if place is None]
    if missing:
        raise HeaderError(
            f"{len(missing)} column(s) are missing: {', '.join(map(repr, missing))}.",
            f"Export the {heard.part} with these columns, or correct dialogue "
            f"{heard.dialogue.dialogue_id!r} if the bureau renamed them.",
            row=1,
        )
    return {field: place for field, place in found.items() if place is not None}


def create_tables(connection: duckdb.DuckDBPyConnection, part: Part) -> None:
    """Create the empty tables the pipeline counts and lands from."""
    kinds = SPOKEN_COLUMNS[part].items()
    columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in kinds)
    connection.execute(f"CREATE TABLE coded ({columns}, is_accepted BOOLEAN, is_blank BOOLEAN)")
    violation = "row_number INTEGER, column_name VARCHAR, rule VARCHAR, reason VARCHAR"
    connection.execute(f"CREATE TABLE violation ({violation}, value VARCHAR)")


def write_rows(
    connection: duckdb.DuckDBPyConnection,
    heard: Heard,
    rows: list[dict[str, str]],
    first: int,
    headers: tuple[str, ...],
    places: Places,
) -> None:
    """Write some rows as judged, and what is wrong with them."""
    judges = judges_of(heard)
    coded, violations = [], []
    for number, cells in enumerate(rows, first):
        blank = not any(cell.strip(BLANKS) for cell in cells.values())
        values, faults = judged(judges, cells)
        values["row_number"] = number
        coded.append(values | {"is_accepted": not blank and not faults, "is_blank": blank})
        for field, error in [] if blank else faults:
            header = headers[places[field]] if field in places else ""
            violations.append((number, header, error.rule, error.reason, cells.get(field, "")))
    append(connection, "coded", frame_of(coded, heard.part))
    append(connection, "violation", polars.DataFrame(violations, VIOLATIONS, orient="row"))


def append(connection: duckdb.DuckDBPyConnection, table: str, rows: polars.DataFrame) -> None:
    """Write rows at the end of a table."""
    connection.register("found", rows)
    connection.execute(f"INSERT INTO {table} FROM found")
    connection.unregister("found")


def frame_of(rows: list[dict[str, Value]], part: Part) -> polars.DataFrame:
    """Return judged rows as a frame with the columns of their part."""
    kinds = {"VARCHAR": polars.String, "INTEGER": polars.Int32}
    kinds |= {"SMALLINT": polars.Int16, "BIGINT": polars.Int64}
    schema: dict[str, type[polars.DataType]] = {
        name: kinds[kind] for name, kind in SPOKEN_COLUMNS[part].items()
    }
    return polars.DataFrame(
        rows, schema | {"is_accepted": polars.Boolean, "is_blank": polars.Boolean}
    )


def judged(
    judges: Collection[Judge], cells: Mapping[str, str]
) -> tuple[dict[str, Value], list[Fault]]:
    """Return a row's values, and the fields that break a rule with that rule."""
    values: dict[str, Value] = {}
    faults: list[Fault] = []
    for judge in judges:
        try:
            values[judge.column] = judge.read(cells.get(judge.field, "").strip(BLANKS))
        except CellError as error:
            faults.append((judge.field, error))
    return values, faults


def spoken_facts_sql(part: Part) -> str:
    """Return the query of what is landed of a part. Shape: one row per accepted row, in order."""
    return f"SELECT {', '.join(SPOKEN_COLUMNS[part])} FROM coded WHERE is_accepted"
