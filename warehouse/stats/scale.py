"""One scale for questions that were asked on different ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from warehouse.stats.types import Floats


def to_ten(mean: ArrayLike, scale: tuple[float, float] = (1.0, 5.0)) -> Floats:
    """Return means turned to a scale of 0 to 10, for composites alone.

    Shape: as `mean`. Units: points on 0-10. Missing: nan stays nan.
    Errors: ValueError for a scale without width, or a mean outside it.
    Source: methods.md#to-ten, statistics of the NHS staff survey.
    """
    low, high = scale
    values = np.asarray(mean, dtype=np.float64)
    if not low < high:
        raise ValueError(f"A scale from {low:g} to {high:g} has no width")
    if ((values < low) | (values > high)).any():
        raise ValueError(f"A mean must lie on the scale, {low:g} to {high:g}")
    return 10 * (values - low) / (high - low)
