"""`statement import` and `statement withdraw`: what an employer says as an employer."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from etl.statements import import_statements
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.settings import load_settings
from warehouse.statements import StatementError, withdraw_statement

statement_app = typer.Typer(help="Employer statements.", no_args_is_help=True)


@statement_app.command("import")
def statement_import(
    file: Annotated[Path, typer.Argument(help="CSV file or workbook.")],
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Take in statements with their consent: all of the file or nothing."""
    store, now = Store(data), datetime.datetime.now(datetime.UTC)
    register = read_register(store.register)
    numbers = import_statements(file, store, load_settings(config), register, now)
    typer.echo(f"{file.name}: statements {', '.join(map(str, numbers))}.")


@statement_app.command("withdraw")
def statement_withdraw(
    statement: Annotated[int, typer.Argument(help="The number of the statement.")],
    by: Annotated[str, typer.Option(help="Who takes it back.")],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Take a statement back: its answers are removed, that it was there stays."""
    if not by.strip():
        raise StatementError("Say who takes it back: `--by WHO`.")
    now = datetime.datetime.now(datetime.UTC)
    organisation, wave = withdraw_statement(Store(data), statement, by.strip(), now)
    typer.echo(f"Statement {statement} of {organisation} at wave {wave} is taken back.")
