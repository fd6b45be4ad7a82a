"""The server that gunicorn loads: `gunicorn dashboard.wsgi:server`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from flask import Flask

from dashboard.app import create_app
from warehouse.errors import ConfigurationError
from warehouse.paths import Store
from warehouse.settings import load_settings


def secret_of(store: Store) -> str:
    """Return the key that signs sessions: given, or made once and kept in `app/`.

    Errors: ConfigurationError when the file that should hold it cannot be read.
    """
    given = os.environ.get("REGIESPIEGEL_SECRET", "")
    file = os.environ.get("REGIESPIEGEL_SECRET_FILE", "")
    if file:
        try:
            given = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigurationError(f"REGIESPIEGEL_SECRET_FILE {file}: {error}.") from None
    return given or kept_secret(store)


def kept_secret(store: Store) -> str:
    """Return the secret in `app/secret`, made at the first start; workers agree on one."""
    path = store.app / "secret"
    store.app.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = store.app / f"secret.{os.getpid()}"
    own.touch(mode=0o600)
    own.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    try:
        # A link fails where the name exists, so the first worker's secret stays.
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()
    return path.read_text(encoding="utf-8").strip()


def create_server() -> Flask:
    """Return the server for this process's environment."""
    store = Store(Path(os.environ.get("REGIESPIEGEL_DATA") or "data"))
    config = Path(os.environ.get("REGIESPIEGEL_CONFIG") or "config")
    demo = os.environ.get("REGIESPIEGEL_DEMO") == "1"
    app = create_app(store, load_settings(config), demo=demo, secret=secret_of(store))
    return app.server


server = create_server()
