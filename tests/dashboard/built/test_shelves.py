"""Rows at hand are the rows of the file, and everybody but staff gets them rounded as those are."""

from __future__ import annotations

import time

from dashboard.access.scope import Scope
from dashboard.rounding import seen_by
from dashboard.shelves import KEPT
from dashboard.snapshot import Row, Snapshots
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
        for table, (column, where) in KEPT.items():
            query = f"select * from {table} where {where} and {column} = ?"
            for organisation in ORGANISATIONS:
                found = seen.of_organisation(table, organisation)
                assert in_order(found) == in_order(seen.rows(query, organisation)), table
                count += len(found)
    assert count > 500


def test_before_they_are_at_hand_the_file_is_asked(store: Store) -> None:
    release = Snapshots(store).current()
    release._shelves._is_asked = True  # nobody fills them
    assert release.of_organisation("comparison", "ORG-MID")
    assert release.of_organisation("comparison", "ORG-NONE") == ()
