"""`regiespiegel instrument`: draft one from an export, and check an export against one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from etl.errors import DeliveryError
from etl.preview import draft, preview
from etl.report import render_report
from etl.target import instrument_called
from warehouse.instrument import Instrument
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.settings import Settings, load_settings, read_toml

app = typer.Typer(help="Draft and check instruments.", no_args_is_help=True)
console = Console(stderr=True)
FileArgument = Annotated[Path, typer.Argument(help="An export.")]


@app.command("draft")
def draft_command(
    file: FileArgument,
    name: Annotated[str, typer.Option("--id", help="The id of the instrument.")] = "draft",
    structure: Annotated[
        Path | None, typer.Option(help="LimeSurvey's structure (.lss), for the full questions.")
    ] = None,
) -> None:
    """Print a first instrument for an export: a guess for a human to finish."""
    typer.echo(draft(file, name, structure), nl=False)


@app.command("check")
def check_command(
    file: FileArgument,
    instrument: Annotated[str, typer.Option(help="An instrument's id, or a TOML file of one.")],
    data: DataOption = DEFAULT_DATA,
    wave: Annotated[
        str | None, typer.Option(help="Wave whose organisations count; else the newest.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say what an export would do under an instrument, without loading it."""
    settings = load_settings(config)
    chosen = chosen_instrument(instrument, settings)
    members: frozenset[str] = frozenset()
    if chosen.fixed_organisation is None:
        members = organisations_of(Store(data), settings, wave or settings.waves[-1].wave_id)
    try:
        report = preview(file, chosen, members, settings)
    except DeliveryError as error:
        console.print(f"{file.name}: would be refused. {error}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    console.print("A check only: nothing was loaded.")
    console.print(render_report(report))
    if report.outcome == "refused":
        raise typer.Exit(1)


def chosen_instrument(name: str, settings: Settings) -> Instrument:
    """Return an instrument by its id, or from a file of its own."""
    return (
        read_toml(Path(name), Instrument)
        if name.endswith(".toml")
        else instrument_called(name, settings)
    )


def organisations_of(store: Store, settings: Settings, wave_id: str) -> frozenset[str]:
    """Return the organisations of a wave, as an export names them."""
    members = read_register(store.register).members(
        settings.wave(wave_id).wave_id, settings.size_bands
    )
    return frozenset(member.organisation_id.strip().upper() for member in members)
