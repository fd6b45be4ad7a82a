"""Run a mart's SQL on the embedded engine."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

import duckdb
import polars as pl

from warehouse.sql import quoted


def mart_sql(mart: str) -> str:
    """Return the text of `warehouse/marts/<mart>.sql`."""
    return files("warehouse.marts").joinpath(f"{mart}.sql").read_text(encoding="utf-8")


def run_mart(
    connection: duckdb.DuckDBPyConnection, mart: str, wave_id: str | None = None
) -> pl.DataFrame:
    """Return the rows of a mart, of one wave if given, in the order its SQL gives.

    The engine takes the wave into the mart, and does not read the facts of the others.
    Shape: as the head of the SQL file says.
    """
    query = mart_sql(mart)
    if wave_id is not None:
        query = f"select * from (\n{query}) as mart where wave_id = {quoted(wave_id)}"
    rows: pl.DataFrame = connection.sql(query).pl()
    return rows


def put_table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: str,
    rows: Iterable[tuple[object, ...]],
) -> None:
    """Write a small temporary table that a mart joins with."""
    connection.execute(f"create or replace temp table {name} ({columns})")
    listed = list(rows)
    if listed:
        marks = ", ".join("?" for _ in listed[0])
        connection.executemany(f"insert into {name} values ({marks})", listed)
