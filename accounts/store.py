"""Opening the account store: SQLite in `app/`, or PostgreSQL by URL; its schema is brought up."""

from __future__ import annotations

import fcntl
import os
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from accounts.errors import AccountError
from accounts.quick import Door, Quick
from accounts.schema import Base
from warehouse.paths import Store

MIGRATIONS = Path(__file__).parent / "migrations"
VARIABLE = "REGIESPIEGEL_ACCOUNTS"
# One number for every process: who holds it brings up the schema, or appends to the trail.
SCHEMA_LOCK, TRAIL_LOCK = 7305_0001, 7305_0002


class AccountStore:
    """The account store of one process. Threads share it; each takes a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(is_reading=True)
        self._door = Door(engine)
        # SQLite's own waiting is sleep of a millisecond and more; who appends waits without it.
        self._turn = nullcontext if self.is_postgresql else Turn(str(engine.url.database)).take

    @property
    def is_postgresql(self) -> bool:
        """Whether it stands on PostgreSQL."""
        return self._engine.dialect.name == "postgresql"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a transaction that is kept when the block ends well."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a transaction that only reads, and does not wait for who writes."""
        with Session(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    def at_hand(self) -> AbstractContextManager[Quick]:
        """Give a connection for the one question of every request, which must take no time."""
        return self._door.open(is_writing=False)

    @contextmanager
    def appending(self) -> Iterator[Quick]:
        """Give a writing transaction for what every request writes."""
        with self._turn(), self._door.open(is_writing=True) as transaction:
            yield transaction

    def close(self) -> None:
        """Close every connection."""
        self._door.close()
        self._engine.dispose()


def accounts_url(store: Store, environment: Mapping[str, str]) -> str:
    """Return where accounts stand: what the environment says, else a file in `app/`."""
    return environment.get(VARIABLE) or f"sqlite:///{store.app / 'accounts.sqlite'}"


def open_accounts(store: Store, environment: Mapping[str, str] | None = None) -> AccountStore:
    """Return the account store of a data directory, made when absent, its schema brought up.

    Errors: AccountError when it cannot be reached; it never repeats the URL, which may hold a
    password.
    """
    environment = os.environ if environment is None else environment
    store.app.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        engine = engine_of(accounts_url(store, environment))
        with alone(store.app / ".accounts.lock"), engine.begin() as connection:
            bring_up(connection)
    except (SQLAlchemyError, ImportError) as error:
        raise AccountError(
            f"The account store cannot be opened ({type(error).__name__}). "
            f"Check {VARIABLE}, and that the database runs and takes this user."
        ) from None
    return AccountStore(engine)


def engine_of(address: str) -> Engine:
    """Return the engine of a URL. Raise ArgumentError for a database that is not supported."""
    url = make_url(address)
    if url.get_backend_name() == "postgresql":
        driver = url.set(drivername="postgresql+psycopg")
        return create_engine(driver, pool_pre_ping=True, hide_parameters=True)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise ArgumentError("use sqlite:///FILE or postgresql://…")
    os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 20})
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


def prepare_sqlite(connection: Any, _record: object) -> None:
    """Make SQLite begin when told, check references, and let readers pass a writer."""
    connection.isolation_level = None
    for pragma in ("journal_mode = wal", "foreign_keys = on", "synchronous = normal"):
        connection.execute(f"pragma {pragma}")


def begin_sqlite(connection: Connection) -> None:
    """Begin; a writer takes the lock at once, so that it never finds it taken half way."""
    is_reading = connection.get_execution_options().get("is_reading")
    connection.exec_driver_sql("begin" if is_reading else "begin immediate")


@contextmanager
def alone(lock: str | Path) -> Iterator[None]:
    """Hold a lock that is a file, among threads and processes: each opens it for itself."""
    opened = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


class Turn:
    """One thread of all processes at a time, by a lock that a file's process holds.

    Such a lock is never another process's by a fork, and its file stays open.
    """

    def __init__(self, database: str) -> None:
        self._threads = threading.Lock()
        self._file = os.open(f"{database}.turn", os.O_CREAT | os.O_RDWR, 0o600)
        weakref.finalize(self, os.close, self._file)

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold the turn."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


def bring_up(connection: Connection) -> None:
    """Run the migrations that a store has not had yet."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": SCHEMA_LOCK})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)

    def steps(revision: Any, _context: object) -> Any:
        return scripts._upgrade_revs("head", revision)

    with EnvironmentContext(config, scripts, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=Base.metadata)
        environment.run_migrations()
