"""Releasing and taking back: the ledger decides, `CURRENT` follows, files stay."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from tests.builders import build_world, load_world, project_settings
from warehouse import publishing
from warehouse.errors import ReleaseError, WaveStateError
from warehouse.journal import Journal
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.publishing import follow_ledger, release_waves, withdraw_wave
from warehouse.register import read_register
from warehouse.release import build_release, current_release
from warehouse.waves import close_wave, open_wave

WAVES = ("2024", "2025", "2026")
NOW = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with three waves, loaded and closed."""
    root = tmp_path_factory.mktemp("publishing")
    store = load_world(build_world(71, waves=WAVES, scale=0.2), root)
    settings, register = project_settings(), read_register(store.register)
    with open_ledger(store) as ledger:
        for wave in WAVES:
            close_wave(ledger, store, wave, settings, register)
    return store


@pytest.fixture
def store(loaded: Store, tmp_path: Path) -> Store:
    """Return a copy of it for one test."""
    return Store(shutil.copytree(loaded.root, tmp_path / "store"))


def release(store: Store, *waves: str) -> str:
    """Return the release of some waves."""
    with open_ledger(store) as ledger:
        register = read_register(store.register)
        return release_waves(ledger, store, project_settings(), waves, register, NOW)


def withdraw(store: Store, wave: str) -> publishing.Withdrawal:
    """Return what taking a wave back did."""
    with open_ledger(store) as ledger:
        register = read_register(store.register)
        return withdraw_wave(ledger, store, project_settings(), register, wave, "wrong export", NOW)


def states(store: Store) -> dict[str, str]:
    """Return the state of every wave."""
    with open_ledger(store) as ledger:
        return {wave: ledger.wave_state(wave).state for wave in WAVES}


def test_a_wave_taken_back_gives_the_last_good_release(store: Store) -> None:
    first, second = release(store, "2024"), release(store, "2025")
    done = withdraw(store, "2025")
    assert (done.withdrawn, done.live) == ((second,), first)
    assert current_release(store) == first
    assert (store.releases / f"{second}.duckdb").exists()
    assert states(store) == {"2024": "released", "2025": "withdrawn", "2026": "closed"}
    with open_ledger(store) as ledger:
        journal = Journal(ledger)
        rows = [(r.release_id, r.withdrawn_at, r.reason) for r in journal.publications()]
        assert rows == [(first, None, None), (second, NOW, "wrong export")]


def test_another_wave_of_a_release_that_is_taken_back_is_shown_again(store: Store) -> None:
    release(store, "2024")
    release(store, "2025")
    wrong = release(store, "2026")
    done = withdraw(store, "2025")
    assert done.live not in (None, wrong)
    assert done.live == current_release(store)
    assert publishing.waves_in(store.releases / f"{done.live}.duckdb") == ("2024", "2026")
    assert states(store) == {"2024": "released", "2025": "withdrawn", "2026": "released"}


def test_a_crash_before_the_others_are_shown_again_is_mended(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = release(store, "2024")
    release(store, "2025")
    release(store, "2026")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "release_waves", killed)
    with pytest.raises(KeyboardInterrupt):
        withdraw(store, "2025")
    monkeypatch.undo()
    assert current_release(store) == first
    live = withdraw(store, "2025").live
    assert publishing.waves_in(store.releases / f"{live}.duckdb") == ("2024", "2026")


def test_the_only_release_taken_back_leaves_nothing(store: Store) -> None:
    only = release(store, "2024")
    assert withdraw(store, "2024").live is None
    assert current_release(store) is None
    assert (store.releases / f"{only}.duckdb").exists()


def test_only_what_is_released_can_be_taken_back(store: Store) -> None:
    with pytest.raises(WaveStateError, match="2026 is closed"):
        withdraw(store, "2026")


def test_a_release_twice_is_one_publication(store: Store) -> None:
    assert release(store, "2024") == release(store, "2024")
    with open_ledger(store) as ledger:
        assert len(Journal(ledger).publications()) == 1


def test_a_release_from_before_the_journal_is_known(store: Store) -> None:
    with open_ledger(store) as ledger:
        register = read_register(store.register)
        older = build_release(ledger, store, ["2024"], project_settings(), register)
    release(store, "2024", "2025")
    assert withdraw(store, "2025").live == older


@pytest.mark.parametrize("broken", ["torn", "absent"])
def test_current_follows_the_ledger_after_a_crash(store: Store, broken: str) -> None:
    """As if killed between the ledger's transaction and the replacement of `CURRENT`."""
    live = release(store, "2024")
    if broken == "torn":
        store.current.write_text("nonsense\n")
    else:
        store.current.unlink()
    with open_ledger(store) as ledger:
        assert follow_ledger(Journal(ledger), store) == live
    assert current_release(store) == live


def test_a_crash_before_current_leaves_the_wave_frozen(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        release(store, "2024")
    monkeypatch.undo()
    assert current_release(store) is None
    with open_ledger(store) as ledger:
        with pytest.raises(WaveStateError, match="released"):
            open_wave(ledger, "2024")
        assert follow_ledger(Journal(ledger), store) == current_release(store) is not None


def test_a_release_that_is_gone_is_named(store: Store) -> None:
    live = release(store, "2024")
    store.current.unlink()
    (store.releases / f"{live}.duckdb").unlink()
    with open_ledger(store) as ledger, pytest.raises(ReleaseError, match=rf"{live}.*missing"):
        follow_ledger(Journal(ledger), store)
