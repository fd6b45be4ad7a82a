"""A production dashboard per test module, and one with tight limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from accounts import passwords
from accounts.settings import AccessSettings
from accounts.store import open_accounts
from dashboard.access.person import Access
from dashboard.app import create_app
from tests.dashboard.access.house import House, populate
from tests.dashboard.built.browsing import SECRET
from tests.dashboard.release_builder import write_release
from warehouse.paths import Store
from warehouse.settings import Settings, load_settings

CONFIG = Path(__file__).resolve().parents[3] / "config"
# Many requests come from one address here; tests of the limits set their own.
GENEROUS = {"sign_in_limit": "1000000/minute", "export_limit": "1000000/minute",
            "api_limit": "1000000/minute", "failures_free": 20, "failures_free_address": 200,
            "second_factor_roles": ()}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def light_hasher() -> Iterator[None]:
    """Hash with less work: what the work must be is tested beside the hasher."""
    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", lambda: light)
        passwords.nobody.cache_clear()
        yield
    passwords.nobody.cache_clear()


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The delivered configuration."""
    return load_settings(CONFIG)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Store:
    """A store with one release."""
    store = Store(tmp_path_factory.mktemp("store"))
    write_release(store, settings, "release-one")
    return store


def make_house(store: Store, settings: Settings, room: Path, access: AccessSettings) -> House:
    """Return a production dashboard of a release, with accounts of its own."""
    accounts = open_accounts(Store(room), {})
    given = Access(accounts, access, is_demo=False, address="https://localhost")
    populate(given)
    app = create_app(store, settings, demo=False, secret=SECRET, access=given)
    return House(app, given)


@pytest.fixture(scope="module")
def house(
    published: Store, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A production dashboard with people."""
    access = AccessSettings(**GENEROUS)
    made = make_house(published, settings, tmp_path_factory.mktemp("app"), access)
    yield made
    made.accounts.close()


@pytest.fixture
def tight_house(published: Store, settings: Settings, tmp_path: Path) -> Iterator[House]:
    """A production dashboard that allows little."""
    access = AccessSettings(
        sign_in_limit="20/minute", export_limit="3/minute", api_limit="3/minute"
    )
    made = make_house(published, settings, tmp_path, access)
    yield made
    made.accounts.close()
