"""SPSS files (.sav, .zsav), read some thousands of rows at a time in a child process."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from etl.read.child import Converter, limit_memory, refuse, run_child
from etl.read.table import RawTable
from warehouse.instrument import TableShape
from warehouse.ledger import quoted

SPSS = Converter(
    "etl.read.spss",
    "the SPSS file",
    "Export it again from the survey tool, as CSV (UTF-8) if it can.",
)
ROWS_AT_ONCE = 50_000


def read_spss(path: Path, scratch: Path, _: TableShape) -> RawTable:
    """Return an SPSS file as a table: a cell is its value label, where it has one, else its value.

    A header is `name. label`; either finds the column.

    Missing: system-missing, and what the file itself declares missing, value or range.
    Errors: UnreadableError when it is damaged or holds what cannot be read.
    """
    target = scratch / "spss.parquet"
    names = run_child(SPSS, path, target)[0]
    return RawTable(tuple(str(name) for name in names), f"read_parquet({quoted(str(target))})", 1)


def convert(path: Path, target: Path) -> None:
    """Write an SPSS file as Parquet of texts, the names of its variables beside it."""
    import pyarrow
    import pyarrow.parquet
    import pyreadstat

    from etl.read.child import write_head

    try:
        _, about = pyreadstat.read_sav(str(path), metadataonly=True, output_format="dict")
    except (pyreadstat.ReadstatError, OverflowError, ValueError) as error:
        refuse(f"the SPSS file cannot be read ({type(error).__name__}).")
    names: list[str] = about.column_names
    schema = pyarrow.schema([(f"c{index}", pyarrow.string()) for index in range(len(names))])
    chunks = pyreadstat.read_file_in_chunks(
        pyreadstat.read_sav, str(path), chunksize=ROWS_AT_ONCE, output_format="dict"
    )
    with pyarrow.parquet.ParquetWriter(target, schema) as writer:
        try:
            for columns, _ in chunks:
                labelled = texts_of(columns, names, about.variable_value_labels)
                writer.write_table(pyarrow.table(labelled, schema=schema))
        except (pyreadstat.ReadstatError, OverflowError, ValueError):
            refuse(
                "a value in the SPSS file cannot be read: a date outside the calendar, or a "
                "damaged row."
            )
    labels = (about.column_labels[index] for index in range(len(names)))
    headers = [
        f"{name}. {label}" if label else name for name, label in zip(names, labels, strict=True)
    ]
    write_head(target, [headers])


def texts_of(
    columns: Mapping[str, Sequence[Any]],
    names: Sequence[str],
    labels: Mapping[str, Mapping[Any, str]],
) -> dict[str, list[str | None]]:
    """Return the columns as texts under the names the warehouse gives them."""
    return {
        f"c{index}": [text_of(value, labels.get(name, {})) for value in columns[name]]
        for index, name in enumerate(names)
    }


def text_of(value: Any, labels: Mapping[Any, str]) -> str | None:
    """Return a value as a text: its label, else its shortest spelling; None where it is missing."""
    if value is None or value != value:
        return None
    if value in labels:
        return labels[value]
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    limit_memory()
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
