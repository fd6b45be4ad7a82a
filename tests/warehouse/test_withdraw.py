"""A wrong release is taken back: readers see what was there before, and nothing is edited."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dashboard.snapshot import NothingReleasedError, Snapshots
from tests.builders import build_world, load_world, project_settings
from warehouse.errors import WaveStateError
from warehouse.journal import Journal
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.publishing import release_waves, withdraw_wave
from warehouse.register import read_register
from warehouse.release import current_release
from warehouse.waves import close_wave, open_wave

SETTINGS = project_settings()


def withdraw(store: Store, wave_id: str, reason: str = "a bureau mixed up two files") -> str | None:
    """Return the release that is live after a wave was withdrawn."""
    with open_ledger(store) as ledger:
        register = read_register(store.register)
        return withdraw_wave(ledger, store, SETTINGS, register, wave_id, reason).live


def release(store: Store, waves: Sequence[str]) -> str:
    """Return the release of these waves and all before."""
    register = read_register(store.register)
    with open_ledger(store) as ledger:
        for wave in waves:
            close_wave(ledger, store, wave, SETTINGS, register)
        return release_waves(ledger, store, SETTINGS, waves, register)


@pytest.fixture
def released(tmp_path: Path) -> tuple[Store, list[str], list[str]]:
    """Return a store whose waves were released one after another: the waves and the releases."""
    world = build_world(3, ("2024", "2025"), scale=0.3)
    store = load_world(world, tmp_path)
    waves = list(world.waves)
    return store, waves, [release(store, [wave]) for wave in waves]


def test_readers_see_the_release_before_it(released: tuple[Store, list[str], list[str]]) -> None:
    store, waves, ids = released
    wrong = store.releases / f"{ids[-1]}.duckdb"
    content = wrong.read_bytes()
    reader = Snapshots(store)
    assert reader.current().release_id == ids[-1]
    assert withdraw(store, waves[-1]) == ids[-2] == current_release(store)
    assert reader.current().release_id == ids[-2]
    assert wrong.read_bytes() == content
    with open_ledger(store) as ledger:
        assert ledger.wave_state(waves[-1]).state == "withdrawn"
        taken = [row for row in Journal(ledger).publications() if row.withdrawn_at]
    assert [row.release_id for row in taken] == [ids[-1]]
    assert {row.reason for row in taken} == {"a bureau mixed up two files"}


def test_it_may_be_done_again_and_changes_nothing(
    released: tuple[Store, list[str], list[str]],
) -> None:
    store, waves, _ = released
    first = withdraw(store, waves[-1])
    assert withdraw(store, waves[-1], "another reason") == first
    with open_ledger(store) as ledger:
        reasons = {row.reason for row in Journal(ledger).publications() if row.withdrawn_at}
    assert reasons == {"a bureau mixed up two files"}


def test_a_withdrawn_wave_is_not_published_again(
    released: tuple[Store, list[str], list[str]],
) -> None:
    store, waves, _ = released
    live = withdraw(store, waves[-1])
    register = read_register(store.register)
    with open_ledger(store) as ledger:
        with pytest.raises(WaveStateError, match="cannot be opened again"):
            open_wave(ledger, waves[-1])
        with pytest.raises(WaveStateError, match="was withdrawn"):
            release_waves(ledger, store, SETTINGS, [waves[-1]], register)
        assert release_waves(ledger, store, SETTINGS, waves[:1], register) == live


def test_without_any_other_release_nothing_is_shown(
    released: tuple[Store, list[str], list[str]],
) -> None:
    store, waves, _ = released
    reader = Snapshots(store)
    reader.current()
    for wave in waves:
        withdraw(store, wave)
    assert current_release(store) is None
    for each in (reader, Snapshots(store)):
        with pytest.raises(NothingReleasedError):
            each.current()


def test_only_a_released_wave_is_withdrawn_and_only_with_a_reason(tmp_path: Path) -> None:
    world = build_world(3, ("2024", "2025"), scale=0.3)
    store = load_world(world, tmp_path)
    with pytest.raises(WaveStateError, match="only a released wave"):
        withdraw(store, world.waves[0])
    release(store, world.waves)
    with pytest.raises(WaveStateError, match="Say why"):
        withdraw(store, world.waves[0], " ")
