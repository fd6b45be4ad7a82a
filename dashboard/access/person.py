"""Who is behind a request: found once by the gate, from the session on the server."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import g, request, session
from werkzeug.exceptions import Unauthorized

from accounts import trail
from accounts.people import Account
from accounts.sessions import Login, find_session, see_session
from accounts.settings import AccessSettings
from accounts.store import AccountStore
from accounts.tokens import Token, find_token
from dashboard.access.scope import Scope, scope_of, scope_of_account


def this_moment() -> datetime.datetime:
    """Return this moment."""
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True)
class Access:
    """Accounts, their settings, and where people open the dashboard; made once per process."""

    store: AccountStore
    settings: AccessSettings
    is_demo: bool
    address: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Person:
    """Who asks: as the trail names them, and what they may see. `login` None: a demonstration."""

    actor: str
    scope: Scope
    login: Login | None = None
    token: Token | None = None

    @property
    def account(self) -> Account | None:
        """Their account, None in a demonstration."""
        return None if self.login is None else self.login.account


def find_person(access: Access) -> Person | None:
    """Return who is signed in, None for nobody. The browser's cookie is only a key."""
    key = session.get("key")
    if isinstance(key, str):
        return person_of_key(access, key)
    scope = scope_of(session) if access.is_demo else None
    return None if scope is None else Person(f"demo:{session.get('demo', '')}", scope)


def person_of_key(access: Access, key: str) -> Person | None:
    """Return who holds a session that still stands; being seen is written down."""
    now = this_moment()
    with access.store.at_hand() as transaction:
        login = find_session(transaction, key, access.settings, now)
    if login is None:
        return None
    if login.is_stale:
        with access.store.writing() as transaction:
            see_session(transaction, key, now)
    scope = scope_of_account(login.account, login.organisation_id)
    return None if scope is None else Person(login.account.account_id, scope, login)


def person_of_token(access: Access) -> Person | None:
    """Return who a bearer token speaks for, None for no token or one that holds no longer."""
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        return None
    with access.store.reading() as transaction:
        token = find_token(transaction, given.token, this_moment())
    if token is None:
        return None
    scope = scope_of_account(token.account, token.organisation_id)
    actor = f"{token.account.account_id} token:{token.token_id}"
    return None if scope is None else Person(actor, scope, token=token)


def current_person() -> Person:
    """Return who asks. Raise Unauthorized when nobody is signed in."""
    person = g.get("person")
    if not isinstance(person, Person):
        raise Unauthorized
    return person


def remember(access: Access, event: str, view: str = "", release: str = "", **detail: str) -> None:
    """Append to the trail what this request did, by whom, under which scope, from where."""
    person = g.get("person")
    about = trail.Event(
        event,
        person.actor if isinstance(person, Person) else "nobody",
        person.scope.role if isinstance(person, Person) else "",
        (person.scope.organisation_id or "") if isinstance(person, Person) else "",
        release,
        view,
        request.remote_addr or "",
        detail,
    )
    with access.store.appending() as transaction:
        trail.append(transaction, about, this_moment())
