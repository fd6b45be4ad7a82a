"""The application: a factory. Importing this module does nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State
from flask import Flask, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from dashboard import ids
from dashboard.access import sign_in
from dashboard.access.scope import Scope
from dashboard.components.page import render_page
from dashboard.components.shell import header, layout, navigation
from dashboard.downloads import page_csv
from dashboard.pages import aspects, explain, gap, overview, size_bands, trends
from dashboard.pages.model import Page, View
from dashboard.queries import Reader
from dashboard.snapshot import NothingReleasedError, Snapshots
from dashboard.state import PATHS, read_state
from dashboard.texts import texts_of
from warehouse.paths import Store
from warehouse.settings import Settings

BUILD: dict[str, Callable[[View], Page]] = {
    "overview": overview.build,
    "size_bands": size_bands.build,
    "aspects": aspects.build,
    "gap": gap.build,
    "trends": trends.build,
    "method": explain.method,
    "anonymity": explain.anonymity,
}
LARGEST_BODY = 64 * 1024
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
INDEX = """<!DOCTYPE html>
<html lang="nl">
<head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


def signed_in() -> Scope:
    """Return the scope of this request. The gate refuses requests without one."""
    scope = sign_in.session_scope()
    if scope is None:
        abort(401)
    return scope


def view_of(snapshots: Snapshots, path: object, search: object) -> View:
    """Return the view of this request: scope from the session, the rest from the address."""
    scope, snapshot = signed_in(), snapshots.current()
    rows = snapshot.rows("select wave_id from wave order by position")
    state = read_state(path, search, tuple(row["wave_id"] for row in rows))
    return View(state, Reader(snapshot, scope, state.wave_id), texts_of(state.language))


def register_callbacks(app: Dash, snapshots: Snapshots) -> None:
    """Register the one callback that fills the frame, and the phone's menu."""

    @app.callback(
        Output(ids.HEADER, "children"),
        Output(ids.NAVBAR, "children"),
        Output(ids.MAIN, "children"),
        Input(ids.ADDRESS, "pathname"),
        Input(ids.ADDRESS, "search"),
    )
    def show(pathname: object, search: object) -> tuple[Any, Any, Any]:
        view = view_of(snapshots, pathname, search)
        page = BUILD[view.state.page](view)
        return header(view), navigation(view), render_page(page, view)

    app.clientside_callback(
        ClientsideFunction("shell", "toggle"),
        Output(ids.SHELL, "navbar"),
        Input(ids.BURGER, "opened"),
        State(ids.SHELL, "navbar"),
    )
    app.clientside_callback(
        ClientsideFunction("shell", "close"),
        Output(ids.BURGER, "opened"),
        Input(ids.ADDRESS, "pathname"),
    )


def register_downloads(server: Flask, snapshots: Snapshots) -> None:
    """Add the route that gives a view's tables as a file."""

    @server.route("/download/<name>.csv")
    def download(name: str) -> Response:
        if name not in PATHS:
            abort(404)
        view = view_of(snapshots, PATHS[name], request.query_string.decode("utf-8", "replace"))
        text = page_csv(BUILD[name](view), view)
        file = f"regiespiegel-{name}-{view.state.wave_id}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{file}"'}
        return Response(text, mimetype="text/csv; charset=utf-8", headers=headers)


def content_policy(app: Dash) -> str:
    """Return a policy without inline script but Dash's own, which is named by hash."""
    hashes = " ".join(app.csp_hashes())
    return (
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; "
        "base-uri 'self'; form-action 'self'; object-src 'none'"
    )


def register_safety(app: Dash, server: Flask) -> None:
    """Add security headers, the page for an empty store, and refusals without detail."""
    policy = content_policy(app)

    @server.after_request
    def harden(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Content-Security-Policy"] = policy
        if not request.path.startswith(("/assets/", "/_dash-component-suites/")):
            response.headers["Cache-Control"] = "no-store"
        return response

    @server.errorhandler(NothingReleasedError)
    def nothing(_error: NothingReleasedError) -> BaseResponse:
        return redirect("/sign-in", code=303)


def is_expected(body: object) -> bool:
    """Return whether a callback's body has the form Dash's own browser code sends."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return False
    inputs, changed = body.get("inputs"), body.get("changedPropIds", [])
    if not isinstance(inputs, list) or not isinstance(changed, list):
        return False
    given = all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in inputs)
    return given and all(isinstance(one, str) for one in changed)


def register_body_check(app: Dash, server: Flask) -> None:
    """Refuse callback bodies that Dash's browser code never sends, before Dash reads them."""

    @server.before_request
    def check() -> tuple[str, int] | None:
        if request.path != "/_dash-update-component":
            return None
        body = request.get_json(silent=True)
        if not is_expected(body) or body["output"] not in app.callback_map:
            return "", 400
        expected = [
            (one["id"], one["property"]) for one in app.callback_map[body["output"]]["inputs"]
        ]
        if [(one["id"], one.get("property")) for one in body["inputs"]] != expected:
            return "", 400
        return None


class Regiespiegel(Dash):
    """Dash with the language of the address in the document."""

    def interpolate_index(self, **parts: Any) -> str:
        """Return the document with its `lang`."""
        page = super().interpolate_index(**parts)
        return page.replace('<html lang="nl">', f'<html lang="{sign_in.asked_language()}">', 1)


def create_server(secret: str, is_demo: bool) -> Flask:
    """Return the Flask server with its session cookie; only the demonstration goes without TLS."""
    server = Flask("regiespiegel")
    server.secret_key = secret
    server.config.update(
        SESSION_COOKIE_NAME="regiespiegel" if is_demo else "__Host-regiespiegel",
        SESSION_COOKIE_SECURE=not is_demo,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_BODY,
    )
    return server


def create_app(store: Store, settings: Settings, *, demo: bool, secret: str) -> Dash:
    """Return the application over a store's releases.

    It reads `published/` alone. `demo` offers demonstration sign-ins.
    """
    server, snapshots = create_server(secret, demo), Snapshots(store)
    sign_in.register(server, snapshots)
    app = Regiespiegel(
        "dashboard",
        server=server,
        title=settings.general.product_name,
        update_title=None,
        index_string=INDEX,
        serve_locally=True,
        health_endpoint="health",
        enable_mcp=False,
        add_log_handler=False,
    )
    register_body_check(app, server)
    app.layout = lambda: layout(sign_in.asked_language())
    register_callbacks(app, snapshots)
    register_downloads(server, snapshots)
    register_safety(app, server)
    return app
