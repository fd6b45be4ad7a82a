"""Codes of open answers and means of several questions: against plain Python, and attacked."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests import reference
from tests.attacks.facts import bands_in
from tests.builders import Row, World, build_world, project_settings, release_world
from warehouse.audit.bands import check_band_differences
from warehouse.audit.coded import check_coded_answers
from warehouse.audit.composites import check_composites
from warehouse.audit.derived import World as AuditedWorld
from warehouse.audit.reading import read_structure, read_tables
from warehouse.audit.report import Trail
from warehouse.audit.run import attack_tables
from warehouse.coded_answers import CodedAtoms, may_be_shown, shown_groups
from warehouse.paths import Store

SETTINGS = project_settings()
POLICY = SETTINGS.disclosure
WAVE = "2025"
SCALE = SETTINGS.instrument_of(WAVE).scales["factor"].category_ids
BANDS = tuple(band.size_band_id for band in SETTINGS.size_bands.size_band)


@pytest.fixture(scope="module")
def world() -> World:
    """Return a world with enough organisations that bands stand apart."""
    return build_world(38, waves=(WAVE,), scale=1.5)


@pytest.fixture(scope="module")
def store(world: World, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return the store of that world, released."""
    root = tmp_path_factory.mktemp("coded")
    release_world(world, root)
    return Store(root)


@pytest.fixture(scope="module")
def tables(store: Store) -> dict[str, pl.DataFrame]:
    """Return the released tables."""
    return read_tables(next(store.releases.glob("*.duckdb")))


def rows_of(tables: Mapping[str, pl.DataFrame], table: str, **key: str) -> list[Row]:
    """Return the published rows that match."""
    rows = tables[table].filter(pl.col("status") == "published").iter_rows(named=True)
    return [row for row in rows if key.items() <= row.items()]


def given(world: World, side: str, item: str, grades: range = range(11)) -> dict[str, list[int]]:
    """Return the codes people of each organisation gave, of those with such a grade."""
    found: dict[str, list[int]] = defaultdict(list)
    for person in world.people[WAVE]:
        answers = person["answers"]
        grade = answers.get("grade")
        wanted = len(grades) == 11 or (grade is not None and grade in grades)
        if person["side"] == side and answers.get(item) is not None and wanted:
            found[person["organisation_id"]].append(answers[item])
    return found


def atoms_of(world: World) -> dict[tuple[str, ...], list[str]]:
    """Return the organisations of each atom of a band."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, label in reference.base_atoms(world.as_reference(WAVE)).items():
        if label[1] not in ("", "*"):
            found[label].append(name)
    return found


def band_of(world: World, name: str) -> str | None:
    """Return the size band of an organisation."""
    return SETTINGS.size_bands.band_of(world.headcounts(WAVE)[name])


def expected(world: World, group: Sequence[str], item: str, grades: range) -> dict[str, Any]:
    """Return counts per code, answers and organisations of some bands' employees; and Σ over atoms
    of (c − p·n)², from which the interval follows.
    """
    said = given(world, "employee", item, grades)
    clusters, organisations = [], 0
    for names in atoms_of(world).values():
        if band_of(world, names[0]) in group:
            organisations += len(names)
            clusters.append(Counter(code for name in names for code in said.get(name, ())))
    counts = sum(clusters, Counter())
    n = counts.total()
    filled = [one for one in clusters if one.total()]
    spread = {
        code: sum((one[code] - counts[code] / n * one.total()) ** 2 for one in filled)
        for code in counts
    }
    k = len(filled)
    # One atom alone does not say how atoms differ.
    several = k / (k - 1) if k > 1 else math.nan
    errors = {code: math.sqrt(several * one) / n for code, one in spread.items()}
    return {"counts": counts, "n": n, "organisations": organisations, "errors": errors}


@pytest.mark.parametrize(
    ("item", "grade_class", "grades"),
    [("barrier", "all", range(11)), ("reason", "high", range(8, 11)),
     ("reason", "low", range(1, 7))],
)  # fmt: skip
def test_the_groups_are_those_of_plain_python(
    world: World, tables: dict[str, pl.DataFrame], item: str, grade_class: str, grades: range
) -> None:
    key = {"side": "employee", "item_id": item, "grade_class": grade_class}
    rows = rows_of(tables, "coded_answer", group_kind="size_band", **key)
    assert len({row["group_id"] for row in rows}) > 1
    scale = SETTINGS.instrument_of(WAVE).scale_of(
        next(one for one in SETTINGS.instrument_of(WAVE).item if one.item_id == item)
    )
    for row in rows:
        told = expected(world, bands_in(row["group_id"]), item, grades)
        assert row["respondent_count"] == told["n"]
        assert row["organisation_count"] == told["organisations"]
        if row["level"] == "code":
            code = scale.category_ids[row["code"]]
            share = told["counts"][code] / told["n"]
            assert row["share"] == pytest.approx(share, abs=1e-12)
            if math.isnan(told["errors"].get(code, math.nan)):
                assert row["effective_count"] == told["n"]
            elif 0 < share < 1:
                effective = share * (1 - share) / told["errors"][code] ** 2
                capped = min(max(effective, 1), told["n"])
                assert row["effective_count"] == pytest.approx(capped, rel=1e-9)


def test_a_sphere_is_the_sum_of_its_codes(tables: dict[str, pl.DataFrame]) -> None:
    rows = rows_of(tables, "coded_answer", side="employee", item_id="barrier", group_kind="sector")
    share = {row["code"]: row["share"] for row in rows}
    theirs = share["strict_commissioner"] + share["uncertain_funding"]
    assert share["commissioner"] == pytest.approx(theirs, abs=1e-12)
    assert share["own_influence"] == pytest.approx(1 - theirs, abs=1e-12)
    assert share["commissioner"] > 0.1


def test_hr_counts_an_organisation_once(world: World, tables: dict[str, pl.DataFrame]) -> None:
    said = given(world, "hr", "barrier")
    inside = {name: codes for name, codes in said.items() if band_of(world, name)}
    rows = rows_of(tables, "coded_answer", side="hr", item_id="barrier", group_kind="sector")
    assert rows
    for row in rows:
        assert row["respondent_count"] == len(inside)
        if row["level"] == "code":
            count = sum(SCALE[row["code"]] in codes for codes in inside.values())
            assert row["share"] == pytest.approx(count / len(inside), abs=1e-12)


def test_hr_names_other_barriers_than_employees(tables: dict[str, pl.DataFrame]) -> None:
    rows = rows_of(tables, "coded_gap", group_kind="sector", item_id="barrier")
    verdicts = {row["code"]: row["verdict"] for row in rows}
    assert verdicts["few_skills"] == "lower"
    assert verdicts["little_encouragement"] == "higher"


def test_nothing_is_told_of_one_organisation(tables: dict[str, pl.DataFrame]) -> None:
    for table in ("coded_answer", "coded_gap"):
        assert set(tables[table]["group_kind"]) <= {"sector", "size_band"}


def test_a_mean_of_questions_is_that_of_their_rows(tables: dict[str, pl.DataFrame]) -> None:
    key = ("side", "group_kind", "group_id")
    scores = {
        (*(row[name] for name in key), row["item_id"]): row for row in rows_of(tables, "score")
    }
    awareness = [f"scheme_{scheme.scheme_id}_awareness" for scheme in SETTINGS.schemes]
    space = [f"autonomy_space_{name}" for name in ("schedule", "professional")]
    control = [f"autonomy_control_{name}" for name in ("hours", "rules")]
    parts = {"scheme_awareness": (awareness, []), "autonomy_balance": (space, control)}
    rows = [row for row in rows_of(tables, "composite") if row["composite_id"] in parts]
    assert {row["composite_id"] for row in rows} == set(parts)
    assert {"sector", "organisation"} <= {row["group_kind"] for row in rows}
    for row in rows:
        plus, minus = (
            [scores[*(row[name] for name in key), item] for item in items]
            for items in parts[row["composite_id"]]
        )
        for name, other in (("value", "value"), ("ci_low", "ci_high"), ("ci_high", "ci_low")):
            less = np.mean([part[other] for part in minus]) if minus else 0.0
            mean = np.mean([part[name] for part in plus]) - less
            assert row[name] == pytest.approx(mean, abs=1e-12)


def test_bands_stand_against_each_other(tables: dict[str, pl.DataFrame]) -> None:
    scores = {
        (row["side"], row["item_id"], row["group_id"]): row
        for row in rows_of(tables, "score", group_kind="size_band")
    }
    rows = rows_of(tables, "band_difference")
    assert {"grade", "priority_trust"} <= {row["item_id"] for row in rows}
    assert not any(row["item_id"].startswith("scheme_") for row in rows)
    for row in rows:
        key = row["side"], row["item_id"]
        one, other = scores[*key, row["group_id"]], scores[*key, row["other_group_id"]]
        assert row["difference"] == pytest.approx(one["value"] - other["value"], abs=1e-12)
        down = math.hypot(one["value"] - one["ci_low"], other["ci_high"] - other["value"])
        assert row["ci_low"] == pytest.approx(row["difference"] - down, abs=1e-12)
        assert BANDS.index(bands_in(row["group_id"])[0]) < BANDS.index(
            bands_in(row["other_group_id"])[0]
        )


def atoms(n: Sequence[int], own: Sequence[int], first: Sequence[int]) -> CodedAtoms:
    """Return atoms of one band with two codes, `first` of which gave the first."""
    counts = np.array([[c, total - c] for c, total in zip(first, n, strict=True)])
    names = np.array([1 if alone else 4 for alone in own])
    return CodedAtoms(("a", "b"), ["10-49"] * len(n), np.array(own), names, np.array(n), counts)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (atoms([20, 30], [0, 0], [5, 5]), True),
        (atoms([4, 5], [0, 0], [2, 2]), False),  # nine people
        (atoms([20], [0], [5]), False),  # four organisations
        (atoms([20, 30], [0, 0], [20, 30]), False),  # everybody gave the same
        (atoms([12] * 9 + [20], [1] * 9 + [0], [5] * 10), False),  # nine of their own
        (atoms([12] * 10 + [20], [1] * 10 + [0], [5] * 11), True),
        (atoms([12] * 9 + [150], [1] * 10, [5] * 10), False),  # one of them is most of it
    ],
)
def test_when_codes_may_be_shown(given: CodedAtoms, shown: bool) -> None:
    everything = np.arange(len(given.n))
    assert may_be_shown(given, everything, "employee", POLICY) is shown
    assert bool(shown_groups(given, "employee", [(band,) for band in BANDS], POLICY)) is shown


@pytest.fixture(scope="module")
def attacked(store: Store, tables: dict[str, pl.DataFrame]) -> AuditedWorld:
    """Return what the audit made of the tables."""
    structures = read_structure(next(store.structure.glob(f"{WAVE}-*")))
    return attack_tables(tables, structures, POLICY, Trail())


def audited(attacked: AuditedWorld, tables: dict[str, pl.DataFrame]) -> set[str]:
    """Return the kinds of findings about codes and means of several questions."""
    trail = Trail()
    for check in (check_coded_answers, check_composites, check_band_differences):
        check(attacked._replace(tables=tables), SETTINGS.method, trail)
    return {finding.kind for finding in trail.findings}


def changed(frame: pl.DataFrame, change: Row, where: Row) -> pl.DataFrame:
    """Return a table in which published rows that match hold something else."""
    here = pl.all_horizontal(pl.col(name) == value for name, value in where.items())
    here &= pl.col("status") == "published"
    return frame.with_columns(
        pl.when(here).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in change.items()
    )


def test_the_audit_finds_nothing(attacked: AuditedWorld, tables: dict[str, pl.DataFrame]) -> None:
    assert audited(attacked, tables) == set()


CODE = {"item_id": "barrier", "side": "employee"}


@pytest.mark.parametrize(
    ("table", "change", "where", "kind"),
    [
        ("coded_answer", {"share": 0.3123}, CODE | {"code": "few_skills"}, "unexplained"),
        ("coded_answer", {"respondent_count": 9}, CODE, "too few"),
        ("coded_answer", {"respondent_count": 10**6}, CODE, "unexplained"),
        ("coded_answer", {"organisation_count": 4}, CODE, "few organisations"),
        ("coded_answer", {"share": 1.0}, CODE | {"code": "few_skills"}, "homogeneous"),
        ("coded_answer", {"effective_count": 1e6}, CODE, "unexplained"),
        ("coded_answer", {"ci_low": 0.0123}, CODE | {"group_kind": "sector"}, "unexplained"),
        ("coded_answer", {"mention_state": "uncertain"}, CODE | {"code": "few_skills"},
         "unexplained"),
        ("coded_gap", {"difference": 0.2}, {"code": "few_skills"}, "unexplained"),
        ("coded_gap", {"verdict": "comparable"}, {"code": "few_skills"}, "unexplained"),
        ("coded_gap", {"q_value": 0.2}, {"code": "few_skills"}, "unexplained"),
        ("composite", {"value": 0.5}, {"composite_id": "scheme_awareness"}, "unexplained"),
        ("composite", {"ci_high": 0.9}, {"composite_id": "autonomy_balance"}, "unexplained"),
        ("composite_gap", {"difference": 0.5}, {"composite_id": "autonomy_space"}, "unexplained"),
        ("composite_gap", {"verdict": "higher"}, {"composite_id": "autonomy_space"},
         "unexplained"),
        ("band_difference", {"difference": 0.5}, {"item_id": "grade"}, "unexplained"),
        ("band_difference", {"ci_low": 0.4}, {"item_id": "grade"}, "unexplained"),
        ("band_difference", {"other_group_id": "10-49"}, {"item_id": "grade"}, "unexplained"),
        ("band_difference", {"q_value": 0.5}, {"item_id": "grade"}, "unexplained"),
        ("band_difference", {"verdict": "lower"}, {"item_id": "grade"}, "unexplained"),
    ],
)  # fmt: skip
def test_the_audit_sees(
    attacked: AuditedWorld,
    tables: dict[str, pl.DataFrame],
    table: str,
    change: Row,
    where: Row,
    kind: str,
) -> None:
    mutant = changed(tables[table], change, where)
    assert not mutant.equals(tables[table])
    assert kind in audited(attacked, tables | {table: mutant})


def test_a_group_that_is_left_out_is_seen(
    attacked: AuditedWorld, tables: dict[str, pl.DataFrame]
) -> None:
    rows = rows_of(tables, "coded_answer", group_kind="size_band", **CODE)
    left_out = pl.col("group_id") == rows[0]["group_id"]
    frame = tables["coded_answer"].filter(~left_out)
    assert "unexplained" in audited(attacked, tables | {"coded_answer": frame})


def test_answers_exchanged_inside_an_atom_change_nothing(
    world: World, tables: dict[str, pl.DataFrame], tmp_path: Path
) -> None:
    labels = reference.base_atoms(world.as_reference(WAVE))
    people = list(world.people[WAVE])
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, person in enumerate(people):
        if person["side"] == "employee":
            places[labels.get(person["organisation_id"], ("none", ""))].append(place)
    moved = list(people)
    for some in places.values():
        for place, other in zip(some, some[1:] + some[:1], strict=True):
            moved[place] = people[place] | {"answers": people[other]["answers"]}
    assert moved != people
    release_world(world.with_people(WAVE, moved), tmp_path)
    after = read_tables(next(Store(tmp_path).releases.glob("*.duckdb")))
    for table in ("coded_answer", "coded_gap", "composite", "composite_gap"):
        assert after[table].equals(tables[table])
