"""The tables of the account store, the same on SQLite and PostgreSQL.

Nothing here holds an answer, a password, or a link or session that could be used: of those only
hashes. `accounts/migrations` makes these tables; a test compares the two.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, ForeignKey, Index, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ROLES = ("hr_director", "sector_staff", "steward", "administrator")


class Moment(TypeDecorator[datetime.datetime]):
    """A moment in UTC. SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Return a moment as it is stored. Raise ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(datetime.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return a stored moment with its zone."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=datetime.UTC)


class Base(DeclarativeBase):
    """Texts are unbounded, moments are in UTC."""

    type_annotation_map = {str: Text, datetime.datetime: Moment}  # noqa: RUF012


class AccountRow(Base):
    """Somebody who may sign in. `password_hash` NULL: through a provider only, or not yet."""

    __tablename__ = "account"

    account_id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None]
    totp_step: Mapped[int] = mapped_column(default=0)
    is_disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime.datetime]


class GrantRow(Base):
    """An organisation whose results an HR director may see."""

    __tablename__ = "account_grant"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.account_id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(primary_key=True)


class IdentityRow(Base):
    """Who an account is to an OpenID provider; bound at the first sign-in."""

    __tablename__ = "account_identity"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.account_id"), index=True)


class LinkRow(Base):
    """An invitation or reset link: used once, before it expires."""

    __tablename__ = "account_link"

    link_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.account_id"), index=True)
    purpose: Mapped[str]
    expires_at: Mapped[datetime.datetime]
    used_at: Mapped[datetime.datetime | None]


class LoginRow(Base):
    """A signed-in session. The browser holds the key to it, this table its hash."""

    __tablename__ = "login_session"

    session_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.account_id"), index=True)
    created_at: Mapped[datetime.datetime]
    seen_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    revoked_at: Mapped[datetime.datetime | None]
    organisation_id: Mapped[str | None]
    provider_id: Mapped[str | None]
    id_token: Mapped[str | None]


class AttemptRow(Base):
    """Failed sign-ins by a key that names an address, or an address and an account."""

    __tablename__ = "attempt"

    attempt_key: Mapped[str] = mapped_column(primary_key=True)
    failure_count: Mapped[int]
    last_at: Mapped[datetime.datetime]


class TokenRow(Base):
    """A key to the API: no wider than its account, and it expires."""

    __tablename__ = "api_token"

    token_id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.account_id"), index=True)
    name: Mapped[str]
    organisation_id: Mapped[str | None]
    scopes: Mapped[str]
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    revoked_at: Mapped[datetime.datetime | None]


class TrailRow(Base):
    """An entry of the audit trail. Triggers refuse a change, and the hashes show one."""

    __tablename__ = "trail_entry"
    __table_args__ = (Index("trail_entry_moment", "moment"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    moment: Mapped[str]
    event: Mapped[str]
    actor: Mapped[str]
    role: Mapped[str]
    organisation_id: Mapped[str]
    release_id: Mapped[str]
    view: Mapped[str]
    detail: Mapped[str]
    address: Mapped[str]
    previous_hash: Mapped[str]
    entry_hash: Mapped[str]


class AnchorRow(Base):
    """Where the trail begins since older entries were removed: the last one removed."""

    __tablename__ = "trail_anchor"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_hash: Mapped[str]
    removed_at: Mapped[datetime.datetime]
