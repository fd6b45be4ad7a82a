"""The dashboard's process keeps itself out of the rooms that hold people's answers.

The container does not mount them, and DuckDB opens the published file alone. This is for where the
same machine holds both: from here on Python refuses to open or list anything in those rooms. It is
a second lock, not the first: a library's own code, told to open a file, does not ask Python.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from warehouse.paths import Store

OPENING = frozenset(
    {"open", "os.listdir", "os.scandir", "os.remove", "os.rename", "os.mkdir", "os.link"}
    | {"os.truncate", "os.chmod", "os.chown", "sqlite3.connect"}
)


def closed_rooms(store: Store) -> tuple[str, ...]:
    """Return the rooms of a store that the dashboard has no business in."""
    return tuple(str(Path(room).resolve()) for room in (store.private, store.inbox, store.register))


def keep_out(store: Store) -> None:
    """Refuse every opening of a closed room, until the process ends; it cannot be undone."""
    rooms = closed_rooms(store)
    inside = tuple(room + os.sep for room in rooms)

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in OPENING or not arguments:
            return
        place = arguments[0]
        if not isinstance(place, str | bytes | os.PathLike):
            return
        path = os.path.realpath(os.fsdecode(place))
        if path in rooms or path.startswith(inside):
            raise PermissionError("the dashboard has no business there")

    sys.addaudithook(refuse)
