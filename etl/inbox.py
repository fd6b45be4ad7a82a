"""The inbox: which files are ready to be taken, and where they go once they are safe.

A file that is still being written is left alone: whatever has a name that programs use while they
write, has a lock beside it, is locked, or is not the same size and time at two looks. The looks
compare the file with itself, never with the clock, so a clock that jumps changes nothing.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from etl.land import hash_of
from warehouse.files import remove_temporaries, sync, write_atomically

UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp")
VERSION = re.compile(r"_v(\d+)$", re.IGNORECASE)
TAKEN, REFUSED = "taken", "refused"


@dataclass(frozen=True)
class Look:
    """A file as it was at one look."""

    path: Path
    size: int
    modified: int
    inode: int


@dataclass(frozen=True)
class Found:
    """What is in an inbox: files at rest, in the order of loading, and files in the making."""

    ready: tuple[Look, ...]
    waiting: tuple[Path, ...]


def look(path: Path) -> Look | None:
    """Return a file as it is now, None when it is gone."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return Look(path, stat.st_size, stat.st_mtime_ns, stat.st_ino)


def is_unfinished(path: Path) -> bool:
    """Return whether a file's name, a lock beside it or a lock on it says it is being written."""
    name = path.name
    locks = (path.with_name(f"{name}.lock"), path.with_name(f".~lock.{name}#"))
    if name.lower().endswith(UNFINISHED) or any(lock.exists() for lock in locks):
        return True
    return path.with_name(f"~${name}").exists() or is_locked(path)


def is_locked(path: Path) -> bool:
    """Return whether another process holds a lock on a file, or does not let it be read yet."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return True
    except FileNotFoundError:
        return False
    return False


def is_candidate(path: Path) -> bool:
    """Return whether a directory's entry can be an export: no folder, no hidden or lock file."""
    return path.is_file() and not path.name.startswith((".", "~$")) and path.suffix != ".lock"


def order_of(path: Path) -> tuple[str, int, str]:
    """Return what sorts a correction (`_v2`, `_v10`) after what it corrects."""
    version = VERSION.search(path.stem)
    series = VERSION.sub("", path.stem)
    return series, int(version[1]) if version else 1, path.name


def scan(inbox: Path, settle: Callable[[], None]) -> Found:
    """Return what is in an inbox, after two looks with `settle` (a pause) between them."""
    paths = sorted((path for path in inbox.iterdir() if is_candidate(path)), key=order_of)
    if not paths:
        return Found((), ())
    before = {path: look(path) for path in paths}
    settle()
    ready, waiting = [], []
    for path in paths:
        now = look(path)
        if now is None:
            continue
        if now != before[path] or is_unfinished(path):
            waiting.append(path)
        else:
            ready.append(now)
    return Found(tuple(ready), tuple(waiting))


def put_away(seen: Look, room: str, delivery_id: str, note: str | None = None) -> None:
    """Move a file that is safely landed or refused out of the inbox, with a note beside it.

    It stays when it is no longer the file that was loaded. Nothing is ever overwritten: another
    file of that name gets its hash before its name. The note comes first: a crash in between
    leaves the file in the inbox, so none is ever put away without its note.
    """
    if look(seen.path) != seen:
        return
    directory = seen.path.parent / room
    directory.mkdir(exist_ok=True)
    remove_temporaries(directory)
    target = free_place(directory, seen.path.name, delivery_id)
    if note is not None:
        beside = target.with_name(f"{target.name}.reason.txt")
        write_atomically(beside, lambda path: path.write_text(f"{note}\n", encoding="utf-8"))
    seen.path.replace(target)
    sync(directory)
    sync(seen.path.parent)


def free_place(directory: Path, name: str, delivery_id: str) -> Path:
    """Return where a file of this name and hash may stand."""
    plain = directory / name
    if not plain.exists() or hash_of(plain) == delivery_id:
        return plain
    return directory / f"{delivery_id[:12]}-{name}"
