"""How often something was asked for in a period: one count for every worker of every machine."""

from __future__ import annotations

import datetime

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from accounts.keys import hash_of
from accounts.schema import CountRow

KEPT = datetime.timedelta(hours=1)
AT_ONCE = 200  # old counts that one request clears away


def count_one(
    session: Session, key: str, period: datetime.timedelta, now: datetime.datetime, amount: int = 1
) -> int:
    """Return how often `key` was counted in its period, this time included.

    A period begins with the first count. One statement counts, so two at once are two.
    """
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    # The key names an address or a person, so the table holds its hash.
    first = insert(CountRow).values(
        count_key=hash_of(key), request_count=amount, ends_at=now + period
    )
    is_over = CountRow.ends_at <= now
    again = first.on_conflict_do_update(
        index_elements=[CountRow.count_key],
        set_={
            "request_count": case((is_over, amount), else_=CountRow.request_count + amount),
            "ends_at": case((is_over, now + period), else_=CountRow.ends_at),
        },
    )
    count = int(session.execute(again.returning(CountRow.request_count)).scalar_one())
    if count == amount:
        forget_old(session, now)
    return count


def forget_old(session: Session, now: datetime.datetime) -> None:
    """Remove some counts of long ago; those that another transaction is at are left to it."""
    old = select(CountRow.count_key).where(CountRow.ends_at < now - KEPT).limit(AT_ONCE)
    keys = list(session.scalars(old.with_for_update(skip_locked=True)))
    if keys:
        session.execute(delete(CountRow).where(CountRow.count_key.in_(keys)))


def count_of(session: Session, key: str, now: datetime.datetime) -> tuple[int, datetime.datetime]:
    """Return how often `key` was counted in its period and when that ends; 0 and now for never."""
    row = session.get(CountRow, hash_of(key))
    return (0, now) if row is None or row.ends_at <= now else (row.request_count, row.ends_at)


def forget_count(session: Session, key: str) -> None:
    """Begin anew with a key."""
    session.execute(delete(CountRow).where(CountRow.count_key == hash_of(key)))
