"""A store with a release, the dashboard on it, and people who are signed in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.application import RegiespiegelDash
from tests.dashboard.built.browsing import SECRET, csrf_of, with_token
from tests.dashboard.release_builder import write_release
from warehouse.paths import Store
from warehouse.settings import Settings, load_settings

CONFIG = Path(__file__).resolve().parents[3] / "config"


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The delivered configuration."""
    return load_settings(CONFIG)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Store:
    """A store with one release."""
    store = Store(tmp_path_factory.mktemp("store"))
    write_release(store, settings, "release-one")
    return store


@pytest.fixture(scope="session")
def app(store: Store, settings: Settings) -> RegiespiegelDash:
    """The dashboard of that store."""
    return create_app(store, settings, demo=True, secret=SECRET)


@pytest.fixture
def sign_in(app: RegiespiegelDash) -> Callable[[str], FlaskClient]:
    """Sign in by the form and return the client that keeps the session."""

    def enter(account: str) -> FlaskClient:
        client = app.server.test_client()
        answer = client.post("/sign-in", data={"csrf": csrf_of(client), "account": account})
        assert answer.status_code == 303
        return with_token(client)

    return enter
