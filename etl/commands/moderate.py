"""`moderate export` and `moderate import`: two people decide which texts may be shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from etl.moderate.decisions import ModerationError, import_decisions
from etl.moderate.propose import propose
from etl.moderate.workbook import write_workbook
from warehouse.ledger import open_ledger, store_lock
from warehouse.paths import Store
from warehouse.settings import load_settings

moderate_app = typer.Typer(help="Moderation of open answers.", no_args_is_help=True)
ByOption = Annotated[str, typer.Option(help="Who moderates.")]


def named(by: str) -> str:
    """Return who moderates. Raise ModerationError when nobody is named."""
    if not by.strip():
        raise ModerationError("Say who moderates: `--by WHO`.")
    return by.strip().lower()


@moderate_app.command("export")
def moderate_export(
    wave: Annotated[str, typer.Argument(help="The wave.")],
    by: ByOption,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Redact a wave's open answers and write the workbook of one moderator, inside private/."""
    settings, store, who = load_settings(config), Store(data), named(by)
    with store_lock(store), open_ledger(store) as ledger:
        count = propose(ledger, store, settings.wave(wave).wave_id, settings, config)
        path = write_workbook(store, wave, who, settings)
    typer.echo(f"{count} texts of wave {wave}; the workbook of {who}: {path}")


@moderate_app.command("import")
def moderate_import(
    file: Annotated[Path, typer.Argument(help="The filled-in workbook.")],
    wave: Annotated[str, typer.Option(help="The wave.")],
    by: ByOption,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Take a moderator's decisions back: all of the file or nothing. Shows what is in conflict."""
    settings, store = load_settings(config), Store(data)
    with store_lock(store):
        taken = import_decisions(
            file, store, settings.wave(wave).wave_id, named(by), settings, config
        )
    states = ", ".join(f"{count} {state}" for state, count in sorted(taken.states.items()))
    typer.echo(f"{file.name}: {taken.decision_count} decisions. Texts of wave {wave}: {states}.")
    for text_id in taken.conflicts:
        typer.echo(f"conflict: {text_id} (sheet Verschil of the next export)")
