"""CSV: find encoding and delimiter ourselves, then let DuckDB's strict reader refuse the rest.

A reader that guesses loads half a file in silence; DuckDB's strict one stops at the first row
that is not as long as the header, and at a quote that never closes.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import duckdb

from etl.errors import UnreadableError
from etl.read.table import RawTable
from warehouse.ledger import quoted

DELIMITERS = (";", ",", "\t", "|")
CHUNK_BYTES = 1 << 22
SAMPLE_CHARACTERS = 1 << 20
SAMPLE_RECORDS = 50


def read_csv(path: Path, scratch: Path) -> RawTable:
    """Return a delimited text file as a table.

    Errors: UnreadableError for bytes that are no text, and for a header that never ends.
    """
    encoding = encoding_of(path)
    plain = path if is_plain(path, encoding) else rewrite(path, scratch / "text.csv", encoding)
    with plain.open(encoding="utf-8", newline="") as lines:
        sample = lines.read(SAMPLE_CHARACTERS)
    delimiter = delimiter_of(sample)
    headers = header_of(sample, delimiter)
    return RawTable(
        tuple(clean(name) for name in headers), relation(plain, delimiter, len(headers))
    )


def clean(header: str) -> str:
    """Return a header without the marks and spaces around it."""
    return header.strip("\ufeff\xa0 \t\r\n")


def relation(path: Path, delimiter: str, width: int) -> str:
    """Return the SQL that reads the rows below the header, all as text."""
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(width))
    return f"""read_csv({quoted(str(path))}, auto_detect = false, header = true, new_line = '\\n',
        delim = {quoted(delimiter)}, quote = '"', escape = '"', strict_mode = true,
        columns = {{{columns}}})"""


def encoding_of(path: Path) -> str:
    """Return utf-8 or cp1252, whichever decodes every byte; UTF-8 first, because it can fail."""
    for encoding in ("utf-8", "cp1252"):
        try:
            for text in decoded(path, encoding):
                if "\0" in text:
                    mend = "Export it again as CSV in UTF-8."
                    raise UnreadableError("the file holds NUL bytes, so it is no text.", mend)
        except UnicodeDecodeError:
            continue
        return encoding
    mend = "Export it again as CSV in UTF-8."
    raise UnreadableError("the file is neither UTF-8 nor Windows-1252 text.", mend)


def decoded(path: Path, encoding: str) -> Iterator[str]:
    """Return the text of a file piece by piece. Raise UnicodeDecodeError where it is none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def is_plain(path: Path, encoding: str) -> bool:
    """Return whether DuckDB can read the file as it is: UTF-8, no BOM, lines that end in LF."""
    if encoding != "utf-8":
        return False
    with path.open("rb") as file:
        first = file.read(CHUNK_BYTES)
        if first.startswith(codecs.BOM_UTF8) or b"\r" in first:
            return False
        return not any(b"\r" in chunk for chunk in iter(lambda: file.read(CHUNK_BYTES), b""))


def rewrite(path: Path, target: Path, encoding: str) -> Path:
    """Return a copy written as UTF-8 without BOM and with LF: every encoding gives one table."""
    with path.open(encoding=encoding, newline=None) as source, target.open("wb") as plain:
        first = True
        while text := source.read(CHUNK_BYTES):
            plain.write((text.removeprefix("\ufeff") if first else text).encode())
            first = False
    return target


def records(sample: str, delimiter: str) -> Iterator[list[str]]:
    """Return the records of a sample; its last one may be cut off."""
    return csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)


def header_of(sample: str, delimiter: str) -> list[str]:
    """Return the first record. Raise UnreadableError when it cannot be one."""
    try:
        return next(records(sample, delimiter), [])
    except csv.Error:
        mend = "Export the file again; a quote in the header may never be closed."
        raise UnreadableError("the header cannot be read.", mend, row=1) from None


def delimiter_of(sample: str) -> str:
    """Return the delimiter that cuts most records as the header is cut, into most columns."""

    def merit(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in islice(records(sample, delimiter), SAMPLE_RECORDS) if row]
        except csv.Error:
            return (0.0, 0)
        if not widths or widths[0] == 1:
            return (0.0, 0)
        return (Counter(widths)[widths[0]] / len(widths), widths[0])

    return max(DELIMITERS, key=merit)


def read_failure(error: duckdb.Error) -> UnreadableError:
    """Return what the strict reader stumbled over, without the line it quotes."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    widths = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    problem = "the file is not well-formed CSV."
    if widths:
        problem = f"the header has {widths[1]} columns, this line has {widths[2]}."
    elif "unterminated quote" in text:
        problem = "a quote is opened here and never closed."
    mend = "Mend the line or export the file again; it may be cut off."
    return UnreadableError(problem, mend, row=int(line[1]) if line else None)
