"""`doctor` finds what a restored data directory lacks, and changes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.builders import build_world, load_world, release_store
from warehouse.errors import ReleaseError
from warehouse.paths import Store
from warehouse.release import current_release
from warehouse.soundness import look_at


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with one released wave."""
    root = tmp_path_factory.mktemp("sound")
    store = load_world(build_world(41, waves=("2026",), scale=0.3), root)
    release_store(store, ("2026",))
    return store


@pytest.fixture
def store(released: Store, tmp_path: Path) -> Store:
    """Return a copy of it."""
    shutil.copytree(released.root, tmp_path / "copy")
    return Store(tmp_path / "copy")


def test_a_whole_store_is_described(store: Store) -> None:
    said = look_at(store)
    assert said[0] == f"Release {current_release(store)} is current."
    assert "no status file yet" in said[1]
    assert said[2].endswith("totals of 1 waves.")


def test_an_empty_store_is_no_broken_one(tmp_path: Path) -> None:
    assert look_at(Store(tmp_path)) == ["Nothing was released yet.", "Nothing was loaded yet."]


@pytest.mark.parametrize("lacks", ["release", "other", "half", "ledger", "totals"])
def test_what_is_gone_or_half_there_is_named(store: Store, lacks: str) -> None:
    release = store.releases / f"{current_release(store)}.duckdb"
    if lacks == "release":
        release.unlink()
    elif lacks == "other":
        with duckdb.connect(str(release)) as file:
            file.execute("UPDATE release SET release_id = 'another'")
    elif lacks == "half":
        release.write_bytes(release.read_bytes()[:20_000])
    elif lacks == "ledger":
        store.warehouse.unlink()
    else:
        shutil.rmtree(store.totals)
    with pytest.raises(ReleaseError, match="Restore the whole data directory"):
        look_at(store)


def test_a_ledger_in_use_is_left_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = duckdb.connect

    def busy(path: str, **how: bool) -> duckdb.DuckDBPyConnection:
        if path == str(store.warehouse):
            raise duckdb.IOException
        return real(path, **how)

    monkeypatch.setattr("warehouse.soundness.duckdb.connect", busy)
    assert "in use by another command" in look_at(store)[2]
