"""The rows of `trend` (S6): the change of every group between two consecutive waves."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from tests.reference.change_parts import Rows, Sides, blocks_of
from tests.reference.sampled import estimates
from tests.reference.verdicts import Judged, normal, verdicts
from tests.reference.world import DELTA, Row, Wave

Key = tuple[str, ...]


def trends(waves: Sequence[Wave], parts: Rows) -> Rows:
    """Return the rows by wave_from, wave_to, side, group_kind, group_id and item.

    All waves are of one comparability class; `parts` are the rows of `change_part`.
    """
    rows: Rows = {}
    for earlier, later in itertools.pairwise(blocks_of(wave) for wave in waves):
        rows |= changes(earlier, later, parts)
    return rows


def changes(earlier: Sides, later: Sides, parts: Rows) -> Rows:
    """Return the rows between two waves."""
    rows: Rows = {}
    judged: dict[Key, Judged] = {}
    for side, item_id in earlier.blocks.keys() & later.blocks.keys():
        before = dict(estimates(earlier.blocks[side, item_id], side))
        block = later.blocks[side, item_id]
        for group, after in estimates(block, side):
            if group not in before:
                continue
            change = after.value - before[group].value
            se = math.sqrt(after.variance + before[group].variance)
            key = (earlier.wave_id, later.wave_id, side, *group, item_id)
            family = (side, *group, block.item.family)
            judged[key] = normal(change, se, DELTA[block.item.kind], family)
            rows[key] = row_of(judged[key]) | {"matched_change": matched(key, parts)}
    words = verdicts(judged)
    return {key: row | {"verdict": words[key]["verdict"]} for key, row in rows.items()}


def row_of(one: Judged) -> Row:
    """Return a change with its interval."""
    ends = {"ci_low": one.low, "ci_high": one.high}
    return {"change": one.difference, **ends, "status": "published"}


def matched(key: Key, parts: Mapping[tuple[Any, ...], Row]) -> float | None:
    """Return the change of the employees of the same organisations, of the sector alone."""
    wave_from, wave_to, side, kind, _, item = key
    if (side, kind) != ("employee", "sector"):
        return None
    found = parts.get((wave_from, wave_to, item, "matched"), {})
    change: float | None = found.get("change")
    return change
