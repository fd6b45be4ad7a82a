"""Accounts: who they are, their role, and the organisations they were granted."""

from __future__ import annotations

import datetime
import re
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.errors import AccountError
from accounts.schema import (
    ROLES,
    AccountRow,
    GrantRow,
    IdentityRow,
    LinkRow,
    LoginRow,
    TokenRow,
)

EMAIL = re.compile(r"[^@\s<>\"',;:\x00-\x1f\x7f]{1,64}@[^@\s<>\"',;:\x00-\x1f\x7f]{1,190}")
LONGEST = 200


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in, as the store holds them now. Grants are sorted."""

    account_id: str
    email: str
    name: str
    role: str
    grants: tuple[str, ...]
    is_disabled: bool
    has_password: bool
    has_totp: bool


def folded(email: str) -> str:
    """Return an e-mail address as it is kept and compared."""
    return email.strip().casefold()


def add_account(
    session: Session, email: str, name: str, role: str, now: datetime.datetime
) -> Account:
    """Return a new account, without a password and without grants.

    Errors: AccountError for an address that is taken or is none, or an unknown role.
    """
    kept, name = folded(email), name.strip()
    if not EMAIL.fullmatch(kept):
        raise AccountError("That is no e-mail address. Give one such as naam@voorbeeld.nl.")
    if role not in ROLES:
        raise AccountError(f"There is no role {role!r}. Use one of: {', '.join(ROLES)}.")
    if not name or len(name) > LONGEST or not name.isprintable():
        raise AccountError(f"Give a name of at most {LONGEST} characters, on one line.")
    if session.scalar(select(AccountRow).where(AccountRow.email == kept)) is not None:
        raise AccountError(f"{kept} has an account already. Use `user grant` or `user invite`.")
    row = AccountRow(account_id=uuid.uuid4().hex, email=kept, name=name, role=role, created_at=now)
    session.add(row)
    session.flush()
    return account_of(session, row)


# What an account is made of, beside its grants; never the password's hash or the secret itself.
ACCOUNT_COLUMNS = (
    AccountRow.account_id,
    AccountRow.email,
    AccountRow.name,
    AccountRow.role,
    AccountRow.is_disabled,
    AccountRow.password_hash.is_not(None).label("has_password"),
    AccountRow.totp_secret.is_not(None).label("has_totp"),
)


def account_of_columns(row: Any, grants: tuple[str, ...]) -> Account:
    """Return the account of a row that holds `ACCOUNT_COLUMNS`."""
    return Account(
        account_id=row.account_id,
        email=row.email,
        name=row.name,
        role=row.role,
        grants=grants,
        is_disabled=row.is_disabled,
        has_password=bool(row.has_password),
        has_totp=bool(row.has_totp),
    )


def account_of(session: Session, row: AccountRow) -> Account:
    """Return a row as an account with its grants."""
    granted = select(GrantRow.organisation_id).where(GrantRow.account_id == row.account_id)
    return Account(
        account_id=row.account_id,
        email=row.email,
        name=row.name,
        role=row.role,
        grants=tuple(sorted(session.scalars(granted))),
        is_disabled=row.is_disabled,
        has_password=row.password_hash is not None,
        has_totp=row.totp_secret is not None,
    )


def row_by_email(session: Session, email: str) -> AccountRow | None:
    """Return the row of an address, None when there is none."""
    return session.scalar(select(AccountRow).where(AccountRow.email == folded(email)))


def find_account(session: Session, email: str) -> Account:
    """Return the account of an address. Raise AccountError when there is none."""
    row = row_by_email(session, email)
    if row is None:
        raise AccountError(f"{folded(email)} has no account. See `user list`.")
    return account_of(session, row)


def account_by_id(session: Session, account_id: str) -> Account | None:
    """Return an account, None when there is none."""
    row = session.get(AccountRow, account_id)
    return None if row is None else account_of(session, row)


def list_accounts(session: Session) -> list[Account]:
    """Return every account, sorted by address."""
    rows = session.scalars(select(AccountRow).order_by(AccountRow.email))
    return [account_of(session, row) for row in rows]


def grant(session: Session, account: Account, organisation_id: str) -> bool:
    """Return whether an organisation was newly granted to an HR director.

    Errors: AccountError for another role, which sees no organisation, or an id that is none.
    """
    organisation = organisation_id.strip()
    if account.role != "hr_director":
        raise AccountError(f"{account.email} is {account.role}; only an hr_director takes grants.")
    if not organisation or len(organisation) > LONGEST or not organisation.isprintable():
        raise AccountError("Give the organisation's id, as it stands in the register.")
    key = (account.account_id, organisation)
    if session.get(GrantRow, key) is not None:
        return False
    session.add(GrantRow(account_id=account.account_id, organisation_id=organisation))
    session.flush()
    return True


def revoke_grant(session: Session, account: Account, organisation_id: str) -> bool:
    """Return whether a grant was there and is taken back; it holds from the next request on."""
    row = session.get(GrantRow, (account.account_id, organisation_id.strip()))
    if row is not None:
        session.delete(row)
        session.flush()
    return row is not None


def set_disabled(
    session: Session, account: Account, is_disabled: bool, now: datetime.datetime
) -> None:
    """Disable an account, which ends its sessions, links and tokens, or enable it again."""
    row = session.get_one(AccountRow, account.account_id)
    row.is_disabled = is_disabled
    if is_disabled:
        end_access(session, account.account_id, now)


def set_role(session: Session, account: Account, role: str, now: datetime.datetime) -> None:
    """Give another role. Grants, sessions and tokens of the old one end.

    Errors: AccountError for an unknown role.
    """
    if role not in ROLES:
        raise AccountError(f"There is no role {role!r}. Use one of: {', '.join(ROLES)}.")
    session.get_one(AccountRow, account.account_id).role = role
    session.execute(delete(GrantRow).where(GrantRow.account_id == account.account_id))
    end_access(session, account.account_id, now)


def remove_account(session: Session, account: Account) -> None:
    """Remove an account and all that is its own. The trail keeps its id, which names nobody."""
    for table in (GrantRow, IdentityRow, LinkRow, LoginRow, TokenRow, AccountRow):
        session.execute(delete(table).where(table.account_id == account.account_id))


def end_access(session: Session, account_id: str, now: datetime.datetime) -> None:
    """End every session, unused link and API token of an account."""
    for table, column in ((LoginRow, "revoked_at"), (TokenRow, "revoked_at"), (LinkRow, "used_at")):
        is_open = getattr(table, column).is_(None)
        ended = update(table).where(table.account_id == account_id, is_open)
        session.execute(ended.values({column: now}))


def account_of_identity(session: Session, issuer: str, subject: str) -> Account | None:
    """Return the account bound to somebody of a provider, None when there is none."""
    row = session.get(IdentityRow, (issuer, subject))
    return None if row is None else account_by_id(session, row.account_id)


def bind_identity(session: Session, account: Account, issuer: str, subject: str) -> None:
    """Bind somebody of a provider to an account, which then no longer depends on the address."""
    session.add(IdentityRow(issuer=issuer, subject=subject, account_id=account.account_id))
    session.flush()
