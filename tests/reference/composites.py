"""The rows of `composite` and `composite_gap`: means of several questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.reference.verdicts import Judged, chance, verdicts
from tests.reference.world import DELTA, Z90, Z95, Row, Tables

Rows = dict[tuple[Any, ...], Row]
LIMITS = ("ci_low", "ci_high")


@dataclass(frozen=True)
class Composite:
    """What is taken together: the mean of some questions, minus that of others if there are."""

    composite_id: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    delta: float

    @property
    def items(self) -> tuple[str, ...]:
        """Every question."""
        return self.plus + self.minus

    def value(self, rows: Mapping[str, Row], column: str) -> float:
        """Return the mean of a column."""
        return self.mean(self.plus, rows, column) - self.mean(self.minus, rows, column)

    def limits(self, rows: Mapping[str, Row]) -> tuple[float, float]:
        """Return the bounds; those of what is subtracted work the other way round."""
        low, high = LIMITS
        return (
            self.mean(self.plus, rows, low) - self.mean(self.minus, rows, high),
            self.mean(self.plus, rows, high) - self.mean(self.minus, rows, low),
        )

    @staticmethod
    def mean(items: Sequence[str], rows: Mapping[str, Row], column: str) -> float:
        """Return a mean over questions, 0 over none."""
        return sum(float(rows[item][column]) for item in items) / len(items) if items else 0.0


def composites(items: Iterable[Row]) -> list[Composite]:
    """Return what a questionnaire's items make together; `items` are those of its file."""
    parts: dict[str, list[str]] = defaultdict(list)
    for item in items:
        for name in ("facet_id", "stance"):
            if name in item:
                parts[item[name]].append(item["item_id"])
    schemes = [
        Composite(f"scheme_{facet}", tuple(parts[facet]), (), DELTA["yes_no"])
        for facet in ("awareness", "understanding")
    ]
    space, control = tuple(parts["space"]), tuple(parts["control"])
    found = [
        *schemes,
        Composite("autonomy_space", space, (), DELTA["likert"]),
        Composite("autonomy_control", control, (), DELTA["likert"]),
    ]
    if space and control:
        found.append(Composite("autonomy_balance", space, control, DELTA["likert"]))
    return [one for one in found if len(one.items) >= 2]


def by_group(rows: Iterable[tuple[Any, str, Row]]) -> dict[Any, dict[str, Row]]:
    """Return published rows by group and question."""
    found: dict[Any, dict[str, Row]] = defaultdict(dict)
    for group, item, row in rows:
        if row["status"] == "published":
            found[group][item] = row
    return found


def composite_values(wave_id: str, tables: Tables, found: Sequence[Composite]) -> Rows:
    """Return the rows of `composite` by side, group_kind, group_id and composite."""
    groups = by_group(
        ((side, kind, group), item, row)
        for (wave, side, kind, group, item), row in tables["score"].items()
        if wave == wave_id and kind in ("organisation", "size_band", "sector")
    )
    return {
        (*group, one.composite_id): {
            "item_count": len(one.items),
            "value": one.value(rows, "value"),
            **dict(zip(LIMITS, one.limits(rows), strict=True)),
            "status": "published",
        }
        for group, rows in groups.items()
        for one in found
        if all(item in rows for item in one.items)
    }


def composite_gaps(wave_id: str, tables: Tables, found: Sequence[Composite]) -> Rows:
    """Return the rows of `composite_gap` by group_kind, group_id and composite."""
    groups = by_group(
        ((kind, group), item, row)
        for (wave, kind, group, item), row in tables["gap"].items()
        if wave == wave_id and kind in ("size_band", "sector")
    )
    rows: Rows = {}
    judged: dict[tuple[Any, ...], Judged] = {}
    for group, of_group in groups.items():
        for one in found:
            if not all(item in of_group for item in one.items):
                continue
            key = (*group, one.composite_id)
            (low, high), value = one.limits(of_group), one.value(of_group, "difference")
            se = (high - low) / 2 / Z95
            judged[key] = Judged(value, low, high, chance(value, se), Z90 * se, one.delta, group)
            rows[key] = {
                "item_count": len(one.items),
                "employee_value": one.value(of_group, "employee_value"),
                "hr_value": one.value(of_group, "hr_value"),
                "difference": value,
                "ci_low": low,
                "ci_high": high,
                "status": "published",
            }
    words = verdicts(judged)
    return {key: row | words[key] for key, row in rows.items()}
