"""Beginning and ending a signed-in session: on the server, with a new key every time."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import g, request, session

from accounts.people import Account
from accounts.sessions import open_session, revoke_session
from dashboard.access.csrf import csrf_token
from dashboard.access.known import get_to_know
from dashboard.access.person import Access, person_of_key, remember, this_moment
from dashboard.context import Context
from dashboard.state import read_state


def begin(access: Access, account: Account, provider: tuple[str, str] | None = None) -> None:
    """Sign an account in. Whatever the browser held before is worth nothing from now on."""
    old, now = session.get("key"), this_moment()
    with access.store.writing() as transaction:
        if isinstance(old, str):
            revoke_session(transaction, old, now)
        key = open_session(transaction, account, access.settings, now, provider)
    session.clear()
    session["key"] = key
    csrf_token()
    g.person = person_of_key(access, key)
    if provider is None:
        get_to_know(account)
    remember(access, "sign_in", way="password" if provider is None else provider[0])


def end(access: Access) -> None:
    """Sign out, on the server first."""
    remember(access, "sign_out")
    key = session.get("key")
    if isinstance(key, str):
        with access.store.writing() as transaction:
            revoke_session(transaction, key, this_moment())
    session.clear()
    g.person = None


def address_after(context: Context, target: str, language: str) -> str:
    """Return where to go next: always a view of ours, whatever the form or link said."""
    try:
        asked = urlsplit(target[:500])
    except ValueError:
        asked = urlsplit("")
    waves = context.snapshots.current().wave_ids()
    query = asked.query or f"lang={language}"
    return read_state(asked.path, query, waves).address


def address_of_request() -> str:
    """Return the address a request comes from, as throttling counts it."""
    return request.remote_addr or "unknown"
