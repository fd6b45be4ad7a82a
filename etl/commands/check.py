"""`wave check`: what a person must look at before a wave is closed."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from warehouse.ledger import open_ledger, store_lock
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.settings import load_settings
from warehouse.waves import count_wave, wave_doubts


def wave_check(
    wave: Annotated[str, typer.Argument(help="The wave to look at.")],
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say what of a wave's register and response a person must correct or accept."""
    settings, store = load_settings(config), Store(data)
    wave_id = settings.wave(wave).wave_id
    with store_lock(store), open_ledger(store) as ledger:
        register = read_register(store.register)
        counted = count_wave(ledger, wave_id, settings, register)
        found = wave_doubts(ledger, counted, settings, register)
    if not found:
        typer.echo(f"Wave {wave_id}: nothing waits for a person.")
        return
    table = Table("organisation", "check", "what is odd", title=f"Wave {wave_id}")
    for doubt in found:
        table.add_row(doubt.organisation_id, doubt.check, doubt.sentence)
    Console().print(table)
    typer.echo("Correct the register or the export, or accept each in register/reviews.csv.")
    raise typer.Exit(1)
