"""What every answer says to the browser: what it may run, and what it may keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Response, request

from dashboard.access.person import Access
from dashboard.application import RegiespiegelDash

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# Two years, as browsers' lists of https-only sites ask.
TRANSPORT = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
FILES = ("/assets/<", "/_dash-component-suites/<")


def policy(hashes: list[str], leaving: list[str] | None = None) -> str:
    """Return the content security policy: no inline script but those with a known hash.

    `leaving` are providers that signing out leads to, which a browser counts as the form's target.
    """
    parts = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": " ".join(["'self'", *(leaving or [])]),
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def origins(access: Access) -> list[str]:
    """Return the origins of the providers."""
    addresses = (urlsplit(provider.issuer) for provider in access.settings.provider)
    return sorted({f"{one.scheme}://{one.netloc}" for one in addresses})


class Always:
    """Says the same with every answer, whoever made it; nothing behind it says any of it."""

    def __init__(self, wsgi_app: WSGIApplication, headers: Mapping[str, str]) -> None:
        self._wsgi_app, self._headers = wsgi_app, list(headers.items())

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, with the headers."""

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, headers + self._headers, *error)

        return self._wsgi_app(environ, start)


def register(app: RegiespiegelDash, access: Access) -> None:
    """Add the headers. Call after all callbacks, whose inline scripts are hashed."""
    content_policy = policy(list(app.csp_hashes()), origins(access))
    always = FIXED if access.is_demo else FIXED | TRANSPORT
    app.server.wsgi_app = Always(
        app.server.wsgi_app, {**always, "Content-Security-Policy": content_policy}
    )

    @app.server.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if request.path.startswith("/api/"):
            response.vary.add("Authorization")
        # By rule: an address that begins like a file's may be a page.
        if not str(request.url_rule or "").startswith(FILES):
            # The API's callers keep an answer by its tag, and ask each time whether it still holds.
            keep = "private, no-cache" if "ETag" in response.headers else "no-store"
            response.headers["Cache-Control"] = keep
        return response
