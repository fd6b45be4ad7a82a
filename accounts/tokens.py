"""API tokens: of one account, never wider than it, expiring, revocable; only a hash is kept."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.errors import AccountError
from accounts.keys import hash_of, new_key
from accounts.people import Account, account_by_id
from accounts.schema import TokenRow
from accounts.settings import AccessSettings

SCOPES: Final = ("sector", "own")
PREFIX: Final = "rsp_"


@dataclass(frozen=True)
class Wanted:
    """The token that somebody asks for."""

    name: str
    scopes: tuple[str, ...]
    organisation_id: str | None
    days: int


@dataclass(frozen=True)
class Token:
    """A token that holds: whose, for which organisation, and for what."""

    token_id: str
    account: Account
    organisation_id: str | None
    scopes: frozenset[str]


def make_token(
    session: Session,
    account: Account,
    wanted: Wanted,
    settings: AccessSettings,
    now: datetime.datetime,
) -> tuple[str, str]:
    """Return the id of a new token and the token itself, which is shown once.

    Errors: AccountError for one that the account may not have.
    """
    check_wanted(account, wanted, settings)
    key, token_id = PREFIX + new_key(), secrets.token_hex(8)
    session.add(
        TokenRow(
            token_id=token_id,
            token_hash=hash_of(key),
            account_id=account.account_id,
            name=wanted.name.strip()[:100],
            organisation_id=wanted.organisation_id,
            scopes=" ".join(sorted(wanted.scopes)),
            created_at=now,
            expires_at=now + datetime.timedelta(days=wanted.days),
        )
    )
    return token_id, key


def check_wanted(account: Account, wanted: Wanted, settings: AccessSettings) -> None:
    """Raise AccountError for an unknown scope, a life longer than `token_days_max`, a disabled
    account, or an organisation that was not granted."""
    if not wanted.scopes or set(wanted.scopes) - set(SCOPES):
        raise AccountError(f"A token is for one or more of: {', '.join(SCOPES)}.")
    if not 1 <= wanted.days <= settings.token_days_max:
        raise AccountError(f"A token lives 1 to {settings.token_days_max} days.")
    if account.is_disabled:
        raise AccountError(f"{account.email} is disabled. Enable it first: `user enable`.")
    if ("own" in wanted.scopes) != (wanted.organisation_id is not None):
        raise AccountError("A token for `own` names one organisation, and no other token does.")
    if wanted.organisation_id is not None and wanted.organisation_id not in account.grants:
        raise AccountError("That organisation was not granted to this account.")


def find_token(session: Session, key: str, now: datetime.datetime) -> Token | None:
    """Return the token of a key, None when it is unknown, ended, or its account disabled.

    A grant that was taken back is gone from the token too.
    """
    if not key.startswith(PREFIX):
        return None
    row = session.scalar(select(TokenRow).where(TokenRow.token_hash == hash_of(key)))
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        return None
    account = account_by_id(session, row.account_id)
    if account is None or account.is_disabled:
        return None
    scopes = frozenset(row.scopes.split())
    if row.organisation_id not in account.grants:
        scopes, organisation = scopes - {"own"}, None
    else:
        organisation = row.organisation_id
    return Token(row.token_id, account, organisation, scopes)


def list_tokens(session: Session) -> list[TokenRow]:
    """Return every token, newest first; none can be used."""
    return list(session.scalars(select(TokenRow).order_by(TokenRow.created_at.desc())))


def revoke_token(session: Session, token_id: str, now: datetime.datetime) -> None:
    """End a token. Raise AccountError when there is none of that id."""
    row = session.get(TokenRow, token_id)
    if row is None:
        raise AccountError(f"There is no token {token_id}. See `user tokens`.")
    row.revoked_at = row.revoked_at or now
