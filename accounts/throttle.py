"""Slowing down who guesses, without locking out who is guessed at.

Failures are counted per address and account together, and per address; those in a browser that the
account signed in with before, for that browser alone, whatever others do at its address. Nothing
that a stranger can do is counted per account alone, so nobody can lock an account from elsewhere.
Wrong codes beside a right password are: whoever sends those knows it. The wait doubles each time.
"""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from accounts.people import folded
from accounts.schema import AttemptRow
from accounts.settings import AccessSettings

FORGET = datetime.timedelta(hours=24)
CODES_FREE = 20  # wrong codes a day beside the right password, from wherever


@dataclass(frozen=True)
class Known:
    """A browser that an account signed in with before, and can show it."""

    account_id: str
    browser: str


@dataclass(frozen=True)
class Keys:
    """What a sign-in is counted under. `address` is empty for a browser that is known."""

    pair: str
    address: str


def network_of(address: str) -> str:
    """Return what one subscriber holds: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def keys_of(address: str, email: str) -> Keys:
    """Return the keys of a sign-in; hashed, so that the table names nobody."""
    network = network_of(address)
    pair = hashlib.sha256(f"{network}|{folded(email)}".encode()).hexdigest()
    return Keys(f"pair:{pair}", f"address:{hashlib.sha256(network.encode()).hexdigest()}")


def keys_of_browser(known: Known) -> Keys:
    """Return the key of a known browser: what others do at its address is nothing to it."""
    return Keys(f"browser:{hashlib.sha256(known.browser.encode()).hexdigest()}", "")


def wait_after(failures: int, free: int, longest: int) -> datetime.timedelta:
    """Return how long to wait after so many failures: nothing, then 1, 2, 4, … seconds."""
    if failures < free:
        return datetime.timedelta()
    return datetime.timedelta(seconds=min(longest, 2 ** min(failures - free, 30)))


def enter(
    session: Session, keys: Keys, settings: AccessSettings, now: datetime.datetime
) -> datetime.timedelta | None:
    """Count an attempt as failed until it succeeds; return how long to wait if it may not be made.

    It is counted before the password is looked at, so that many at once gain nothing.
    """
    session.execute(delete(AttemptRow).where(AttemptRow.last_at < now - FORGET))
    free = {keys.pair: settings.failures_free}
    if keys.address:
        free[keys.address] = settings.failures_free_address
    rows = {key: row_of(session, key, now) for key in sorted(free)}
    waits = [
        row.last_at + wait_after(row.failure_count, free[key], settings.delay_seconds_max) - now
        for key, row in rows.items()
    ]
    longest = max(waits)
    if longest > datetime.timedelta():
        return longest
    for row in rows.values():
        row.failure_count, row.last_at = row.failure_count + 1, now
    return None


def may_try_code(
    session: Session, account_id: str, settings: AccessSettings, now: datetime.datetime
) -> bool:
    """Return whether a code may be tried for an account whose password was right.

    Six digits are few: from thousands of addresses they would be guessed in a day.
    """
    row = row_of(session, code_key(account_id), now)
    longest = settings.delay_seconds_max
    if row.last_at + wait_after(row.failure_count, CODES_FREE, longest) > now:
        return False
    row.failure_count, row.last_at = row.failure_count + 1, now
    return True


def code_key(account_id: str) -> str:
    """Return what wrong codes of an account are counted under."""
    return f"code:{hashlib.sha256(account_id.encode()).hexdigest()}"


def forget_codes(session: Session, account_id: str) -> None:
    """Forget the wrong codes of an account: a right one came."""
    session.execute(delete(AttemptRow).where(AttemptRow.attempt_key == code_key(account_id)))


def row_of(session: Session, key: str, now: datetime.datetime) -> AttemptRow:
    """Return the count of a key, locked until the transaction ends."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    first = insert(AttemptRow).values(attempt_key=key, failure_count=0, last_at=now)
    # Two at once may both be the first.
    session.execute(first.on_conflict_do_nothing())
    return session.scalars(
        select(AttemptRow).where(AttemptRow.attempt_key == key).with_for_update()
    ).one()


def succeed(session: Session, keys: Keys) -> None:
    """Forget the failures of an address with this account, and this attempt of the address."""
    # In the order in which `enter` locks them, so that two never wait for each other.
    row = session.get(AttemptRow, keys.address, with_for_update=True) if keys.address else None
    if row is not None and row.failure_count:
        row.failure_count -= 1
    session.execute(delete(AttemptRow).where(AttemptRow.attempt_key == keys.pair))


def is_first_use(session: Session, value: str, now: datetime.datetime) -> bool:
    """Return whether a value that may be used once is used for the first time today."""
    key = f"once:{hashlib.sha256(value.encode()).hexdigest()}"
    row = row_of(session, key, now)
    row.failure_count += 1
    return row.failure_count == 1
