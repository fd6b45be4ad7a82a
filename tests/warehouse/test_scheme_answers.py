"""Not offered and not eligible, apart from no: the sector's counts against plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import polars as pl
import pytest

from tests import reference
from tests.builders import Row, World, build_world, project_settings, release_world
from warehouse.audit.reading import read_structure, read_tables
from warehouse.audit.report import Trail
from warehouse.audit.schemes import check_scheme_answers
from warehouse.paths import Store
from warehouse.scheme_answers import may_be_shown

POLICY = project_settings().disclosure
WAVE = "2025"
ITEM = "scheme_leave_saving_awareness"
MEANING = {0: "answered", 1: "answered", 8: "not_offered", 9: "not_eligible"}


def told_apart() -> World:
    """Return a world in which some of those to whom it is not offered are not eligible instead."""
    world = build_world(31, waves=(WAVE,))
    people = []
    for place, person in enumerate(world.people[WAVE]):
        answers = dict(person["answers"])
        if answers.get(ITEM) == 8 and place % 3 == 0:
            answers[ITEM] = 9
        people.append(person | {"answers": answers})
    return world.with_people(WAVE, people)


def expected(world: World, side: str) -> Counter[str]:
    """Return how many of a side said what."""
    wave = world.as_reference(WAVE)
    labels = reference.base_atoms(wave)
    given: dict[str, list[str]] = defaultdict(list)
    for person in world.people[WAVE]:
        code = person["answers"].get(ITEM)
        if person["side"] == side and code in MEANING:
            given[person["organisation_id"]].append(MEANING[code])
    if side == "employee":
        inside = [name for name in given if labels.get(name, ("", "*"))[1] not in ("", "*")]
        return Counter(answer for name in inside for answer in given[name])
    order = ("not_offered", "not_eligible", "answered")
    return Counter(next(one for one in order if one in said) for said in given.values())


@pytest.fixture(scope="module")
def world() -> World:
    """Return that world."""
    return told_apart()


@pytest.fixture(scope="module")
def store(world: World, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return the store of that world, released."""
    root = tmp_path_factory.mktemp("schemes")
    release_world(world, root)
    return Store(root)


def rows(store: Store) -> dict[tuple[str, str], Row]:
    """Return the released rows by scheme and side."""
    tables = read_tables(next(store.releases.glob("*.duckdb")))
    found = tables["scheme_answer"].iter_rows(named=True)
    return {(row["scheme_id"], row["side"]): row for row in found}


def test_the_sectors_shares_are_those_of_plain_python(world: World, store: Store) -> None:
    row, counts = rows(store)["leave_saving", "employee"], expected(world, "employee")
    assert min(counts.values()) >= 10
    assert row["status"] == "published"
    assert row["respondent_count"] == sum(counts.values())
    for meaning, count in counts.items():
        assert row[f"{meaning}_share"] == pytest.approx(count / sum(counts.values()), abs=1e-12)


def test_a_scheme_that_hardly_anybody_lacks_is_not_told(store: Store) -> None:
    # Nobody says that this one is not offered, so who is missing would be told apart from nobody.
    row = rows(store)["career_budget", "employee"]
    assert row["status"] == "too_few_organisations"
    assert row["answered_share"] is None


@pytest.mark.parametrize(
    ("given", "took_part", "expected"),
    [
        ([{"answered": 40, "not_offered": 12}] * 5, 300, True),
        ([{"answered": 40, "not_offered": 1}] * 5, 300, False),  # five people
        ([{"answered": 40, "not_offered": 12}] * 4, 300, False),  # four organisations
        ([{"answered": 40, "not_offered": 12}] * 5, 262, False),  # hardly anybody is missing
        ([{"answered": 400, "not_offered": 12}, *[{"answered": 40, "not_offered": 12}] * 4], 999,
         False),  # one organisation is most of it
        ([{"answered": 40, "not_offered": 12, "not_eligible": 10}] * 5, 310, True),
    ],
)  # fmt: skip
def test_when_the_counts_may_be_shown(
    given: list[dict[str, int]], took_part: int, expected: bool
) -> None:
    by_organisation = {str(place): counts for place, counts in enumerate(given)}
    assert may_be_shown(by_organisation, took_part, "employee", POLICY) is expected


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"answered_share": 0.5}, "unexplained"),
        ({"respondent_count": 10**6}, "unexplained"),
        ({"organisation_count": 4}, "few organisations"),
    ],
)
def test_the_audit_sees(store: Store, change: Row, kind: str) -> None:
    tables = read_tables(next(store.releases.glob("*.duckdb")))
    structures = read_structure(next(store.structure.glob(f"{WAVE}-*")))
    trail = Trail()
    check_scheme_answers(tables, structures, POLICY, trail)
    assert trail.findings == []
    frame = tables["scheme_answer"].with_columns(**{k: pl.lit(v) for k, v in change.items()})
    check_scheme_answers(tables | {"scheme_answer": frame}, structures, POLICY, trail)
    assert kind in {finding.kind for finding in trail.findings}


def test_answers_exchanged_inside_an_atom_change_nothing(world: World, tmp_path: Path) -> None:
    wave = world.as_reference(WAVE)
    labels = reference.base_atoms(wave)
    people = list(world.people[WAVE])
    employees = [p for p, person in enumerate(people) if person["side"] == "employee"]
    atoms: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place in employees:
        atoms[labels.get(people[place]["organisation_id"], ("none", ""))].append(place)
    moved = list(people)
    for places in atoms.values():
        for place, other in zip(places, places[1:] + places[:1], strict=True):
            moved[place] = people[place] | {"answers": people[other]["answers"]}
    release_world(world.with_people(WAVE, moved), tmp_path)
    after = rows(Store(tmp_path))
    release_world(world, tmp_path / "again")
    assert after == rows(Store(tmp_path / "again"))
