"""Exports in, every cell as text: one reader per format, chosen by name and checked by content."""

from __future__ import annotations

from pathlib import Path

from etl.errors import UnknownFormatError
from etl.read.csv import read_csv, read_failure
from etl.read.excel import read_excel
from etl.read.table import RawTable

__all__ = ["READERS", "RawTable", "read_failure", "read_table"]

READERS = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".xlsx": read_excel,
}
SIGNATURES = {
    b"PK\x03\x04": "a zip archive or workbook",
    b"\xd0\xcf\x11\xe0": "an old or password-protected Office file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"$FL2": "an SPSS file",
    b"$FL3": "a compressed SPSS file",
    b"{\\rtf": "a word-processor file",
}


def read_table(path: Path, scratch: Path, file_name: str | None = None) -> RawTable:
    """Return an export as a table of texts. `scratch` takes what a reader must write meanwhile.

    Missing: an empty cell is NULL or an empty text; both mean no answer.
    Errors: UnknownFormatError, UnreadableError, HeaderError.
    """
    suffix = Path(file_name or path.name).suffix.lower()
    if suffix not in READERS:
        known = ", ".join(sorted(READERS))
        raise UnknownFormatError(
            f"{suffix or 'a name without an extension'} is not read here.",
            f"Export it again as one of: {known}.",
        )
    check_signature(path, suffix)
    table = READERS[suffix](path, scratch)
    return table.checked()


def check_signature(path: Path, suffix: str) -> None:
    """Raise UnknownFormatError when the first bytes contradict the extension."""
    with path.open("rb") as file:
        start = file.read(8)
    found = next((kind for magic, kind in SIGNATURES.items() if start.startswith(magic)), "text")
    expected = "a zip archive or workbook" if suffix == ".xlsx" else "text"
    if found != expected:
        raise UnknownFormatError(
            f"the name ends in {suffix}, but the file holds {found if start else 'nothing'}.",
            "Export it again, or give it the extension of what it is.",
        )
