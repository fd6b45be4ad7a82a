"""Why rows are refused: the model's words for each suspect, then the rules between rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from etl.contract import row_model
from etl.reasons import REASONS
from etl.validate import Checking, raw_positions
from warehouse.ledger import quoted

Fault = tuple[int, str, str, str, str]

SUSPECTS_AT_ONCE = 10_000
VIOLATIONS = {
    "row_number": polars.Int32,
    "column_name": polars.String,
    "rule": polars.String,
    "reason": polars.String,
    "value": polars.String,
}
# The last completed one is kept; where an export does not tell, or none is, the last one.
KEPT = "max(rowid)"
KEPT_COMPLETE = "coalesce(max(rowid) FILTER (is_complete), max(rowid))"
DUPLICATES = f"""
    INSERT INTO violation
    WITH doubled AS (
        SELECT organisation_id, respondent_id, {{kept}} AS kept
        FROM coded WHERE is_accepted GROUP BY ALL HAVING count(*) > 1)
    SELECT coded.rowid + $first_row, $column, 'duplicate_respondent',
        {quoted(REASONS["duplicate_respondent"])}, respondent_id
    FROM coded JOIN doubled USING (organisation_id, respondent_id)
    WHERE coded.is_accepted AND coded.rowid <> doubled.kept
"""
ELSEWHERE = f"""
    INSERT INTO violation
    SELECT coded.rowid + $first_row, $column, 'duplicate_in_other_delivery',
        {quoted(REASONS["duplicate_in_other_delivery"])}, respondent_id
    FROM coded SEMI JOIN read_parquet($files) other USING (organisation_id, respondent_id)
    WHERE coded.is_accepted
"""
REFUSE = """
    UPDATE coded SET is_accepted = false
    WHERE is_accepted AND rowid + $first_row IN (SELECT row_number FROM violation)
"""


def explain(checking: Checking, other_facts: Sequence[Path]) -> None:
    """Write `violation`: a row per rule a refused row breaks, with column, reason and value."""
    columns = "row_number INTEGER, column_name VARCHAR, rule VARCHAR, reason VARCHAR, value VARCHAR"
    checking.connection.execute(f"CREATE TABLE violation ({columns})")
    for rows in suspects(checking):
        write_faults(checking, rows)
    kept = KEPT if checking.layout.submitted is None else KEPT_COMPLETE
    refuse_doubled(checking, DUPLICATES.format(kept=kept))
    if other_facts:
        refuse_doubled(checking, ELSEWHERE, files=[str(path) for path in other_facts])


def refuse_doubled(checking: Checking, rule: str, **parameters: list[str]) -> None:
    """Write the violations of a rule between rows, and take those rows out of the accepted."""
    number = {"first_row": checking.table.first_row}
    column = {"column": checking.layout.header(checking.layout.respondent)}
    checking.connection.execute(rule, number | column | parameters)
    checking.connection.execute(REFUSE, number)


def suspects(checking: Checking) -> Iterator[list[tuple[int, list[str | None]]]]:
    """Return the raw cells of suspect rows, some thousands at a time, in file order."""
    query = f"""SELECT rowid + {checking.table.first_row}, raw FROM coded
        WHERE raw IS NOT NULL AND NOT is_blank ORDER BY rowid"""
    cursor = checking.connection.cursor().execute(query)
    while rows := cursor.fetchmany(SUSPECTS_AT_ONCE):
        yield rows


def write_faults(checking: Checking, rows: list[tuple[int, list[str | None]]]) -> None:
    """Write what is wrong with these suspects."""
    model = row_model(checking.instrument, checking.members)
    found = [fault for number, cells in rows for fault in faults(checking, model, number, cells)]
    checking.connection.register("found", polars.DataFrame(found, VIOLATIONS, orient="row"))
    checking.connection.execute("INSERT INTO violation FROM found")
    checking.connection.unregister("found")


def faults(
    checking: Checking, model: type[BaseModel], number: int, cells: Sequence[str | None]
) -> list[Fault]:
    """Return what the model says against one row; never nothing, for SQL already refused it."""
    row = named_cells(checking, cells)
    try:
        model.model_validate(row)
    except ValidationError as error:
        return [
            fault_of(checking, row, number, problem)
            for problem in error.errors(include_url=False, include_input=False)
        ]
    return [(number, "", "unexplained", REASONS["unexplained"], "")]


def named_cells(checking: Checking, cells: Sequence[str | None]) -> dict[str, str]:
    """Return the raw cells of a row under the names of the model."""
    names = ["respondent_id", "organisation_id", "side"]
    names += [item.item_id for item in checking.instrument.item]
    places = zip(names, raw_positions(checking.layout), strict=True)
    return {name: "" if at is None else cells[at] or "" for name, at in places}


def fault_of(checking: Checking, row: dict[str, str], number: int, problem: ErrorDetails) -> Fault:
    """Return one problem of the model as a row of `violation`."""
    place = str(problem["loc"][0]) if problem["loc"] else ""
    column = header_of(checking, place) or str(problem.get("ctx", {}).get("column", ""))
    return (number, column, str(problem["type"]), str(problem["msg"]), row.get(place, ""))


def header_of(checking: Checking, place: str) -> str:
    """Return the header of the column a name of the model stands in, empty for the whole row."""
    names = ["respondent_id", "organisation_id", "side"]
    names += [item.item_id for item in checking.instrument.item]
    positions = dict(zip(names, raw_positions(checking.layout), strict=True))
    return checking.layout.header(positions.get(place))
