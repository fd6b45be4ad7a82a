"""What every request asks, on the driver itself: the same as with the ORM, on both databases."""

from __future__ import annotations

import datetime
import threading

import pytest
from sqlalchemy import select

from accounts import trail
from accounts.people import Account, revoke_grant
from accounts.quick import Quick
from accounts.schema import TrailRow
from accounts.sessions import find_session, open_session, revoke_session
from accounts.settings import AccessSettings
from accounts.store import AccountStore
from accounts.trail import Event
from tests.accounts.conftest import NOW

LATER = NOW + datetime.timedelta(minutes=2)


@pytest.fixture
def key(accounts: AccountStore, director: Account, settings: AccessSettings) -> str:
    """The key of a session."""
    with accounts.writing() as session:
        return open_session(session, director, settings, NOW, ("entra", "an id token"))


def test_a_session_reads_as_with_the_orm(
    accounts: AccountStore, settings: AccessSettings, key: str
) -> None:
    with accounts.reading() as session:
        expected = find_session(session, key, settings, LATER)
    with accounts.at_hand() as transaction:
        found = find_session(transaction, key, settings, LATER)
    assert found == expected
    assert found is not None
    assert found.account.grants == ("ORG-A", "ORG-B")
    assert found.signed_in_at == NOW
    assert found.is_stale
    assert found.account.is_disabled is False


def test_what_changed_is_seen_at_once(
    accounts: AccountStore, settings: AccessSettings, director: Account, key: str
) -> None:
    """By a connection that has read before: a grant, then the end of the session."""
    with accounts.at_hand() as transaction:
        assert find_session(transaction, key, settings, LATER) is not None
    with accounts.writing() as session:
        assert revoke_grant(session, director, "ORG-A")
    with accounts.at_hand() as transaction:
        found = find_session(transaction, key, settings, LATER)
    assert found is not None
    assert found.account.grants == ("ORG-B",)
    with accounts.writing() as session:
        revoke_session(session, key, LATER)
    with accounts.at_hand() as transaction:
        assert find_session(transaction, key, settings, LATER) is None


def test_an_entry_is_the_same_as_with_the_orm(accounts: AccountStore) -> None:
    about = Event("view", "an", "hr_director", "ORG-A", "r1", "/?wave=2026", "::1", {"a": "b"})
    with accounts.appending() as transaction:
        quick = trail.append(transaction, about, NOW)
    with accounts.writing() as session:
        slow = trail.append(session, about, NOW)
    with accounts.reading() as session:
        kept = [trail.entry_of(row) for row in session.scalars(select(TrailRow))]
        assert trail.verify(session) == (2, slow.entry_hash)
    assert kept == [quick, slow]
    assert quick.previous_hash == trail.START
    assert slow.previous_hash == quick.entry_hash


def test_what_failed_is_not_kept_and_others_go_on(accounts: AccountStore) -> None:
    class LaterError(Exception):
        """What went wrong after the entry was written."""

    def work(transaction: Quick) -> None:
        trail.append(transaction, Event("view", "x"), NOW)
        raise LaterError

    with pytest.raises(LaterError), accounts.appending() as transaction:
        work(transaction)
    with accounts.appending() as transaction:
        assert trail.append(transaction, Event("view", "y"), NOW).number == 1


def test_many_append_at_once_and_the_chain_holds(accounts: AccountStore) -> None:
    def work() -> None:
        for _ in range(10):
            with accounts.appending() as transaction:
                trail.append(transaction, Event("view", "x"), NOW)
            with accounts.writing() as session:
                trail.append(session, Event("export", "x"), NOW)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with accounts.reading() as session:
        assert trail.verify(session)[0] == 80
