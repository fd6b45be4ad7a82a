"""The composition root of the dashboard: importing it does nothing, `create_app` makes an app."""

from __future__ import annotations

from pathlib import Path

import flask

from dashboard import downloads, errors, shell
from dashboard.access import gate, headers, sign_in
from dashboard.application import INDEX, RegiespiegelDash
from dashboard.context import Context
from dashboard.snapshot import Snapshots, StatusFiles
from warehouse.paths import Store
from warehouse.settings import Settings

HERE = Path(__file__).parent


def create_server(demo: bool, secret: str) -> flask.Flask:
    """Return the Flask server with its session cookie."""
    server = flask.Flask("dashboard", root_path=str(HERE), static_folder=None)
    server.secret_key = secret
    server.config.update(
        SESSION_COOKIE_NAME="regiespiegel" if demo else "__Host-regiespiegel",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A demonstration runs on plain http on one's own machine; real use is behind TLS.
        SESSION_COOKIE_SECURE=not demo,
    )
    return server


def create_app(store: Store, settings: Settings, *, demo: bool, secret: str) -> RegiespiegelDash:
    """Return the dashboard of a store."""
    app = RegiespiegelDash(
        "dashboard",
        server=create_server(demo, secret),
        assets_folder=str(HERE / "assets"),
        assets_ignore=r"document\.css",
        serve_locally=True,
        health_endpoint="health",
        enable_mcp=False,
        update_title="",
        index_string=INDEX,
        on_error=errors.on_callback_error,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    context = Context(Snapshots(store), settings, demo, StatusFiles(store))
    gate.register(app, context)
    sign_in.register(app, context)
    downloads.register(app, context)
    errors.register(app)
    shell.register(app, context)
    headers.register(app)
    app.register_scripts()
    return app
