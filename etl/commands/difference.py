"""`wave diff`: which figures would change."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from etl.difference import wave_changes
from etl.report import summary
from warehouse.difference import Change
from warehouse.ledger import store_lock
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.settings import load_settings


def wave_diff(
    wave: Annotated[str, typer.Argument(help="The wave.")],
    files: Annotated[
        list[Path] | None, typer.Argument(help="Exports to try; none of them is loaded.")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="How many changes are listed.")] = 40,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Show which figures of a wave would change if these exports were loaded. Changes nothing."""
    settings, store = load_settings(config), Store(data)
    wave_id = settings.wave(wave).wave_id
    with store_lock(store):
        register = read_register(store.register)
        found, reports = wave_changes(store, settings, register, wave_id, files or [])
    for report in reports:
        typer.echo(f"tried, not loaded: {summary(report)}")
    typer.echo(counted(wave_id, found))
    if found and limit:
        Console(width=160).print(table_of(found[:limit]))
    if len(found) > limit:
        typer.echo(f"{len(found) - limit} more; --limit shows them.")


def counted(wave_id: str, found: list[Change]) -> str:
    """Return how many figures would change, per table."""
    if not found:
        return f"Wave {wave_id}: no figure would change."
    per_table = Counter(change.table for change in found)
    parts = ", ".join(f"{name} {count}" for name, count in per_table.most_common())
    return f"Wave {wave_id}: {len(found)} figures would change ({parts})."


def shown(cell: object) -> str:
    """Return a figure for the terminal."""
    if cell is None:
        return "–"
    return f"{cell:.4f}" if isinstance(cell, float) else str(cell)


def table_of(found: list[Change]) -> Table:
    """Return changes as a table."""
    table = Table("table", "key", "column", "now", "then")
    for change in found:
        key = " · ".join(change.key)
        table.add_row(change.table, key, change.column, shown(change.before), shown(change.after))
    return table
