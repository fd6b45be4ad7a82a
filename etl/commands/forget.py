"""`forget`: a delivery that should not have come, before its wave is closed."""

from __future__ import annotations

from typing import Annotated

import typer

from etl.commands.options import DEFAULT_DATA, DataOption
from etl.forget import forget_delivery
from warehouse.errors import WaveStateError
from warehouse.ledger import open_ledger, store_lock
from warehouse.paths import Store


def forget_verb(
    delivery: Annotated[str, typer.Argument(help="A file's name, or 8 characters of its hash.")],
    reason: Annotated[str, typer.Option(help="Why, for the ledger; never an answer or a name.")],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Forget a delivery: every file with its answers goes, that it was there stays."""
    if not reason.strip():
        raise WaveStateError("Say why: `--reason TEXT`.")
    store = Store(data)
    with store_lock(store), open_ledger(store) as ledger:
        removed = forget_delivery(ledger, store, delivery, f"Forgotten: {reason.strip()}")
    typer.echo(f"{delivery} is forgotten; {len(removed)} files are removed. Backups are yours.")
