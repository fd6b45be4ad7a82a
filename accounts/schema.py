"""The tables of the account store, the same on SQLite and PostgreSQL.

Nothing here holds an answer, a password, or a link, session or API token that could be used: of
those only hashes. `accounts/migrations` makes these tables; a test compares the two.
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

    account_id: Mapped[str] = mapped_column(
        primary_key=True, doc="Number of the account, by chance; the trail names it."
    )
    email: Mapped[str] = mapped_column(unique=True, doc="Address, folded to lower case; unique.")
    name: Mapped[str] = mapped_column(doc="Name on screen.")
    role: Mapped[str] = mapped_column(doc="hr_director, sector_staff, steward or administrator.")
    password_hash: Mapped[str | None] = mapped_column(doc="argon2id hash; NULL: none was set.")
    totp_secret: Mapped[str | None] = mapped_column(doc="Secret of the second factor; NULL: none.")
    totp_step: Mapped[int] = mapped_column(default=0, doc="The last time step whose code was used.")
    is_disabled: Mapped[bool] = mapped_column(default=False, doc="Whether it may not sign in.")
    created_at: Mapped[datetime.datetime] = mapped_column(doc="When it was added.")


class GrantRow(Base):
    """An organisation whose results an HR director may see."""

    __tablename__ = "account_grant"

    account_id: Mapped[str] = mapped_column(
        ForeignKey("account.account_id"), primary_key=True, doc="The account."
    )
    organisation_id: Mapped[str] = mapped_column(
        primary_key=True, doc="The organisation whose results it may see."
    )


class IdentityRow(Base):
    """Who an account is to an OpenID provider; bound at the first sign-in."""

    __tablename__ = "account_identity"

    issuer: Mapped[str] = mapped_column(primary_key=True, doc="The provider's issuer.")
    subject: Mapped[str] = mapped_column(primary_key=True, doc="Who it is at that provider.")
    account_id: Mapped[str] = mapped_column(
        ForeignKey("account.account_id"), index=True, doc="The account."
    )


class LinkRow(Base):
    """An invitation or reset link: used once, before it expires."""

    __tablename__ = "account_link"

    link_hash: Mapped[str] = mapped_column(primary_key=True, doc="SHA-256 of the link's key.")
    account_id: Mapped[str] = mapped_column(
        ForeignKey("account.account_id"), index=True, doc="The account."
    )
    purpose: Mapped[str] = mapped_column(doc="invitation or reset.")
    expires_at: Mapped[datetime.datetime] = mapped_column(doc="When it works no longer.")
    used_at: Mapped[datetime.datetime | None] = mapped_column(
        doc="When it was used, or ended by another; NULL: it works."
    )


class LoginRow(Base):
    """A signed-in session. The browser holds the key to it, this table its hash."""

    __tablename__ = "login_session"

    session_hash: Mapped[str] = mapped_column(primary_key=True, doc="SHA-256 of the session's key.")
    account_id: Mapped[str] = mapped_column(
        ForeignKey("account.account_id"), index=True, doc="The account."
    )
    created_at: Mapped[datetime.datetime] = mapped_column(doc="When it was signed in.")
    seen_at: Mapped[datetime.datetime] = mapped_column(doc="When it was used last, to the minute.")
    expires_at: Mapped[datetime.datetime] = mapped_column(doc="When it ends whatever is done.")
    revoked_at: Mapped[datetime.datetime | None] = mapped_column(
        doc="When it was ended; NULL: it was not."
    )
    organisation_id: Mapped[str | None] = mapped_column(
        doc="The organisation that was chosen; NULL: the first that was granted."
    )
    provider_id: Mapped[str | None] = mapped_column(
        doc="The provider it was signed in with; NULL: a password."
    )
    id_token: Mapped[str | None] = mapped_column(
        doc="The provider's ID token, to sign out there; NULL: a password."
    )


class AttemptRow(Base):
    """Failed sign-ins by a key that names an address, or an address and an account."""

    __tablename__ = "attempt"

    attempt_key: Mapped[str] = mapped_column(
        primary_key=True,
        doc="Hash of address, or of address and account; of a browser that signed in before; of an "
        "account whose password was right; or of a value that may be used once.",
    )
    failure_count: Mapped[int] = mapped_column(doc="Attempts that did not succeed.")
    last_at: Mapped[datetime.datetime] = mapped_column(
        doc="When the last one was; a day later it is forgotten."
    )


class CountRow(Base):
    """How often something limited was asked for in the period that runs, by all workers."""

    __tablename__ = "request_count"

    count_key: Mapped[str] = mapped_column(
        primary_key=True, doc="SHA-256 of the limit and of the address, person or token."
    )
    request_count: Mapped[int] = mapped_column(doc="Requests in this period.")
    ends_at: Mapped[datetime.datetime] = mapped_column(index=True, doc="When the period ends.")


class TokenRow(Base):
    """A key to the API: no wider than its account, and it expires."""

    __tablename__ = "api_token"

    token_id: Mapped[str] = mapped_column(primary_key=True, doc="Id of the token, to revoke it by.")
    token_hash: Mapped[str] = mapped_column(unique=True, doc="SHA-256 of the token.")
    account_id: Mapped[str] = mapped_column(
        ForeignKey("account.account_id"), index=True, doc="The account."
    )
    name: Mapped[str] = mapped_column(doc="What it is for, in somebody's words.")
    organisation_id: Mapped[str | None] = mapped_column(
        doc="Whose own scores it opens; NULL: nobody's."
    )
    scopes: Mapped[str] = mapped_column(doc="What it opens: own, sector.")
    created_at: Mapped[datetime.datetime] = mapped_column(doc="When it was made.")
    expires_at: Mapped[datetime.datetime] = mapped_column(doc="When it works no longer.")
    revoked_at: Mapped[datetime.datetime | None] = mapped_column(
        doc="When it was ended; NULL: it was not."
    )


class TrailRow(Base):
    """An entry of the audit trail. Triggers refuse a change, and the hashes show one."""

    __tablename__ = "trail_entry"
    __table_args__ = (Index("trail_entry_moment", "moment"),)

    number: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, doc="Order of the entries, from 1, without a gap."
    )
    moment: Mapped[str] = mapped_column(doc="When, ISO 8601 UTC.")
    event: Mapped[str] = mapped_column(
        doc="What: view, export, refused, sign_in, sign_out, … or an act of administration."
    )
    actor: Mapped[str] = mapped_column(doc="Who: an account's id, operator:NAME, or demo:NAME.")
    role: Mapped[str] = mapped_column(doc="Their role then; empty: none.")
    organisation_id: Mapped[str] = mapped_column(
        doc="The organisation whose figures were shown; empty: none."
    )
    release_id: Mapped[str] = mapped_column(doc="The release that was shown; empty: none.")
    view: Mapped[str] = mapped_column(doc="Which page, download or address.")
    detail: Mapped[str] = mapped_column(
        doc="What else is to know, as JSON; never a figure or an answer."
    )
    address: Mapped[str] = mapped_column(doc="Network address it came from.")
    previous_hash: Mapped[str] = mapped_column(doc="Hash of the entry before.")
    entry_hash: Mapped[str] = mapped_column(doc="SHA-256 of all of this and the hash before.")


class AnchorRow(Base):
    """Where the trail begins since older entries were removed: the last one removed."""

    __tablename__ = "trail_anchor"

    number: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, doc="The last entry that was removed."
    )
    entry_hash: Mapped[str] = mapped_column(doc="Its hash, which the first kept entry follows.")
    removed_at: Mapped[datetime.datetime] = mapped_column(doc="When.")
