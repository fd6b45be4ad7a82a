"""`refresh.toml`: when and how the inbox is refreshed."""

from __future__ import annotations

import zoneinfo
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from etl.cron import trigger_of
from warehouse.instrument import Frozen
from warehouse.settings import read_toml


class RefreshSettings(Frozen):
    """`refresh.toml`."""

    settle_seconds: Annotated[float, Field(ge=0)]
    cron: Annotated[tuple[str, ...], Field(min_length=1)]
    time_zone: str
    clock_jump_days: Annotated[int, Field(ge=1)]
    lock_wait_seconds: Annotated[float, Field(ge=0)]
    webhook_url: str
    webhook_timeout_seconds: Annotated[float, Field(gt=0)]

    @field_validator("cron")
    @classmethod
    def cron_is_understood(cls, expressions: tuple[str, ...]) -> tuple[str, ...]:
        """Return the expressions. Raise ValueError for one that is no cron expression."""
        for expression in expressions:
            trigger_of(expression, "UTC")
        return expressions

    @field_validator("time_zone")
    @classmethod
    def zone_exists(cls, name: str) -> str:
        """Return the zone's name. Raise ValueError when there is none of that name."""
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            raise ValueError("no such time zone; for example Europe/Amsterdam") from None
        return name

    @field_validator("webhook_url")
    @classmethod
    def url_is_http(cls, url: str) -> str:
        """Return the address. Raise ValueError when it is no http or https address."""
        return checked_url(url)


def checked_url(url: str) -> str:
    """Return a webhook's address, empty for none. Raise ValueError when it is not http(s)."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("a webhook begins with http:// or https:// and names a host")
    return url


def load_refresh_settings(directory: Path) -> RefreshSettings:
    """Return `refresh.toml` of a configuration directory.

    Errors: ConfigurationError that names file, key and mend.
    """
    return read_toml(directory / "refresh.toml", RefreshSettings)
