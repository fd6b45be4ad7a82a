"""Signing in with address, password and code. All failures look and last the same."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts import throttle
from accounts.passwords import check_password, hash_password, is_password
from accounts.people import Account, account_of, end_access, row_by_email
from accounts.schema import AccountRow
from accounts.settings import AccessSettings
from accounts.store import AccountStore
from accounts.totp import accept_code


@dataclass(frozen=True)
class Credentials:
    """What a sign-in form sends."""

    email: str
    password: str
    code: str
    known: throttle.Known | None = None


@dataclass(frozen=True)
class Outcome:
    """Who signed in, else whose account it was not (`tried`), or how long to wait."""

    account: Account | None = None
    tried: str | None = None
    wait: datetime.timedelta | None = None


def sign_in(
    store: AccountStore,
    given: Credentials,
    address: str,
    settings: AccessSettings,
    now: datetime.datetime,
) -> Outcome:
    """Return what became of a sign-in. The password is looked at outside any transaction."""
    with store.writing() as session:
        row = row_by_email(session, given.email)
        keys = keys_of(row, given, address)
        wait = throttle.enter(session, keys, settings, now)
        kept, tried = (None, None) if row is None else (row.password_hash, row.account_id)
    if wait is not None:
        return Outcome(tried=tried, wait=wait)
    fits = is_password(kept, given.password)
    with store.writing() as session:
        row = row_by_email(session, given.email)
        # The password may have been changed, or the account disabled, while it was looked at.
        if not fits or row is None or row.is_disabled or row.password_hash != kept:
            return Outcome(tried=tried)
        if not is_second_factor(session, row, given.code, settings, now):
            return Outcome(tried=tried)
        throttle.succeed(session, keys)
        return Outcome(account=account_of(session, row), tried=tried)


def keys_of(row: AccountRow | None, given: Credentials, address: str) -> throttle.Keys:
    """Return what a sign-in is counted under: a browser is known to one account, and no other."""
    known = given.known
    if known is not None and row is not None and known.account_id == row.account_id:
        return throttle.keys_of_browser(known)
    return throttle.keys_of(address, given.email)


def is_second_factor(
    session: Session, row: AccountRow, code: str, settings: AccessSettings, now: datetime.datetime
) -> bool:
    """Return whether the second factor holds, or there is none. Waiting looks as a wrong code."""
    if row.totp_secret is None:
        return True
    if not code or not throttle.may_try_code(session, row.account_id, settings, now):
        return False
    fits = accept_code(session, row, code, now)
    if fits:
        throttle.forget_codes(session, row.account_id)
    return fits


def change_password(
    store: AccountStore,
    account: Account,
    password: str,
    settings: AccessSettings,
    now: datetime.datetime,
) -> None:
    """Set another password; sessions, links and tokens of before end.

    Errors: AccountError for a password that may not be.
    """
    about = (account.email, account.email.partition("@")[0], account.name)
    check_password(password, settings.password_length_min, about)
    kept = hash_password(password)
    with store.writing() as session:
        session.get_one(AccountRow, account.account_id).password_hash = kept
        end_access(session, account.account_id, now)
