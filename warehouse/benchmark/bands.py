"""Table band_difference: every group of size bands against every other, for grade and aspects.

Worked out from published scores alone: groups of bands share nobody, so their intervals combine
(MOVER, as Newcombe's for shares), and no equation is added on anybody.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from warehouse.band_groups import bands_of
from warehouse.benchmark.comparisons import Candidate, family, judge
from warehouse.benchmark.composites import Z
from warehouse.settings import Method, Settings
from warehouse.stats.compare import newcombe_interval, normal_difference

Row = dict[str, Any]
KINDS: Final = ("grade", "likert", "mention")


def band_differences(
    items: Mapping[str, Row], scores: Iterable[Row], bands: Iterable[str], method: Method
) -> list[Row]:
    """Return the rows of `band_difference` of a wave, from that wave's rows of `score`."""
    order = list(bands)

    def place(row: Row) -> int:
        return order.index(bands_of(row["group_id"], order)[0])

    found: dict[tuple[str, str], list[Row]] = {}
    for row in scores:
        is_band = row["group_kind"] == "size_band" and row["status"] == "published"
        if is_band and items[row["item_id"]]["kind"] in KINDS:
            found.setdefault((row["side"], row["item_id"]), []).append(row)
    pairs = [
        candidate(pair, items[item], method)
        for (_, item), rows in found.items()
        for pair in itertools.combinations(sorted(rows, key=place), 2)
    ]
    return judge(pairs, method.alpha)


def candidate(pair: tuple[Row, Row], item: Row, method: Method) -> Candidate:
    """Return the smaller organisations minus the larger ones, before correction."""
    one, other = pair
    ends = [row[name] for row in pair for name in ("value", "ci_low", "ci_high")]
    numbers = (np.array([end], dtype=np.float64) for end in ends)
    difference, low, high = (float(part[0]) for part in newcombe_interval(*numbers))
    se = (high - low) / 2 / Z
    _, _, p = normal_difference(np.array([difference]), np.array([se]))
    row: Row = {name: one[name] for name in ("wave_id", "side", "item_id", "group_id")} | {
        "other_group_id": other["group_id"],
        "value": one["value"],
        "other_value": other["value"],
        "difference": difference,
        "ci_low": low,
        "ci_high": high,
        "status": "published",
    }
    delta = float(getattr(method.smallest_difference, item["unit"]))
    tested = (one["wave_id"], one["side"], family(item["kind"]))
    return Candidate(row, difference, se, float(p[0]), delta, tested)


def band_rows(rows: Mapping[str, list[Row]], wave_id: str, settings: Settings) -> Iterator[Row]:
    """Yield the rows of a wave from its released rows so far."""
    items = {row["item_id"]: row for row in rows["item"]}
    mine = (row for row in rows["score"] if row["wave_id"] == wave_id)
    bands = [band.size_band_id for band in settings.size_bands.size_band]
    yield from band_differences(items, mine, bands, settings.method)
