"""The rows of `trend_line` (S7): straight lines through three waves and more."""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from collections.abc import Sequence

from scipy import stats

from tests.reference.change_parts import Rows, blocks_of
from tests.reference.sampled import estimates
from tests.reference.verdicts import Judged, normal, verdicts
from tests.reference.world import DELTA, Z95, Row, Wave

FIELDWORK = {
    "2024": ("2024-09-16", "2024-11-01"),
    "2025": ("2025-09-15", "2025-10-31"),
    "2026": ("2026-09-07", "2026-10-16"),
}


def year_of(wave_id: str) -> float:
    """Return the middle of a wave's fieldwork in years."""
    days = [datetime.date.fromisoformat(text).toordinal() for text in FIELDWORK[wave_id]]
    return sum(days) / 2 / 365.25


def trend_lines(waves: Sequence[Wave]) -> Rows:
    """Return the rows that `trend_line` must have, by side, group_kind, group_id and item.

    All waves are of one comparability class.
    """
    sides = [blocks_of(wave) for wave in waves]
    rows: Rows = {}
    judged: dict[tuple[str, ...], Judged] = {}
    keys = {key for side in sides for key in side.blocks}
    for side, item_id in sorted(keys):
        there = [one for one in sides if (side, item_id) in one.blocks]
        item, last = there[-1].blocks[side, item_id].item, there[-1].wave_id
        points: dict[tuple[str, str], list[tuple[str, float, float]]] = defaultdict(list)
        for one in there:
            for group, found in estimates(one.blocks[side, item_id], side):
                points[group].append((one.wave_id, found.value, found.variance))
        for group, line in points.items():
            key = (side, *group, item_id)
            if len(line) < 3:
                if line[-1][0] == last:
                    rows[key] = missing_line(line)
                continue
            rows[key] = line_row(line)
            span = year_of(line[-1][0]) - year_of(line[0][0])
            change, se = rows[key]["slope_per_year"] * span, rows[key]["se"] * span
            family = (side, *group, item.family)
            judged[key] = normal(change, se, DELTA[item.kind], family)
    for key, words in verdicts(judged).items():
        rows[key] |= words
    return rows


def missing_line(line: Sequence[tuple[str, float, float]]) -> Row:
    """Return the row of a group with too few waves."""
    ends = {"wave_from": line[0][0], "wave_to": line[-1][0]}
    return ends | {"slope_per_year": None, "wave_count": None, "status": "too_few_waves"}


def line_row(line: Sequence[tuple[str, float, float]]) -> Row:
    """Return a straight line through the points of a group; never five waves here."""
    points = [(year_of(wave), value, 1 / max(v, 1e-12)) for wave, value, v in line]
    weight = sum(w for *_, w in points)
    year, level = (sum(w * point[i] for *point, w in points) / weight for i in (0, 1))
    spread = sum(w * (t - year) ** 2 for t, _, w in points)
    slope = sum(w * (t - year) * (y - level) for t, y, w in points) / spread
    misfit = sum(w * (y - level - slope * (t - year)) ** 2 for t, y, w in points)
    se = 1 / math.sqrt(spread)
    return {
        "wave_from": line[0][0],
        "wave_to": line[-1][0],
        "wave_count": len(line),
        "slope_per_year": slope,
        "se": se,
        "ci_low": slope - Z95 * se,
        "ci_high": slope + Z95 * se,
        "p_value": math.erfc(abs(slope) / se / math.sqrt(2)),
        "misfit": misfit,
        "misfit_p": float(stats.chi2.sf(misfit, len(line) - 2)),
        "theil_sen_slope": None,
        "status": "published",
    }
