"""What was answered before, kept up to a number of bytes: what was not asked longest goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Something that knows how many bytes it takes."""

    @property
    def size(self) -> int:
        """How many bytes it takes."""


Kept = TypeVar("Kept", bound=Sized)


class Memory(Generic[Kept]):
    """Answers by what was asked. Threads share it; two may both make the same answer."""

    def __init__(self, limit: int) -> None:
        self._limit, self._used = limit, 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Kept | None:
        """Return what is kept for a key, None for nothing."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        return None

    def keep(self, key: Hashable, made: Kept) -> Kept:
        """Keep an answer, and let go of what was asked longest ago where there is no room."""
        with self._lock:
            if key in self._kept:
                self._used -= self._kept.pop(key).size
            self._kept[key] = made
            self._used += made.size
            while self._used > self._limit and len(self._kept) > 1:
                self._used -= self._kept.popitem(last=False)[1].size
        return made
