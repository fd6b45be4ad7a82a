"""Tables composite and composite_gap: means of several questions, from rows published already.

How answers to them go together is published nowhere, so the bounds are the mean of the questions'
bounds: the standard deviation of a mean is at most the mean of the standard deviations (Minkowski),
whatever the answers have to do with each other. The interval is right, or too wide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean
from typing import Any, Final

import numpy as np

from warehouse.benchmark.comparisons import Candidate, judge
from warehouse.instrument import Instrument, Item
from warehouse.settings import Method
from warehouse.stats.compare import normal_difference

Row = dict[str, Any]
KNOWLEDGE: Final = ("awareness", "understanding")
STANCES: Final = ("space", "control")
Z: Final = NormalDist().inv_cdf(0.975)
Bounds = tuple[float, float, float]


@dataclass(frozen=True)
class Composite:
    """What is taken together: questions, and those that are subtracted."""

    composite_id: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    unit: str

    @property
    def items(self) -> tuple[str, ...]:
        """Every question."""
        return self.plus + self.minus


def composites_of(instrument: Instrument) -> list[Composite]:
    """Return what is taken together of a questionnaire; nothing of one question alone."""
    found = [
        Composite(f"scheme_{facet}", ids_of(i for i in instrument.item if i.facet_id == facet),
                  (), "share")
        for facet in KNOWLEDGE
    ]  # fmt: skip
    stances = {
        stance: ids_of(item for item in instrument.item if item.stance == stance)
        for stance in STANCES
    }
    found += [Composite(f"autonomy_{s}", ids, (), "likert") for s, ids in stances.items()]
    if all(stances.values()):
        balance = Composite("autonomy_balance", stances["space"], stances["control"], "likert")
        found.append(balance)
    return [one for one in found if len(one.items) > 1]


def ids_of(items: Iterable[Item]) -> tuple[str, ...]:
    """Return the ids of items."""
    return tuple(item.item_id for item in items)


def composite_tables(
    instrument: Instrument, scores: Iterable[Row], gaps: Iterable[Row], method: Method
) -> dict[str, list[Row]]:
    """Return the rows of both tables of a wave; `scores` and `gaps` are that wave's rows."""
    found = composites_of(instrument)
    return {
        "composite": [*value_rows(found, scores)],
        "composite_gap": judge([*gap_candidates(found, gaps, method)], method.alpha),
    }


def by_group(rows: Iterable[Row], key: Sequence[str], kinds: Sequence[str]) -> Mapping[
    tuple[str, ...], dict[str, Row]
]:  # fmt: skip
    """Return published rows by group and question."""
    found: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in rows:
        if row["status"] == "published" and row["group_kind"] in kinds:
            found.setdefault(tuple(row[name] for name in key), {})[row["item_id"]] = row
    return found


def together(one: Composite, rows: Mapping[str, Row], value: str) -> Bounds | None:
    """Return mean and bounds of the questions, None unless each of them is published."""
    if not rows.keys() >= set(one.items):
        return None

    def mean(items: Sequence[str], name: str) -> float:
        return fmean(rows[item][name] for item in items) if items else 0.0

    middle = mean(one.plus, value) - mean(one.minus, value)
    low = mean(one.plus, "ci_low") - mean(one.minus, "ci_high")
    return middle, low, mean(one.plus, "ci_high") - mean(one.minus, "ci_low")


def value_rows(composites: Sequence[Composite], scores: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows of `composite`."""
    key = ("wave_id", "side", "group_kind", "group_id")
    for group, rows in by_group(scores, key, ("organisation", "size_band", "sector")).items():
        for one in composites:
            found = together(one, rows, "value")
            if found is not None:
                named = dict(zip(key, group, strict=True)) | {"composite_id": one.composite_id}
                numbers = dict(zip(("value", "ci_low", "ci_high"), found, strict=True))
                yield named | {"item_count": len(one.items), **numbers, "status": "published"}


def gap_candidates(
    composites: Sequence[Composite], gaps: Iterable[Row], method: Method
) -> Iterator[Candidate]:
    """Yield the gaps before correction; those of one group are corrected together."""
    key = ("wave_id", "group_kind", "group_id")
    for group, rows in by_group(gaps, key, ("size_band", "sector")).items():
        for one in composites:
            found = together(one, rows, "difference")
            ours, theirs = (together(one, rows, f"{s}_value") for s in ("employee", "hr"))
            if found is None or ours is None or theirs is None:
                continue
            difference, low, high = found
            se = (high - low) / 2 / Z
            _, _, p = normal_difference(np.array([difference]), np.array([se]))
            row: Row = dict(zip(key, group, strict=True)) | {
                "composite_id": one.composite_id,
                "item_count": len(one.items),
                "employee_value": ours[0],
                "hr_value": theirs[0],
                "difference": difference,
                "ci_low": low,
                "ci_high": high,
                "status": "published",
            }
            delta = float(getattr(method.smallest_difference, one.unit))
            yield Candidate(row, difference, se, float(p[0]), delta, group)
