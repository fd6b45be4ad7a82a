"""One small released world, and clients that are signed in to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from tests.builders import build_world, project_settings, release_world
from tests.dashboard.built.browsing import with_token
from warehouse.paths import Store


@pytest.fixture(scope="session")
def released_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with a release of two waves, made from real export files."""
    root: Path = tmp_path_factory.mktemp("released")
    release_world(build_world(21, waves=("2025", "2026")), root)
    return Store(root)


@pytest.fixture(scope="session")
def dash_app(released_store: Store):  # type: ignore[no-untyped-def]
    """Return the application over that store, with demonstration sign-ins."""
    return create_app(released_store, project_settings(), demo=True, secret="s" * 40)


@pytest.fixture
def sign_in(dash_app) -> Callable[[str], FlaskClient]:  # type: ignore[no-untyped-def]
    """Return a function that gives a client signed in with a demonstration account."""

    def enter(account: str) -> FlaskClient:
        client = dash_app.server.test_client()
        token = re.search(r'name="csrf" value="([^"]+)"', client.get("/sign-in").text)
        assert token is not None
        form = {"csrf": token.group(1), "account": account}
        assert client.post("/sign-in", data=form).status_code == 303
        return with_token(client)

    return enter
