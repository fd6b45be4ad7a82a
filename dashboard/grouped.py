"""Rows of a table by some of their columns, read once and asked for by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

Row = dict[str, Any]
Key = tuple[str, ...]
Rows = Mapping[Key, Sequence[Row]]


def grouped(rows: Iterable[Row], keys: Key) -> dict[Key, list[Row]]:
    """Return rows by some of their columns."""
    found: dict[Key, list[Row]] = {}
    # `itemgetter` of a single column gives no tuple.
    key_of = itemgetter(*keys) if len(keys) > 1 else lambda row: tuple(row[key] for key in keys)
    for row in rows:
        found.setdefault(key_of(row), []).append(row)
    return found


def first(rows: Rows, *key: str) -> Row | None:
    """Return the first row of a key, None when there is none."""
    found = rows.get(key)
    return found[0] if found else None


class Opened(Rows):
    """Rows by some columns, of which each goes through `opening` before anybody gets it.

    That is done when a key is first asked for: a page shows few of the rows that it reads.
    """

    def __init__(self, closed: Rows, opening: Callable[[Sequence[Row]], Sequence[Row]]) -> None:
        self._closed, self._opening = closed, opening
        self._open: dict[Key, Sequence[Row]] = {}

    def __getitem__(self, key: Key) -> Sequence[Row]:
        """Return the rows of a key. Raise KeyError for one that is not there."""
        found = self._open.get(key)
        if found is None:
            found = self._open[key] = self._opening(self._closed[key])
        return found

    def get(self, key: Key, default: Any = None) -> Any:
        """Return the rows of a key, `default` where there are none; what goes wrong is raised."""
        return self[key] if key in self._closed else default

    def __contains__(self, key: object) -> bool:
        """Return whether there are rows of a key."""
        return key in self._closed

    def __iter__(self) -> Iterator[Key]:
        """Yield the keys."""
        return iter(self._closed)

    def __len__(self) -> int:
        """Return how many keys there are."""
        return len(self._closed)
