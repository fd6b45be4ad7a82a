"""An account store per test: on SQLite, and in the slow tests on PostgreSQL as well."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine, text

from accounts import passwords
from accounts.people import Account, add_account, grant
from accounts.settings import AccessSettings
from accounts.store import AccountStore, open_accounts
from tests.accounts.postgresql import programs, running_server
from warehouse.paths import Store

NOW = datetime.datetime(2026, 11, 26, 9, 0, tzinfo=datetime.UTC)
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture(autouse=True)
def light_hasher(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with less work, but where a test is about the hash itself."""
    if "full_hasher" not in request.keywords:
        light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        monkeypatch.setattr(passwords, "hasher", lambda: light)
        passwords.nobody.cache_clear()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server on loopback."""
    if programs() is None:
        pytest.skip("there is no PostgreSQL server: apt install postgresql")
    with (
        tempfile.TemporaryDirectory(prefix="regiespiegel-pg-") as room,
        running_server(Path(room)) as url,
    ):
        yield url


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    url = request.getfixturevalue("server")
    name = f"test_{abs(hash(request.node.nodeid))}"
    administration = create_engine(
        url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with administration.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield url.removesuffix("postgres") + name
    with administration.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    administration.dispose()


@pytest.fixture(params=ENGINES)
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    """What the environment says of the account store."""
    if request.param == "sqlite":
        return {}
    return {"REGIESPIEGEL_ACCOUNTS": request.getfixturevalue("database")}


@pytest.fixture
def accounts(tmp_path: Path, environment: dict[str, str]) -> Iterator[AccountStore]:
    """An empty account store."""
    store = open_accounts(Store(tmp_path), environment)
    yield store
    store.close()


@pytest.fixture
def settings() -> AccessSettings:
    """The settings as delivered."""
    return AccessSettings()


@pytest.fixture
def director(accounts: AccountStore) -> Account:
    """An HR director of two organisations."""
    with accounts.writing() as session:
        account = add_account(session, "An@Zorg.nl", "An", "hr_director", NOW)
        grant(session, account, "ORG-B")
        grant(session, account, "ORG-A")
    return account
