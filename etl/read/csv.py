"""CSV: find encoding and delimiter ourselves, then let DuckDB's strict reader refuse the rest.

A reader that guesses loads half a file in silence; DuckDB's strict one stops at the first row
that is not as long as the header, and at a quote that never closes.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import duckdb

from etl.errors import UnreadableError
from etl.read.header import ROWS_ABOVE, header_in
from etl.read.table import RawTable
from warehouse.instrument import TableShape
from warehouse.ledger import quoted

DELIMITERS = (";", ",", "\t", "|")
CHUNK_BYTES = 1 << 22
SAMPLE_CHARACTERS = 1 << 20
SAMPLE_RECORDS = 50


def read_csv(path: Path, scratch: Path, shape: TableShape) -> RawTable:
    """Return a delimited text file as a table.

    Errors: UnreadableError for bytes that are no text, and for a header that never ends.
    """
    encoding = encoding_of(path)
    plain = path if is_plain(path, encoding) else rewrite(path, scratch / "text.csv", encoding)
    with plain.open(encoding="utf-8", newline="") as lines:
        sample = lines.read(SAMPLE_CHARACTERS)
    delimiter = delimiter_of(sample)
    head, ends = head_of(sample, delimiter)
    header = header_in(head, shape)
    above = ends[min(header.data_row - 1, len(ends)) - 1] if ends else 0
    if above > 1:
        plain = blanked(plain, scratch / "table.csv", above)
    rows = relation(plain, delimiter, len(header.names), above)
    return RawTable(header.names, rows, header.data_row)


def relation(path: Path, delimiter: str, width: int, above: int) -> str:
    """Return the SQL that reads the rows below so many lines, all as text.

    A header of one line is left to the reader, which checks it; lines that were made empty are
    skipped, and still count where it says what is wrong.
    """
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(width))
    start = f"header = false, skip = {above}" if above > 1 else "header = true"
    return f"""read_csv({quoted(str(path))}, auto_detect = false, {start}, strict_mode = true,
        delim = {quoted(delimiter)}, quote = '"', escape = '"', new_line = '\\n',
        columns = {{{columns}}})"""


def blanked(path: Path, target: Path, above: int) -> Path:
    """Return a copy whose first lines are empty: what stands above a table is no CSV."""
    with path.open("rb") as source, target.open("wb") as copy:
        for _ in range(above):
            source.readline()
        copy.write(b"\n" * above)
        shutil.copyfileobj(source, copy, CHUNK_BYTES)
    return target


def encoding_of(path: Path) -> str:
    """Return utf-16 where its mark says so, else utf-8 or cp1252, whichever decodes every byte.

    UTF-8 comes first of those two, because it can fail.
    """
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return checked_utf16(path)
    for encoding in ("utf-8", "cp1252"):
        if is_text(path, encoding):
            return encoding
    mend = "Export it again as CSV in UTF-8."
    raise UnreadableError("the file is neither UTF-8 nor Windows-1252 text.", mend)


def is_text(path: Path, encoding: str) -> bool:
    """Return whether every byte of a file is text in an encoding.

    Plain ASCII is text in both and needs no decoding, which most files are nearly throughout.
    Errors: UnreadableError for NUL bytes, which no text holds.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks(path):
            if b"\0" in chunk:
                mend = "Export it again as CSV in UTF-8."
                raise UnreadableError("the file holds NUL bytes, so it is no text.", mend)
            if not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def chunks(path: Path) -> Iterator[bytes]:
    """Return the bytes of a file piece by piece."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def checked_utf16(path: Path) -> str:
    """Return utf-16. Raise UnreadableError when the file is marked as such and is not."""
    try:
        for _ in decoded(path, "utf-16"):
            pass
    except UnicodeDecodeError:
        mend = "It may be cut off. Export it again, as CSV in UTF-8."
        raise UnreadableError("the file is marked as UTF-16 text and is none.", mend) from None
    return "utf-16"


def decoded(path: Path, encoding: str) -> Iterator[str]:
    """Return the text of a file piece by piece. Raise UnicodeDecodeError where it is none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for chunk in chunks(path):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def is_plain(path: Path, encoding: str) -> bool:
    """Return whether DuckDB can read the file as it is: UTF-8, no BOM, lines that end in LF."""
    if encoding != "utf-8":
        return False
    starts = (chunk.startswith(codecs.BOM_UTF8) for chunk in chunks(path))
    return not next(starts, False) and not any(b"\r" in chunk for chunk in chunks(path))


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


def head_of(sample: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Return the first records, and after how many lines of the file each of them ends.

    Errors: UnreadableError when not even a first one can be read.
    """
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    head: list[list[str]] = []
    ends: list[int] = []
    try:
        for record in islice(reader, ROWS_ABOVE):
            head.append(record)
            ends.append(reader.line_num)
    except csv.Error:
        if not head:
            mend = "Export the file again; a quote in the header may never be closed."
            raise UnreadableError("the header cannot be read.", mend, row=1) from None
    return head, ends


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
