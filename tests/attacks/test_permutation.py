"""Theorem 1, end to end: answers exchanged inside an atom change nothing that is released.

The atoms come from `tests/reference/`, with a ten of its own. Complete answer vectors, missing
answers included, move between the people of one atom; who they are (organisation, side, age) stays.
Hr blocks move whole between the organisations of one group of bands.
"""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import pytest

from tests import reference
from tests.builders import Released, Row, World, build_world, release_world

SHAPES = (
    {"scale": 1.0},
    {"scale": 0.4},
    {"scale": 0.7, "waves": ("2025", "2026")},
    {"scale": 1.4, "response": 0.6},
    {"scale": 0.8, "response": 1.6},
)


def shuffled(people: list[Row], rng: random.Random) -> list[Row]:
    """Return the same people with each other's answers."""
    answers = [person["answers"] for person in people]
    rng.shuffle(answers)
    return [person | {"answers": given} for person, given in zip(people, answers, strict=True)]


def permuted_employees(wave: reference.Wave, rng: random.Random, by_age: bool) -> list[Row]:
    """Return a wave's employees with answers exchanged inside each atom, or its age groups."""
    labels = reference.base_atoms(wave)
    atoms: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for person in wave.rows:
        if person["side"] == "employee":
            atom = labels.get(person["organisation_id"], ("none", ""))
            atoms[*atom, str(person["age_group"]) if by_age else ""].append(person)
    return [person for atom in sorted(atoms) for person in shuffled(atoms[atom], rng)]


def permuted_hr(wave: reference.Wave, rng: random.Random) -> list[Row]:
    """Return a wave's hr representatives, whole blocks exchanged between organisations."""
    hr = [person for person in wave.rows if person["side"] == "hr"]
    moves: dict[str, str] = {}
    for bands in reference.hr_base_groups(wave):
        present = {person["organisation_id"] for person in hr}
        names = sorted(name for name in present if wave.band_of[name] in bands)
        moves |= dict(zip(names, rng.sample(names, len(names)), strict=True))
    stays = {name: name for name in (person["organisation_id"] for person in hr)}
    moves = stays | moves
    return [person | {"organisation_id": moves[person["organisation_id"]]} for person in hr]


def permuted(world: World, seed: int, by_age: bool = False) -> World:
    """Return a world in which answers moved inside atoms only, and rows stand in another order."""
    rng = random.Random(seed)
    for wave_id in world.waves:
        wave = world.as_reference(wave_id)
        people = permuted_employees(wave, rng, by_age) + permuted_hr(wave, rng)
        rng.shuffle(people)
        world = world.with_people(wave_id, people)
    return world


def moved_share(before: World, after: World) -> float:
    """Return the share of people whose answers are not the ones they gave."""
    given = {
        (wave, person["respondent_id"]): (person["organisation_id"], person["answers"])
        for wave, people in before.people.items()
        for person in people
    }
    people = [(wave, person) for wave, rows in after.people.items() for person in rows]
    moved = [
        given[wave, person["respondent_id"]] != (person["organisation_id"], person["answers"])
        for wave, person in people
    ]
    return sum(moved) / len(moved)


def own_atoms(tables: reference.Tables) -> set[tuple[str, str, str]]:
    """Return wave, organisation and item of every own atom of the reference."""
    return {
        (key[0], key[3], key[4])
        for key, row in tables["score"].items()
        if key[2] == "organisation" and row["status"] == "published"
    }


def published_organisations(released: Released) -> set[tuple[str, str, str]]:
    """Return wave, organisation and item of every published organisation."""
    rows = released.score(group_kind="organisation", status="published")
    return {(row["wave_id"], row["group_id"], row["item_id"]) for row in rows}


def unbroken(rows: list[Row]) -> list[Row]:
    """Return rows without those per age group: an age stays with its person, answers move."""
    return [row for row in rows if not row.get("group_kind", "").endswith("_age")]


def check_permutation(world: World, root: Path, seed: int) -> None:
    """Raise unless the release of a world and of a permuted one are the same, bit for bit."""
    other = permuted(world, seed)
    assert moved_share(world, other) > 0.5
    before = release_world(world, root / "before")
    after = release_world(other, root / "after")
    for table, rows in before.hashed().items():
        assert repr(unbroken(after.tables[table])) == repr(unbroken(rows)), table
    wanted = own_atoms(world.expected())
    assert len(wanted) > 100
    assert wanted == published_organisations(before)


@pytest.mark.parametrize(
    "number",
    [
        0,
        2,
        *(pytest.param(n, marks=pytest.mark.slow) for n in range(len(SHAPES)) if n not in (0, 2)),
    ],
)
def test_answers_exchanged_inside_an_atom_change_nothing(tmp_path: Path, number: int) -> None:
    check_permutation(build_world(20 + number, **SHAPES[number]), tmp_path, number)


def test_answers_exchanged_inside_an_age_group_of_an_atom_change_nothing_at_all(
    tmp_path: Path,
) -> None:
    world = build_world(20)
    other = permuted(world, 1, by_age=True)
    assert moved_share(world, other) > 0.5
    before = release_world(world, tmp_path / "before")
    assert len(unbroken(before.tables["score"])) < len(before.tables["score"]) - 200
    assert release_world(other, tmp_path / "after").release_id == before.release_id


@pytest.mark.slow
@pytest.mark.parametrize("number", range(50))
def test_answers_exchanged_inside_an_atom_change_nothing_in_fifty_worlds(
    tmp_path: Path, number: int
) -> None:
    shape = SHAPES[number % len(SHAPES)]
    check_permutation(build_world(1000 + number, **shape), tmp_path, number)


def exchanged(world: World, first: Row, second: Row) -> World:
    """Return the world in which two people of a wave gave each other's answers."""
    swaps = {
        first["respondent_id"]: second["answers"],
        second["respondent_id"]: first["answers"],
    }
    people = [
        person | {"answers": swaps.get(person["respondent_id"], person["answers"])}
        for person in world.people["2025"]
    ]
    return world.with_people("2025", people)


def test_answers_exchanged_between_two_atoms_do_change_the_release(tmp_path: Path) -> None:
    world = build_world(20)
    wave = world.as_reference("2025")
    labels = reference.base_atoms(wave)
    own = sorted(name for name, label in labels.items() if label[0] == "own")
    people = [
        next(
            person
            for person in wave.rows
            if person["side"] == "employee"
            and person["organisation_id"] == name
            and person["answers"]["grade"] == grade
        )
        for name, grade in ((own[0], 7), (own[1], 8))
    ]
    before = release_world(world, tmp_path / "before")
    after = release_world(exchanged(world, *people), tmp_path / "after")
    assert after.release_id != before.release_id
    for name in own[:2]:
        key = {"group_kind": "organisation", "group_id": name, "item_id": "grade"}
        assert before.score(**key)[0]["status"] == "published"
        assert after.score(**key) != before.score(**key)


def test_hr_answers_exchanged_between_two_groups_do_change_the_release(tmp_path: Path) -> None:
    world = build_world(20)
    wave = world.as_reference("2025")
    groups = reference.hr_base_groups(wave)
    assert len(groups) >= 2
    changed = [
        person | {"answers": person["answers"] | {"grade": 3}}
        if person["side"] == "hr" and wave.band_of[person["organisation_id"]] in groups[0]
        else person
        for person in wave.rows
    ]
    before = release_world(world, tmp_path / "before")
    after = release_world(world.with_people("2025", changed), tmp_path / "after")
    group = {"side": "hr", "item_id": "grade", "group_id": "+".join(groups[0])}
    assert before.score(**group)[0]["status"] == "published"
    assert after.score(**group) != before.score(**group)
    others = {"side": "hr", "item_id": "grade", "group_id": "+".join(groups[-1])}
    assert after.score(**others) == before.score(**others)
