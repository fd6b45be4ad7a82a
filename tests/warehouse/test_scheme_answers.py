"""Not offered and not eligible, apart from no: the sector's counts against plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from tests import reference
from tests.attacks.facts import BANDS, bands_in
from tests.builders import Row, World, build_world, project_settings, release_world
from warehouse.audit.derived import World as AuditedWorld
from warehouse.audit.reading import read_structure, read_tables
from warehouse.audit.report import Trail
from warehouse.audit.run import sector_of
from warehouse.audit.schemes import check_scheme_answers
from warehouse.benchmark.schemes import scheme_answer_rows
from warehouse.dialogue_totals import SPOKEN_SCHEMA
from warehouse.paths import Store
from warehouse.scheme_answers import may_be_shown

POLICY = project_settings().disclosure
WAVE = "2025"
ITEM = "scheme_leave_saving_awareness"
MEANING = {0: "answered", 1: "answered", 8: "not_offered", 9: "not_eligible"}


def told_apart() -> World:
    """Return a world in which some of those to whom it is not offered are not eligible instead."""
    world = build_world(38, waves=(WAVE,), scale=2.5)
    people = []
    for place, person in enumerate(world.people[WAVE]):
        answers = dict(person["answers"])
        if answers.get(ITEM) == 8 and place % 3 == 0:
            answers[ITEM] = 9
        people.append(person | {"answers": answers})
    return world.with_people(WAVE, people)


def expected(world: World, side: str, bands: Sequence[str] = BANDS) -> Counter[str]:
    """Return how many of a side said what, in some size bands."""
    wave = world.as_reference(WAVE)
    labels = reference.base_atoms(wave)
    given: dict[str, list[str]] = defaultdict(list)
    for person in world.people[WAVE]:
        code = person["answers"].get(ITEM)
        if person["side"] == side and code in MEANING:
            given[person["organisation_id"]].append(MEANING[code])
    if side == "employee":
        inside = [
            name
            for name in given
            if labels.get(name, ("", "*"))[1] not in ("", "*") and band_of(world, name) in bands
        ]
        return Counter(answer for name in inside for answer in given[name])
    order = ("not_offered", "not_eligible", "answered")
    kept = (said for name, said in given.items() if band_of(world, name) in bands)
    return Counter(next(one for one in order if one in said) for said in kept)


def band_of(world: World, name: str) -> str | None:
    """Return the size band of an organisation."""
    return project_settings().size_bands.band_of(world.headcounts(WAVE)[name])


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


def rows(store: Store) -> dict[tuple[str, str, str], Row]:
    """Return the released rows by scheme, side and group."""
    tables = read_tables(next(store.releases.glob("*.duckdb")))
    found = tables["scheme_answer"].iter_rows(named=True)
    return {(row["scheme_id"], row["side"], row["group_id"]): row for row in found}


def test_the_sectors_shares_are_those_of_plain_python(world: World, store: Store) -> None:
    row, counts = rows(store)["leave_saving", "employee", "sector"], expected(world, "employee")
    assert min(counts.values()) >= 10
    assert row["status"] == "published"
    assert row["respondent_count"] == sum(counts.values())
    for meaning, count in counts.items():
        assert row[f"{meaning}_share"] == pytest.approx(count / sum(counts.values()), abs=1e-12)


def test_groups_of_bands_are_those_of_plain_python(world: World, store: Store) -> None:
    found = {g: row for (scheme, side, g), row in rows(store).items()
             if (scheme, side) == ("leave_saving", "employee") and g != "sector"}  # fmt: skip
    assert len(found) > 1
    for group, row in found.items():
        counts = expected(world, "employee", bands_in(group))
        assert row["group_kind"] == "size_band"
        assert row["respondent_count"] == counts.total() >= 10
        for meaning, count in counts.items():
            assert count == 0 or count >= 10
            assert row[f"{meaning}_share"] == pytest.approx(count / counts.total(), abs=1e-12)


def test_hr_without_a_size_band_is_in_no_figure(world: World, store: Store) -> None:
    row = rows(store)["leave_saving", "hr", "sector"]
    assert any(person["organisation_id"] == "ORGNOHEADS" and person["side"] == "hr"
               for person in world.people[WAVE])  # fmt: skip
    if row["status"] == "published":
        assert row["respondent_count"] == expected(world, "hr").total()


def test_a_scheme_that_hardly_anybody_lacks_is_not_told(store: Store) -> None:
    # Nobody says that this one is not offered, so who is missing would be told apart from nobody.
    row = rows(store)["career_budget", "employee", "sector"]
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


@pytest.fixture(scope="module")
def audited(store: Store) -> AuditedWorld:
    """Return what the audit knows of that release."""
    tables = read_tables(next(store.releases.glob("*.duckdb")))
    structures = read_structure(next(store.structure.glob(f"{WAVE}-*")))
    employees = structures[WAVE, "employee"]
    sector = sector_of(tables, WAVE, POLICY, None)
    assert len(employees.organisations) > 50
    return AuditedWorld(tables, {WAVE: sector}, structures, {})


def kinds(world: AuditedWorld) -> set[str]:
    """Return the kinds of findings about schemes."""
    trail = Trail()
    check_scheme_answers(world, trail)
    return {finding.kind for finding in trail.findings}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"answered_share": 0.5}, "unexplained"),
        ({"respondent_count": 10**6}, "unexplained"),
        ({"organisation_count": 4}, "few organisations"),
    ],
)
def test_the_audit_sees(audited: AuditedWorld, change: Row, kind: str) -> None:
    assert kinds(audited) == set()
    frame = audited.tables["scheme_answer"]
    mutant = frame.with_columns(**{name: pl.lit(value) for name, value in change.items()})
    tables = {**audited.tables, "scheme_answer": mutant}
    assert kind in kinds(audited._replace(tables=tables))


def test_the_audit_sees_a_group_that_is_left_out(audited: AuditedWorld) -> None:
    frame = audited.tables["scheme_answer"]
    one = frame.filter((pl.col("group_kind") == "size_band") & (pl.col("side") == "employee"))
    left_out = pl.struct("side", "scheme_id", "group_id") == pl.struct(
        pl.lit("employee").alias("side"),
        pl.lit(one["scheme_id"][0]).alias("scheme_id"),
        pl.lit(one["group_id"][0]).alias("group_id"),
    )
    tables = {**audited.tables, "scheme_answer": frame.filter(~left_out)}
    assert "unexplained" in kinds(audited._replace(tables=tables))


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


def test_a_wave_in_which_nothing_may_be_told_says_so_of_every_scheme_it_asked_about() -> None:
    nothing = pl.DataFrame(schema=SPOKEN_SCHEMA)
    found = list(scheme_answer_rows(WAVE, nothing, project_settings()))
    assert {row["status"] for row in found} == {"too_few_organisations"}
    assert {row["group_kind"] for row in found} == {"sector"}
    asked = {(row["scheme_id"], row["side"]) for row in found}
    assert ("leave_saving", "hr") in asked
    assert len(asked) == len(found) >= 6
    # The questionnaire of 2023 did not ask about schemes.
    assert not list(scheme_answer_rows("2023", nothing, project_settings()))
