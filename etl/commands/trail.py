"""`trail verify`, `trail export` and `trail prune`: the audit trail of the dashboard."""

from __future__ import annotations

import csv
import datetime
from dataclasses import astuple
from pathlib import Path
from typing import Annotated

import typer

from accounts import trail
from accounts.settings import load_access_settings
from accounts.store import open_accounts
from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from etl.commands.user import operator
from warehouse.paths import Store

trail_app = typer.Typer(help="The audit trail.", no_args_is_help=True)
SIGNS = ("=", "+", "-", "@", "\t", "\r")


@trail_app.command("verify")
def trail_verify(
    head: Annotated[str, typer.Option(help="A last hash noted elsewhere before.")] = "",
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Check that no entry was changed, removed or put in; exit status 1 when one was."""
    store = open_accounts(Store(data))
    try:
        with store.reading() as session:
            count, last = trail.verify(session, head)
    finally:
        store.close()
    typer.echo(f"{count} entries hold. Last hash, to note elsewhere: {last}")


@trail_app.command("export")
def trail_export(
    file: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Write the whole trail as CSV, after checking it."""
    store = open_accounts(Store(data))
    try:
        with store.reading() as session:
            count, last = trail.verify(session)
            with file.open("w", encoding="utf-8", newline="") as lines:
                writer = csv.writer(lines)
                writer.writerow(trail.COLUMNS)
                for entry in trail.entries(session):
                    writer.writerow([safe(str(value)) for value in astuple(entry)])
        with store.writing() as session:
            event = trail.Event("trail_exported", operator(), detail={"head": last})
            trail.append(session, event, datetime.datetime.now(datetime.UTC))
    finally:
        store.close()
    typer.echo(f"{count} entries in {file}. Last hash, to note elsewhere: {last}")


def safe(value: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    return "'" + value if value.startswith(SIGNS) else value


@trail_app.command("prune")
def trail_prune(data: DataOption = DEFAULT_DATA, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Remove entries older than `trail_days`. What stays is still a chain."""
    days = load_access_settings(config).trail_days
    now = datetime.datetime.now(datetime.UTC)
    store = open_accounts(Store(data))
    try:
        with store.writing() as session:
            removed = trail.prune(session, now - datetime.timedelta(days=days), now)
            event = trail.Event("trail_pruned", operator(), detail={"removed": str(removed)})
            trail.append(session, event, now)
    finally:
        store.close()
    typer.echo(f"{removed} entries older than {days} days are removed.")
