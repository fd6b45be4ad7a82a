"""The audit trail: appended to only, and tampering shows."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from accounts import trail
from accounts.errors import TrailError
from accounts.store import AccountStore
from accounts.trail import Event
from tests.accounts.conftest import NOW

DAY = datetime.timedelta(days=1)


def fill(accounts: AccountStore, count: int = 5) -> str:
    """Append some entries, one a day, and return the last hash."""
    with accounts.writing() as session:
        for number in range(count):
            event = Event("view", f"a{number}", "hr_director", "ORG-A", "r1", "overview")
            entry = trail.append(session, event, NOW + number * DAY)
    return entry.entry_hash


def unprotect(session: Any) -> None:
    """Take the triggers off, as somebody with the whole database could."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("drop trigger trail_entry_kept on trail_entry"))
    else:
        for name in ("trail_fixed", "trail_kept"):
            session.execute(text(f"drop trigger {name}"))


def check(accounts: AccountStore, head: str = "") -> tuple[int, str]:
    """Return what verifying says."""
    with accounts.reading() as session:
        return trail.verify(session, head)


def test_a_trail_that_nobody_touched_holds(accounts: AccountStore) -> None:
    assert check(accounts) == (0, trail.START)
    head = fill(accounts)
    assert check(accounts, head) == (5, head)


@pytest.mark.parametrize(
    "change",
    ["update trail_entry set actor = 'x' where number = 2", "delete from trail_entry",
     "delete from trail_entry where number = 5", "update trail_entry set moment = ''"],
)  # fmt: skip
def test_the_database_refuses_a_change(accounts: AccountStore, change: str) -> None:
    fill(accounts)
    with pytest.raises(DBAPIError, match="append-only"), accounts.writing() as session:
        session.execute(text(change))
    assert check(accounts)[0] == 5


@pytest.mark.parametrize("column", trail.COLUMNS)
def test_a_change_of_any_column_shows(accounts: AccountStore, column: str) -> None:
    fill(accounts)
    value = "60" if column == "number" else "'x'"
    with accounts.writing() as session:
        unprotect(session)
        session.execute(text(f"update trail_entry set {column} = {value} where number = 3"))
    with pytest.raises(TrailError, match="3"):
        check(accounts)


@pytest.mark.parametrize("number", [1, 3])
def test_a_missing_entry_shows(accounts: AccountStore, number: int) -> None:
    fill(accounts)
    with accounts.writing() as session:
        unprotect(session)
        session.execute(text(f"delete from trail_entry where number = {number}"))
    with pytest.raises(TrailError, match="gone"):
        check(accounts)


def test_an_end_that_was_cut_off_shows_against_a_noted_head(accounts: AccountStore) -> None:
    head = fill(accounts)
    with accounts.writing() as session:
        unprotect(session)
        session.execute(text("delete from trail_entry where number = 5"))
    assert check(accounts)[0] == 4
    with pytest.raises(TrailError, match="head"):
        check(accounts, head)


def test_a_rebuilt_chain_shows_against_a_noted_head(accounts: AccountStore) -> None:
    head = fill(accounts)
    with accounts.writing() as session:
        unprotect(session)
        session.execute(text("delete from trail_entry"))
    fill(accounts, 6)
    with accounts.writing() as session:
        trail.append(session, Event("view", "liar"), NOW)
    assert check(accounts)[0] == 7
    other = fill(accounts, 1)
    assert check(accounts, other)[0] == 8
    with accounts.writing() as session:
        unprotect_again = text("delete from trail_entry")
        session.execute(unprotect_again)
        trail.append(session, Event("view", "liar"), NOW)
    with pytest.raises(TrailError, match="head"):
        check(accounts, head)


def test_many_append_at_once_and_the_chain_holds(accounts: AccountStore) -> None:
    def work() -> None:
        for _ in range(10):
            with accounts.writing() as session:
                trail.append(session, Event("view", "x"), NOW)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert check(accounts)[0] == 40


def test_what_is_too_old_goes_and_the_rest_stays_a_chain(accounts: AccountStore) -> None:
    head = fill(accounts)
    with accounts.writing() as session:
        assert trail.prune(session, NOW + 3 * DAY, NOW) == 3
        assert trail.prune(session, NOW + 3 * DAY, NOW) == 0
    assert check(accounts, head) == (2, head)
    with accounts.reading() as session:
        assert [entry.number for entry in trail.entries(session)] == [4, 5]
    with accounts.writing() as session:
        assert trail.prune(session, NOW + 30 * DAY, NOW) == 2
    assert check(accounts, head) == (0, head)
    with accounts.writing() as session:
        assert trail.append(session, Event("view", "x"), NOW).number == 6


def test_a_broken_trail_is_not_pruned(accounts: AccountStore) -> None:
    fill(accounts)
    with accounts.writing() as session:
        unprotect(session)
        session.execute(text("update trail_entry set actor = 'x' where number = 1"))
    with pytest.raises(TrailError), accounts.writing() as session:
        trail.prune(session, NOW + 3 * DAY, NOW)


def test_an_entry_stays_on_its_line(accounts: AccountStore) -> None:
    event = Event("view", "a\nb" + "x" * 500, detail={"page": "\u202e\x00" + "y" * 500})
    with accounts.writing() as session:
        entry = trail.append(session, event, NOW)
    assert "\n" not in entry.actor
    assert len(entry.actor) == trail.LONGEST
    assert len(entry.detail) < 220
    assert check(accounts)[0] == 1


def test_the_newest_are_read_first(accounts: AccountStore) -> None:
    fill(accounts)
    with accounts.reading() as session:
        assert [entry.number for entry in trail.latest(session, 2)] == [5, 4]
