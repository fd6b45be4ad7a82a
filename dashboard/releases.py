"""What differs between two releases: which published figures of groups changed, and by how much.

Only figures of groups: an organisation's own figures are no part of it. A release that was taken
back is never opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import duckdb

from dashboard.grouped import Row
from dashboard.snapshot import Snapshot
from warehouse.tables import BY_NAME

# The column that a table is about.
FIGURES: Final = {
    "score": "value",
    "benchmark": "mean_of_organisations",
    "gap": "difference",
    "trend": "change",
    "size_gradient": "slope_per_tenfold",
    "response": "response_rate",
}
SAME = 1e-9
# What became of a figure, in the order in which it is told.
FATES: Final = ("changed", "shown", "hidden", "added", "gone", "same")


@dataclass(frozen=True)
class Changed:
    """A figure that both releases publish with different values; `row` has its keys."""

    table: str
    row: Row
    before: float
    after: float


@dataclass(frozen=True)
class Difference:
    """What became of the figures of each table, the changed ones, and which waves are new."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    changed: tuple[Changed, ...] = ()
    new_waves: tuple[str, ...] = ()


def figures_of(snapshot: Snapshot, table: str) -> dict[tuple[object, ...], Row]:
    """Return the figures of a table about groups, by key; nothing where a release has no such.

    Each is asked for by its own name: that is how who may see less gets it rounded.
    """
    keys, value = BY_NAME[table].key, FIGURES[table]
    only = " where group_kind <> 'organisation'" if "group_kind" in BY_NAME[table].names else ""
    # Asked past the memory of a release: these are thousands of rows that are needed once.
    try:
        rows = snapshot.asked(f"select {', '.join(keys)}, {value} from {table}{only}")
    except duckdb.CatalogException:
        return {}
    return {tuple(row[key] for key in keys): row | {"figure": row[value]} for row in rows}


def fate(before: Row | None, after: Row | None) -> str:
    """Return what became of a figure."""
    if before is None or after is None:
        return "added" if before is None else "gone"
    old, new = before["figure"], after["figure"]
    if old is None or new is None:
        return "same" if old is new else "shown" if old is None else "hidden"
    return "same" if abs(new - old) <= SAME else "changed"


def compared(old: Snapshot, new: Snapshot, table: str) -> Iterator[tuple[str, Row, Row | None]]:
    """Yield what became of each figure of a table, with its row and the row before."""
    before, after = figures_of(old, table), figures_of(new, table)
    for key in {**before, **after}:
        row = after.get(key, before.get(key)) or {}
        yield fate(before.get(key), after.get(key)), row, before.get(key)


def difference(old: Snapshot, new: Snapshot) -> Difference:
    """Return what changed from one release to the next."""
    counts, changed = {}, []
    for table in FIGURES:
        counted: Counter[str] = Counter()
        for became, row, before in compared(old, new, table):
            counted[became] += 1
            if became == "changed" and before is not None:
                changed.append(Changed(table, row, before["figure"], row["figure"]))
        counts[table] = counted
    known = set(old.wave_ids())
    new_waves = tuple(wave for wave in new.wave_ids() if wave not in known)
    return Difference(counts, tuple(changed), new_waves)
