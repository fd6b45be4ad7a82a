"""Safe atoms at their edges: the floor, the complement, the width rule, nobody left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from warehouse.atoms import Floor, Partition, base_partition, item_partition, merge_neighbours
from warehouse.settings import DisclosurePolicy, load_settings
from warehouse.units import ItemCounts, Units

OWN = {"10-49", "50-99"}
REST = ("rest", "10-49")
SECTOR = ("rest", "*")


@pytest.fixture(scope="module")
def policy() -> DisclosurePolicy:
    """Return the project's own policy: ten people."""
    return load_settings(Path(__file__).parents[2] / "config").disclosure


def units(*sizes: int, band: str | None = "10-49") -> Units:
    """Return organisations A, B, … of one band with these numbers of participants."""
    names = tuple(chr(65 + place) for place in range(len(sizes)))
    return Units(
        wave_id="2026",
        side="employee",
        organisation_ids=names,
        size_band_ids=(band,) * len(sizes),
        headcounts=np.full(len(sizes), 40.0),
        participants=np.array(sizes, dtype=np.int64),
        items={},
    )


def labels(found: Partition) -> list[str]:
    """Return the label of each unit as one word."""
    return ["own" if kind == "own" else name or "absent" for kind, name in found.labels]


def test_ten_answers_are_own_and_nine_are_not(policy: DisclosurePolicy) -> None:
    found = base_partition(units(11, 10, 9, 9, 9), policy, OWN)
    assert labels(found) == ["own", "own", "10-49", "10-49", "10-49"]


def test_a_small_rest_takes_the_smallest_own(policy: DisclosurePolicy) -> None:
    found = base_partition(units(30, 12, 9), policy, OWN)
    assert labels(found) == ["own", "10-49", "10-49"]


def test_a_rest_that_is_nearly_one_organisation_takes_another(policy: DisclosurePolicy) -> None:
    # 9 + 2 are eleven people, but without the largest only two are left: fewer than a third of 9.
    found = base_partition(units(30, 12, 9, 2), policy, OWN)
    assert labels(found) == ["own", "10-49", "10-49", "10-49"]


def test_a_band_without_enough_goes_to_the_sector_and_alone_to_nothing(
    policy: DisclosurePolicy,
) -> None:
    assert labels(base_partition(units(5, 3), policy, OWN)) == ["absent", "absent"]


def test_without_headcount_an_organisation_is_in_the_sector_rest(policy: DisclosurePolicy) -> None:
    alone = base_partition(units(40, band=None), policy, OWN)
    assert labels(alone) == ["absent"]
    together = base_partition(units(40, 30, 20, band=None), policy, OWN)
    assert set(together.labels) == {SECTOR}


def test_the_smallest_band_never_has_own_atoms(policy: DisclosurePolicy) -> None:
    found = base_partition(units(9, 9, 9, band="0-9"), policy, OWN)
    assert set(labels(found)) == {"0-9"}


def counts(*answers: list[int]) -> ItemCounts:
    """Return the grades of organisations as counts per answer 1 to 10."""
    table = [[given.count(grade) for grade in range(1, 11)] for given in answers]
    return ItemCounts(np.arange(1, 11), np.array(table, dtype=np.int64))


def test_everybody_the_same_grade_is_merged_away(policy: DisclosurePolicy) -> None:
    world = units(12, 12, 12, 12)
    base = base_partition(world, policy, OWN)
    spread = [4, 5, 6, 7, 7, 7, 8, 8, 8, 9, 9, 10]
    item = counts([10] * 12, spread, spread, spread)
    floor = Floor(10, policy.homogeneity_width_min, (1, 10), low_end_is_harmless=False)
    found = item_partition(world, item, base, base, floor)
    assert labels(found) == ["10-49", "10-49", "own", "own"]


def test_too_few_answers_to_one_item_merge_for_that_item_only(policy: DisclosurePolicy) -> None:
    world = units(12, 12, 12)
    base = base_partition(world, policy, OWN)
    assert labels(base) == ["own", "own", "own"]
    spread = [4, 5, 6, 7, 7, 7, 8, 8, 8, 9, 9, 10]
    floor = Floor(10, policy.homogeneity_width_min, (1, 10), low_end_is_harmless=False)
    found = item_partition(world, counts(spread[:9], spread, spread), base, base, floor)
    assert labels(found) == ["10-49", "10-49", "own"]
    silent = item_partition(world, counts([], spread, spread), base, base, floor)
    assert labels(silent) == ["absent", "own", "own"]


def test_neighbours_merge_until_every_group_passes() -> None:
    sizes = [0, 6, 6, 6, 8]
    groups = merge_neighbours(sizes, lambda g: (n := sum(sizes[i] for i in g)) == 0 or n >= 10)
    assert groups == [(0,), (1, 2), (3, 4)]


def test_one_group_may_be_left_that_fails() -> None:
    assert merge_neighbours([3, 2], lambda _group: False) == [(0, 1)]
    assert merge_neighbours([], lambda _group: False) == []
