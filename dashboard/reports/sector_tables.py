"""The sector tables: what a release says of the sector and its size bands, as a zip of CSV files.

It holds no organisation's row, not even the own one: the same file for all directors, and one with
unrounded figures for staff (dashboard/rounding.py). Beside the CSV files stands `datapackage.json`,
which describes every column.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Final

from dashboard.reports.cells import machine_cell
from dashboard.reports.datapackage import About, descriptor
from dashboard.snapshot import Snapshot
from warehouse.settings import General
from warehouse.tables import BY_NAME
from warehouse.tables.columns import Table

PACKAGED: Final = (
    "wave", "size_band", "pillar", "aspect", "scheme", "facet", "item",
    "instrument", "instrument_side", "instrument_scale", "scale_code", "choice_group",
    "instrument_item",
    "band_group", "score", "distribution", "benchmark", "gap", "size_gradient", "trend",
    "change_part", "trend_line", "response", "sensitivity", "parameter",
    "order_agreement", "category_difference", "indicative_score", "representativeness",
    "sector_precision",
    "dialogue_question", "dialogue_answer", "dialogue_parameter", "quote", "finding",
    "scheme_answer", "coded_answer", "coded_gap", "composite", "composite_gap",
    "dialogue_mention", "band_difference",
)  # fmt: skip
# What is about one organisation, what is for staff only, and what the descriptor or the page of
# deliveries says already.
LEFT_OUT: Final = (
    "organisation", "comparison", "organisation_event", "predecessor", "protected_total",
    "expected_range", "organisation_place", "sector_spread", "release", "delivery",
)  # fmt: skip
# The same release gives the same bytes, so no file in the zip has a time of its own.
NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


def held_columns(snapshot: Snapshot) -> dict[str, set[str]]:
    """Return the columns that a release holds, by table: an older one has fewer."""
    query = "select table_name, column_name from information_schema.columns"
    held: dict[str, set[str]] = {}
    for row in snapshot.rows(query):
        held.setdefault(row["table_name"], set()).add(row["column_name"])
    return held


def held_tables(snapshot: Snapshot) -> list[Table]:
    """Return the packaged tables of a release, with the columns that it holds."""
    held = held_columns(snapshot)
    tables = [BY_NAME[name] for name in PACKAGED if name in held]
    return [
        Table(
            table.name,
            table.grain,
            table.key,
            tuple(column for column in table.columns if column.name in held[table.name]),
        )
        for table in tables
    ]


def sector_query(table: Table) -> str:
    """Return the query of a table's rows about groups, sorted by its key."""
    only = " where group_kind <> 'organisation'" if "group_kind" in table.names else ""
    return (
        f"select {', '.join(table.names)} from {table.name}{only} order by {', '.join(table.key)}"
    )


def table_csv(snapshot: Snapshot, table: Table) -> bytes:
    """Return a table as CSV: UTF-8, commas, a header; a hidden value is empty beside its status."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.names)
    for row in snapshot.rows(sector_query(table)):
        writer.writerow([machine_cell(row[name]) for name in table.names])
    return text.getvalue().encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip whose bytes depend on nothing but them."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def make_sector_tables(snapshot: Snapshot, general: General) -> bytes:
    """Return the zip of a release."""
    tables = held_tables(snapshot)
    files = {table.name: table_csv(snapshot, table) for table in tables}
    release = snapshot.rows("select * from release")[0]
    described = descriptor(About(release, general), tables, files)
    words = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    parts = {f"{name}.csv": content for name, content in files.items()}
    return zipped({"datapackage.json": words.encode(), **parts})


def sector_tables(snapshot: Snapshot, general: General) -> bytes:
    """Return the zip of a release, made once per process."""
    return snapshot.remember("sector tables", lambda: make_sector_tables(snapshot, general))
