"""The session's cookie as Flask signs it; what a signature was checked for once stays checked."""

from __future__ import annotations

import copy
import time
from functools import lru_cache
from typing import Any, Final

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeTimedSerializer

REMEMBERED: Final = 512  # cookies; a person has one for as long as they are signed in


def own_copy(held: dict[str, Any]) -> dict[str, Any]:
    """Return what a cookie holds for a request to change: mostly texts, which nobody can."""
    return {name: one if isinstance(one, str) else copy.deepcopy(one) for name, one in held.items()}


class Cookies(SecureCookieSessionInterface):
    """Flask's own sessions of one server. Its key must stand before the first request."""

    def __init__(self, server: Flask) -> None:
        made = super().get_signing_serializer(server)
        assert made is not None  # noqa: S101
        self._signer = made
        self._held = lru_cache(maxsize=REMEMBERED)(self._check)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:  # noqa: ARG002
        """Return what signs, made once."""
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """Return what a cookie holds; nothing for one that we did not sign, or too long ago."""
        value = request.cookies.get(self.get_cookie_name(app))
        try:
            held, signed_at = self._held(value or "")
        except BadData:
            return SecureCookieSession()
        is_kept = 0 <= time.time() - signed_at <= app.permanent_session_lifetime.total_seconds()
        return SecureCookieSession(own_copy(held) if is_kept else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where something in it changed."""
        if session.modified:
            super().save_session(app, session, response)
        elif session.accessed and "Vary" not in response.headers:
            response.headers["Vary"] = "Cookie"
        elif session.accessed:
            response.vary.add("Cookie")

    def _check(self, value: str) -> tuple[dict[str, Any], float]:
        """Return what a cookie holds, and when it was signed, in seconds. Raise BadData."""
        held, signed_at = self._signer.loads(value, return_timestamp=True)
        return held, signed_at.timestamp()
