"""What goes into the audit trail of every request: views, exports, refusals. No route is left out.

It names page, survey and release, never a figure. When the trail cannot be written, the answer is
not given either.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Response, g, request

from dashboard.access.gate import UPDATE
from dashboard.access.person import Access, remember
from dashboard.application import RegiespiegelDash
from dashboard.context import Context
from dashboard.snapshot import NothingReleasedError
from dashboard.state import read_state

REFUSALS: Final = (400, 403, 404, 413, 429)
EXPORTS: Final = ("/download/", "/api/")


def register(app: RegiespiegelDash, context: Context, access: Access) -> None:
    """Watch every answer. Registered first, it sees an answer last, as it is sent."""

    @app.server.after_request
    def watch(response: Response) -> Response:
        if g.get("person") is None:
            return response
        if response.status_code in REFUSALS:
            remember(access, "refused", request.path, status=str(response.status_code))
        elif response.status_code == 200 and (g.get("shown") or request.path == UPDATE):
            remember(access, "view", *(g.get("shown") or seen(context)))
        elif response.status_code in (200, 304) and request.path.startswith(EXPORTS):
            remember(access, "export", asked_for(), release_of(context))
        return response


def release_of(context: Context) -> str:
    """Return the id of the live release, empty for none."""
    try:
        return context.snapshots.current().release_id
    except NothingReleasedError:
        return ""


def asked_for() -> str:
    """Return what was exported: its path, and what was asked of it."""
    query = request.query_string.decode("ascii", "replace")
    return f"{request.path}?{query}" if query else request.path


def seen(context: Context) -> tuple[str, str]:
    """Return the view that a callback showed, as our own address of it, and the release."""
    release = release_of(context)
    if not release:
        return "nothing released", ""
    body: Any = g.body
    given = {one["property"]: one.get("value") for one in body["inputs"]}
    if not {"pathname", "search"} <= set(given):
        return f"callback {body['output']}", release
    waves = context.snapshots.current().wave_ids()
    return read_state(given["pathname"], given["search"], waves).address, release
