"""Signed-in sessions: on the server, revocable, with an idle and an absolute end."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.orm import Session

from accounts.keys import hash_of, new_key
from accounts.people import ACCOUNT_COLUMNS, Account, account_by_id, account_of_columns
from accounts.quick import Quick
from accounts.schema import AccountRow, GrantRow, LoginRow
from accounts.settings import AccessSettings

# Being seen is written down once a minute, not with every request.
SEEN_EVERY = datetime.timedelta(minutes=1)
KEPT_FOR = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Login:
    """A session that holds: whose, the chosen organisation, and how they signed in."""

    account: Account
    organisation_id: str | None
    signed_in_at: datetime.datetime
    is_stale: bool
    provider_id: str | None
    id_token: str | None


def open_session(
    session: Session,
    account: Account,
    settings: AccessSettings,
    now: datetime.datetime,
    provider: tuple[str, str] | None = None,
) -> str:
    """Return the key of a new session. `provider` is its id and the ID token, to sign out there."""
    ended = or_(LoginRow.expires_at < now - KEPT_FOR, LoginRow.seen_at < now - settings.lifetime)
    session.execute(delete(LoginRow).where(ended))
    key = new_key()
    provider_id, id_token = provider or (None, None)
    session.add(
        LoginRow(
            session_hash=hash_of(key),
            account_id=account.account_id,
            created_at=now,
            seen_at=now,
            expires_at=now + settings.lifetime,
            provider_id=provider_id,
            id_token=id_token,
        )
    )
    return key


# Session, account and grants in one question: it is asked with every request.
LOGIN = (
    select(
        LoginRow.expires_at,
        LoginRow.seen_at,
        LoginRow.created_at,
        LoginRow.organisation_id.label("chosen"),
        LoginRow.provider_id,
        LoginRow.id_token,
        *ACCOUNT_COLUMNS,
        GrantRow.organisation_id.label("granted"),
    )
    .join(AccountRow, AccountRow.account_id == LoginRow.account_id)
    .outerjoin(GrantRow, GrantRow.account_id == LoginRow.account_id)
    .where(LoginRow.session_hash == bindparam("session_hash"), LoginRow.revoked_at.is_(None))
)


def find_session(
    session: Session | Quick, key: str, settings: AccessSettings, now: datetime.datetime
) -> Login | None:
    """Return the session of a key, None when it is unknown, ended, or its account disabled.

    The account is read anew every time: a role or grant that was taken back is gone at once.
    """
    rows = session.execute(LOGIN, {"session_hash": hash_of(key)}).all()
    if not rows:
        return None
    row = rows[0]
    if now >= row.expires_at or now >= row.seen_at + settings.idle or row.is_disabled:
        return None
    grants = tuple(sorted(one.granted for one in rows if one.granted is not None))
    chosen = row.chosen if row.chosen in grants else None
    organisation = chosen or next(iter(grants), None)
    is_stale = now >= row.seen_at + SEEN_EVERY
    account = account_of_columns(row, grants)
    return Login(account, organisation, row.created_at, is_stale, row.provider_id, row.id_token)


def see_session(session: Session, key: str, now: datetime.datetime) -> None:
    """Write down that a session was used."""
    row = session.get(LoginRow, hash_of(key))
    if row is not None and row.revoked_at is None:
        row.seen_at = now


def choose_organisation(session: Session, key: str, organisation_id: str) -> bool:
    """Return whether an organisation was chosen, which only one that was granted can be."""
    row = session.get(LoginRow, hash_of(key))
    account = None if row is None else account_by_id(session, row.account_id)
    if row is None or account is None or organisation_id not in account.grants:
        return False
    row.organisation_id = organisation_id
    return True


def revoke_session(session: Session, key: str, now: datetime.datetime) -> None:
    """End a session on the server, whatever the browser keeps."""
    row = session.get(LoginRow, hash_of(key))
    if row is not None and row.revoked_at is None:
        row.revoked_at = now
