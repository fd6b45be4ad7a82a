"""`wave withdraw`: take a wrong release back."""

from __future__ import annotations

import datetime
from typing import Annotated

import typer
from rich.console import Console

from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from warehouse.ledger import open_ledger, store_lock
from warehouse.paths import Store
from warehouse.publishing import Withdrawal, withdraw_wave
from warehouse.register import read_register
from warehouse.settings import load_settings
from warehouse.status import publish_status


def wave_withdraw(
    wave: Annotated[str, typer.Argument(help="The released wave to take back.")],
    reason: Annotated[str, typer.Option(help="Why, for the ledger and for who asks later.")],
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Take a wrong release of a wave back: readers see the figures without it."""
    settings, store = load_settings(config), Store(data)
    with store_lock(store), open_ledger(store) as ledger:
        register = read_register(store.register)
        done = withdraw_wave(ledger, store, settings, register, wave, reason)
        # Who kept figures asks the API what became of their release: not only after a refresh.
        publish_status(ledger, store, settings, register, datetime.datetime.now(datetime.UTC))
    console = Console(stderr=True)
    for line in said(done):
        console.print(line, highlight=False, soft_wrap=True)


def said(done: Withdrawal) -> list[str]:
    """Return what was done, line by line."""
    live = f"Release {done.live} is current" if done.live else "Nothing is published now"
    lines = [f"Wave {done.wave_id} was withdrawn. {live}."]
    if done.withdrawn:
        lines.append(f"Kept on disk, no longer shown: {', '.join(done.withdrawn)}.")
    return lines
