"""A second factor: time-based codes (RFC 6238), each accepted once."""

from __future__ import annotations

import datetime
import hmac

import pyotp
from sqlalchemy.orm import Session

from accounts.people import Account
from accounts.schema import AccountRow

SECONDS = 30
WINDOW = 1  # steps early or late, for a clock that is off


def new_secret() -> str:
    """Return a secret to give to an authenticator app."""
    return pyotp.random_base32()


def address_of(secret: str, account: Account) -> str:
    """Return the address that an authenticator app takes."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name="Regiespiegel")


def step_of(secret: str, code: str, now: datetime.datetime, after: int) -> int | None:
    """Return the time step of a code that fits and is later than one used, None when none does."""
    code = code.replace(" ", "")
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return None
    current = int(now.timestamp()) // SECONDS
    codes = pyotp.TOTP(secret)
    for step in range(current - WINDOW, current + WINDOW + 1):
        if step > after and hmac.compare_digest(codes.generate_otp(step), code):
            return step
    return None


def accept_code(session: Session, row: AccountRow, code: str, now: datetime.datetime) -> bool:
    """Return whether the second factor holds: there is none, or the code fits and is new."""
    if row.totp_secret is None:
        return True
    step = step_of(row.totp_secret, code, now, row.totp_step)
    if step is None:
        return False
    row.totp_step = step
    session.flush()
    return True


def enrol(
    session: Session, account: Account, secret: str, code: str, now: datetime.datetime
) -> bool:
    """Return whether a secret was taken, which needs a code made with it."""
    step = step_of(secret, code, now, after=0)
    if step is None:
        return False
    row = session.get_one(AccountRow, account.account_id)
    row.totp_secret, row.totp_step = secret, step
    return True


def remove(session: Session, account: Account) -> None:
    """Take the second factor off an account."""
    session.get_one(AccountRow, account.account_id).totp_secret = None
