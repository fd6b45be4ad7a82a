"""The composition root of the dashboard: importing it does nothing, `create_app` makes an app."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import flask

from accounts.settings import AccessSettings
from accounts.store import open_accounts
from dashboard import answers, downloads, errors, files, shell, warming
from dashboard.access import (
    account,
    csrf,
    gate,
    headers,
    known,
    limits,
    links,
    oidc,
    sign_in,
    trail_page,
    watch,
)
from dashboard.access.cookie import Cookies
from dashboard.access.person import Access
from dashboard.api import routes
from dashboard.application import INDEX, RegiespiegelDash
from dashboard.context import Context
from dashboard.snapshot import NothingReleasedError, Snapshots, StatusFiles
from dashboard.statements import StatementFile
from warehouse.paths import Store
from warehouse.settings import Settings

HERE = Path(__file__).parent


class Server(flask.Flask):
    """Flask without a single async view, which it would ask of each function with every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function itself."""
        return func


def create_server(demo: bool, secret: str) -> flask.Flask:
    """Return the Flask server with its session cookie."""
    server = Server("dashboard", root_path=str(HERE), static_folder=None)
    server.secret_key = secret
    # Whatever the environment says: a debugger runs what a stranger types.
    server.debug = False
    server.config.update(
        SESSION_COOKIE_NAME="regiespiegel" if demo else "__Host-regiespiegel",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A demonstration runs on plain http on one's own machine; real use is behind TLS.
        SESSION_COOKIE_SECURE=not demo,
        PREFERRED_URL_SCHEME="http" if demo else "https",
    )
    server.session_interface = Cookies(server)
    return server


def create_app(
    store: Store,
    settings: Settings,
    *,
    demo: bool,
    secret: str,
    access: Access | None = None,
    is_warmed: bool = False,
) -> RegiespiegelDash:
    """Return the dashboard of a store; accounts stand in its `app/`, unless others are given.

    `is_warmed`: pages are made in the background when a release is opened, the first now.
    """
    access = access or Access(open_accounts(store, {}), AccessSettings(), demo)
    app = RegiespiegelDash(
        "dashboard",
        server=create_server(demo, secret),
        assets_folder=str(HERE / "assets"),
        assets_ignore=files.left_out(),
        serve_locally=True,
        health_endpoint="health",
        enable_mcp=False,
        csrf_token_name=csrf.cookie_name(demo),
        csrf_header_name=csrf.HEADER,
        update_title="",
        index_string=INDEX,
        on_error=errors.on_callback_error,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    context = Context(Snapshots(store), settings, demo, StatusFiles(store), StatementFile(store))
    providers = oidc.Providers(app.server, access)
    # What is registered last sees an answer first: the trail has the last look at it.
    watch.register(app, context, access)
    gate.register(app, context, access)
    sign_in.register(app, context, access, providers)
    oidc.register(app, context, access, providers)
    links.register(app, access)
    account.register(app, context, access)
    trail_page.register(app, access)
    downloads.register(app, context)
    routes.register(app, context)
    errors.register(app)
    shell.register(app)
    answers.register(app, context)
    limits.register(app, access)
    csrf.register(app, demo)
    known.register(app, access)
    headers.register(app, access)
    files.register(app.server)
    app.register_scripts(files.mark_of_asset)
    if is_warmed:
        context.snapshots.when_opened = partial(warming.in_background, context)
        with suppress(NothingReleasedError):
            context.snapshots.current()
    return app
