"""`audit`: try to break a release, and say what was tried and what was found."""

from __future__ import annotations

from typing import Annotated

import typer

from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from warehouse.audit.run import audit_release, summary
from warehouse.errors import ReleaseError
from warehouse.paths import Store
from warehouse.release import current_release
from warehouse.settings import load_settings


def audit_verb(
    release: Annotated[
        str | None, typer.Argument(help="The release; without it the live one.")
    ] = None,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Attack a release and every other one of its waves: what was tried, and what was found."""
    settings, store = load_settings(config), Store(data)
    chosen = release or current_release(store)
    if chosen is None:
        raise ReleaseError("Nothing was released yet, so there is nothing to audit.")
    report = audit_release(store, chosen, settings)
    for line in summary(report):
        typer.echo(line)
    if not report.is_safe:
        raise typer.Exit(1)
