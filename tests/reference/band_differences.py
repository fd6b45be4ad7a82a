"""The rows of `band_difference`: every group of size bands against every larger one."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tests.reference.intervals import newcombe
from tests.reference.verdicts import Judged, chance, verdicts
from tests.reference.world import DELTA, ORDER, Z90, Z95, Item, Row, Tables

Rows = dict[tuple[Any, ...], Row]
KINDS = ("grade", "likert", "mention")


def band_differences(wave_id: str, scores: Tables, items: Sequence[Item]) -> Rows:
    """Return the rows by side, item, group and other group, from the reference's scores."""
    known = {item.item_id: item for item in items if item.kind in KINDS}
    found: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for (wave, side, kind, group, item_id), row in scores["score"].items():
        is_shown = (wave, kind, row["status"]) == (wave_id, "size_band", "published")
        if is_shown and item_id in known:
            found[side, item_id][group] = row
    rows: Rows = {}
    judged: dict[tuple[Any, ...], Judged] = {}
    for (side, item_id), groups in found.items():
        item = known[item_id]
        names = sorted(groups, key=smallest)
        for smaller, larger in itertools.combinations(names, 2):
            key = (side, item_id, smaller, larger)
            one = difference(groups[smaller], groups[larger], item, side)
            judged[key] = one
            rows[key] = {
                "value": groups[smaller]["value"],
                "other_value": groups[larger]["value"],
                "difference": one.difference,
                "ci_low": one.low,
                "ci_high": one.high,
                "status": "published",
            }
    words = verdicts(judged)
    return {key: row | words[key] for key, row in rows.items()}


def smallest(group: str) -> int:
    """Return the place of a group's smallest band; the largest has a plus in its own name."""
    return next(place for place, band in enumerate(ORDER) if group.startswith(band))


def difference(one: Row, other: Row, item: Item, side: str) -> Judged:
    """Return a difference of two independent values, from both intervals (MOVER)."""
    low, high = newcombe(*((row["value"], row["ci_low"], row["ci_high"]) for row in (one, other)))
    value, se = one["value"] - other["value"], (high - low) / 2 / Z95
    p, family = chance(value, se), (side, item.family)
    return Judged(value, low, high, p, Z90 * se, DELTA[item.kind], family)
