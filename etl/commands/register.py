"""`register import`: organisations, headcounts, events and schemes from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from etl.register_import import import_register
from warehouse.ledger import open_ledger, store_lock
from warehouse.paths import Store
from warehouse.settings import load_settings

WARNINGS_SHOWN = 20
register_app = typer.Typer(help="The organisation register.", no_args_is_help=True)


@register_app.callback()
def register_group() -> None:
    """The organisation register."""


@register_app.command("import")
def register_import(
    files: Annotated[list[Path], typer.Argument(help="CSV files or workbooks.")],
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Merge files into the register: all rows are checked first, and all go in or none."""
    settings, store = load_settings(config), Store(data)
    store.create()
    with store_lock(store), open_ledger(store) as ledger:
        done = import_register(files, store, settings, ledger)
    for name in done.added:
        if done.added[name] or done.changed[name]:
            typer.echo(f"{name}: {done.added[name]} rows added, {done.changed[name]} changed.")
    if not any(done.added.values()) and not any(done.changed.values()):
        typer.echo("Nothing is new.")
    for warning in done.warnings[:WARNINGS_SHOWN]:
        typer.echo(f"Note: {warning}", err=True)
    if len(done.warnings) > WARNINGS_SHOWN:
        typer.echo(f"Note: {len(done.warnings) - WARNINGS_SHOWN} more like these.", err=True)
