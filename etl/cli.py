"""The command line, and the only module that may import all three packages."""

from __future__ import annotations

import datetime
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from etl.commands import instrument
from etl.commands.audit import audit_verb
from etl.commands.check import wave_check
from etl.commands.coding import coding_app
from etl.commands.difference import wave_diff
from etl.commands.explain import explain_verb
from etl.commands.forget import forget_verb
from etl.commands.moderate import moderate_app
from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from etl.commands.refresh import refresh_verb, schedule_verb
from etl.commands.register import register_app
from etl.commands.statement import statement_app
from etl.commands.trail import trail_app
from etl.commands.user import user_app
from etl.commands.withdraw import wave_withdraw
from etl.moderate.demonstration import release_made_up_texts
from etl.pipeline import load_files
from etl.report import LoadReport, render_report, summary
from etl.report_file import report_path
from etl.simulate import simulate_sector
from etl.simulate.facts import DEFAULT_SEED
from etl.simulate.statements import say_as_employers
from warehouse.errors import RegiespiegelError
from warehouse.journal import Journal
from warehouse.ledger import Ledger, open_ledger, store_lock
from warehouse.paths import Store
from warehouse.publishing import release_waves
from warehouse.register import read_register
from warehouse.release import current_release
from warehouse.settings import Settings, load_settings
from warehouse.soundness import look_at
from warehouse.status import current_status, publish_status
from warehouse.waves import FROZEN, close_wave, open_wave

app = typer.Typer(
    name="regiespiegel",
    help="Benchmark dashboard on eigen regie for Dutch social-work employers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
wave_app = typer.Typer(help="List, close, release and withdraw waves.", no_args_is_help=True)
app.add_typer(wave_app, name="wave")
app.add_typer(instrument.app, name="instrument")
wave_app.command("withdraw")(wave_withdraw)
wave_app.command("diff")(wave_diff)
wave_app.command("check")(wave_check)
app.add_typer(register_app, name="register")
app.add_typer(statement_app, name="statement")
app.add_typer(user_app, name="user")
app.add_typer(trail_app, name="trail")
app.add_typer(moderate_app, name="moderate")
app.add_typer(coding_app, name="coding")
app.command("audit")(audit_verb)
app.command("refresh")(refresh_verb)
app.command("schedule")(schedule_verb)
app.command("explain")(explain_verb)
app.command("forget")(forget_verb)
console = Console(stderr=True)

PortOption = Annotated[int, typer.Option(help="Port of the dashboard.")]


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a progress bar on a terminal; elsewhere nothing but the final lines."""
    columns = (TextColumn("{task.description:<34}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield progress


def fill_store(store: Store, settings: Settings, organisations: int, seed: int) -> None:
    """Write the demonstration sector into a store's inbox and register."""
    store.create()
    # Every page says so when the figures are not real.
    (store.register / "SYNTHETIC").touch()
    with progress_bar() as progress:
        task = progress.add_task("Demonstration sector", total=1.0)

        def tell(what: str, share: float) -> None:
            progress.update(task, description=what, completed=share)

        simulate_sector(store.root, settings, organisations=organisations, seed=seed, progress=tell)


@app.command()
def simulate(
    directory: Annotated[Path, typer.Argument(help="Where the sector is written.")],
    organisations: Annotated[int, typer.Option(help="How many organisations.")] = 541,
    seed: Annotated[
        int, typer.Option(help="The seed; the same seed gives the same files.")
    ] = DEFAULT_SEED,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write the synthetic demonstration sector: export files and a register."""
    fill_store(Store(directory), load_settings(config), organisations, seed)
    console.print(f"Demonstration sector written to {directory}.")


def load_into(
    store: Store, settings: Settings, files: list[Path], **chosen: str | None
) -> list[LoadReport]:
    """Return what became of each file, with a progress bar while it loads."""
    store.create()
    register = read_register(store.register)
    with progress_bar() as progress, store_lock(store):
        task = progress.add_task("Loading", total=len(files))

        def tell(path: Path) -> None:
            progress.update(task, description=f"Loading {path.name}", advance=1)

        return load_files(files, store, settings, register=register, progress=tell, **chosen)


@app.command()
def load(
    files: Annotated[list[Path], typer.Argument(help="Export files.")],
    data: DataOption = DEFAULT_DATA,
    wave: Annotated[str | None, typer.Option(help="Wave, if the file name does not say.")] = None,
    instrument: Annotated[
        str | None, typer.Option(help="Instrument, if the file name does not say.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Load export files: each is landed whole, or refused with the reason."""
    settings = load_settings(config)
    reports = load_into(Store(data), settings, files, wave_id=wave, instrument_id=instrument)
    for report in reports:
        console.print(render_report(report))
        if report.rule_counts:
            path = report_path(Store(data), report.delivery.delivery_id)
            console.print(f"To send back to the bureau: {path}", highlight=False, soft_wrap=True)
    if any(report.outcome == "refused" for report in reports):
        raise typer.Exit(1)


@wave_app.command("list")
def wave_list(data: DataOption = DEFAULT_DATA, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Show every wave, its state and its deliveries."""
    settings, store = load_settings(config), Store(data)
    table = Table("wave", "state", "deliveries", "rows", "refused", title="Waves")
    with store_lock(store), open_ledger(store) as ledger:
        for wave in settings.waves:
            landed = ledger.active(wave.wave_id)
            rows = sum(delivery.accepted_count for delivery in landed)
            refused = sum(delivery.refused_count for delivery in landed)
            state = ledger.wave_state(wave.wave_id).state
            table.add_row(wave.wave_id, state, str(len(landed)), str(rows), str(refused))
    Console().print(table)


@wave_app.command("close")
def wave_close(
    waves: Annotated[list[str], typer.Argument(help="Waves to close.")],
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Close waves: count, form safe atoms and freeze their totals."""
    settings, store = load_settings(config), Store(data)
    with store_lock(store), open_ledger(store) as ledger:
        close_waves(ledger, store, settings, waves)


@wave_app.command("open")
def wave_open(
    waves: Annotated[list[str], typer.Argument(help="Closed waves to open again.")],
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Open closed waves again, so that they take deliveries. A released wave stays as it is."""
    settings, store = load_settings(config), Store(data)
    with store_lock(store), open_ledger(store) as ledger:
        for wave in waves:
            open_wave(ledger, settings.wave(wave).wave_id)
            console.print(f"Wave {wave} is open.")


def close_waves(ledger: Ledger, store: Store, settings: Settings, waves: list[str]) -> None:
    """Close waves that are not released yet, with a progress bar."""
    register = read_register(store.register)
    with progress_bar() as progress:
        task = progress.add_task("Closing", total=len(waves))
        for wave in waves:
            settings.wave(wave)
            if ledger.wave_state(wave).state not in FROZEN:
                close_wave(ledger, store, wave, settings, register)
            progress.update(task, description=f"Closing wave {wave}", advance=1)


@wave_app.command("release")
def wave_release(
    waves: Annotated[list[str], typer.Argument(help="Closed waves to release.")],
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Release closed waves: one new release that holds every released wave."""
    settings, store = load_settings(config), Store(data)
    with store_lock(store), open_ledger(store) as ledger:
        register = read_register(store.register)
        live = release_waves(ledger, store, settings, waves, register)
        console.print(f"Release {live} is current.")


def server_environment(store: Store, config: Path, demo: bool) -> dict[str, str]:
    """Return the environment of the dashboard's process."""
    environment = dict(os.environ)
    environment["REGIESPIEGEL_DATA"] = str(store.root.resolve())
    environment["REGIESPIEGEL_CONFIG"] = str(config.resolve())
    if demo:
        environment["REGIESPIEGEL_DEMO"] = "1"
    return environment


def run_server(store: Store, config: Path, port: int, demo: bool) -> None:
    """Become gunicorn with the dashboard, so that it gets the signals that stop it.

    Errors: ConfigurationError for what may not be served so: said here, not by every worker.
    """
    # Only who serves pays for the dashboard's libraries.
    from dashboard.wsgi import may_start

    environment = server_environment(store, config, demo)
    may_start(environment)
    command = [sys.executable, "-m", "gunicorn", "dashboard.wsgi:server"]
    command += ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", "2", "--threads", "4", "--log-level", "warning"]
    # Nobody needs to steer a running server from elsewhere on the machine.
    command += ["--no-control-socket"]
    sys.stdout.flush()
    os.execve(command[0], command, environment)  # noqa: S606


@app.command()
def serve(
    data: DataOption = DEFAULT_DATA,
    port: PortOption = 8050,
    demo: Annotated[bool, typer.Option(help="Offer demonstration sign-ins.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Serve the dashboard on this machine."""
    run_server(Store(data), config, port, demo)


@app.command("demo")
def demo_command(
    data: DataOption = DEFAULT_DATA,
    port: PortOption = 8050,
    organisations: Annotated[int, typer.Option(help="How many organisations.")] = 541,
    seed: Annotated[int, typer.Option(help="The seed of the sector.")] = DEFAULT_SEED,
    config: ConfigOption = DEFAULT_CONFIG,
    serve_it: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it.")] = True,
) -> None:
    """From nothing to a working dashboard: simulate, load, close, release, serve."""
    settings, store = load_settings(config), Store(data)
    if current_release(store) is None:
        build_demonstration(store, settings, organisations, seed, config)
    if current_status(store) is None:
        show_status(store, settings)
    console.print(f"Release {current_release(store)} is current.")
    if serve_it:
        console.print(f"Open http://127.0.0.1:{port}/ and choose a demonstration sign-in.")
        run_server(store, config, port, demo=True)


def build_demonstration(
    store: Store, settings: Settings, organisations: int, seed: int, config: Path
) -> None:
    """Write the sector, load its exports, and close and release its waves."""
    if not (store.register / "headcounts.csv").exists():
        fill_store(store, settings, organisations, seed)
    begun = datetime.datetime.now(datetime.UTC)
    exports = sorted(path for path in store.inbox.iterdir() if path.is_file())
    reports = load_into(store, settings, exports)
    for report in reports:
        console.print(summary(report), highlight=False, soft_wrap=True)
    started = time.monotonic()
    with store_lock(store), open_ledger(store) as ledger:
        waves = [wave.wave_id for wave in settings.waves if ledger.active(wave.wave_id)]
        close_waves(ledger, store, settings, waves)
        for wave in waves:
            release_made_up_texts(ledger, store, wave, settings, config)
        live = release_waves(ledger, store, settings, waves, read_register(store.register))
        record_run(Journal(ledger), reports, live, begun)
    say_as_employers(store, store.releases / f"{live}.duckdb", begun.date())
    console.print(f"Counts, atoms, statistics and release: {time.monotonic() - started:.1f} s.")


def record_run(
    journal: Journal, reports: list[LoadReport], live: str, begun: datetime.datetime
) -> None:
    """Write what the demonstration took and published as its first run, as a refresh would."""
    became = Counter(report.outcome for report in reports)
    run = replace(
        journal.begin(begun),
        ended_at=datetime.datetime.now(datetime.UTC),
        outcome="refused" if became["refused"] else "done",
        landed_count=became["landed"],
        unchanged_count=became["unchanged"],
        refused_count=became["refused"],
        release_id=live,
    )
    journal.end(run)


def show_status(store: Store, settings: Settings) -> None:
    """Publish the status file of this moment, so that the page of deliveries has one to show."""
    now = datetime.datetime.now(datetime.UTC)
    with store_lock(store), open_ledger(store) as ledger:
        publish_status(ledger, store, settings, read_register(store.register), now)


@app.command()
def doctor(data: DataOption = DEFAULT_DATA, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Check configuration, register, published files and ledger, and say what is missing."""
    settings = load_settings(config)
    console.print(f"Configuration in {config}: {len(settings.instruments)} instruments, in order.")
    store = Store(data)
    register = read_register(store.register)
    console.print(f"Register: {len(register.organisations)} organisations, in order.")
    for sentence in look_at(store):
        console.print(sentence, highlight=False)


def main() -> None:
    """Run the command line; an error is one sentence and exit status 1, never a traceback."""
    try:
        app()
    except RegiespiegelError as error:
        refuse(str(error))
    except PermissionError as error:
        refuse(f"{error.filename}: {error.strerror}. Run the command as who owns the data.")


def refuse(said: str) -> None:
    """Say why a command was refused, and end."""
    console.print(f"[bold]Refused:[/bold] {said}", highlight=False, soft_wrap=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
