"""Attack on single hr values: mean and spread of a group say which of them are possible.

The hr side is the only one whose own spread is published: its unit is the organisation. With few
organisations that think alike, count, sum and sum of squares leave a known person one answer.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from warehouse.audit.reading import Floats, Tables
from warehouse.audit.report import Place, Trail
from warehouse.settings import DisclosurePolicy

ROUNDING = 1e-6


def attack_hr_values(tables: Tables, policy: DisclosurePolicy, trail: Trail) -> None:
    """Find groups of hr whose totals narrow every single value down too far."""
    if "protected_total" not in tables:
        return
    scales = tables["item"].select("item_id", "scale_min", "scale_max")
    rows = tables["protected_total"].filter(pl.col("total_squares").is_not_null())
    for row in rows.join(scales, on="item_id").iter_rows(named=True):
        trail.count("hr values narrowed down", row["answer_count"])
        scale = row["scale_min"], row["scale_max"]
        sums = row["answer_count"], row["total"], row["total_squares"]
        found = possible_values(*sums, scale)
        wanted = policy.homogeneity_width_min * (scale[1] - scale[0]) / 9
        if not len(found) or found.max() - found.min() < wanted - ROUNDING:
            said = f"hr of {row['group_id']}: every value is one of {found.tolist()}"
            place = Place(row["wave_id"], row["side"], row["item_id"])
            trail.find(place, "homogeneity", said)


def possible_values(n: int, total: float, squares: float, scale: tuple[float, float]) -> Floats:
    """Return the answers a single one of n may be, given their sum and sum of squares.

    What is left for the others must lie between their squares when they are as alike and as far
    apart as can be.
    """
    low, high = scale
    values = np.arange(low, high + 1)
    others, left, squared = n - 1, total - values, squares - values**2
    each = np.floor(left / others)
    more = left - others * each
    least = others * each**2 + more * (2 * each + 1)
    at_top = np.floor((left - others * low) / (high - low))
    over = left - others * low - at_top * (high - low)
    most = at_top * high**2 + (others - at_top) * low**2 + over * (2 * low + over)
    fits = (left >= others * low - ROUNDING) & (left <= others * high + ROUNDING)
    fits &= (squared >= least - ROUNDING) & (squared <= most + ROUNDING)
    return np.asarray(values[fits], dtype=np.float64)
