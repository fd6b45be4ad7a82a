"""The account store: schema, migrations, transactions, and who may read the file."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from accounts.errors import AccountError
from accounts.people import add_account, list_accounts
from accounts.schema import AccountRow, Base
from accounts.store import AccountStore, open_accounts
from tests.accounts.conftest import NOW
from warehouse.paths import Store


def test_the_migrations_make_the_schema(accounts: AccountStore) -> None:
    with accounts.reading() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == "v002"


def test_opening_again_changes_nothing(
    accounts: AccountStore, tmp_path: Path, environment: dict[str, str]
) -> None:
    with accounts.writing() as session:
        add_account(session, "a@b.nl", "A", "steward", NOW)
    again = open_accounts(Store(tmp_path), environment)
    with again.reading() as session:
        assert [one.email for one in list_accounts(session)] == ["a@b.nl"]
    again.close()


def test_several_workers_open_a_new_store_at_once(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    opened: list[AccountStore] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            opened.append(open_accounts(Store(tmp_path), environment))
        except BaseException as error:
            failures.append(error)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    for store in opened:
        store.close()


def test_a_transaction_that_fails_leaves_nothing(accounts: AccountStore) -> None:
    def stop_half_way() -> None:
        with accounts.writing() as session:
            add_account(session, "a@b.nl", "A", "steward", NOW)
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        stop_half_way()
    with accounts.reading() as session:
        assert list_accounts(session) == []


def test_moments_keep_their_zone(accounts: AccountStore) -> None:
    with accounts.writing() as session:
        account = add_account(session, "a@b.nl", "A", "steward", NOW)
    with accounts.reading() as session:
        assert session.get_one(AccountRow, account.account_id).created_at == NOW


def test_a_moment_without_zone_is_refused(accounts: AccountStore) -> None:
    with pytest.raises(StatementError, match="time zone"), accounts.writing() as session:
        add_account(session, "a@b.nl", "A", "steward", NOW.replace(tzinfo=None))


def test_references_are_checked(accounts: AccountStore) -> None:
    query = "insert into account_grant (account_id, organisation_id) values ('x', 'y')"
    with pytest.raises(DBAPIError), accounts.writing() as session:
        session.execute(text(query))


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    open_accounts(Store(tmp_path), {}).close()
    for path in [tmp_path / "app", *(tmp_path / "app").glob("accounts.sqlite*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize(
    "url",
    ["mysql://root:hunter2@127.0.0.1/x", "nonsense hunter2", "sqlite://",
     "postgresql://owner:hunter2@127.0.0.1:1/none"],
)  # fmt: skip
def test_a_store_that_cannot_be_opened_says_so_without_its_password(
    tmp_path: Path, url: str
) -> None:
    with pytest.raises(AccountError, match="REGIESPIEGEL_ACCOUNTS") as error:
        open_accounts(Store(tmp_path), {"REGIESPIEGEL_ACCOUNTS": url})
    assert "hunter2" not in str(error.value)
