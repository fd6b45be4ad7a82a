"""What everybody but staff is sent: figures rounded as on screen, in files too (statistics §6).

A release holds unrounded figures. Answers are whole numbers, so an unrounded mean of a few
organisations is a fraction that few of their totals can give: three directors who know their own
results could tell the other organisations of their band by it (docs/decisions/011).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from dashboard.access.scope import Scope
from dashboard.grouped import Key, Opened, Row, Rows
from dashboard.memory import Memory
from dashboard.shelves import GROUPED, KEPT
from dashboard.snapshot import Snapshot
from warehouse.rounding import rounded_half_up
from warehouse.tables import BY_NAME

# What a figure of each unit has on screen: one decimal, or whole per cent.
DECIMALS: Final[Mapping[str, int]] = {"grade": 1, "likert": 1, "share": 2}
# Where figures stand that weigh organisations together, and of which groups. Rests, categories of
# people and hr are sums of people, and the own organisation's results are its own.
TABLES: Final = (
    "score", "benchmark", "comparison", "gap", "distribution", "size_gradient", "expected_range",
    "trend", "trend_line", "change_part", "finding", "band_difference", "composite",
    "composite_gap", "coded_answer", "coded_gap",
)  # fmt: skip
KINDS: Final = (None, "size_band", "sector")
READS: Final = re.compile(r"\bfrom (\w+)")
# A line over sizes or years is drawn far from where it starts: one decimal more.
OF_LINES: Final = (
    "slope_per_tenfold", "intercept",
    "slope_per_year", "theil_sen_slope", "theil_sen_low", "theil_sen_high",
)  # fmt: skip
# The strength of a difference holds the difference itself.
OF_DIFFERENCES: Final = ("effect_size", "effect_low", "effect_high", "strength")
OTHERWISE: Final = 2
NOISE: Final = 1e-9
EVIDENCE: Final = "evidence"
Rounder = Callable[[float], float]
IN_UNIT: Final = frozenset(
    column.name
    for name in TABLES
    for column in BY_NAME[name].columns
    if column.unit.startswith("unit of the item")
)


def rounded_out(value: float, decimals: int, is_low: bool) -> float:
    """Return a bound of an interval rounded outward."""
    factor = 10**decimals
    whole = math.floor(value * factor + NOISE) if is_low else math.ceil(value * factor - NOISE)
    return whole / factor


def decimals_of(name: str, unit: str) -> int:
    """Return how many decimals a column of an item's row has."""
    if name in OF_DIFFERENCES:
        return 1
    if name == "effective_count":
        return 0  # how answers cluster in organisations
    if name not in IN_UNIT:
        return OTHERWISE
    return DECIMALS.get(unit, OTHERWISE) + (name in OF_LINES)


def seen_by(scope: Scope, snapshot: Snapshot) -> Snapshot:
    """Return a release as a scope gets it: exact for staff, who may see organisations."""
    return snapshot if scope.is_staff else Rounded(snapshot)


class Rounded(Snapshot):
    """A release as everybody but staff gets it; shares its file and memory with the snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.release_id, self._snapshot = snapshot.release_id, snapshot

    def remember(self, key: Any, make: Any) -> Any:
        """Return what was made of rounded figures before, else make it: staff has its own."""
        return self._snapshot.remember(("rounded", key), make)

    def remember_own(self, organisation: str, key: Any, make: Any) -> Any:
        """Return what was made of an organisation's rounded rows, as `remember` does."""
        return self._snapshot.remember_own(organisation, ("rounded", key), make)

    @property
    def answers(self) -> Memory[Any]:  # type: ignore[override]
        """The pages as they were sent, each kept by whose scope it is."""
        return self._snapshot.answers

    def of_organisation(
        self, table: str, organisation: str, wave: str | None = None
    ) -> tuple[Row, ...]:
        """Return what a table says of an organisation, rounded as what is asked of the file is."""
        rows = self._snapshot.of_organisation(table, organisation, wave)
        return rows if table not in TABLES else self._shown(rows)

    def by_columns(self, table: str, organisation: str, wave: str | None, keys: Key) -> Rows:
        """Return what a table says of an organisation by some columns, each row rounded."""
        rows = self._snapshot.by_columns(table, organisation, wave, keys)
        if table not in TABLES or not has_others(table):
            return rows
        units = self._units()
        return Opened(rows, lambda found: [shown(row, units) for row in found])

    def _ask(self, query: str, parameters: tuple[str, ...]) -> tuple[Row, ...]:
        """Return the rows of a query, rounded where they are figures of organisations together."""
        rows = self._snapshot._ask(query, parameters)
        read = READS.search(query)
        return rows if read is None or read[1] not in TABLES else self._shown(rows)

    def _shown(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Return rows rounded."""
        units = self._units()
        return tuple(shown(row, units) for row in rows)

    def _units(self) -> Mapping[str, str]:
        """Return the unit of each item."""
        query = "select item_id, unit from item"
        return self._snapshot.remember(
            "units", lambda: {row["item_id"]: row["unit"] for row in self._snapshot.rows(query)}
        )


def has_others(table: str) -> bool:
    """Return whether an organisation's rows of a table are figures of others too.

    Its results are its own and are not rounded: `shown` leaves rows of that kind of group alone.
    """
    return KEPT[table][1] != GROUPED


def shown(row: Row, units: Mapping[str, str]) -> Row:
    """Return a row with its figures rounded."""
    if row.get("group_kind") not in KINDS or row.get("side") == "hr":
        return row
    unit = units.get(row.get("item_id", ""), "")
    if "composite_id" in row:
        unit = "share" if row["composite_id"].startswith("scheme_") else "likert"
    return rounded(row, unit)


def rounded(row: Row, unit: str) -> Row:
    """Return a row with its numbers rounded; a finding's evidence is a row by itself."""
    found = dict(row)
    for name, rounder in rounders_of(tuple(row), unit):
        if type(found[name]) is float:  # a page reads thousands of cells; most are no numbers
            found[name] = rounder(found[name])
    if found.get(EVIDENCE):
        kept = rounded(json.loads(found[EVIDENCE]), unit)
        found[EVIDENCE] = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return found


@cache
def rounders_of(names: tuple[str, ...], unit: str) -> tuple[tuple[str, Rounder], ...]:
    """Return what rounds each column of an item's rows, but what is shown as it is."""
    return tuple((name, rounder_of(name, unit)) for name in names if name != "hr_value")


def rounder_of(name: str, unit: str) -> Rounder:
    """Return what rounds a column of an item's row."""
    decimals = decimals_of(name, unit)
    if name.endswith("_low"):
        return lambda value: rounded_out(value, decimals, True)
    if name.endswith("_high"):
        return lambda value: rounded_out(value, decimals, False)
    return lambda value: rounded_half_up(value, decimals)
