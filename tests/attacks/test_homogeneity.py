"""T7: what a figure says of every single person behind it, because they (nearly) all agreed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import Released, Row, World, build_world, numeric_items, release_world

ITEMS = {item.item_id: item for item in numeric_items()}


def implied_width(row: Row) -> float:
    """Return how wide the range is in which any single answer behind a mean must lie."""
    item, n = ITEMS[row["item_id"]], row["respondent_count"]
    total = round(row["value"] * n)
    least = max(item.lowest, total - item.highest * (n - 1))
    most = min(item.highest, total - item.lowest * (n - 1))
    return (most - least) / (item.highest - item.lowest)


def is_harmless(row: Row) -> bool:
    """Return whether a figure only says that nobody named an aspect."""
    return ITEMS[row["item_id"]].kind == "mention" and row["value"] == 0


def with_answers(world: World, organisation: str, change: Callable[[int], Row]) -> World:
    """Return a world in which the employees of one organisation answered something else."""
    people, number = [], 0
    for person in world.people["2025"]:
        if person["organisation_id"] == organisation and person["side"] == "employee":
            people.append(person | {"answers": person["answers"] | change(number)})
            number += 1
        else:
            people.append(person)
    assert number >= 10
    return world.with_people("2025", people)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Released:
    """Return a release in which some organisations agree on nearly everything."""
    return release_world(build_world(32), tmp_path_factory.mktemp("homogeneity"))


def test_no_published_atom_pins_down_a_single_answer(released: Released) -> None:
    atoms = [
        row
        for row in released.score(status="published")
        if row["group_kind"] in ("organisation", "size_band_rest") or row["side"] == "hr"
    ]
    assert len(atoms) > 1000
    pinned = [row for row in atoms if implied_width(row) < 4 / 9 and not is_harmless(row)]
    assert pinned == []
    assert any(is_harmless(row) for row in atoms)


def test_who_all_gave_ten_has_no_own_grade_but_does_have_other_results(
    released: Released,
) -> None:
    rows = {row["item_id"]: row for row in released.score(group_id="ORGSAME")}
    assert rows["grade"]["status"] == "withheld_complement"
    assert rows["scheme_career_budget_awareness"]["status"] == "withheld_complement"
    assert rows["aspect_trust"]["status"] == "published"
    assert {row["status"] for row in rows.values()} <= {"published", "withheld_complement"}


def test_who_all_gave_the_same_grade_is_not_told_apart_by_its_distribution(
    tmp_path: Path,
) -> None:
    """A share of 100 % says what everybody answered, however ordinary the mean."""
    world = with_answers(build_world(33), "ORGGIANT", lambda _: {"grade": 8})
    released = release_world(world, tmp_path)
    rows = [
        row
        for row in released.tables["distribution"]
        if row["group_id"] == "ORGGIANT" and row["item_id"] == "grade" and row["share"] is not None
    ]
    assert all(row["share"] < 1 for row in rows), [(row["answer"], row["share"]) for row in rows]


def test_a_hundred_percent_is_withheld_and_zero_percent_is_not(tmp_path: Path) -> None:
    rng = random.Random(1)

    def all_or_none(_: int) -> Row:
        return {
            "priority_workload": 1,
            "priority_trust": 0,
            "priority_flexibility": 0,
            "priority_work_life_balance": 0,
            "priority_influence_and_say": 0,
            "priority_relations_conversation": rng.randint(0, 1),
        }

    world = with_answers(build_world(33), "ORGSAME", all_or_none)
    few = [
        person
        if person["organisation_id"] != "ORGSAME"
        else person | {"answers": at_most_three(person["answers"])}
        for person in world.people["2025"]
    ]
    released = release_world(world.with_people("2025", few), tmp_path)
    rows = {row["item_id"]: row for row in released.score(group_id="ORGSAME")}
    assert rows["priority_workload"]["status"] == "withheld_complement"
    assert rows["priority_trust"]["status"] == "published"
    assert rows["priority_trust"]["value"] == 0


def at_most_three(answers: Row) -> Row:
    """Return answers in which no more than three aspects are chosen."""
    chosen = [name for name, code in answers.items() if name.startswith("priority_") and code == 1]
    return answers | dict.fromkeys(sorted(chosen, key=lambda n: n != "priority_workload")[3:], 0)
