"""A long export, a row per answer, turned into the wide one that everything else reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from etl.columns import absence, position_of
from etl.errors import HeaderError, UnreadableError
from etl.read.table import HEADER_ROW, RawTable, clean
from etl.recode import trimmed_sql
from warehouse.instrument import Instrument
from warehouse.ledger import quoted


@dataclass(frozen=True)
class Long:
    """Where the columns of a long export stand: those of the respondent, then item and answer."""

    keys: dict[str, int]
    item: int
    answer: int


def long_of(table: RawTable, instrument: Instrument) -> Long:
    """Return where the columns stand. Raise HeaderError naming every column that is missing."""
    columns = instrument.columns
    wanted = [columns.respondent, str(columns.item), str(columns.answer)]
    wanted += [] if instrument.fixed_organisation is not None else [columns.organisation]
    wanted += [] if columns.side is None else [columns.side]
    optional = [name for name in (columns.duration, columns.submitted) if name is not None]
    found = {name: position_of(name, table.headers) for name in (*wanted, *optional)}
    missing = [name for name in wanted if found[name] is None]
    if missing:
        mend = "Export a row per answer with these columns, or correct [columns]."
        raise HeaderError(absence(missing, table.headers), mend, row=HEADER_ROW)
    places = {name: place for name, place in found.items() if place is not None}
    item, answer = places.pop(str(columns.item)), places.pop(str(columns.answer))
    return Long(places, item, answer)


def widened(
    connection: duckdb.DuckDBPyConnection, table: RawTable, instrument: Instrument
) -> RawTable:
    """Return a long export with a row per respondent, in the order of their first rows.

    Errors: HeaderError for missing columns or when no item of the instrument occurs;
    UnreadableError when somebody answers an item twice.
    """
    long = long_of(table, instrument)
    places = enumerate(long.keys.values())
    key = ", ".join(f"{trimmed_sql(f'c{place}')} AS k{n}" for n, place in places)
    connection.execute(f"""CREATE TABLE long AS
        SELECT {key}, {trimmed_sql(f"c{long.item}")} AS item, c{long.answer} AS answer
        FROM {table.relation}""")
    items = items_in(connection, instrument)
    require_one_answer(connection, table, len(long.keys))
    answers = "".join(
        f", max(answer) FILTER (item = {quoted(text)}) AS a{n}" for n, text in enumerate(items)
    )
    keys = ", ".join(f"k{n}" for n in range(len(long.keys)))
    connection.execute(f"""CREATE TABLE wide AS
        SELECT {keys}{answers}, min(rowid) + {table.first_row} AS line
        FROM long GROUP BY {keys} ORDER BY line""")
    names = [*(f"k{n}" for n in range(len(long.keys))), *(f"a{n}" for n in range(len(items)))]
    picked = ", ".join(f"{name} AS c{n}" for n, name in enumerate(names))
    connection.execute("DROP TABLE long")
    headers = (*long.keys, *(clean(text) for text in items))
    return RawTable(headers, f"(SELECT {picked} FROM wide)").checked()


def items_in(connection: duckdb.DuckDBPyConnection, instrument: Instrument) -> list[str]:
    """Return what the export calls each item, in the instrument's order.

    An item nobody answered has no row, so it keeps the instrument's own name.
    Errors: HeaderError when not one item occurs.
    """
    rows = connection.execute("SELECT DISTINCT item FROM long ORDER BY item").fetchall()
    texts = [str(text) for (text,) in rows]
    places = [position_of(item.column, texts) for item in instrument.item]
    if all(place is None for place in places):
        raise HeaderError(
            "no item of the instrument occurs.",
            f"Correct the instrument's columns; the export has: {', '.join(texts[:10])}.",
            row=HEADER_ROW,
            column=str(instrument.columns.item),
        )
    pairs = zip(instrument.item, places, strict=True)
    return [item.column if place is None else texts[place] for item, place in pairs]


def require_one_answer(
    connection: duckdb.DuckDBPyConnection, table: RawTable, key_count: int
) -> None:
    """Raise UnreadableError when somebody answers an item twice, and not the same."""
    keys = ", ".join(f"k{n}" for n in range(key_count))
    query = f"""SELECT max(rowid) FROM long GROUP BY {keys}, item
        HAVING count(DISTINCT answer) > 1 ORDER BY 1 LIMIT 1"""
    found: Sequence[tuple[int]] = connection.execute(query).fetchall()
    if found:
        problem = "this respondent answered this item before, otherwise."
        mend = "Export every answer once, with a respondent id for each submission."
        raise UnreadableError(problem, mend, row=found[0][0] + table.first_row)


def name_lines(connection: duckdb.DuckDBPyConnection, table: RawTable) -> None:
    """Write into `violation` the line of the export in which a respondent begins."""
    connection.execute(f"""UPDATE violation SET row_number = wide.line
        FROM wide WHERE violation.row_number = wide.rowid + {table.first_row}""")
