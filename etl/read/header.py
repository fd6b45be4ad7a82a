"""Where the header stands and where the answers begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from etl.errors import HeaderError
from etl.read.table import clean
from warehouse.instrument import TableShape

Record = Sequence[str | None]
# Qualtrics puts under its header the questions, and under those the ids it imports by.
QUALTRICS_MARK = '"ImportId"'
QUALTRICS_ROWS = 3
ROWS_ABOVE = 100


@dataclass(frozen=True)
class Header:
    """The names of the columns, and the row (from 1) in which the answers begin."""

    names: tuple[str, ...]
    data_row: int


def header_in(records: Sequence[Record], shape: TableShape) -> Header:
    """Return the header of a table from its first rows.

    Empty rows above it are passed over, unless the instrument says in which row it stands.
    Errors: HeaderError when there is no such row.
    """
    if not records:
        return Header((), 1)
    start = shape.header_row or first_filled(records)
    end = start + shape.header_rows - 1
    if end > len(records):
        problem = f"the header should stand in row {end}, but the table ends before."
        raise HeaderError(problem, "Correct [table] of the instrument, or the export.", row=end)
    rows = [[clean(cell or "") for cell in records[at]] for at in range(start - 1, end)]
    data_row = shape.data_row or end + 1 + rows_below(records, end, shape)
    return Header(joined(rows), data_row)


def first_filled(records: Sequence[Record]) -> int:
    """Return the number of the first row that has something in it, 1 when none has."""
    filled = (at for at, row in enumerate(records[:ROWS_ABOVE], 1) if any(map(clean_cell, row)))
    return next(filled, 1)


def clean_cell(cell: str | None) -> str:
    """Return a cell without the marks and spaces around it."""
    return clean(cell or "")


def rows_below(records: Sequence[Record], end: int, shape: TableShape) -> int:
    """Return how many rows under the header are Qualtrics' own, not answers."""
    last = end + QUALTRICS_ROWS - 2
    if shape.header_rows > 1 or last >= len(records):
        return 0
    is_qualtrics = any(QUALTRICS_MARK in (cell or "") for cell in records[last])
    return QUALTRICS_ROWS - 1 if is_qualtrics else 0


def joined(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the names of columns whose header takes several rows.

    A merged cell fills only its first column, so a name above reaches to the next one.
    """
    width = max(len(row) for row in rows)
    spread = [carried([*row, *[""] * (width - len(row))]) for row in rows[:-1]]
    lowest = [*rows[-1], *[""] * (width - len(rows[-1]))]
    return tuple(" ".join(filter(None, parts)) for parts in zip(*spread, lowest, strict=True))


def carried(names: Sequence[str]) -> list[str]:
    """Return names with each empty one replaced by the one before it."""
    found, last = [], ""
    for name in names:
        last = name or last
        found.append(last)
    return found
