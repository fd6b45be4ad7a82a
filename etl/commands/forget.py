"""`forget`: a delivery that should not have come, before its wave is closed."""

from __future__ import annotations

from typing import Annotated

import typer

from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from etl.forget import find_delivery, forget_delivery
from etl.moderate.propose import forget_texts
from warehouse.errors import WaveStateError
from warehouse.ledger import open_ledger, store_lock
from warehouse.paths import Store
from warehouse.settings import load_settings


def forget_verb(
    delivery: Annotated[str, typer.Argument(help="A file's name, or 8 characters of its hash.")],
    reason: Annotated[str, typer.Option(help="Why, for the ledger; never an answer or a name.")],
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Forget a delivery: every file with its answers goes, that it was there stays."""
    if not reason.strip():
        raise WaveStateError("Say why: `--reason TEXT`.")
    store, settings = Store(data), load_settings(config)
    with store_lock(store), open_ledger(store) as ledger:
        wave_id = find_delivery(ledger, delivery).wave_id
        removed = forget_delivery(ledger, store, delivery, f"Forgotten: {reason.strip()}")
        books = forget_texts(ledger, store, wave_id, settings, config)
    count = len(removed) + len(books)
    typer.echo(f"{delivery} is forgotten; {count} files are removed. Backups are yours.")
    if books:
        again = f"Give `moderate export {wave_id}` again: its workbooks held those texts too."
        typer.echo(again, err=True)
