"""Only our own pages make a browser change something: a token, and where a request is from."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Response, g, request, session
from werkzeug.exceptions import BadRequest

from dashboard.access.deployment import LOOPBACK
from dashboard.application import RegiespiegelDash

HEADER = "X-CSRFToken"
SAFE = ("GET", "HEAD", "OPTIONS")
# What a browser says of where a request comes from: our pages, or the person typed it.
OURS = ("", "same-origin", "none")


def cookie_name(is_demo: bool) -> str:
    """Return the cookie that our scripts read the token from."""
    return "regiespiegel-csrf" if is_demo else "__Host-regiespiegel-csrf"


def csrf_token() -> str:
    """Return this session's token, made at first use."""
    return str(session.setdefault("csrf", secrets.token_urlsafe(24)))


def check_csrf() -> None:
    """Raise BadRequest unless the request was made by a page of ours for this session."""
    if request.headers.get("Sec-Fetch-Site", "") not in OURS or not is_own_origin():
        raise BadRequest
    kept = str(session.get("csrf", ""))
    sent = request.headers.get(HEADER) or request.form.get("csrf", "")
    if not kept or not hmac.compare_digest(kept.encode(), sent.encode("utf-8", "replace")):
        raise BadRequest


def is_own_origin() -> bool:
    """Return whether the origin, where a browser gives one, is the address that is asked.

    But on this machine itself that is https: what the same name says without it is not from us.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        given = urlsplit(origin)
    except ValueError:
        return False
    is_safe = given.scheme == "https" or given.hostname in LOOPBACK
    return is_safe and given.netloc == request.host


def register(app: RegiespiegelDash, is_demo: bool) -> None:
    """Give who is signed in the token in a cookie of its own, which Dash sends along."""

    @app.server.after_request
    def give_token(response: Response) -> Response:
        name, token = cookie_name(is_demo), session.get("csrf")
        if g.get("person") is None or not token or request.cookies.get(name) == token:
            return response
        # Scripts read it, so not HttpOnly: it opens nothing without the session's own cookie.
        response.set_cookie(name, token, secure=not is_demo, samesite="Strict", path="/")
        return response
