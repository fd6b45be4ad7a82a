"""Refreshes by the clock, in a process of their own."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.schedulers.blocking import BlockingScheduler  # type: ignore[import-untyped]
from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]

from warehouse.errors import ConfigurationError
from warehouse.settings import RefreshSettings

# A machine that slept through its hour refreshes when it wakes, once.
LATE_SECONDS = 6 * 3600


def scheduler_of(settings: RefreshSettings, job: Callable[[], object]) -> BlockingScheduler:
    """Return a scheduler that runs a job at every moment of `cron`, never twice at once.

    Errors: ConfigurationError for an expression or a time zone that is none.
    """
    scheduler = BlockingScheduler(timezone=zone_of(settings.time_zone))
    for expression in settings.cron:
        scheduler.add_job(
            job,
            trigger_of(expression, settings.time_zone),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=LATE_SECONDS,
        )
    return scheduler


def trigger_of(expression: str, time_zone: str) -> CronTrigger:
    """Return a cron expression as a trigger. Raise ConfigurationError when it is none."""
    try:
        return CronTrigger.from_crontab(expression, timezone=zone_of(time_zone))
    except ValueError as error:
        raise ConfigurationError(
            f"settings.toml: key refresh.cron: {expression!r} is no cron expression ({error}). "
            'Write minute, hour, day, month and weekday, such as "30 2 * * *".'
        ) from None


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone. Raise ConfigurationError when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigurationError(
            f"settings.toml: key refresh.time_zone: there is no time zone {name!r}. "
            'Write a name such as "Europe/Amsterdam".'
        ) from None
