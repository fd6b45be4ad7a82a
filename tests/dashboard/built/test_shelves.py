"""Rows at hand are the rows of the file, and everybody but staff gets them rounded as those are."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from dashboard.access.scope import Scope
from dashboard.grouped import Opened, Row, first, grouped
from dashboard.queries import Reader
from dashboard.rounding import TABLES, has_others, seen_by, shown
from dashboard.shelves import KEPT, OVER_WAVES, asked_of
from dashboard.snapshot import OWN_KEPT, Snapshots
from tests.dashboard.release_builder import ORGANISATIONS
from warehouse.paths import Store

STAFF, DIRECTOR = Scope("sector_staff", None), Scope("hr_director", "ORG-MID")


def in_order(rows: tuple[Row, ...]) -> list[str]:
    """Return rows in an order of their own."""
    return sorted(repr(sorted(row.items())) for row in rows)


def test_rows_at_hand_are_those_of_the_file_for_staff_and_directors(store: Store) -> None:
    release = Snapshots(store).current()
    release.of_organisation("score", "ORG-MID")
    for _ in range(300):  # filled in the background
        if set(KEPT) <= set(release._shelves._tables):
            break
        time.sleep(0.1)
    count = 0
    for scope in (STAFF, DIRECTOR):
        seen = seen_by(scope, release)
        for table, (column, _) in KEPT.items():
            for wave in (None,) if table in OVER_WAVES else (None, *release.wave_ids(), "1999"):
                where, values = asked_of(table, wave)
                query = f"select * from {table} where {where} and {column} = ?"
                for organisation in ORGANISATIONS:
                    found = seen.of_organisation(table, organisation, wave)
                    asked = seen.rows(query, *values, organisation)
                    assert in_order(found) == in_order(asked), (table, wave)
                    is_at_hand = release._shelves.find(table, organisation, wave) is not None
                    assert is_at_hand == ((wave is None) == (table in OVER_WAVES))
                    count += len(found)
    assert count > 500


def test_before_they_are_at_hand_the_file_is_asked(store: Store) -> None:
    release = Snapshots(store).current()
    release._shelves._is_asked = True  # nobody fills them
    assert release.of_organisation("comparison", "ORG-MID")
    assert release.of_organisation("comparison", "ORG-NONE") == ()


def test_own_rows_are_remembered_for_few_and_each_for_whose_they_are(store: Store) -> None:
    """A thousand organisations ask in a day; their pages are kept, their rows would be too much."""
    release = Snapshots(store).current()
    for scope in [Scope("hr_director", f"ORG-{number}") for number in range(3 * OWN_KEPT)]:
        assert Reader(release, scope, "2026").comparisons("size_band") == {}
    assert len(release._own) == OWN_KEPT
    own, other = (Scope("hr_director", name) for name in ("ORG-MID", "ORG-OTHER"))
    found = Reader(release, own, "2026").comparisons("size_band")
    assert {row["organisation_id"] for row in found.values()} == {"ORG-MID"}
    assert Reader(release, own, "2026").comparisons("size_band") is found
    beside = Reader(release, other, "2026").comparisons("size_band")
    assert {row["organisation_id"] for row in beside.values()} == {"ORG-OTHER"}
    rounded = Reader(seen_by(own, release), own, "2026").comparisons("size_band")
    assert rounded is not found


def test_own_results_are_what_rounding_leaves_alone(store: Store) -> None:
    """They pass no rounding, so it must have nothing to say of them."""
    release = Snapshots(store).current()
    units = {row["item_id"]: row["unit"] for row in release.rows("select * from item")}
    count = 0
    for table in KEPT:
        if table in TABLES and not has_others(table):
            for organisation in ORGANISATIONS:
                for row in release.of_organisation(table, organisation):
                    assert shown(row, units) is row, table
                    count += 1
    assert count > 200


def test_rows_are_opened_when_they_are_asked_for_and_once() -> None:
    opened = []

    def opening(rows: Sequence[Row]) -> Sequence[Row]:
        opened.append(len(rows))
        return [row | {"value": round(row["value"])} for row in rows]

    rows = Opened(grouped([{"a": "x", "value": 1.2}, {"a": "y", "value": 2.8}], ("a",)), opening)
    assert set(rows) == {("x",), ("y",)}
    assert ("x",) in rows
    assert opened == []
    assert first(rows, "y") == {"a": "y", "value": 3}
    assert rows.get(("y",)) is rows[("y",)]
    assert first(rows, "z") is None
    assert opened == [1]


def test_what_goes_wrong_in_opening_is_no_absence() -> None:
    def broken(_rows: Sequence[Row]) -> Sequence[Row]:
        raise KeyError("unit")

    with pytest.raises(KeyError, match="unit"):
        first(Opened({("x",): [{}]}, broken), "x")
