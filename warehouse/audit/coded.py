"""Codes of open answers: whole counts of enough people in groups that make up the sector.

Shares, intervals, states and gaps are worked out again from the rows themselves, with formulas of
this file. What the rows cannot say (how answers cluster in organisations) is bounded.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import NormalDist
from typing import Any, Final

import polars as pl

from warehouse.audit.blocks import Sector
from warehouse.audit.derived import World
from warehouse.audit.families import Judged, adjusted, compare_row, word_of
from warehouse.audit.report import Place, Trail
from warehouse.settings import Method

Row = dict[str, Any]
Key = tuple[str, ...]
NORMAL: Final = NormalDist()
ROUNDING: Final = 1e-9
QUESTION: Final = ("wave_id", "side", "item_id", "grade_class")


def check_coded_answers(world: World, method: Method, trail: Trail) -> None:
    """Check every published row of `coded_answer` and `coded_gap`."""
    if "coded_answer" not in world.tables:
        return
    rows = published(world, "coded_answer")
    by_question: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        by_question[tuple(row[name] for name in QUESTION)].append(row)
    for (wave, side, item, _), mine in by_question.items():
        place, sector = Place(wave, side, item), world.sectors.get(wave)
        if sector is None or (wave, side) not in world.structures:
            trail.find(place, "unexplained", "codes of a wave without a structure")
            continue
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in mine:
            groups[row["group_id"]].append(row)
        for group, codes in groups.items():
            check_people(world, place, group, codes, trail)
            check_shares(place, group, codes, trail)
            for row in codes:
                check_interval(row, method, trail)
        check_sector(place, sector, groups, trail)
    check_gaps(rows, published(world, "coded_gap"), method, trail)


def published(world: World, table: str) -> list[Row]:
    """Return a table's published rows."""
    frame = world.tables.get(table)
    if frame is None:
        return []
    return list(frame.filter(pl.col("status") == "published").iter_rows(named=True))


def check_people(
    world: World, place: Place, group: str, codes: Sequence[Row], trail: Trail
) -> None:
    """Find groups of too few people or organisations, or of more than took part."""
    sector, structure = world.sectors[place.wave_id], world.structures[place.wave_id, place.side]
    policy, row = sector.policy, codes[0]
    trail.count("groups of codes")
    inside = sector.bands if group == "sector" else sector.bands_in(group)
    took_part = sum(
        int(people)
        for band, people in zip(structure.bands, structure.participants, strict=True)
        if band in inside
    )
    n, k = row["respondent_count"], row["organisation_count"]
    if any((c["respondent_count"], c["organisation_count"]) != (n, k) for c in codes):
        trail.find(place, "unexplained", f"codes of {group} with counts of their own")
    floor = policy.hr_organisations_min if place.side == "hr" else policy.persons_min
    if n < floor:
        trail.find(place, "too few", f"codes of {group}: {n} people")
    if k < policy.benchmark_organisations_min:
        trail.find(place, "few organisations", f"codes of {group}: {k} organisations")
    if n > took_part:
        trail.find(place, "unexplained", f"codes of {group}: more people than took part")


def check_shares(place: Place, group: str, codes: Sequence[Row], trail: Trail) -> None:
    """Find shares that are no counts, that do not add up, or that say what everybody said."""
    single = [row["share"] for row in codes if row["level"] == "code"]
    if any(share >= 1 for share in single):
        trail.find(place, "homogeneous", f"everybody of {group} gave the same code")
    whole = group != "sector" or place.side == "hr"
    for row in codes:
        count = row["share"] * row["respondent_count"]
        if whole and abs(count - round(count)) > 1e-6:
            trail.find(place, "unexplained", f"code {row['code']} of {group} is no count")
        if not 1 - ROUNDING <= row["effective_count"] <= row["respondent_count"] * (1 + ROUNDING):
            trail.find(place, "unexplained", f"code {row['code']} of {group}: effective count")
    sums = [single, [row["share"] for row in codes if row["level"] == "sphere"]]
    for shares in filter(None, sums):
        total = sum(shares)
        # Of employees each gives one code; an organisation's hr may give several.
        adds_up = total >= 1 - ROUNDING if place.side == "hr" else abs(total - 1) <= ROUNDING
        if not adds_up:
            trail.find(place, "unexplained", f"codes of {group} add up to {total}")


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return the interval of a share."""
    z2 = NORMAL.inv_cdf(0.975) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return (0.0 if share <= 0 else low), (1.0 if share >= 1 else high)


def check_interval(row: Row, method: Method, trail: Trail) -> None:
    """Check an interval and its state."""
    low, high = wilson(row["share"], row["effective_count"])
    state = "named" if low >= method.named_floor else "uncertain"
    if state == "uncertain" and high < method.rarely_ceiling:
        state = "rarely_named"
    expected: dict[str, float | str] = {"ci_low": low, "ci_high": high, "mention_state": state}
    compare_row(row, expected, f"code {row['code']}", trail)


def check_sector(
    place: Place, sector: Sector, groups: Mapping[str, Sequence[Row]], trail: Trail
) -> None:
    """Check that the sector is its groups, which do not overlap."""
    names = [name for name in groups if name != "sector"]
    if not names:
        return
    bands = [band for name in names for band in sector.bands_in(name)]
    whole = groups.get("sector")
    if len(bands) != len(set(bands)) or whole is None or len(names) < 2:
        trail.find(place, "unexplained", "groups of codes that are not those of the sector")
        return
    heads = {name: sum(sector.band_heads[b] for b in sector.bands_in(name)) for name in names}
    for row in whole:
        parts = [next(r for r in groups[name] if r["code"] == row["code"]) for name in names]
        weights = [heads[name] / sum(heads.values()) for name in names]
        n = sum(part["respondent_count"] for part in parts)
        if place.side == "hr":
            weights = [part["respondent_count"] / n for part in parts]
        share = sum(w * part["share"] for w, part in zip(weights, parts, strict=True))
        expected: dict[str, float | str] = {
            "respondent_count": n,
            "organisation_count": sum(part["organisation_count"] for part in parts),
            "share": share,
            "effective_count": n if place.side == "hr" else effective(share, weights, parts),
        }
        compare_row(row, expected, f"code {row['code']}", trail)


def effective(share: float, weights: Sequence[float], parts: Sequence[Row]) -> float:
    """Return how many answers the sector's interval counts on."""
    n = sum(part["respondent_count"] for part in parts)
    pairs = list(zip(weights, parts, strict=True))
    variance = sum(w * w * p["share"] * (1 - p["share"]) / p["effective_count"] for w, p in pairs)
    if 0 < share < 1 and variance > 0:
        return float(min(max(share * (1 - share) / variance, 1.0), n))
    return float(1 / sum(w * w / p["respondent_count"] for w, p in pairs))


def check_gaps(answers: Iterable[Row], gaps: Sequence[Row], method: Method, trail: Trail) -> None:
    """Check every gap between the sides against both sides."""
    key = ("wave_id", "group_kind", "group_id", "item_id", "grade_class", "code")
    sides = {(row["side"], *(row[name] for name in key)): row for row in answers}
    families: dict[Key, list[tuple[Row, dict[str, float | str], float, float]]] = defaultdict(list)
    for row in gaps:
        name = tuple(row[part] for part in key)
        ours, theirs = sides.get(("employee", *name)), sides.get(("hr", *name))
        if ours is None or theirs is None:
            place = Place(row["wave_id"], "", row["item_id"])
            trail.find(place, "unexplained", f"a gap of {row['group_id']} without both sides")
            continue
        expected, se, p = gap_of(ours, theirs)
        families[(*name[:-1], row["level"])].append((row, expected, se, p))
    for members in families.values():
        for (row, expected, se, _), q in zip(
            members, adjusted([p for *_, p in members]), strict=True
        ):
            delta = method.smallest_difference.share
            gap, low, high = (float(expected[n]) for n in ("difference", "ci_low", "ci_high"))
            word = word_of(Judged(gap, low, high, se, q), delta, method.alpha)
            told = {**expected, "q_value": q, "verdict": word}
            compare_row(row, told, f"gap in {row['code']}", trail)


def gap_of(ours: Row, theirs: Row) -> tuple[dict[str, float | str], float, float]:
    """Return what a gap must hold, with its standard error and p."""
    a, b = ours["share"], theirs["share"]
    low_a, high_a = wilson(a, ours["effective_count"])
    low_b, high_b = wilson(b, theirs["effective_count"])
    low = a - b - math.hypot(a - low_a, high_b - b)
    high = a - b + math.hypot(high_a - a, b - low_b)
    se = math.hypot(error(a, ours["effective_count"]), error(b, theirs["effective_count"]))
    states = (ours["mention_state"], theirs["mention_state"])
    alone = ""
    if states == ("named", "rarely_named") and low > 0:
        alone = "employee"
    if states == ("rarely_named", "named") and high < 0:
        alone = "hr"
    expected: dict[str, float | str] = {"employee_share": a, "hr_share": b, "difference": a - b}
    expected |= {"ci_low": low, "ci_high": high} | ({"one_sided": alone} if alone else {})
    return expected, se, 2 * NORMAL.cdf(-abs(a - b) / se)


def error(share: float, n: float) -> float:
    """Return the standard error of a share about Wilson's centre."""
    centre = (share * n + 2) / (n + 4)
    return math.sqrt(centre * (1 - centre) / (n + 4))
