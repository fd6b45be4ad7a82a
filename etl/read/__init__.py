"""Exports in, every cell as text: one reader per format, chosen by name and checked by content."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from etl.errors import UnknownFormatError
from etl.read.csv import read_csv, read_failure
from etl.read.excel import read_excel
from etl.read.packed import unpack_gzip, unpack_zip
from etl.read.spss import read_spss
from etl.read.table import RawTable
from warehouse.instrument import TableShape

__all__ = ["READERS", "RawTable", "read_failure", "read_table"]

Reader = Callable[[Path, Path, TableShape], RawTable]
READERS: dict[str, Reader] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".xlsx": read_excel,
    ".ods": read_excel,
    ".sav": read_spss,
    ".zsav": read_spss,
}
PACKED = (".zip", ".gz")
ZIP, GZIP, SPSS = "a zip archive or workbook", "a gzip archive", "an SPSS file"
SIGNATURES = {
    b"PK\x03\x04": ZIP,
    b"\xd0\xcf\x11\xe0": "an old or password-protected Office file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": GZIP,
    b"$FL2": SPSS,
    b"$FL3": SPSS,
    b"{\\rtf": "a word-processor file",
}
EXPECTED = {".xlsx": ZIP, ".ods": ZIP, ".zip": ZIP, ".gz": GZIP, ".sav": SPSS, ".zsav": SPSS}


def read_table(
    path: Path, scratch: Path, file_name: str | None = None, shape: TableShape | None = None
) -> RawTable:
    """Return an export as a table of texts. `scratch` takes what a reader must write meanwhile.

    Missing: an empty cell is NULL or an empty text; both mean no answer.
    Errors: UnknownFormatError, UnreadableError, HeaderError.
    """
    path, name = unpacked(path, file_name or path.name, scratch)
    suffix = known_suffix(name, READERS)
    check_signature(path, suffix)
    return READERS[suffix](path, scratch, shape or TableShape()).checked()


def unpacked(path: Path, name: str, scratch: Path) -> tuple[Path, str]:
    """Return an export as it is without its packing; what is not packed comes back as it is."""
    suffix = known_suffix(name, (*READERS, *PACKED))
    if suffix not in PACKED:
        return path, name
    check_signature(path, suffix)
    if suffix == ".gz":
        return unpack_gzip(path, name, scratch)
    return unpack_zip(path, READERS, scratch)


def known_suffix(name: str, known: Collection[str]) -> str:
    """Return the extension of a name. Raise UnknownFormatError when it is none of these."""
    suffix = Path(name).suffix.lower()
    if suffix not in known:
        raise UnknownFormatError(
            f"{suffix or 'a name without an extension'} is not read here.",
            f"Export it again as one of: {', '.join(sorted(known))}.",
        )
    return suffix


def check_signature(path: Path, suffix: str) -> None:
    """Raise UnknownFormatError when the first bytes contradict the extension."""
    with path.open("rb") as file:
        start = file.read(8)
    found = next((kind for magic, kind in SIGNATURES.items() if start.startswith(magic)), "text")
    if found != EXPECTED.get(suffix, "text"):
        raise UnknownFormatError(
            f"the name ends in {suffix}, but the file holds {found if start else 'nothing'}.",
            "Export it again, or give it the extension of what it is.",
        )
