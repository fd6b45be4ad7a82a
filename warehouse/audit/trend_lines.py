"""Table trend_line, held against the published scores it goes through.

An organisation's line is worked out again: the variances follow from its answers and from the
spread that the release gives. The variances of groups are in no table; but whatever they are, a
weighted slope lies between the least and the greatest slope of two of its waves.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import median
from typing import NamedTuple

import polars as pl

from warehouse.audit.blocks import EXACT, as_float
from warehouse.audit.derived import World, shown
from warehouse.audit.reading import Tables
from warehouse.audit.report import Place, Trail

DAYS_PER_YEAR = 365.25
WAVES_MIN, THEIL_SEN_WAVES = 3, 5
Z95 = 1.959963984540054
LEAST = 1e-12
GROUP = ("side", "group_kind", "group_id", "item_id")
Group = tuple[str, ...]


class Point(NamedTuple):
    """A published value of a group at a wave: when, what, and on how many answers."""

    wave_id: str
    comparability_class: str
    year: float
    value: float
    people: int


def check_trend_lines(world: World, trail: Trail) -> None:
    """Check every published line against the scores it goes through."""
    frame = shown(world, "trend_line")
    if not frame.height:
        return
    points, variances = all_points(world), pooled_variances(world.tables)
    shares = set(world.tables["item"].filter(pl.col("unit") == "share")["item_id"])
    for row in frame.iter_rows(named=True):
        trail.count("values worked out again")
        place = Place(row["wave_to"], row["side"], row["item_id"])
        line = between(row, points.get(tuple(row[name] for name in GROUP), []))
        said = f"the line of {row['group_kind']} {row['group_id']}"
        if not is_whole(row, line):
            trail.find(place, "unexplained", f"{said} goes through other waves")
        elif not follows(row, line, variances, row["item_id"] in shares):
            trail.find(place, "unexplained", f"{said} does not follow from published scores")


def between(row: Mapping[str, object], points: Sequence[Point]) -> list[Point]:
    """Return the points from the first to the last wave of a line; none where one is missing."""
    names = [point.wave_id for point in points]
    if row["wave_from"] not in names or row["wave_to"] not in names:
        return []
    return list(points[names.index(str(row["wave_from"])) : names.index(str(row["wave_to"])) + 1])


def all_points(world: World) -> dict[Group, list[Point]]:
    """Return the published values of each group, in the order of the waves."""
    waves = {row["wave_id"]: row for row in world.tables["wave"].iter_rows(named=True)}
    years = {wave_id: middle(wave) for wave_id, wave in waves.items()}
    found: dict[Group, list[Point]] = {}
    rows = shown(world, "score").select(*GROUP, "wave_id", "value", "respondent_count")
    for *group, wave_id, value, people in rows.iter_rows():
        kind = waves[wave_id]["comparability_class"]
        point = Point(wave_id, kind, years[wave_id], value, people)
        found.setdefault(tuple(group), []).append(point)
    for line in found.values():
        line.sort(key=lambda point: waves[point.wave_id]["position"])
    return found


def middle(wave: Mapping[str, object]) -> float:
    """Return the middle of a wave's fieldwork, in years."""
    days = [
        datetime.date.fromisoformat(str(wave[name])).toordinal()
        for name in ("fieldwork_start", "fieldwork_end")
    ]
    return sum(days) / 2 / DAYS_PER_YEAR


def pooled_variances(tables: Tables) -> dict[tuple[str, str], float]:
    """Return the spread within organisations of employees' items, by wave and item."""
    frame = tables.get("parameter", pl.DataFrame())
    if not frame.height:
        return {}
    rows = frame.filter((pl.col("name") == "pooled_variance") & (pl.col("side") == "employee"))
    return {(wave, item): value for wave, item, value in
            rows.select("wave_id", "item_id", "value").iter_rows()}  # fmt: skip


def is_whole(row: Mapping[str, object], line: Sequence[Point]) -> bool:
    """Return whether a line goes through all published values of one comparability class."""
    classes = {point.comparability_class for point in line}
    return len(line) == row["wave_count"] and len(line) >= WAVES_MIN and len(classes) == 1


def follows(
    row: Mapping[str, object],
    line: Sequence[Point],
    variances: Mapping[tuple[str, str], float],
    is_share: bool,
) -> bool:
    """Return whether the slopes of a line are those of its points."""
    pairs = list(itertools.combinations(line, 2))
    slopes = [(b.value - a.value) / (b.year - a.year) for a, b in pairs if b.year > a.year]
    # Two waves at one time have no slope, and then a line has no robust one.
    is_robust = len(line) >= THEIL_SEN_WAVES and len(slopes) == len(pairs)
    if not same(row["theil_sen_slope"], median(slopes) if is_robust else None):
        return False
    errors = [error(point, str(row["item_id"]), variances, is_share) for point in line]
    known = [one for one in errors if one is not None]
    if row["group_kind"] == "organisation" and len(known) == len(line):
        slope, se = weighted_slope(line, known)
        ends = {"slope_per_year": slope, "ci_low": slope - Z95 * se, "ci_high": slope + Z95 * se}
        return all(same(row[name], right) for name, right in ends.items())
    # Of groups, and of the only few organisations of a sector, the spread is not given.
    said = as_float(row["slope_per_year"])
    slack = EXACT * (1 + abs(said))
    return min(slopes) - slack <= said <= max(slopes) + slack


def same(said: object, right: float | None) -> bool:
    """Return whether a figure is what it must be; None is no figure."""
    if said is None or right is None:
        return said is None and right is None
    return abs(as_float(said) - right) <= EXACT * (1 + abs(right))


def error(
    point: Point, item_id: str, variances: Mapping[tuple[str, str], float], is_share: bool
) -> float | None:
    """Return the sampling variance of an organisation's value, None where it is not given."""
    if is_share:
        centre = (point.value * point.people + 2) / (point.people + 4)
        return centre * (1 - centre) / (point.people + 4)
    pooled = variances.get((point.wave_id, item_id))
    return None if pooled is None else pooled / point.people


def weighted_slope(line: Sequence[Point], errors: Sequence[float]) -> tuple[float, float]:
    """Return the slope through points with known variances, and its standard error."""
    pairs = [(1 / max(one, LEAST), point) for one, point in zip(errors, line, strict=True)]
    year = sum(w * point.year for w, point in pairs) / sum(w for w, _ in pairs)
    spread = sum(w * (point.year - year) ** 2 for w, point in pairs)
    rise = sum(w * (point.year - year) * point.value for w, point in pairs)
    return rise / spread, 1 / sqrt(spread)
