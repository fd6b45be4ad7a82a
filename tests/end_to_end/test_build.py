"""The same inputs give the same release, in whatever order and however often they come."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import (
    Released,
    Row,
    World,
    build_world,
    load_world,
    people_of,
    release_store,
    release_world,
)
from warehouse.ledger import open_ledger


@pytest.fixture(scope="module")
def world() -> World:
    """Return a sector of two waves."""
    return build_world(61, waves=("2025", "2026"), scale=0.4)


@pytest.fixture(scope="module")
def released(world: World, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """Return its release."""
    return release_world(world, tmp_path_factory.mktemp("build"))


def assert_same(found: Released, expected: Released) -> None:
    """Raise unless two releases have the same id and, bit for bit, the same rows."""
    assert found.release_id == expected.release_id
    assert repr(found.hashed()) == repr(expected.hashed())


def test_a_release_is_not_empty(released: Released) -> None:
    # Nothing happens to the organisations of this world, no group has gaps of both sides, and
    # nobody said anything.
    empty = {"organisation_event", "predecessor", "order_agreement", "quote", "scheme_answer"}
    empty |= {"dialogue_question", "dialogue_answer", "dialogue_parameter", "dialogue_mention"}
    empty |= {"coded_gap", "composite_gap"}
    counts = {name: len(rows) for name, rows in released.tables.items() if name not in empty}
    assert min(counts.values()) > 0, counts
    assert [row["wave_id"] for row in released.tables["wave"]] == ["2025", "2026"]


def test_two_builds_are_the_same(world: World, released: Released, tmp_path: Path) -> None:
    assert_same(release_world(world, tmp_path), released)


def shuffled(world: World) -> World:
    """Return a world with its people and its register in another order."""
    rng = random.Random(1)
    for wave_id, people in list(world.people.items()):
        world = world.with_people(wave_id, rng.sample(people, len(people)))
    return replace(world, register=rng.sample(world.register, len(world.register)))


def renamed(world: World) -> World:
    """Return a world in which everybody's pseudonym is another."""
    for wave_id, people in list(world.people.items()):
        named = [row | {"respondent_id": f"R{n}"} for n, row in enumerate(reversed(people))]
        world = world.with_people(wave_id, named)
    return world


def test_order_names_and_loading_twice_do_not_matter(
    world: World, released: Released, tmp_path: Path
) -> None:
    other = renamed(shuffled(world))
    assert_same(release_world(other, tmp_path, order=-1, times=2), released)


@pytest.mark.slow
def test_the_order_of_files_does_not_matter(
    world: World, released: Released, tmp_path: Path
) -> None:
    assert_same(release_world(world, tmp_path, order=-1), released)


@pytest.mark.slow
def test_loading_twice_changes_nothing(world: World, released: Released, tmp_path: Path) -> None:
    store = load_world(world, tmp_path, times=2)
    with open_ledger(store) as ledger:
        deliveries = ledger.deliveries()
    assert [found.state for found in deliveries] == ["landed"] * 4
    assert_same(release_store(store, world.waves), released)


@pytest.mark.slow
def test_the_order_of_rows_does_not_matter(
    world: World, released: Released, tmp_path: Path
) -> None:
    assert_same(release_world(shuffled(world), tmp_path), released)


@pytest.mark.slow
def test_what_a_respondent_is_called_does_not_matter(
    world: World, released: Released, tmp_path: Path
) -> None:
    assert_same(release_world(renamed(world), tmp_path), released)


def with_another_organisation(world: World, headcount: int) -> World:
    """Return a world with one more organisation of fifteen respondents in both waves."""
    rng = random.Random(2)
    for wave_id in world.waves:
        more = people_of(rng, "ORGNEW", "employee", 15, 0.0)
        world = world.with_people(wave_id, [*world.people[wave_id], *more])
        row: Row = dict.fromkeys(world.register[0]) | {"organisation_id": "ORGNEW"}
        row |= {"wave_id": wave_id, "name": "Nieuw", "headcount": headcount}
        world = replace(world, register=[*world.register, row])
    return world


def values_of(released: Released, bands: set[str]) -> list[tuple[object, ...]]:
    """Return the means of the organisations and rests of some bands, without their intervals."""
    inside = {
        (row["wave_id"], row["organisation_id"])
        for row in released.tables["organisation"]
        if row["size_band_id"] in bands
    }
    return [
        tuple(cell for name, cell in row.items() if name not in ("ci_low", "ci_high"))
        for row in released.tables["score"]
        if (row["wave_id"], row["group_id"]) in inside
        or (row["group_kind"] == "size_band_rest" and row["group_id"] in bands)
    ]


def test_an_organisation_more_leaves_other_bands_alone(
    world: World, released: Released, tmp_path: Path
) -> None:
    other = release_world(with_another_organisation(world, 70), tmp_path)
    assert other.release_id != released.release_id
    assert other.score(group_id="ORGNEW", status="published")
    bands = {"10-49", "100-249", "250+"}
    found, expected = values_of(other, bands), values_of(released, bands)
    assert len(expected) > 500
    assert found == expected


def test_a_wave_released_alone_is_the_same_in_a_release_of_two(
    world: World, released: Released, tmp_path: Path
) -> None:
    alone = release_world(world.only("2025"), tmp_path)
    for table in ("score", "benchmark", "comparison", "gap", "distribution", "size_gradient"):
        of_two = [row for row in released.tables[table] if row["wave_id"] == "2025"]
        assert alone.tables[table] == of_two, table
