"""One writer at a time: a lock on the store that dies with its process."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import RegiespiegelError
from warehouse.paths import Store

HELD = threading.local()


class LockedError(RegiespiegelError):
    """Another command writes in this data directory."""


@contextmanager
def store_lock(store: Store, timeout_seconds: float = 600) -> Iterator[None]:
    """Return once this thread is the store's only writer; within one thread it may be nested.

    Errors: LockedError naming the other process when it does not end in time.
    """
    path = store.private.resolve() / ".lock"
    held: set[Path] = HELD.__dict__.setdefault("paths", set())
    if path in held:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a+") as file:
        wait_for_lock(file.fileno(), path, timeout_seconds)
        held.add(path)
        try:
            yield
        finally:
            held.discard(path)


def wait_for_lock(descriptor: int, path: Path, timeout_seconds: float) -> None:
    """Return when the lock is taken, with this process's number in the file."""
    deadline = time.monotonic() + timeout_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise LockedError(refusal(path, timeout_seconds)) from None
            time.sleep(0.05)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())


def refusal(path: Path, timeout_seconds: float) -> str:
    """Return who holds the lock and what to do."""
    holder = path.read_text(encoding="utf-8").strip() or "unknown"
    return (
        f"{path.parent}: another command (process {holder}) has been writing here for more than "
        f"{timeout_seconds:.0f} seconds. Wait until it is done, or stop it, and try again."
    )
