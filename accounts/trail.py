"""The audit trail: who saw, exported, signed in or administered what. Append-only and chained.

Each entry's hash covers its content and the hash before it, so an entry that is changed, removed
or put in between shows. Whoever can write the whole database could rebuild the whole chain; so
note the last hash elsewhere (`trail export` prints it) and give it to `trail verify --head`.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, cast

from sqlalchemy import Table, delete, func, insert, select, text
from sqlalchemy.orm import Session

from accounts.errors import TrailError
from accounts.quick import Quick
from accounts.schema import AnchorRow, TrailRow
from accounts.store import TRAIL_LOCK

START = "0" * 64
LONGEST = 200


@dataclass(frozen=True)
class Event:
    """Something to remember. It names views and releases, never a figure or an answer."""

    event: str
    actor: str
    role: str = ""
    organisation_id: str = ""
    release_id: str = ""
    view: str = ""
    address: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """An entry as it stands. The field order is the order that is hashed."""

    number: int
    moment: str
    event: str
    actor: str
    role: str
    organisation_id: str
    release_id: str
    view: str
    detail: str
    address: str
    previous_hash: str
    entry_hash: str

    def computed(self) -> str:
        """Return the hash that this content must have."""
        return hash_of_entry(list(vars(self).values())[:-1])


def hash_of_entry(content: list[Any]) -> str:
    """Return the hash of an entry's content, in the order of its fields."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()


COLUMNS = tuple(one.name for one in fields(Entry))
# Without objects: every request appends.
APPENDING = insert(cast(Table, TrailRow.__table__))
LATEST = select(TrailRow.number, TrailRow.entry_hash).order_by(TrailRow.number.desc()).limit(1)
ANCHOR = select(AnchorRow.number, AnchorRow.entry_hash).order_by(AnchorRow.number.desc()).limit(1)

# Of PostgreSQL: who holds it appends alone.
LOCKING = text("select pg_advisory_xact_lock(:key)")


def short(value: str) -> str:
    """Return a text that fits an entry and stays on its line."""
    clean = value[: LONGEST + 1]
    if not clean.isprintable():
        clean = "".join(letter if letter.isprintable() else "?" for letter in clean)
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1] + "…"


def append(session: Session | Quick, event: Event, now: datetime.datetime) -> Entry:
    """Return the entry that was appended, in the transaction of what it is about."""
    dialect = session.dialect if isinstance(session, Quick) else session.get_bind().dialect
    if dialect.name == "postgresql":
        session.execute(LOCKING, {"key": TRAIL_LOCK})
    number, previous = last(session)
    detail = {short(key): short(value) for key, value in sorted(event.detail.items())}
    written = json.dumps(detail, ensure_ascii=False) if detail else "{}"
    content: list[Any] = [
        number + 1,
        now.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        event.event,
        short(event.actor),
        event.role,
        short(event.organisation_id),
        event.release_id,
        short(event.view),
        written,
        short(event.address),
        previous,
    ]
    values = dict(zip(COLUMNS, [*content, hash_of_entry(content)], strict=True))
    session.execute(APPENDING, values)
    return Entry(**values)


def last(session: Session | Quick) -> tuple[int, str]:
    """Return number and hash of the last entry, or of where the trail begins."""
    latest = session.execute(LATEST).first()
    return anchor(session) if latest is None else (latest.number, latest.entry_hash)


def anchor(session: Session | Quick) -> tuple[int, str]:
    """Return number and hash of what the first kept entry follows."""
    row = session.execute(ANCHOR).first()
    return (0, START) if row is None else (row.number, row.entry_hash)


def entry_of(row: TrailRow) -> Entry:
    """Return a row as an entry."""
    return Entry(**{name: getattr(row, name) for name in COLUMNS})


def entries(session: Session) -> Iterator[Entry]:
    """Yield every kept entry, oldest first, some hundreds in memory at a time."""
    after, query = 0, select(TrailRow).order_by(TrailRow.number).limit(500)
    while rows := list(session.scalars(query.where(TrailRow.number > after))):
        for row in rows:
            yield entry_of(row)
            session.expunge(row)
        after = rows[-1].number


def latest(session: Session, count: int) -> list[Entry]:
    """Return the newest entries, newest first."""
    rows = session.scalars(select(TrailRow).order_by(TrailRow.number.desc()).limit(count))
    return [entry_of(row) for row in rows]


def verify(session: Session, head: str = "") -> tuple[int, str]:
    """Return how many entries hold, and the last hash.

    Errors: TrailError naming the first entry that does not hold, or that `head`, noted elsewhere,
    is not in the trail any longer.
    """
    number, previous = anchor(session)
    seen, count = {previous}, 0
    for entry in entries(session):
        if entry.number != number + 1:
            raise TrailError(f"Entry {number + 1} is gone: after {number} comes {entry.number}.")
        if entry.previous_hash != previous or entry.entry_hash != entry.computed():
            raise TrailError(f"Entry {entry.number} ({entry.moment}) was changed or put in.")
        number, previous, count = entry.number, entry.entry_hash, count + 1
        seen.add(previous)
    if head and head not in seen:
        raise TrailError("The noted head is not in the trail: entries were removed or rewritten.")
    return count, previous


def prune(session: Session, before: datetime.datetime, now: datetime.datetime) -> int:
    """Return how many entries from before a moment were removed; the rest stays a chain.

    Errors: TrailError when the trail does not hold: then nothing is removed.
    """
    verify(session)
    limit = before.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    # The clock may have jumped; only an unbroken beginning is removed.
    first_kept = session.scalar(select(func.min(TrailRow.number)).where(TrailRow.moment >= limit))
    last_number = last(session)[0]
    cut = last_number if first_kept is None else first_kept - 1
    row = session.get(TrailRow, cut)
    if row is None:
        return 0
    session.add(AnchorRow(number=cut, entry_hash=row.entry_hash, removed_at=now))
    session.flush()
    removed = session.execute(delete(TrailRow).where(TrailRow.number <= cut))
    return int(removed.rowcount)  # type: ignore[attr-defined]
