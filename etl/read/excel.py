"""Workbooks (XLSX, ODS), opened in a child process: a broken or hostile one may abort it."""

from __future__ import annotations

import sys
from pathlib import Path

from etl.read.child import Converter, limit_memory, refuse, run_child, write_head
from etl.read.header import ROWS_ABOVE, header_in
from etl.read.table import RawTable
from warehouse.instrument import TableShape
from warehouse.ledger import quoted

WORKBOOK = Converter(
    "etl.read.excel",
    "the workbook",
    "Open it in a spreadsheet program, save it as CSV (UTF-8), and offer that.",
)


def read_excel(path: Path, scratch: Path, shape: TableShape) -> RawTable:
    """Return a sheet of a workbook as a table: the one the instrument names, else the first.

    Cells are what was last computed of a formula. Rows keep the numbers the spreadsheet shows.
    Errors: UnreadableError when it is damaged, locked by a password, or too large to open, or has
    no such sheet.
    """
    target = scratch / "sheet.parquet"
    rows = run_child(WORKBOOK, path, target, shape.sheet or "")
    header = header_in(rows, shape)
    below = f"(FROM read_parquet({quoted(str(target))}) OFFSET {header.data_row - 1})"
    return RawTable(header.names, below, header.data_row)


def convert(path: Path, target: Path, sheet_name: str) -> None:
    """Write a sheet of a workbook as Parquet of texts, its first rows beside it."""
    import fastexcel

    workbook = fastexcel.read_excel(str(path))
    if sheet_name and sheet_name not in workbook.sheet_names:
        listed = ", ".join(map(repr, workbook.sheet_names))
        refuse(f"there is no sheet {sheet_name!r}; the workbook has {listed}.")
    sheet = workbook.load_sheet(sheet_name or 0, header_row=None, skip_rows=0, dtypes="string")
    cells = sheet.to_polars()
    if not cells.height and len(workbook.sheet_names) > 1:
        listed = ", ".join(map(repr, workbook.sheet_names))
        refuse(f"the first sheet is empty; name one of {listed} in [table] of the instrument.")
    cells.columns = [f"c{index}" for index in range(cells.width)]
    cells.write_parquet(target)
    write_head(target, [list(row) for row in cells.head(ROWS_ABOVE).iter_rows()])


if __name__ == "__main__":
    limit_memory()
    convert(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
