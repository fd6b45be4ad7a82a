"""`gunicorn dashboard.wsgi:server`: the dashboard of the environment, built when asked for."""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from flask import Flask

from accounts.settings import load_access_settings
from accounts.store import open_accounts
from dashboard.access.closed import keep_out
from dashboard.access.deployment import Deployment, find_deployment, trust
from dashboard.access.person import Access
from dashboard.access.secret import find_secret
from dashboard.app import create_app
from dashboard.snapshot import NothingReleasedError, Snapshots
from dashboard.warming import settle
from warehouse.errors import ConfigurationError
from warehouse.paths import Store
from warehouse.settings import load_settings

CONFIG = Path(__file__).resolve().parent.parent / "config"


@dataclass(frozen=True)
class Start:
    """What an environment says, and it may be started so."""

    store: Store
    is_demo: bool
    deployment: Deployment
    secret: str = field(repr=False)


def may_start(environment: Mapping[str, str]) -> Start:
    """Return what an environment says of where and how to serve.

    Errors: ConfigurationError that names what is missing or unsafe and how to mend it.
    """
    store = Store(Path(environment.get("REGIESPIEGEL_DATA") or "data").resolve())
    is_demo = environment.get("REGIESPIEGEL_DEMO") == "1"
    if is_demo:
        check_for_show(store)
    deployment = find_deployment(environment, is_demo)
    secret = find_secret(environment, store.app / "secret", is_demo)
    return Start(store, is_demo, deployment, secret)


def build(environment: Mapping[str, str]) -> Flask:
    """Return the server that an environment describes.

    Errors: ConfigurationError that names what is missing and how to mend it.
    """
    start = may_start(environment)
    config = Path(environment.get("REGIESPIEGEL_CONFIG") or CONFIG)
    settings, access_settings = load_settings(config), load_access_settings(config)
    accounts = open_accounts(start.store, environment)
    demo, address = start.is_demo, start.deployment.address
    access = Access(accounts, access_settings, demo, address, environment)
    app = create_app(
        start.store, settings, demo=demo, secret=start.secret, access=access, is_warmed=True
    )
    server: Flask = app.server
    trust(server, start.deployment)
    keep_out(start.store)
    return server


def check_for_show(store: Store) -> None:
    """Raise ConfigurationError when a demonstration would offer real organisations to anybody."""
    try:
        release = Snapshots(store).current().rows("select * from release")[0]
    except NothingReleasedError:
        return
    if not release.get("is_synthetic"):
        raise ConfigurationError(
            "The live release is not of the demonstration sector, and in a demonstration whoever "
            "opens the dashboard chooses an organisation. Serve it without --demo or "
            "REGIESPIEGEL_DEMO, to people with accounts."
        )


@cache
def live_server() -> Flask:
    """Return the server of this process."""
    server = build(os.environ)
    gc.collect()
    settle()
    return server


def __getattr__(name: str) -> Flask:
    """Return `server` to who asks for it; importing this module builds nothing."""
    if name == "server":
        return live_server()
    raise AttributeError(name)
