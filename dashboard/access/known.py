"""A browser that an account signed in with before: it does not wait for what others guess.

Guesses wait per address, and colleagues share one. Whoever has signed in keeps a signed cookie that
says so; their attempts are then counted for that browser alone. It opens nothing.
"""

from __future__ import annotations

from typing import Final

from flask import Response, current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer

from accounts.keys import new_key
from accounts.people import Account
from accounts.throttle import Known
from dashboard.access.person import Access
from dashboard.application import RegiespiegelDash

SECONDS: Final = 180 * 24 * 3600


def cookie_name(access: Access) -> str:
    """Return the name of the cookie."""
    return "regiespiegel-known" if access.is_demo else "__Host-regiespiegel-known"


def signer() -> URLSafeTimedSerializer:
    """Return what signs the cookie, with the key of the sessions."""
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known browser")


def known_browser(access: Access) -> Known | None:
    """Return the account that this browser signed in with, None without a cookie that we signed."""
    try:
        found = signer().loads(request.cookies.get(cookie_name(access), ""), max_age=SECONDS)
    except BadData:
        return None
    is_ours = isinstance(found, list) and len(found) == 2
    return Known(str(found[0]), str(found[1])) if is_ours else None


def get_to_know(account: Account) -> None:
    """Remember that an account signed in with this browser, when the answer goes out."""
    g.known = [account.account_id, new_key()]


def register(app: RegiespiegelDash, access: Access) -> None:
    """Give who signed in the cookie."""

    @app.server.after_request
    def give(response: Response) -> Response:
        known = g.get("known")
        if known:
            response.set_cookie(
                cookie_name(access), signer().dumps(known), max_age=SECONDS,
                secure=not access.is_demo, httponly=True, samesite="Strict", path="/",
            )  # fmt: skip
        return response
