"""Random streams by name, so that adding a wave or a question changes no other stream."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Generator = np.random.Generator


def stream(seed: int, *names: str) -> Generator:
    """Return the generator of a named part of the world; the name alone decides the stream."""
    key = zlib.crc32("/".join(names).encode())
    return np.random.default_rng(np.random.SeedSequence([seed, key]))


def choose_codes(rng: Generator, shares: Sequence[float], count: int) -> Codes:
    """Return `count` codes 1, 2, … drawn with these shares."""
    borders = np.cumsum(np.asarray(shares, dtype=np.float64))[:-1]
    drawn = np.searchsorted(borders, rng.random(count), side="right") + 1
    return drawn.astype(np.int8)
