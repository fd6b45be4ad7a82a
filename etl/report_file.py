"""What became of a delivery as a workbook the steward can send back to the bureau.

Values are masked, as on the terminal: the bureau finds the cell by row and column.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from etl.reasons import masked
from etl.report import LoadReport, summary
from warehouse.files import write_atomically
from warehouse.paths import Store

ROWS_AT_MOST = 100_000
HEADS = ("file", "row", "column", "rule", "value (masked)", "what is wrong, and what is right")


def report_path(store: Store, delivery_id: str) -> Path:
    """Return where the workbook of a delivery stands."""
    return store.reports / f"{delivery_id}.xlsx"


def write_report(report: LoadReport, store: Store) -> Path:
    """Write the workbook of a delivery and return where it stands."""
    target = report_path(store, report.delivery.delivery_id)
    violations = violations_of(report, store)

    def write(temporary: Path) -> None:
        # Texts stay texts: a cell of an export may start with `=`.
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(str(temporary), options) as book:
            bold = book.add_format({"bold": True})
            fill_summary(book.add_worksheet("Summary"), report, bold)
            fill_rows(book.add_worksheet("Rows"), report.delivery.file_name, violations, bold)

    write_atomically(target, write)
    return target


def violations_of(report: LoadReport, store: Store) -> polars.DataFrame:
    """Return the violations of a delivery in the order of the file; none when all was right."""
    name = report.delivery.refused_file
    if name is None:
        return polars.DataFrame()
    rows = polars.scan_parquet(store.refused / name).sort("row_number", "column_name", "rule")
    return rows.head(ROWS_AT_MOST).collect()


def fill_summary(sheet: Worksheet, report: LoadReport, bold: Format) -> None:
    """Write what became of the delivery, and how often each rule was broken."""
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 90)
    delivery = report.delivery
    lines: list[Sequence[str | int]] = [
        ("file", delivery.file_name),
        ("wave", delivery.wave_id),
        ("instrument", delivery.instrument_id),
        ("what became of it", summary(report)),
        ("rows", delivery.row_count),
        ("taken", delivery.accepted_count),
        ("refused", delivery.refused_count),
    ]
    for number, line in enumerate(lines):
        write_cells(sheet, number, line, bold if number == 0 else None)
    start = len(lines) + 1
    write_cells(sheet, start, ("rule", "how often it was broken"), bold)
    for number, (rule, count) in enumerate(report.rule_counts.items(), start + 1):
        write_cells(sheet, number, (rule, count), None)
    start += len(report.rule_counts) + 2
    write_cells(sheet, start, ("flag", "how often it was raised; the answers were taken"), bold)
    for number, (flag, count) in enumerate(report.flag_counts.items(), start + 1):
        write_cells(sheet, number, (flag, count), None)


def fill_rows(sheet: Worksheet, file_name: str, violations: polars.DataFrame, bold: Format) -> None:
    """Write a line per broken rule."""
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 32)
    sheet.set_column(2, 4, 24)
    sheet.set_column(5, 5, 90)
    write_cells(sheet, 0, HEADS, bold)
    for number, row in enumerate(violations.iter_rows(named=True), 1):
        value = masked(row["value"] or "")
        cells = (
            file_name,
            row["row_number"],
            row["column_name"],
            row["rule"],
            value,
            row["reason"],
        )
        write_cells(sheet, number, cells, None)


def write_cells(
    sheet: Worksheet, row: int, cells: Sequence[str | int], look: Format | None
) -> None:
    """Write a line of cells, numbers as numbers and texts as texts."""
    for place, cell in enumerate(cells):
        if isinstance(cell, int):
            sheet.write_number(row, place, cell, look)
        else:
            sheet.write_string(row, place, cell, look)
