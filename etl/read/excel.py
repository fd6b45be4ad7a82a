"""Workbooks, opened in a child process: a hostile or broken one may abort or fill the memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from etl.errors import UnreadableError
from etl.read.csv import clean
from etl.read.table import RawTable
from warehouse.ledger import quoted

MEMORY_BYTES = 2 << 30
TIMEOUT_SECONDS = 120
ROWS_ABOVE = 100
MEND = "Open it in a spreadsheet program, save it as CSV (UTF-8), and offer that."


def read_excel(path: Path, scratch: Path) -> RawTable:
    """Return the first sheet of a workbook as a table.

    Errors: UnreadableError when it is damaged, locked by a password, or too large to open.
    """
    target = scratch / "sheet.parquet"
    run_child(path, target)
    header = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    headers = tuple(clean(name) for name in header["headers"])
    return RawTable(headers, f"read_parquet({quoted(str(target))})", header["first_row"])


def run_child(path: Path, target: Path) -> None:
    """Write the first sheet of a workbook as Parquet, by a process that may die of it."""
    command = [sys.executable, "-m", "etl.read.excel", str(path), str(target)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        done = subprocess.run(  # noqa: S603
            command, env=environment, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        problem = f"the workbook was not read within {TIMEOUT_SECONDS} seconds."
        raise UnreadableError(problem, MEND) from None
    if done.returncode != 0:
        problem = "the workbook is damaged, locked by a password, or too large to open."
        raise UnreadableError(problem, MEND)


def convert(path: Path, target: Path) -> None:
    """Write the first sheet of a workbook as Parquet of texts, its headers beside it."""
    import fastexcel

    sheet = fastexcel.read_excel(str(path)).load_sheet(
        0, header_row=None, skip_rows=0, dtypes="string"
    )
    cells = sheet.to_polars()
    cells.columns = [f"c{index}" for index in range(cells.width)]
    # Rows keep the numbers the spreadsheet shows, also when the table starts further down.
    above = next((at for at, row in enumerate(cells.head(ROWS_ABOVE).iter_rows()) if any(row)), 0)
    headers = [name or "" for name in cells.row(above)] if cells.height else []
    cells.slice(above + 1).write_parquet(target)
    header = {"headers": headers, "first_row": above + 2}
    target.with_suffix(".json").write_text(json.dumps(header), encoding="utf-8")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
