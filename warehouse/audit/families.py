"""What the audit works out again for every table with verdicts: adjusted p and its word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from warehouse.audit.blocks import EXACT
from warehouse.audit.report import Place, Trail

ROUNDING: Final = 1e-9
Z90: Final = NormalDist().inv_cdf(0.95)
BESIDE: Final = frozenset({"verdict", "ci_low", "ci_high"})


class Judged(NamedTuple):
    """A difference with its printed interval, its standard error and its adjusted p."""

    difference: float
    low: float
    high: float
    se: float
    q: float

    @classmethod
    def of(cls, row: Mapping[str, Any], column: str, se: float, q: float) -> Judged:
        """Return the difference of a released row, which stands in `column`."""
        return cls(row[column], row["ci_low"], row["ci_high"], se, q)


def word_of(one: Judged, delta: float, alpha: float) -> str:
    """Return what a difference with a normal test may be called."""
    if one.q < alpha and abs(one.difference) >= delta - ROUNDING:
        if one.difference > 0 and one.low > 0:
            return "higher"
        if one.difference < 0 and one.high < 0:
            return "lower"
    ends = one.difference - Z90 * one.se, one.difference + Z90 * one.se
    inside = ends[0] >= -delta and ends[1] <= delta
    return "comparable" if inside else "not_demonstrable"


def check_words(tables: Mapping[str, pl.DataFrame], trail: Trail) -> None:
    """Find rows called higher or lower beside an interval that does not lie on that side of 0.

    Of every table with a verdict and an interval, so that a new one needs no check of its own.
    """
    for name, frame in tables.items():
        if not set(frame.columns) >= BESIDE:
            continue
        rows = frame.filter(pl.col("verdict").is_in(["higher", "lower"]))
        trail.count("words beside an interval", rows.height)
        above = (pl.col("verdict") == "higher") & (pl.col("ci_low") > 0)
        below = (pl.col("verdict") == "lower") & (pl.col("ci_high") < 0)
        for row in rows.filter((above | below).fill_null(value=False).not_()).iter_rows(named=True):
            place = Place(*(str(row.get(key) or "") for key in ("wave_id", "side", "item_id")))
            ends = f"{row['ci_low']} to {row['ci_high']}"
            trail.find(place, "unexplained", f"{name}: {row['verdict']} beside {ends}")


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
