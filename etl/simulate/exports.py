"""Coded answers as survey bureaus deliver them: three formats, labels or codes."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl
import xlsxwriter

from etl.simulate.quotes import ALL_QUOTES
from warehouse.instrument import Instrument, Item, Scale

# Codes -3, -2 and -1 are the ways not to answer (answers.py).
LOWEST_CODE = -3
HIGHEST_CODE = 11
ROWS_AT_ONCE = 50_000
# A workbook remembers when it was made; the same seed must give the same bytes.
WORKBOOK_DATE = datetime.datetime(2024, 1, 1)  # noqa: DTZ001 - the format knows no zones


@dataclass(frozen=True)
class Format:
    """How one survey bureau writes its exports."""

    suffix: str
    separator: str = ";"
    encoding: str = "utf-8"
    has_bom: bool = False
    has_labels: bool = False
    decimal_comma: bool = False
    has_durations: bool = False


SEMICOLON = Format(".csv", ";", "cp1252", has_labels=True, decimal_comma=True, has_durations=True)
COMMA = Format(".csv", ",", "utf-8", has_bom=True, has_durations=True)
WORKBOOK = Format(".xlsx", has_labels=True)
CODED_WORKBOOK = Format(".xlsx")


def texts_of(scale: Scale, form: Format) -> list[str | None]:
    """Return the cell of every code of a scale, LOWEST_CODE first."""
    dont_know = "weet niet" if "weet niet" in scale.missing else "99"
    texts: list[str | None] = [dont_know, "99", None]
    comma = ",0" if form.decimal_comma and scale.unit == "grade" else ""
    texts += [f"{code}{comma}" for code in range(HIGHEST_CODE + 1)]
    if form.has_labels:
        for label, code in {**scale.labels, **scale.not_applicable}.items():
            texts[code - LOWEST_CODE] = label
    return texts


def write_cells(item: Item, instrument: Instrument, codes: pl.Series, form: Format) -> pl.Series:
    """Return a coded column as the cells of its export."""
    if item.kind == "text":
        texts: list[str | None] = [None, *ALL_QUOTES]
        places = codes.cast(pl.Int16) + 1
    else:
        texts = texts_of(instrument.scale_of(item), form)
        places = codes.cast(pl.Int16) - LOWEST_CODE
    return pl.Series(item.column, texts, dtype=pl.String).gather(places.cast(pl.UInt32))


def tabulate(answers: pl.DataFrame, instrument: Instrument, form: Format) -> pl.DataFrame:
    """Return coded answers as text, in the columns of the instrument."""
    labels = {side: label for label, side in instrument.sides.items()}
    columns = instrument.columns
    cells = [
        answers["respondent_id"].alias(columns.respondent),
        answers["organisation_id"].alias(columns.organisation),
    ]
    if columns.side is not None:
        cells.append(answers["side"].replace_strict(labels).alias(columns.side))
    if columns.duration is not None and form.has_durations:
        cells.append(answers["duration_seconds"].cast(pl.String).alias(columns.duration))
    cells += [
        write_cells(item, instrument, answers[item.item_id], form) for item in instrument.item
    ]
    return pl.DataFrame(cells)


def write_rows(table: pl.DataFrame, target: IO[bytes], form: Format, is_first: bool) -> None:
    """Write rows to an open file in the encoding of the format."""
    buffer = io.BytesIO()
    table.write_csv(buffer, separator=form.separator, include_header=is_first)
    content = buffer.getvalue()
    if form.encoding != "utf-8":
        content = content.decode("utf-8").encode(form.encoding)
    target.write((b"\xef\xbb\xbf" if form.has_bom and is_first else b"") + content)


def write_text(tables: Iterator[pl.DataFrame], path: Path, form: Format) -> None:
    """Write a CSV export, some thousands of rows at a time."""
    with path.open("wb") as target:
        for number, table in enumerate(tables):
            write_rows(table, target, form, is_first=number == 0)


def write_workbook(tables: Iterator[pl.DataFrame], path: Path) -> None:
    """Write an XLSX export; codes become numbers, as in a bureau's own workbook."""
    with xlsxwriter.Workbook(path, {"strings_to_numbers": True}) as workbook:
        workbook.set_properties({"created": WORKBOOK_DATE})
        sheet = workbook.add_worksheet("antwoorden")
        row = 1
        for table in tables:
            sheet.write_row(0, 0, table.columns)
            for place, column in enumerate(table.iter_columns()):
                sheet.write_column(row, place, column.to_list())
            row += table.height


def write_export(answers: pl.DataFrame, instrument: Instrument, path: Path, form: Format) -> None:
    """Write coded answers as one export file."""
    tables = (tabulate(part, instrument, form) for part in answers.iter_slices(ROWS_AT_ONCE))
    if form.suffix == ".xlsx":
        write_workbook(tables, path)
    else:
        write_text(tables, path, form)
