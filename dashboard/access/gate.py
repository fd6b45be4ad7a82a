"""One gate in front of everything: who is not signed in gets no further than the sign-in page."""

from __future__ import annotations

import flask
from flask import g, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, Unauthorized

from dashboard.access.bodies import LARGEST, is_sane
from dashboard.access.documents import notice
from dashboard.access.scope import Scope, scope_of
from dashboard.application import RegiespiegelDash
from dashboard.context import Context
from dashboard.snapshot import NothingReleasedError
from dashboard.texts import texts_of

# Files that hold no figure: the product's own scripts and styles.
OPEN = ("/assets/", "/_dash-component-suites/", "/_favicon.ico", "/health")
SIGN_IN = "/sign-in"
UPDATE = "/_dash-update-component"


def language() -> str:
    """Return the language that a request asks for."""
    return "en" if request.args.get("lang") == "en" else "nl"


def current_scope() -> Scope:
    """Return the scope of this request. Raise Unauthorized when nobody is signed in."""
    scope = g.get("scope")
    if not isinstance(scope, Scope):
        raise Unauthorized
    return scope


def register(app: RegiespiegelDash, context: Context) -> None:
    """Put the gate in front of every route of the server, Dash's own included."""
    app.server.config["MAX_CONTENT_LENGTH"] = LARGEST

    @app.server.before_request
    def gate() -> ResponseReturnValue | None:
        g.scope = scope_of(session)
        if request.path.startswith(OPEN):
            return None
        if is_page() and not has_release(context):
            return notice(texts_of(language()), "nothing")
        if g.scope is None and request.path != SIGN_IN:
            return turn_away()
        if request.path == UPDATE:
            check_body(app)
        return None


def is_page() -> bool:
    """Return whether the request is for a page, not for a part of one."""
    return request.method == "GET" and not request.path.startswith("/_")


def has_release(context: Context) -> bool:
    """Return whether there is anything to show."""
    try:
        context.snapshots.current()
    except NothingReleasedError:
        return False
    return True


def turn_away() -> ResponseReturnValue:
    """Return the way to the sign-in page, or 401 where a script asks."""
    if not is_page():
        raise Unauthorized
    target = request.full_path.rstrip("?")
    return flask.redirect(flask.url_for("sign_in", next=target, lang=language()))


def check_body(app: RegiespiegelDash) -> None:
    """Raise BadRequest for a body that no page of ours sends."""
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError:  # thousands of nested brackets
        raise BadRequest from None
    if not is_sane(body, app.callback_map):
        raise BadRequest
