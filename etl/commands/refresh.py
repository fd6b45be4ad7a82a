"""`refresh` and `schedule`: the inbox without a human."""

from __future__ import annotations

import datetime
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from etl.refresh import Tell, Work, refresh, said
from etl.refresh_settings import RefreshSettings, checked_url, load_refresh_settings
from etl.runlog import json_teller, teller
from etl.schedule import refresh_command, run_schedule
from etl.webhook import NEEDS_A_PERSON, call_webhook, payload
from warehouse.errors import ConfigurationError
from warehouse.journal import Run
from warehouse.lock import LockedError
from warehouse.paths import Store
from warehouse.settings import load_settings

WebhookOption = Annotated[
    str | None,
    typer.Option(
        envvar="REGIESPIEGEL_WEBHOOK",
        help="Told when a run failed or a delivery was refused; overrules refresh.toml.",
    ),
]


def utc_now() -> datetime.datetime:
    """Return the time by this machine's clock."""
    return datetime.datetime.now(datetime.UTC)


def refresh_verb(
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
    webhook: WebhookOption = None,
) -> None:
    """Take what is new in the inbox, refresh the response figures, publish what is due."""
    settings = with_webhook(load_refresh_settings(config), webhook)
    with teller(Console(stderr=True)) as tell:
        work = Work(Store(data), load_settings(config), settings, utc_now, time.sleep, tell)
        run = told(work, settings, tell)
    if run.outcome != "done":
        raise typer.Exit(1)


def with_webhook(settings: RefreshSettings, url: str | None) -> RefreshSettings:
    """Return the settings with another webhook. Raise ConfigurationError for a wrong address."""
    if not url:  # a compose file passes on a variable that is not set as an empty one
        return settings
    try:
        return settings.model_copy(update={"webhook_url": checked_url(url)})
    except ValueError as error:
        raise ConfigurationError(f"--webhook: {error}.") from None


def told(work: Work, settings: RefreshSettings, tell: Tell) -> Run:
    """Return how a refresh went, after telling the webhook when it needs a person."""
    try:
        run = refresh(work)
    except LockedError:
        raise
    except Exception as error:
        # Not even the ledger could be written, so the webhook is all there is.
        run = Run(0, work.now(), outcome="failed", message=said(error))
        tell("run_ended", run=0, outcome="failed", message=run.message)
    if run.outcome in NEEDS_A_PERSON and settings.webhook_url:
        wrong = call_webhook(settings.webhook_url, payload(run), settings.webhook_timeout_seconds)
        tell("webhook", outcome="failed" if wrong else "done", message=wrong)
    return run


def schedule_verb(
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Refresh at the times of refresh.toml, until told to stop; every run is its own process."""
    settings = load_refresh_settings(config)
    load_settings(config)
    command = refresh_command(str(data.resolve()), str(Path(config).resolve()))
    run_schedule(settings, command, json_teller(Console(stderr=True).file))  # type: ignore[arg-type]
