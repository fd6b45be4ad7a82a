"""Whether coders, or raters, say the same: Krippendorff's α."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from warehouse.stats.types import Floats

Level = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(counts: ArrayLike, *, level: Level = "nominal") -> float:
    """Return Krippendorff's α: 1 all coders say the same, 0 no better than chance.

    With n_uc how many coders gave unit u the value c, and m_u = Σ_c n_uc, observed disagreement is
    Σ_u Σ_{c≠k} n_uc·n_uk·δ²_ck/(m_u − 1), expected disagreement Σ_{c≠k} n_c·n_k·δ²_ck/(n − 1);
    α = 1 − observed/expected. δ² is 1 (nominal), the squared distance in places (interval), or
    (n_c/2 + n between + n_k/2)² (ordinal).

    Shape: one row per unit, columns the counts of each value, in the order of the scale.
    Units: none.
    Missing: units with fewer than two values say nothing and are left out; nan when no such unit
    is left, or when all gave one value (there is nothing to disagree about).
    Errors: ValueError for fewer than two values or a negative count.
    Source: methods.md#s21-reliability, Krippendorff (2011), Computing
    Krippendorff's Alpha-Reliability.
    """
    given = np.asarray(counts, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] < 2 or np.any(given < 0):
        raise ValueError("agreement of coders needs counts of two or more values per unit")
    paired = given[np.sum(given, axis=1) >= 2]
    m, totals = np.sum(paired, axis=1), np.sum(paired, axis=0)
    if np.count_nonzero(totals) < 2:
        return float("nan")
    distance = _distances(totals, level)
    observed = float(np.sum(np.einsum("uc,uk,ck->u", paired, paired, distance) / (m - 1)))
    expected = float(totals @ distance @ totals) / (float(np.sum(totals)) - 1)
    return 1 - observed / expected


def _distances(totals: Floats, level: Level) -> Floats:
    """Return δ² between every two values."""
    places = np.arange(totals.size, dtype=np.float64)
    if level == "nominal":
        return np.asarray(places[:, np.newaxis] != places, dtype=np.float64)
    if level == "interval":
        return np.asarray((places[:, np.newaxis] - places) ** 2, dtype=np.float64)
    middle = np.cumsum(totals) - totals / 2
    return np.asarray((middle[:, np.newaxis] - middle) ** 2, dtype=np.float64)
