"""Differences between groups of size bands: each must follow from two published scores."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from warehouse.audit.coded import NORMAL, published
from warehouse.audit.derived import World
from warehouse.audit.families import Judged, adjusted, compare_row, word_of
from warehouse.audit.report import Place, Trail
from warehouse.settings import Method

Row = dict[str, Any]


def check_band_differences(world: World, method: Method, trail: Trail) -> None:
    """Check every row of `band_difference` against both scores, its family and its word."""
    names = ("wave_id", "side", "item_id")
    scores = {
        (*(row[name] for name in names), row["group_id"]): row
        for row in published(world, "score")
        if row["group_kind"] == "size_band"
    }
    kinds = {row["item_id"]: row for row in world.tables["item"].iter_rows(named=True)}
    families: dict[tuple[str, ...], list[tuple[Row, float]]] = defaultdict(list)
    for row in published(world, "band_difference"):
        key = tuple(row[name] for name in names)
        pair = [scores.get((*key, row[name])) for name in ("group_id", "other_group_id")]
        if pair[0] is None or pair[1] is None or pair[0] is pair[1]:
            trail.find(Place(*key), "unexplained", "a difference of bands that are not published")
            continue
        (a, low_a, high_a), (b, low_b, high_b) = (
            (one["value"], one["ci_low"], one["ci_high"]) for one in pair if one
        )
        low = a - b - math.hypot(a - low_a, high_b - b)
        high = a - b + math.hypot(high_a - a, b - low_b)
        expected: dict[str, float | str] = {"value": a, "other_value": b, "difference": a - b}
        compare_row(row, expected | {"ci_low": low, "ci_high": high}, "bands apart", trail)
        kind = str(kinds[row["item_id"]]["kind"])
        tested = {"grade": "aspect", "likert": "aspect"}.get(kind, kind)
        families[*key[:2], tested].append((row, (high - low) / 2 / NORMAL.inv_cdf(0.975)))
    for members in families.values():
        chances = [2 * NORMAL.cdf(-abs(row["difference"]) / se) for row, se in members]
        for (row, se), q in zip(members, adjusted(chances), strict=True):
            unit = kinds[row["item_id"]]["unit"]
            delta = float(getattr(method.smallest_difference, unit))
            word = word_of(Judged.of(row, "difference", se, q), delta, method.alpha)
            compare_row(row, {"q_value": q, "verdict": word}, "bands apart", trail)
