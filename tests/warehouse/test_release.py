"""What is checked before a release is published, and what a reader may rely on."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.builders import build_world, release_world
from warehouse.errors import DisclosureError, ReleaseError
from warehouse.paths import Store
from warehouse.release import (
    as_frame,
    check_floor,
    check_keys,
    check_withheld,
    current_release,
    verify,
)
from warehouse.tables import BY_NAME, TABLES
from warehouse.tables.columns import STATUSES

SCORE = BY_NAME["score"]
ROW = {
    "wave_id": "2026",
    "side": "employee",
    "group_kind": "organisation",
    "group_id": "A",
    "item_id": "grade",
    "respondent_count": 12,
    "organisation_count": 1,
    "value": 7.5,
    "status": "published",
}


def test_a_withheld_row_with_a_value_is_refused() -> None:
    frame = as_frame(SCORE, [ROW | {"status": "withheld_small"}])
    with pytest.raises(DisclosureError, match="score"):
        check_withheld("score", frame)
    check_withheld("score", as_frame(SCORE, [ROW]))


def test_a_score_on_nine_people_is_refused() -> None:
    with pytest.raises(DisclosureError, match="fewer than 10"):
        check_floor(as_frame(SCORE, [ROW | {"respondent_count": 9}]), 10)
    check_floor(as_frame(SCORE, [ROW | {"respondent_count": 10}]), 10)


def test_two_rows_with_one_key_are_refused() -> None:
    with pytest.raises(ReleaseError, match="score"):
        check_keys(SCORE, as_frame(SCORE, [ROW, ROW]))


def test_nan_never_reaches_a_release() -> None:
    frame = as_frame(SCORE, [ROW | {"ci_low": float("nan")}])
    assert frame["ci_low"].to_list() == [None]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with one release."""
    root = tmp_path_factory.mktemp("release")
    release_world(build_world(31), root)
    return Store(root)


def frames_of(path: Path) -> dict[str, pl.DataFrame]:
    """Return every table of a released file as it was written."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = {t.name: connection.sql(f"select * from {t.name}").pl().to_dicts() for t in TABLES}
    return {table.name: as_frame(table, rows[table.name]) for table in TABLES}


def test_a_release_has_the_tables_of_the_contract_and_no_other(store: Store) -> None:
    path = store.releases / f"{current_release(store)}.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        found = {name for (name,) in connection.execute("show tables").fetchall()}
        statuses = {
            s for (s,) in connection.execute("select distinct status from score").fetchall()
        }
    assert found == {table.name for table in TABLES}
    assert statuses <= set(STATUSES)


def test_a_flipped_byte_never_passes_for_the_release(store: Store, tmp_path: Path) -> None:
    path = store.releases / f"{current_release(store)}.duckdb"
    frames, raw, rng = frames_of(path), path.read_bytes(), random.Random(5)
    noticed = 0
    for turn in range(12):
        spoiled = bytearray(raw)
        spoiled[rng.randrange(len(raw))] ^= 0xFF
        copy = tmp_path / f"{turn}.duckdb"
        copy.write_bytes(bytes(spoiled))
        try:
            verify(copy, frames)
        except (ReleaseError, duckdb.Error):
            noticed += 1
        else:
            # A byte outside the data: what is read is still exactly what was written.
            assert all(frames_of(copy)[name].equals(frames[name]) for name in frames)
    assert noticed > 0
