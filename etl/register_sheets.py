"""Tables of a register file: a CSV, or every sheet of a workbook, as texts.

A workbook is opened in a child process with limits, as an export is: it may be broken or hostile.
"""

from __future__ import annotations

import csv
import json
import os
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import RegisterError

MEMORY_BYTES = 2 << 30
TIMEOUT_SECONDS = 60
SIZE_MAX = 50 << 20
SHEETS_MAX = 20
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
Cells = dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A table as it stands in a file: where, its headers, and its rows with their line numbers."""

    place: str
    headers: tuple[str, ...]
    rows: tuple[tuple[int, Cells], ...]


def read_sheets(path: Path) -> list[Sheet]:
    """Return the tables of a register file.

    Errors: RegisterError when there is no such file, or it cannot be read.
    """
    if not path.is_file():
        raise RegisterError(f"{path}: there is no such file. Check the name.")
    if path.stat().st_size > SIZE_MAX:
        raise RegisterError(f"{path}: too large for a register. Offer the register alone.")
    if path.suffix.lower() in WORKBOOKS:
        tables = workbook_tables(path)
        return [sheet_of(f"{path.name}, sheet {name}", lines) for name, lines in tables if lines]
    return [sheet_of(path.name, csv_lines(path))]


def csv_lines(path: Path) -> list[list[str]]:
    """Return the lines of a CSV file: UTF-8 or cp1252, with comma, semicolon or tab."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise RegisterError(f"{path}: this is no text. Save it as CSV (UTF-8) or XLSX.")
    head = text.partition("\n")[0]
    separator = max(";\t,", key=head.count)
    return list(csv.reader(text.splitlines(keepends=True), delimiter=separator))


def sheet_of(place: str, lines: list[list[str]]) -> Sheet:
    """Return lines as a table: the first one with cells is the header, empty ones are no rows."""
    numbered = [(number, line) for number, line in enumerate(lines, 1) if any(map(str.strip, line))]
    if not numbered:
        return Sheet(place, (), ())
    (_, head), *body = numbered
    headers = tuple(cell.strip().lower() for cell in head)
    rows = []
    for number, line in body:
        if len(line) > len(headers) and any(map(str.strip, line[len(headers) :])):
            raise RegisterError(f"{place}, line {number}: more cells than headers. Correct it.")
        filled = [*line, *[""] * len(headers)]
        cells = {name: plain(cell) for name, cell in zip(headers, filled, strict=False) if name}
        rows.append((number, cells))
    return Sheet(place, headers, tuple(rows))


def plain(cell: str) -> str:
    """Return a cell as it was meant: a spreadsheet's `50.0` is 50, its midnight a day."""
    text = re.sub(r"[T ]00:00:00(\.0+)?$", "", cell.strip())
    return re.sub(r"^(\d+)\.0$", r"\1", text)


def workbook_tables(path: Path) -> list[tuple[str, list[list[str]]]]:
    """Return name and lines of every sheet. Raise RegisterError when it cannot be opened."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "etl.register_sheets", str(path)]
    try:
        done = subprocess.run(  # noqa: S603
            command, env=environment, capture_output=True, timeout=TIMEOUT_SECONDS, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        problem = "the workbook is damaged, locked by a password, or too large to open"
        raise RegisterError(f"{path}: {problem}. Save it as CSV (UTF-8), one per sheet.") from None
    return [(name, lines) for name, lines in json.loads(done.stdout)]


def convert(path: Path) -> str:
    """Return the sheets of a workbook as JSON: name and lines of text."""
    import fastexcel

    workbook = fastexcel.read_excel(str(path))
    found = []
    for name in workbook.sheet_names[:SHEETS_MAX]:
        sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        rows = sheet.to_polars().iter_rows()
        found.append((name, [[cell or "" for cell in row] for row in rows]))
    return json.dumps(found)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(convert(Path(sys.argv[1])))
