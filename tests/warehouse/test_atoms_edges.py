"""Safe atoms case by case: the edges of the floor, the complement, the width rule, the neighbours.

Each organisation is written as (id, band, answers); the total matters only where a case says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import project_settings
from warehouse.atoms import (
    Floor,
    Partitioner,
    Sizes,
    base_partition,
    floor_of,
    item_partition,
    merge_neighbours,
)
from warehouse.instrument import Scale
from warehouse.settings import DisclosurePolicy
from warehouse.units import ItemCounts, Units

Case = Sequence[tuple[str, str | None, int]]
GRADE = Scale(minimum=1, maximum=10, step=1, unit="grade")
SHARE = Scale(minimum=0, maximum=1, step=1, unit="share")
OWN_BANDS = {"S", "M", "L"}


def policy() -> DisclosurePolicy:
    """Return the project's own thresholds."""
    return project_settings().disclosure


def units_of(case: Case) -> Units:
    """Return organisations with these participants."""
    rows = sorted(case)
    return Units(
        wave_id="2025",
        side="employee",
        organisation_ids=tuple(name for name, _, _ in rows),
        size_band_ids=tuple(band for _, band, _ in rows),
        headcounts=np.full(len(rows), np.nan),
        participants=np.array([n for _, _, n in rows], dtype=np.int64),
        items={},
    )


def base(case: Case) -> dict[str, str]:
    """Return the base atom of each organisation: `own`, a band, `*`, or `` for none."""
    units = units_of(case)
    partition = base_partition(units, policy(), OWN_BANDS)
    names = {"own": lambda name: "own", "rest": lambda name: name, "absent": lambda _: ""}
    return {
        organisation: names[kind](name)
        for organisation, (kind, name) in zip(units.organisation_ids, partition.labels, strict=True)
    }


BASE_CASES: dict[str, tuple[Case, dict[str, str]]] = {
    "nobody": ([], {}),
    "ten and eleven are enough, nine is not": (
        [("a", "M", 9), ("b", "M", 10), ("c", "M", 11), ("d", "M", 5)],
        {"a": "M", "b": "own", "c": "own", "d": "M"},
    ),
    "a rest of nine takes the smallest own atom with it": (
        [("a", "M", 9), ("b", "M", 10), ("c", "M", 11)],
        {"a": "M", "b": "M", "c": "own"},
    ),
    "a tie goes by id": (
        [("a", "M", 9), ("c", "M", 10), ("b", "M", 10)],
        {"a": "M", "b": "M", "c": "own"},
    ),
    "a rest of ten is enough": (
        [("a", "M", 5), ("b", "M", 5), ("c", "M", 30)],
        {"a": "M", "b": "M", "c": "own"},
    ),
    "the largest of a rest needs a third of itself beside it": (
        [("a", "M", 9), ("b", "M", 3), ("c", "M", 30)],
        {"a": "M", "b": "M", "c": "own"},
    ),
    "with less than a third the next one comes along": (
        [("a", "M", 9), ("b", "M", 2), ("c", "M", 30)],
        {"a": "M", "b": "M", "c": "M"},
    ),
    "a band without own atoms empties into the sector rest": (
        [("a", "S", 4), ("b", "M", 4), ("c", "M", 3), ("d", "S", 4), ("e", "L", 50)],
        {"a": "*", "b": "*", "c": "*", "d": "*", "e": "own"},
    ),
    "a sector rest that is too small dissolves the smallest atom": (
        [("a", "S", 4), ("c", "M", 20), ("d", "M", 12), ("e", "L", 50)],
        {"a": "*", "c": "own", "d": "*", "e": "own"},
    ),
    "without a band there is no own atom": (
        [("a", None, 40), ("b", "M", 20), ("c", "M", 19)],
        {"a": "*", "b": "own", "c": "*"},
    ),
    "bands that never have own results": (
        [("a", "XS", 14), ("b", "XS", 7), ("c", "M", 20)],
        {"a": "XS", "b": "XS", "c": "own"},
    ),
    "everything below the floor publishes nothing": (
        [("a", "S", 3), ("b", "M", 3), ("c", None, 3)],
        {"a": "", "b": "", "c": ""},
    ),
    "one organisation of nine publishes nothing": ([("a", "M", 9)], {"a": ""}),
    "one organisation of ten publishes itself": ([("a", "M", 10)], {"a": "own"}),
}


@pytest.mark.parametrize(("case", "expected"), BASE_CASES.values(), ids=BASE_CASES.keys())
def test_base_atoms(case: Case, expected: dict[str, str]) -> None:
    assert base(case) == expected


def counts_of(answers: Sequence[Sequence[int]], scale: Scale) -> ItemCounts:
    """Return the counts of answers, a row per organisation."""
    steps = np.arange(scale.lowest, scale.highest + 1, dtype=np.int64)
    counts = [[list(given).count(step) for step in steps] for given in answers]
    return ItemCounts(steps, np.array(counts, dtype=np.int64))


def item_labels(case: Case, answers: dict[str, Sequence[int]], **kind: object) -> dict[str, str]:
    """Return the atom of each organisation for one item."""
    units, scale = units_of(case), kind.get("scale", GRADE)
    assert isinstance(scale, Scale)
    start = base_partition(units, policy(), OWN_BANDS)
    item = counts_of([answers[name] for name in units.organisation_ids], scale)
    floor = floor_of(policy(), scale, str(kind.get("kind", "grade")), int(str(kind.get("n", 10))))
    partition = item_partition(units, item, start, start, floor)
    return {
        organisation: label[1] if label[0] == "rest" else label[0]
        for organisation, label in zip(units.organisation_ids, partition.labels, strict=True)
    }


MIXED = (4, 9, 6, 7, 8, 5, 10, 3, 7, 8)
THREE = [("a", "M", 10), ("b", "M", 10), ("c", "M", 12)]


def test_an_item_with_nine_answers_merges_with_the_smallest_neighbour_for_that_item() -> None:
    answers = {"a": MIXED[:9], "b": MIXED, "c": MIXED}
    assert item_labels(THREE, answers) == {"a": "M", "b": "M", "c": "own"}


def test_an_item_nobody_answered_is_absent_and_merges_nobody() -> None:
    answers = {"a": (), "b": MIXED, "c": MIXED}
    assert item_labels(THREE, answers) == {"a": "absent", "b": "own", "c": "own"}


def test_who_all_gave_ten_merges_for_that_item() -> None:
    answers = {"a": (10,) * 10, "b": MIXED, "c": MIXED}
    assert item_labels(THREE, answers) == {"a": "M", "b": "M", "c": "own"}


def test_an_aspect_nobody_named_stays_and_one_everybody_named_merges() -> None:
    mixed = (0, 1) * 5
    nobody = {"a": (0,) * 10, "b": mixed, "c": mixed}
    everybody = {"a": (1,) * 10, "b": mixed, "c": mixed}
    assert item_labels(THREE, nobody, scale=SHARE, kind="mention")["a"] == "own"
    assert item_labels(THREE, nobody, scale=SHARE, kind="yes_no")["a"] == "M"
    assert item_labels(THREE, everybody, scale=SHARE, kind="mention")["a"] == "M"


def test_a_distribution_has_a_floor_of_its_own() -> None:
    case = [("a", "M", 19), ("b", "M", 20), ("c", "M", 30)]
    answers = {name: (MIXED * 3)[:n] for name, _, n in case}
    assert item_labels(case, answers, n=10) == {"a": "own", "b": "own", "c": "own"}
    assert item_labels(case, answers, n=20) == {"a": "M", "b": "M", "c": "own"}


def test_inside_a_base_rest_it_does_not_matter_who_skipped_the_item() -> None:
    case = [("a", "M", 9), ("b", "M", 9), ("c", "M", 12), ("d", "M", 30)]
    spread = [(MIXED[:9], MIXED[:2]), (MIXED[:2], MIXED[:9]), (MIXED[:6], MIXED[:5])]
    labels = [item_labels(case, {"a": a, "b": b, "c": MIXED, "d": MIXED * 3}) for a, b in spread]
    assert labels[0] == labels[1] == labels[2]
    assert labels[0]["d"] == "own"


@pytest.mark.parametrize(
    ("n", "total", "holds"),
    [
        (9, 60, False),
        (10, 60, True),
        (11, 80, True),
        (11, 108, False),  # 9.8: every answer is at least 7.8 (statistics §8.6)
        (25, 240, True),
        (12, 14, False),  # 1.2: no answer is above 3.4
        (10, 96, True),  # every answer is 6 or more: a width of 4 is just enough
        (10, 97, False),
    ],
)
def test_the_floor_of_a_grade(n: int, total: int, holds: bool) -> None:
    assert floor_of(policy(), GRADE, "grade", 10).holds(n, total) is holds


organisations = st.lists(
    st.tuples(st.sampled_from(["S", "M", "L", "XS", None]), st.integers(1, 25)), max_size=25
)


@given(organisations)
def test_every_base_atom_is_large_and_wide_enough(drawn: list[tuple[str | None, int]]) -> None:
    case = [(f"o{number:02}", band, n) for number, (band, n) in enumerate(drawn)]
    units = units_of(case)
    partition = base_partition(units, policy(), OWN_BANDS)
    for label in set(partition.labels) - {("absent", "")}:
        people = units.participants[partition.members(label)]
        assert people.sum() >= 10
        assert label[0] == "own" or 3 * (people.sum() - people.max()) >= people.max()
    if ("absent", "") in partition.labels:
        assert set(partition.labels) == {("absent", "")}


@given(organisations)
def test_building_again_changes_nothing(drawn: list[tuple[str | None, int]]) -> None:
    case = [(f"o{number:02}", band, n) for number, (band, n) in enumerate(drawn)]
    units = units_of(case)
    first = base_partition(units, policy(), OWN_BANDS)
    people = units.participants
    sizes = Sizes(people, np.zeros_like(people), people)
    floor = Floor(10, 0.0, (0, 1), low_end_is_harmless=True)
    assert Partitioner(units, sizes, floor).build(first.labels).labels == first.labels


# --- Neighbours ----------------------------------------------------------------------------------


def at_least(least: int, sizes: Sequence[int]) -> Callable[[tuple[int, ...]], bool]:
    """Return a condition: empty, or enough together."""

    def passes(group: tuple[int, ...]) -> bool:
        total = sum(sizes[position] for position in group)
        return total == 0 or total >= least

    return passes


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ([], []),
        ([12, 11, 10], [(0,), (1,), (2,)]),
        ([0, 0], [(0,), (1,)]),
        ([12, 9, 11], [(0,), (1, 2)]),  # both neighbours mend it: the smaller one
        ([12, 9, 12], [(0, 1), (2,)]),  # a tie: the first
        ([9, 30], [(0, 1)]),
        ([30, 9], [(0, 1)]),
        ([3, 3, 9, 20], [(0, 1, 2), (3,)]),
        ([5, 5, 0, 8, 4], [(0, 1), (2,), (3, 4)]),
        ([2, 1, 30], [(0, 1, 2)]),  # the smallest joins who mends it; then the other must too
        ([1, 0, 3], [(0, 1, 2)]),  # never enough: one group is left, and fails
    ],
)
def test_neighbours_merge(sizes: list[int], groups: list[tuple[int, ...]]) -> None:
    assert merge_neighbours(sizes, at_least(10, sizes)) == groups


@given(st.lists(st.integers(0, 15), max_size=8))
def test_merged_groups_cover_every_position_once_and_pass(sizes: list[int]) -> None:
    passes = at_least(10, sizes)
    groups = merge_neighbours(sizes, passes)
    assert [position for group in groups for position in group] == list(range(len(sizes)))
    assert len(groups) <= 1 or all(passes(group) for group in groups)
