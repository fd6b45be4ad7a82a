"""The array types that every statistic speaks."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Texts = NDArray[np.str_]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


def broadcast(*values: ArrayLike) -> tuple[Floats, ...]:
    """Return the values as floating arrays of one common shape.

    Shape: that of the values broadcast together. The arrays may be views: do not write into them.
    Errors: ValueError when the shapes do not fit together.
    """
    return tuple(np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values)))


def choose(conditions: list[NDArray[np.bool_]], names: list[str], otherwise: str) -> Texts:
    """Return, per element, the name of the first condition that holds, else `otherwise`.

    Shape: that of the conditions.
    """
    return np.asarray(np.select(conditions, names, default=otherwise), dtype=np.str_)
