"""`explain`: where a published number comes from, and the totals to recompute it with."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import astuple, fields
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from etl.commands.options import DEFAULT_DATA, DataOption
from warehouse.errors import ReleaseError, UnknownFigureError
from warehouse.explain import KEYS, Explanation, asking, explain
from warehouse.explain.model import Ask, Figure, Input
from warehouse.files import write_atomically
from warehouse.paths import Store
from warehouse.release import current_release

HEADS = tuple(field.name for field in fields(Input))
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def explain_verb(
    table: Annotated[str, typer.Argument(help=f"The table: {', '.join(KEYS)}.")],
    wave: Annotated[str, typer.Option(help="The wave; of a trend the later one.")],
    item: Annotated[str, typer.Option(help="The question; a response has none.")] = "",
    group: Annotated[str, typer.Option(help="KIND:ID, or `sector`.")] = "sector",
    side: Annotated[str, typer.Option(help="`employee` or `hr`.")] = "employee",
    against: Annotated[str, typer.Option(help="Of a comparison.")] = "size_band",
    more: Annotated[
        list[str] | None,
        typer.Option("--key", help="Any other column of the table's key, as NAME=VALUE."),
    ] = None,
    release: Annotated[str, typer.Option(help="A release; else the current one.")] = "",
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Where the protected totals are written.")
    ] = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Show where a published number comes from, and recompute it."""
    kind, _, name = group.partition(":")
    key = {"wave_id": wave, "wave_to": wave, "side": side, "item_id": item}
    key |= {"group_kind": kind, "group_id": name or kind, "against": against}
    key |= {"organisation_id": name}
    given = dict(pair.partition("=")[::2] for pair in more or [])
    with duckdb.connect(str(released_file(Store(data), release)), read_only=True) as connection:
        ask = asking(connection)
        earlier = {"wave_from": wave_before(ask, wave)}
        if table == "trend_line":
            earlier |= first_wave(ask, key)
        found = explain(ask, table, key | earlier | given)
    show(found)
    if csv_file is not None:
        write_totals(found, csv_file)


def released_file(store: Store, release: str) -> Path:
    """Return the file of a release, the current one by default.

    Errors: ReleaseError that says which releases there are.
    """
    release_id = release or current_release(store)
    if release_id is None:
        raise ReleaseError("nothing was released yet: close and release a wave first.")
    # The name is looked up, never joined to a path: it may hold anything.
    files = {path.stem: path for path in sorted(store.releases.glob("*.duckdb"))}
    if release_id not in files:
        raise ReleaseError(f"there is no release {release_id!r}; there are: {', '.join(files)}")
    return files[release_id]


def wave_before(ask: Ask, wave: str) -> str:
    """Return the wave before one, itself where there is none."""
    waves = [row["wave_id"] for row in ask("select wave_id from wave order by position")]
    if wave not in waves:
        raise UnknownFigureError(f"no wave {wave!r} here; there are: {', '.join(waves)}")
    return str(waves[max(0, waves.index(wave) - 1)])


def first_wave(ask: Ask, key: Mapping[str, str]) -> dict[str, str]:
    """Return the wave at which the line of a group begins; nothing where it has none."""
    names = ("wave_to", "side", "item_id", "group_kind", "group_id")
    where = " and ".join(f"{name} = ?" for name in names)
    rows = ask(f"select wave_from from trend_line where {where}", *(key[name] for name in names))
    return {"wave_from": str(rows[0]["wave_from"])} if rows else {}


def show(found: Explanation) -> None:
    """Print an explanation."""
    typer.echo(f"{found.table}: {' · '.join(found.key.values())}")
    if not found.is_published:
        typer.echo(f"hidden ({found.status}): {found.hidden_en}")
        return
    typer.echo(f"released    {numbers(found.released)}")
    typer.echo(f"recomputed  {numbers(found.recomputed)}")
    typer.echo(f"formula     {found.formula_en} (docs/methods.md, {found.anchor})")
    if found.verdict:
        typer.echo(f"verdict     {found.verdict}. {found.verdict_en}")
    for name, value in found.parameters.items():
        typer.echo(f"parameter   {name} = {value:.10g}")
    if found.note_en:
        typer.echo(f"note        {found.note_en}")
    if found.inputs:
        Console(width=160).print(table_of(found))
    for cell in found.cells:
        recomputed = cell.en if cell.recomputed is None else f"{cell.recomputed:.10f}"
        typer.echo(f"{cell.column}: released {cell.released:.10f}; recomputed {recomputed}")


def numbers(figure: Figure) -> str:
    """Return a value with its interval."""
    if figure.value is None:
        return "–"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.10f}"
    return f"{figure.value:.10f} ({figure.low:.10f} to {figure.high:.10f})"


def table_of(found: Explanation) -> Table:
    """Return the inputs as a table."""
    table = Table(*HEADS)
    for one in found.inputs:
        table.add_row(*(shown(cell) for cell in astuple(one)))
    return table


def shown(cell: object) -> str:
    """Return a cell for the terminal."""
    if cell is None:
        return "–"
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def write_totals(found: Explanation, path: Path) -> None:
    """Write the inputs and parameters of a figure as CSV."""

    def write(temporary: Path) -> None:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADS)
            writer.writerows([safe(cell) for cell in astuple(one)] for one in found.inputs)
            writer.writerows([["parameter", name, value] for name, value in
                              found.parameters.items()])  # fmt: skip
            writer.writerows([["figure", cell.column, cell.released, cell.recomputed]
                              for cell in found.cells])  # fmt: skip

    write_atomically(path, write)


def safe(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
