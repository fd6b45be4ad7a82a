"""What the audit works out again for every table with verdicts: adjusted p and its word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from warehouse.audit.blocks import EXACT
from warehouse.audit.report import Place, Trail


def adjusted(p: Sequence[float]) -> list[float]:
    """Return the p-values of one family after Benjamini and Hochberg, NaN left out."""
    order = sorted((place for place in range(len(p)) if not np.isnan(p[place])), key=p.__getitem__)
    found, least = [float("nan")] * len(p), 1.0
    for rank in range(len(order), 0, -1):
        least = min(least, p[order[rank - 1]] * len(order) / rank)
        found[order[rank - 1]] = least
    return found


def is_same(actual: object, expected: float) -> bool:
    """Return whether a released cell holds a figure; NULL where there is none."""
    if actual is None or np.isnan(expected):
        return actual is None and bool(np.isnan(expected))
    return abs(float(str(actual)) - expected) <= EXACT * (1 + abs(expected))


def compare_row(
    row: dict[str, object], expected: dict[str, float | str], what: str, trail: Trail
) -> None:
    """Find the cells of a row that do not follow from published figures."""
    trail.count("values worked out again", len(expected))
    place = Place(*(str(row.get(name) or "") for name in ("wave_id", "side", "item_id")))
    group = row.get("group_id") or "sector"
    for name, value in expected.items():
        same = row[name] == value if isinstance(value, str) else is_same(row[name], value)
        if not same:
            said = f"{what}, {name} of {group}: {row[name]}, not {value}"
            trail.find(place, "unexplained", said)
