"""`regiespiegel refresh` and `schedule`: what runs without a human."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from etl.refresh import Refreshed, refresh
from etl.report import summary
from etl.schedule import scheduler_of
from warehouse.errors import RegiespiegelError
from warehouse.paths import Store
from warehouse.settings import Settings, load_settings

WEBHOOK = "REGIESPIEGEL_WEBHOOK"
console = Console(stderr=True)


@contextmanager
def file_progress() -> Iterator[Progress]:
    """Show which file is loading, on a terminal only."""
    columns = (TextColumn("{task.description:<50}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield progress


def logger() -> structlog.typing.FilteringBoundLogger:
    """Return a log of one JSON object per line, on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return log


def refresh_once(store: Store, settings: Settings) -> Refreshed:
    """Return what a refresh did, told while it runs and afterwards.

    Errors: as `etl.refresh.refresh`.
    """
    with file_progress() as progress:
        task = progress.add_task("Refreshing", total=None)

        def tell(path: Path) -> None:
            progress.update(task, description=f"Loaded {path.name}", advance=1)

        webhook = os.environ.get(WEBHOOK) or None
        refreshed = refresh(store, settings, progress=tell, webhook=webhook)
    report(refreshed)
    return refreshed


def report(refreshed: Refreshed) -> None:
    """Say what a refresh did: sentences on a terminal, JSON elsewhere."""
    run = refreshed.run
    if not console.is_terminal:
        log = logger()
        for one in refreshed.reports:
            delivery = one.delivery
            counts = {"rows": delivery.row_count, "refused": delivery.refused_count}
            log.info(one.outcome, file=one.offered or delivery.file_name, **counts)
        counts = {"landed": run.landed_count, "refused": run.refused_count}
        counts["waiting"] = run.waiting_count
        log.info("refresh", outcome=run.outcome, release=run.release_id, **counts)
        return
    for one in refreshed.reports:
        console.print(summary(one), highlight=False, soft_wrap=True)
    for path in refreshed.waiting:
        console.print(f"{path.name}: still being written; the next refresh looks again.")
    console.print(f"Refresh {run.outcome}; release {run.release_id or 'none yet'} is current.")


def refresh_command(data: DataOption = DEFAULT_DATA, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Load what is new in the inbox, renew the response figures, publish what is due."""
    refreshed = refresh_once(Store(data), load_settings(config))
    if refreshed.run.outcome != "done":
        raise typer.Exit(1)


def schedule_command(
    data: DataOption = DEFAULT_DATA, config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """Refresh at the hours of `cron` in settings.toml, until it is stopped."""
    store, settings = Store(data), load_settings(config)

    def job() -> None:
        try:
            refresh_once(store, settings)
        except RegiespiegelError as error:
            # The ledger and the status have it; the next hour tries again.
            logger().error("refresh", outcome="failed", reason=str(error))

    scheduler = scheduler_of(settings.general.refresh, job)
    hours = ", ".join(settings.general.refresh.cron)
    console.print(f"Refreshing {store.root} at {hours} ({settings.general.refresh.time_zone}).")
    try:
        scheduler.start()
    except (KeyboardInterrupt, SystemExit):
        scheduler.shutdown(wait=True)
