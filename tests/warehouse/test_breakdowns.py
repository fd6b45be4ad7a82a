"""Breakdowns: what a reader can compute from atoms and categories, against an exhaustive search."""

from __future__ import annotations

import random
from collections import defaultdict
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tests import reference
from tests.builders import Row, build_world, project_settings, release_world
from warehouse.atoms import Floor
from warehouse.breakdowns import Broken, Rule, alike_together, exposed_sets, group_holds

NAMES = {None: "missing", 1: "under_35", 2: "35_to_54", 3: "55_plus"}


def rank(rows: list[list[Fraction]]) -> int:
    """Return the rank of a matrix by elimination in fractions."""
    left, found = [list(row) for row in rows], 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left[found:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(found, pivot)
        for number, row in enumerate(left):
            if number != found and row[column]:
                factor = row[column] / pivot[column]
                left[number] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
        found += 1
    return found


def smallest_exposed(n: np.ndarray) -> int | None:
    """Return the fewest people in a set of cells that row and column totals give away, whole rows
    of the table included, by trying every set.
    """
    cells = [(row, column) for row, column in np.argwhere(n > 0)]
    totals = [[Fraction(int(cell[0] == row)) for cell in cells] for row in range(n.shape[0])]
    totals += [[Fraction(int(cell[1] == column)) for cell in cells] for column in range(n.shape[1])]
    full = rank(totals)
    found = [
        sum(int(n[cell]) for cell, taken in zip(cells, choice, strict=True) if taken)
        for choice in product((0, 1), repeat=len(cells))
        if any(choice) and rank([*totals, [Fraction(taken) for taken in choice]]) == full
    ]
    return min(found, default=None)


def walked(n: np.ndarray) -> int:
    """Return the fewest people in a set the product walks through, whole rows included."""
    sets = [int(n[cells].sum()) for cells in exposed_sets(n)]
    return min([*sets, *(int(people) for people in n.sum(axis=1) if people)])


@pytest.mark.parametrize("seed", range(60))
def test_every_set_that_can_be_computed_is_walked_through(seed: int) -> None:
    rng = random.Random(seed)
    rows, columns = rng.choice([(2, 3), (3, 2), (3, 3), (2, 4), (4, 2), (1, 4)])
    n = np.array([[rng.choice([0, 0, 1, 3, 7]) for _ in range(columns)] for _ in range(rows)])
    n[:, 0] = np.maximum(n[:, 0], n.sum(axis=1) == 0)
    assert walked(n) == smallest_exposed(n)


@pytest.mark.parametrize("seed", range(20))
def test_atoms_in_the_same_categories_give_away_the_same_as_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people = rng.integers(0, 4, (12, 3)) * (rng.random((12, 3)) < 0.7)
    sums = people * rng.integers(1, 11, (12, 3))
    each = {(people[cells].sum(), sums[cells].sum()) for cells in exposed_sets(people)}
    fewer = alike_together(people, sums)
    assert len(fewer[0]) < len(people)
    found = {(fewer[0][cells].sum(), fewer[1][cells].sum()) for cells in exposed_sets(fewer[0])}
    assert found == each


def item_of(n: list[list[int]], atoms: list[int]) -> Broken:
    """Return an item in which everybody answers 7 and 8 in turn, so that only numbers matter."""
    people = np.array(n)
    sums = (people * 15 // 2, people * 57)
    return Broken(people, people, people, *sums, np.array(atoms), tuple("S" for _ in n))


@pytest.fixture
def rule() -> Rule:
    """Return the project's own rule on a scale that hides every answer."""
    return Rule(Floor(10, 0.0, (1, 10), low_end_is_harmless=False), project_settings().disclosure)


def everybody(item: Broken) -> np.ndarray:
    """Return all organisations."""
    return np.ones(len(item.n), dtype=bool)


def test_a_category_of_nine_keeps_its_group_closed(rule: Rule) -> None:
    enough = [[2, 20], [2, 20], [2, 20], [2, 20], [2, 20]]
    item = item_of(enough, [0, 1, 2, 3, 4])
    assert group_holds(item, everybody(item), rule)
    nine = item_of([[2, 20], [2, 20], [2, 20], [2, 20], [1, 21]], [0, 1, 2, 3, 4])
    assert not group_holds(nine, everybody(nine), rule)


def test_an_organisation_of_one_age_must_leave_ten_others(rule: Rule) -> None:
    """Without the two organisations of young people only, five young ones are left."""
    n = [[12, 0], [12, 0], [1, 20], [1, 20], [1, 20], [1, 20], [1, 20]]
    item = item_of(n, list(range(7)))
    assert not group_holds(item, everybody(item), rule)
    joined = item_of(n, [0, 0, 0, 1, 2, 3, 4])  # in one atom with others nothing can be subtracted
    assert group_holds(joined, everybody(joined), rule)


def test_one_organisation_may_not_be_most_of_a_category(rule: Rule) -> None:
    n = [[60, 20], [12, 20], [12, 20], [12, 20], [12, 20]]
    item = item_of(n, [0, 1, 2, 3, 4])
    assert not group_holds(item, everybody(item), rule)
    n[0][0] = 48
    item = item_of(n, [0, 1, 2, 3, 4])
    assert group_holds(item, everybody(item), rule)


def test_four_organisations_are_too_few_for_a_category(rule: Rule) -> None:
    n = [[12, 20], [12, 20], [12, 20], [12, 20], [0, 20]]
    item = item_of(n, [0, 1, 2, 3, 4])
    assert not group_holds(item, everybody(item), rule)


# --- A whole release -----------------------------------------------------------------------------


def categories(people: list[Row], item_id: str) -> dict[str, list[int]]:
    """Return the answers to an item per age group."""
    found: dict[str, list[int]] = defaultdict(list)
    for person in people:
        answer = person["answers"].get(item_id)
        if person["side"] == "employee" and answer is not None:
            found[NAMES[person["age_group"]]].append(answer)
    return found


def bands_of(group: str) -> list[str]:
    """Return the size bands of a group's id."""
    order = ["0-9", "10-49", "50-99", "100-249", "250+"]
    first = min(order.index(band) for band in order if group.startswith(band))
    last = max(order.index(band) for band in order if group.endswith(band))
    return order[first : last + 1]


@pytest.mark.parametrize("seed", [3, 8])
def test_released_categories_are_the_plain_means_of_their_people(seed: int, tmp_path: Path) -> None:
    world = build_world(seed)
    released = release_world(world, tmp_path)
    wave = world.as_reference("2025")
    labels = reference.base_atoms(wave)
    inside = [
        p for p in world.people["2025"] if labels.get(p["organisation_id"], ("", "*"))[1] != "*"
    ]
    checked = 0
    for row in released.tables["score"]:
        if not row["group_kind"].endswith("_age") or row["item_id"] != "aspect_trust":
            continue
        group, _, category = row["group_id"].rpartition("|")
        bands = bands_of(group) if group else bands_of("0-9+250+")
        people = [p for p in inside if wave.band_of[p["organisation_id"]] in bands]
        answers = categories(people, "aspect_trust")[category]
        assert row["respondent_count"] == len(answers)
        assert row["value"] == pytest.approx(sum(answers) / len(answers), abs=1e-12)
        assert row["ci_low"] < row["value"] < row["ci_high"]
        checked += 1
    assert checked >= 9


def test_the_missing_are_never_published_and_nobody_is_alone(tmp_path: Path) -> None:
    rows = release_world(build_world(3), tmp_path).tables["score"]
    aged = [row for row in rows if row["group_kind"].endswith("_age")]
    assert len(aged) > 300
    assert not [row for row in aged if "missing" in row["group_id"]]
    assert min(row["respondent_count"] for row in aged) >= 10
    assert min(row["organisation_count"] for row in aged) >= 5
