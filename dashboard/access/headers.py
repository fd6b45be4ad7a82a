"""What every answer says to the browser: what it may run, and what it may keep."""

from __future__ import annotations

from flask import Response, request

from dashboard.application import RegiespiegelDash

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FILES = ("/assets/", "/_dash-component-suites/")


def policy(hashes: list[str]) -> str:
    """Return the content security policy: no inline script but those with a known hash."""
    parts = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def register(app: RegiespiegelDash) -> None:
    """Add the headers. Call after all callbacks, whose inline scripts are hashed."""
    content_policy = policy(list(app.csp_hashes()))

    @app.server.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(FIXED)
        response.headers["Content-Security-Policy"] = content_policy
        if not request.path.startswith(FILES):
            response.headers["Cache-Control"] = "no-store"
        return response
