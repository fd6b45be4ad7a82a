"""How often: sign-in pages by address, downloads by person, the API by token."""

from __future__ import annotations

from typing import Final

import flask
from flask import g, request
from flask_limiter import Limiter

from accounts.throttle import network_of
from dashboard.access.person import Access, Person
from dashboard.application import RegiespiegelDash

SIGNING_IN: Final = ("/sign-in", "/link/", "/account/")
EXPORTS: Final = ("/download/",)
API: Final = ("/api/",)


def by_address() -> str:
    """Return what a sign-in page is counted under."""
    return f"address {network_of(request.remote_addr or '')}"


def by_person() -> str:
    """Return what an export is counted under: the person, whatever address they use."""
    person = g.get("person")
    return f"person {person.actor}" if isinstance(person, Person) else by_address()


def register(app: RegiespiegelDash, access: Access) -> None:
    """Count every route of these kinds. Call after all routes: a new one is then counted too.

    A demonstration answers to this machine alone, and there is nothing to guess: no limits.
    """
    if access.is_demo:
        return
    limiter = Limiter(key_func=by_address, app=app.server, storage_uri="memory://")
    settings = access.settings
    kinds = (
        (SIGNING_IN, settings.sign_in_limit, by_address),
        (EXPORTS, settings.export_limit, by_person),
        (API, settings.api_limit, by_person),
    )
    for rule in app.server.url_map.iter_rules():
        for starts, limit, key in kinds:
            if rule.rule.startswith(starts):
                count(app.server, limiter.shared_limit(limit, scope=starts[0], key_func=key), rule)


def count(server: flask.Flask, counted: object, rule: object) -> None:
    """Put a limit before the view of a rule, once per view."""
    view = server.view_functions[rule.endpoint]  # type: ignore[attr-defined]
    if not getattr(view, "is_counted", False):
        limited = counted(view)  # type: ignore[operator]
        limited.is_counted = True
        server.view_functions[rule.endpoint] = limited  # type: ignore[attr-defined]
