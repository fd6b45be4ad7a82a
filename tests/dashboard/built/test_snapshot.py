"""A new release is noticed at the next request; the last good one stays until then."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dashboard.snapshot import NothingReleasedError, Snapshot, Snapshots
from tests.dashboard.release_builder import write_release
from warehouse.paths import Store
from warehouse.settings import Settings


@pytest.fixture
def fresh(tmp_path: Path, settings: Settings) -> Store:
    """A store of its own, with one release."""
    store = Store(tmp_path)
    write_release(store, settings, "first")
    return store


def test_without_a_release_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(NothingReleasedError):
        Snapshots(Store(tmp_path)).current()


def test_a_new_release_is_served_and_the_old_one_still_answers(
    fresh: Store, settings: Settings
) -> None:
    snapshots = Snapshots(fresh)
    old = snapshots.current()
    assert snapshots.current() is old
    write_release(fresh, settings, "second", seed=2)
    new = snapshots.current()
    query = "select release_id from release"
    assert new.rows(query)[0]["release_id"] == "second"
    assert old.rows(query)[0]["release_id"] == "first"


@pytest.mark.parametrize("content", ["", "nowhere\n", "../first\n", "\x00"])
def test_a_broken_publication_keeps_the_last_good_release(fresh: Store, content: str) -> None:
    snapshots = Snapshots(fresh)
    old = snapshots.current()
    fresh.current.write_text(content, encoding="utf-8")
    assert snapshots.current() is old


def test_a_torn_file_keeps_the_last_good_release(fresh: Store) -> None:
    snapshots = Snapshots(fresh)
    old = snapshots.current()
    (fresh.releases / "torn.duckdb").write_bytes(b"not a database")
    fresh.current.write_text("torn\n", encoding="utf-8")
    assert snapshots.current() is old


def test_answers_are_remembered(fresh: Store) -> None:
    snapshot = Snapshots(fresh).current()
    query = "select * from wave order by position"
    assert snapshot.rows(query) is snapshot.rows(query)


@pytest.mark.parametrize(
    "query",
    [
        "create table x (a int)",
        "insert into release select * from release",
        "select * from read_csv('/etc/passwd')",
        "copy release to '/tmp/out.csv'",
        "set enable_external_access = true",
        "attach '/tmp/other.duckdb'",
    ],
)
def test_a_release_is_opened_locked_down(fresh: Store, query: str) -> None:
    snapshot: Snapshot = Snapshots(fresh).current()
    with pytest.raises(duckdb.Error):
        snapshot.rows(query)


def test_a_release_that_was_taken_back_with_none_before_it_is_shown_no_longer(fresh: Store) -> None:
    snapshots = Snapshots(fresh)
    snapshots.current()
    fresh.current.unlink()
    with pytest.raises(NothingReleasedError):
        snapshots.current()
    fresh.current.write_text("first\n", encoding="utf-8")
    assert snapshots.current().release_id == "first"
