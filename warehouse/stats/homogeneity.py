"""How much a mean gives away about each single answer behind it."""

import numpy as np
from numpy.typing import ArrayLike

from warehouse.stats.types import Floats, broadcast


def single_answer_width(n: ArrayLike, total: ArrayLike, *, scale: tuple[float, float]) -> Floats:
    """Return the width of the range in which any one answer must lie, given n and the total.

    With the scale lo..hi the range is [max(lo, Σ−hi·(n−1)), min(hi, Σ−lo·(n−1))]: what is left
    for one answer when all others are as high, or as low, as they can be.

    Shape: one element per organisation, in the order given.
    Units: those of the answer; the width of the whole scale means that nothing is given away.
    Missing: n = 0 (or n or total missing) gives nan.
    Source: methods.md#homogeneity.
    """
    counts, totals = broadcast(n, total)
    lowest, highest = scale
    least = np.maximum(lowest, totals - highest * (counts - 1))
    most = np.minimum(highest, totals - lowest * (counts - 1))
    return np.where(counts >= 1, most - least, np.nan)
