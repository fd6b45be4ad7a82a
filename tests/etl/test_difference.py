"""`wave diff` says what really changes, and changes nothing itself."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from etl.difference import wave_changes
from etl.pipeline import load_files
from tests.builders import build_world, load_world, project_settings, read_release, write_export
from warehouse.difference import COMPARED, Change
from warehouse.errors import WaveStateError
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.publishing import release_waves
from warehouse.register import read_register
from warehouse.tables import BY_NAME
from warehouse.waves import close_wave

WAVES = ("2025", "2026")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with two waves that are open."""
    world = build_world(75, waves=WAVES, scale=0.25)
    return load_world(world, tmp_path_factory.mktemp("diff"))


@pytest.fixture(scope="module")
def released(loaded: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return the same store with both waves released."""
    store = Store(shutil.copytree(loaded.root, tmp_path_factory.mktemp("diff") / "store"))
    release(store, *WAVES)
    return store


@pytest.fixture
def store(released: Store, tmp_path: Path) -> Store:
    """Return a copy for one test."""
    return Store(shutil.copytree(released.root, tmp_path / "store"))


@pytest.fixture
def corrected(tmp_path: Path) -> Path:
    """Return a corrected version of the second wave's first file."""
    world = build_world(75, waves=WAVES, scale=0.25)
    people = [
        person
        for person in world.people["2026"]
        if sum(person["organisation_id"].encode()) % 2 == 0
    ]
    lower = [p | {"answers": p["answers"] | {"grade": 4}} for p in people[:25]]
    return write_export(tmp_path / "2026-bureau-0_v2.csv", lower + people[25:])


def release(store: Store, *waves: str) -> str:
    """Return the release of waves that are open."""
    settings, register = project_settings(), read_register(store.register)
    with open_ledger(store) as ledger:
        for wave in waves:
            close_wave(ledger, store, wave, settings, register)
        return release_waves(ledger, store, settings, waves, register)


def diff(store: Store, *files: Path) -> list[Change]:
    """Return what files would change in the second wave."""
    register = read_register(store.register)
    return wave_changes(store, project_settings(), register, "2026", files)[0]


def contents(store: Store) -> dict[str, str]:
    """Return a hash of every file of a store but the locks."""
    return {
        str(path.relative_to(store.root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in store.root.rglob("*")
        if path.is_file() and "lock" not in path.name and path.suffix != ".duckdb"
    }


def test_it_says_exactly_what_a_release_of_the_correction_would_say(
    loaded: Store, store: Store, corrected: Path, tmp_path: Path
) -> None:
    before = read_release(store.releases / f"{release_id_of(store)}.duckdb").tables
    said = diff(store, corrected)
    assert {"score", "benchmark", "trend"} <= {change.table for change in said}
    other = Store(shutil.copytree(loaded.root, tmp_path / "other"))
    register = read_register(other.register)
    [report] = load_files([corrected], other, project_settings(), register=register)
    assert report.outcome == "landed"
    after = read_release(other.releases / f"{release(other, *WAVES)}.duckdb").tables
    really = set()
    for name in COMPARED:
        keys = BY_NAME[name].key
        first, second = (
            {tuple(row[key] for key in keys): row for row in tables[name]}
            for tables in (before, after)
        )
        for key in first.keys() | second.keys():
            old, new = first.get(key, {}), second.get(key, {})
            for column in BY_NAME[name].names:
                if column not in keys and old.get(column) != new.get(column):
                    really.add((name, key, column, old.get(column), new.get(column)))
    assert {(c.table, c.key, c.column, c.before, c.after) for c in said} == really


def release_id_of(store: Store) -> str:
    """Return the live release."""
    return store.current.read_text().strip()


def test_it_changes_nothing(store: Store, corrected: Path) -> None:
    with open_ledger(store) as ledger:
        rows = ledger.connection.execute("SELECT * FROM delivery ORDER BY ALL").fetchall()
    before = contents(store)
    assert diff(store, corrected)
    assert contents(store) == before
    assert not list(store.private.glob(".stage-*"))
    with open_ledger(store) as ledger:
        assert ledger.wave_state("2026").state == "released"
        assert ledger.connection.execute("SELECT * FROM delivery ORDER BY ALL").fetchall() == rows


def test_nothing_new_changes_no_figure(store: Store) -> None:
    assert diff(store) == []


def test_a_late_file_that_was_refused_can_be_tried(store: Store, corrected: Path) -> None:
    register = read_register(store.register)
    [report] = load_files([corrected], store, project_settings(), register=register)
    assert report.outcome == "refused"
    assert diff(store, corrected)


def test_a_file_that_would_be_refused_says_why(store: Store, tmp_path: Path) -> None:
    broken = tmp_path / "2026-bureau-0_v2.csv"
    broken.write_bytes(b"\x00")
    with pytest.raises(WaveStateError, match=r"It would change nothing: 2026-bureau-0_v2\.csv"):
        diff(store, broken)


def test_a_wave_without_deliveries_has_nothing_to_change(store: Store) -> None:
    with pytest.raises(WaveStateError, match="Nothing was delivered for wave 2024"):
        wave_changes(store, project_settings(), read_register(store.register), "2024", [])
