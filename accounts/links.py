"""Invitation and reset links: single use, expiring; only their hash is kept."""

from __future__ import annotations

import datetime
from typing import Literal

from sqlalchemy import update
from sqlalchemy.orm import Session

from accounts.errors import AccountError
from accounts.keys import hash_of, new_key
from accounts.passwords import check_password, hash_password
from accounts.people import Account, account_by_id, end_access
from accounts.schema import AccountRow, LinkRow
from accounts.settings import AccessSettings

Purpose = Literal["invitation", "reset"]


def make_link(
    session: Session,
    account: Account,
    purpose: Purpose,
    settings: AccessSettings,
    now: datetime.datetime,
) -> str:
    """Return the key of a new link; unused links of the account end.

    Errors: AccountError for a disabled account.
    """
    if account.is_disabled:
        raise AccountError(f"{account.email} is disabled. Enable it first: `user enable`.")
    unused = (LinkRow.account_id == account.account_id, LinkRow.used_at.is_(None))
    session.execute(update(LinkRow).where(*unused).values(used_at=now))
    hours = datetime.timedelta(hours=settings.invitation_hours)
    minutes = datetime.timedelta(minutes=settings.reset_minutes)
    key = new_key()
    session.add(
        LinkRow(
            link_hash=hash_of(key),
            account_id=account.account_id,
            purpose=purpose,
            expires_at=now + (hours if purpose == "invitation" else minutes),
        )
    )
    return key


def account_of_link(session: Session, key: str, now: datetime.datetime) -> Account | None:
    """Return whose link it is, None when it is unknown, used, expired, or the account disabled."""
    row = session.get(LinkRow, hash_of(key))
    if row is None or row.used_at is not None or row.expires_at <= now:
        return None
    account = account_by_id(session, row.account_id)
    return None if account is None or account.is_disabled else account


def use_link(
    session: Session, key: str, password: str, settings: AccessSettings, now: datetime.datetime
) -> Account | None:
    """Return the account whose password was set by a link, None when the link does not hold.

    Its sessions and tokens end: whoever took the account over is out. A refused password leaves
    the link as it was. Errors: AccountError for a password that may not be.
    """
    account = account_of_link(session, key, now)
    if account is None:
        return None
    about = (account.email, account.email.partition("@")[0], account.name)
    check_password(password, settings.password_length_min, about)
    this = (LinkRow.link_hash == hash_of(key), LinkRow.used_at.is_(None))
    # Two requests with one link: the database lets one of them have it.
    used = session.execute(update(LinkRow).where(*this).values(used_at=now))
    if used.rowcount != 1:  # type: ignore[attr-defined]
        return None
    session.get_one(AccountRow, account.account_id).password_hash = hash_password(password)
    end_access(session, account.account_id, now)
    return account
