"""Whose account a provider vouches for, and what its claims say of role and organisation.

An account is bound to issuer and subject, never to an address alone: addresses are given away.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from accounts.errors import AccountError
from accounts.people import (
    Account,
    account_by_id,
    account_of,
    account_of_identity,
    add_account,
    bind_identity,
    grant,
    revoke_grant,
    row_by_email,
    set_role,
)
from accounts.settings import Provider, Role


@dataclass(frozen=True)
class Told:
    """What claims say of somebody: role and organisations, None where the list decides."""

    role: Role | None
    organisations: tuple[str, ...] | None


def texts_in(value: Any) -> tuple[str, ...]:
    """Return a claim as texts: one, or a list of them; anything else says nothing."""
    values = value if isinstance(value, list) else [value]
    return tuple(one for one in values if isinstance(one, str) and 0 < len(one) <= 200)


def told_by(provider: Provider, claims: Mapping[str, Any]) -> Told:
    """Return what claims say. Raise AccountError when they name no role, or several."""
    if not provider.role_claim:
        return Told(None, None)
    found = texts_in(claims.get(provider.role_claim))
    roles = {provider.role_values[one] for one in found if one in provider.role_values}
    if len(roles) != 1:
        raise AccountError("The provider gives no role that is known here, or more than one.")
    role = roles.pop()
    if role != "hr_director" or not provider.organisation_claim:
        return Told(role, None)
    named = texts_in(claims.get(provider.organisation_claim))
    table = provider.organisation_values
    kept = [table.get(one, "") if table else one for one in named]
    return Told(role, tuple(sorted({one for one in kept if one})))


def is_believed(provider: Provider, claims: Mapping[str, Any]) -> bool:
    """Return whether an address may tie somebody to an account of the list."""
    return provider.trusts_email or claims.get("email_verified") is True


def account_of_claims(
    session: Session, provider: Provider, claims: Mapping[str, Any], now: datetime.datetime
) -> Account:
    """Return the account that validated claims are about, brought in line with what they say.

    Errors: AccountError when nobody here is meant, or the account is disabled.
    """
    told, subject = told_by(provider, claims), (*texts_in(claims.get("sub")), "")[0]
    if not subject:
        raise AccountError("The provider does not say who this is.")
    account = account_of_identity(session, provider.issuer, subject)
    if account is None:
        account = first_time(session, provider, claims, told, now)
        bind_identity(session, account, provider.issuer, subject)
    if account.is_disabled:
        raise AccountError("This account is disabled.")
    return in_line(session, account, told, now)


def first_time(
    session: Session,
    provider: Provider,
    claims: Mapping[str, Any],
    told: Told,
    now: datetime.datetime,
) -> Account:
    """Return the account of somebody who signs in with this provider for the first time."""
    email = (*texts_in(claims.get(provider.email_claim)), "")[0]
    if not email or not is_believed(provider, claims):
        raise AccountError("The provider does not vouch for an e-mail address.")
    row = row_by_email(session, email)
    if row is not None:
        return account_of(session, row)
    if told.role is None:
        raise AccountError("There is no account for this address.")
    name = (*texts_in(claims.get("name")), email)[0]
    return add_account(session, email, name, told.role, now)


def in_line(session: Session, account: Account, told: Told, now: datetime.datetime) -> Account:
    """Return an account with the role and the organisations that claims decide."""
    if told.role is not None and told.role != account.role:
        set_role(session, account, told.role, now)
    changed = account_by_id(session, account.account_id) or account
    if told.organisations is not None:
        for gone in set(changed.grants) - set(told.organisations):
            revoke_grant(session, changed, gone)
        for organisation in told.organisations:
            grant(session, changed, organisation)
    return account_by_id(session, account.account_id) or changed
