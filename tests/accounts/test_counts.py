"""Counting how often: by all workers together, for a period, without naming anybody."""

from __future__ import annotations

import datetime
import threading

from sqlalchemy import text

from accounts.counts import count_of, count_one, forget_count
from accounts.store import AccountStore
from tests.accounts.conftest import NOW

MINUTE = datetime.timedelta(minutes=1)
KEY = "address 192.0.2.1"


def count(accounts: AccountStore, key: str, after: float = 0) -> int:
    """Return how often a key was counted, once more, so many seconds after the first."""
    with accounts.writing() as session:
        return count_one(session, key, MINUTE, NOW + datetime.timedelta(seconds=after))


def test_a_period_begins_with_the_first_and_ends(accounts: AccountStore) -> None:
    assert [count(accounts, KEY, after) for after in (0, 1, 59.9)] == [1, 2, 3]
    with accounts.reading() as session:
        assert count_of(session, KEY, NOW) == (3, NOW + MINUTE)
        assert count_of(session, KEY, NOW + MINUTE) == (0, NOW + MINUTE)
    assert [count(accounts, KEY, after) for after in (60, 61, 119)] == [1, 2, 3]
    assert count(accounts, KEY, 120) == 1


def test_keys_are_counted_apart_and_can_begin_anew(accounts: AccountStore) -> None:
    assert [count(accounts, key) for key in (KEY, "other", KEY)] == [1, 1, 2]
    with accounts.writing() as session:
        forget_count(session, KEY)
    assert [count(accounts, key) for key in (KEY, "other")] == [1, 2]


def test_the_table_names_nobody_and_forgets(accounts: AccountStore) -> None:
    for number in range(5):
        count(accounts, f"{KEY}{number}")
    with accounts.reading() as session:
        kept = session.execute(text("select count_key from request_count")).scalars().all()
    assert len(kept) == 5
    assert not [key for key in kept if "192" in key]
    count(accounts, "later", after=2 * 3600)
    with accounts.reading() as session:
        assert session.execute(text("select count(*) from request_count")).scalar_one() == 1


def test_many_at_once_are_counted_one_by_one(accounts: AccountStore) -> None:
    seen: list[int] = []

    def work() -> None:
        for _ in range(10):
            seen.append(count(accounts, KEY, after=len(seen) % 7))

    workers = [threading.Thread(target=work) for _ in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(seen) == list(range(1, 51))
