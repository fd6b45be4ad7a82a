"""`access.toml`: how long sessions, links and the trail live, limits, and sign-in providers."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from limits import parse_many
from pydantic import AfterValidator, Field, field_validator, model_validator

from warehouse.errors import ConfigurationError
from warehouse.instrument import Frozen
from warehouse.settings import read_toml

Whole = Annotated[int, Field(ge=1)]
Role = Literal["hr_director", "sector_staff", "steward", "administrator"]


def checked_limit(limit: str) -> str:
    """Return a limit. Raise ValueError for a text that limits nothing."""
    if not all(one.amount for one in parse_many(limit)):
        raise ValueError("a limit allows something")
    return limit


Limit = Annotated[str, AfterValidator(checked_limit)]


class Provider(Frozen):
    """An OpenID Connect provider. Without `role_claim` only accounts of the list may sign in."""

    provider_id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
    name: Annotated[str, Field(min_length=1)]
    issuer: str
    client_id: Annotated[str, Field(min_length=1)]
    secret_variable: str = ""
    scope: str = "openid profile email"
    email_claim: str = "email"
    trusts_email: bool = False
    role_claim: str = ""
    role_values: dict[str, Role] = Field(default_factory=dict)
    organisation_claim: str = ""
    organisation_values: dict[str, str] = Field(default_factory=dict)
    algorithms: tuple[Literal["RS256", "PS256", "ES256", "EdDSA"], ...] = ("RS256",)

    @field_validator("issuer")
    @classmethod
    def issuer_is_safe(cls, issuer: str) -> str:
        """Return the issuer. Raise ValueError when it is not https, or loopback for a test."""
        parts = urlsplit(issuer)
        is_local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        if not is_local and (parts.scheme != "https" or not parts.hostname):
            raise ValueError("an issuer is an https address")
        return issuer

    @model_validator(mode="after")
    def claims_belong_together(self) -> Provider:
        """Return the provider. Raise ValueError for a role claim without meaning."""
        if bool(self.role_claim) != bool(self.role_values):
            raise ValueError("role_claim and role_values go together")
        if self.organisation_claim and not self.role_claim:
            raise ValueError("organisation_claim needs role_claim; else grants come from the list")
        return self

    def secret(self, environment: Mapping[str, str]) -> str:
        """Return the client's secret, from the environment or a file that it names.

        Errors: ConfigurationError when it is announced but not there.
        """
        if not self.secret_variable:
            return ""
        file = environment.get(f"{self.secret_variable}_FILE", "")
        found = Path(file).read_text(encoding="utf-8") if file else ""
        found = (found or environment.get(self.secret_variable, "")).strip()
        if not found:
            raise ConfigurationError(
                f"access.toml: provider {self.provider_id} needs a secret: set "
                f"{self.secret_variable}, or {self.secret_variable}_FILE to a file that holds it."
            )
        return found


class AccessSettings(Frozen):
    """`access.toml`."""

    session_idle_minutes: Annotated[int, Field(ge=1, le=30)] = 30
    session_hours: Annotated[int, Field(ge=1, le=12)] = 10
    invitation_hours: Whole = 72
    reset_minutes: Whole = 60
    password_length_min: Annotated[int, Field(ge=12, le=64)] = 12
    failures_free: Annotated[int, Field(ge=1, le=20)] = 5
    failures_free_address: Annotated[int, Field(ge=1, le=200)] = 30
    delay_seconds_max: Annotated[int, Field(ge=60)] = 900
    token_days_max: Annotated[int, Field(ge=1, le=366)] = 90
    sign_in_limit: Limit = "30/minute"
    export_limit: Limit = "30/minute"
    api_limit: Limit = "120/minute"
    second_factor_roles: tuple[Role, ...] = ("administrator",)
    trail_days: Annotated[int, Field(ge=30)] = 730
    provider: tuple[Provider, ...] = ()

    @model_validator(mode="after")
    def providers_differ(self) -> AccessSettings:
        """Return the settings. Raise ValueError for two providers of one id."""
        ids = [provider.provider_id for provider in self.provider]
        if len(ids) != len(set(ids)):
            raise ValueError("two providers have one provider_id")
        return self

    @property
    def idle(self) -> datetime.timedelta:
        """How long a session may do nothing."""
        return datetime.timedelta(minutes=self.session_idle_minutes)

    @property
    def lifetime(self) -> datetime.timedelta:
        """How long a session may last, whatever it does."""
        return datetime.timedelta(hours=self.session_hours)


def load_access_settings(directory: Path) -> AccessSettings:
    """Return `access.toml` of a configuration directory; the defaults when there is none.

    Errors: ConfigurationError that names file, key and mend.
    """
    path = directory / "access.toml"
    return read_toml(path, AccessSettings) if path.exists() else AccessSettings()
