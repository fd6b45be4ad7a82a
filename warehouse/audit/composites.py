"""Means of several questions: each must be the mean of published rows, and its bounds theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any, Final

from warehouse.audit.coded import NORMAL, published
from warehouse.audit.derived import World
from warehouse.audit.families import Judged, adjusted, compare_row, word_of
from warehouse.audit.report import Place, Trail
from warehouse.settings import Method

Row = dict[str, Any]
Rows = Mapping[tuple[str, ...], Mapping[str, Row]]
Numbers = dict[str, float | str]
FACETS: Final = {"scheme_awareness": "awareness", "scheme_understanding": "understanding"}
STANCES: Final = {"autonomy_space": "space", "autonomy_control": "control"}
BALANCE: Final = "autonomy_balance"


def check_composites(world: World, method: Method, trail: Trail) -> None:
    """Check every row of `composite` and `composite_gap`."""
    if "composite" not in world.tables:
        return
    parts = parts_of(world)
    key = ("wave_id", "side", "group_kind", "group_id")
    scores = grouped(published(world, "score"), key)
    for row in published(world, "composite"):
        place = Place(row["wave_id"], row["side"], row["composite_id"])
        check_row(row, parts, scores.get(tuple(row[k] for k in key), {}), ("value",), place, trail)
    gaps = grouped(published(world, "gap"), key[:1] + key[2:])
    families: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    names = ("difference", "employee_value", "hr_value")
    for row in published(world, "composite_gap"):
        place = Place(row["wave_id"], "", row["composite_id"])
        mine = tuple(row[k] for k in key[:1] + key[2:])
        if check_row(row, parts, gaps.get(mine, {}), names, place, trail):
            families[mine].append(row)
    for rows in families.values():
        check_words(rows, method, trail)


def parts_of(world: World) -> dict[tuple[str, str], tuple[list[str], list[str]]]:
    """Return the questions of each composite by wave, and those that are subtracted."""
    items = world.tables["instrument_item"]
    found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for wave in world.tables["wave"].iter_rows(named=True):
        mine = [
            row
            for row in items.iter_rows(named=True)
            if row["instrument_id"] == wave["instrument_id"]
        ]
        for name, facet in FACETS.items():
            ids = [row["item_id"] for row in mine if row["facet_id"] == facet]
            found[wave["wave_id"], name] = (ids, [])
        stances = {
            stance: [row["item_id"] for row in mine if row.get("stance") == stance]
            for stance in STANCES.values()
        }
        for name, stance in STANCES.items():
            found[wave["wave_id"], name] = (stances[stance], [])
        found[wave["wave_id"], BALANCE] = (stances["space"], stances["control"])
    return found


def grouped(rows: Sequence[Row], key: Sequence[str]) -> Rows:
    """Return rows by group and question."""
    found: dict[tuple[str, ...], dict[str, Row]] = defaultdict(dict)
    for row in rows:
        found[tuple(row[name] for name in key)][row["item_id"]] = row
    return found


def check_row(
    row: Row,
    parts: Mapping[tuple[str, str], tuple[list[str], list[str]]],
    beside: Mapping[str, Row],
    names: Sequence[str],
    place: Place,
    trail: Trail,
) -> bool:
    """Check a row against the published rows it is made of; return whether there are such."""
    plus, minus = parts.get((row["wave_id"], row["composite_id"]), ([], []))
    if not plus or not beside.keys() >= {*plus, *minus}:
        trail.find(place, "unexplained", f"{row['group_id']}: a mean of what is not published")
        return False

    def mean(items: Sequence[str], name: str) -> float:
        return fmean(float(beside[item][name]) for item in items) if items else 0.0

    expected: Numbers = {name: mean(plus, name) - mean(minus, name) for name in names}
    expected |= {
        "item_count": len(plus) + len(minus),
        "ci_low": mean(plus, "ci_low") - mean(minus, "ci_high"),
        "ci_high": mean(plus, "ci_high") - mean(minus, "ci_low"),
    }
    compare_row(row, expected, f"composite {row['composite_id']}", trail)
    return True


def check_words(rows: Sequence[Row], method: Method, trail: Trail) -> None:
    """Check adjusted p and verdict of one group's gaps."""
    errors = [(row["ci_high"] - row["ci_low"]) / 2 / NORMAL.inv_cdf(0.975) for row in rows]
    chances = [
        2 * NORMAL.cdf(-abs(row["difference"]) / se) for row, se in zip(rows, errors, strict=True)
    ]
    for row, se, q in zip(rows, errors, adjusted(chances), strict=True):
        smallest = method.smallest_difference
        delta = smallest.share if row["composite_id"] in FACETS else smallest.likert
        word = word_of(Judged.of(row, "difference", se, q), delta, method.alpha)
        compare_row(row, {"q_value": q, "verdict": word}, "a gap of composites", trail)
