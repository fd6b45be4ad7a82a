"""A guard whose mutants survive is no guard: each weakening turns the audit red.

The release is built by the real pipeline from real exports, with one rule weakened on the way, or
the released file is edited afterwards. The same sector without the mutation is green.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.attacks.test_collusion import with_one_odd_headcount
from tests.attacks.worlds import one_without_distribution
from tests.builders import World, build_world, load_world, project_settings, release_store
from warehouse import atoms, release, totals
from warehouse.audit.report import AuditReport
from warehouse.audit.run import audit_release
from warehouse.benchmark import blocks, budget, build, comparisons, facts, groups, scores
from warehouse.errors import DisclosureError
from warehouse.paths import Store
from warehouse.release import current_release

WAVE = "2025"
Patch = pytest.MonkeyPatch


def world_of(name: str) -> World:
    """Return the sector a mutation is tried on."""
    if name == "giant":
        return with_headcount(build_world(31), "ORGGIANT", 20000)
    if name == "small":
        return build_world(41, scale=0.5).without("ORGGIANT")
    if name == "ten":
        return build_world(49, scale=0.3).without("ORGGIANT")
    if name == "sharing":
        return build_world(1351, scale=0.15, response=3)
    if name == "one in classes":
        return one_without_distribution()
    if name == "odd":
        return with_one_odd_headcount(build_world(43, scale=2.0))
    return build_world(31).without("ORGGIANT")


def with_headcount(world: World, organisation: str, headcount: int) -> World:
    """Return the world in which an organisation employs as many people."""
    register = [
        row | {"headcount": headcount} if row["organisation_id"] == organisation else row
        for row in world.register
    ]
    return replace(world, register=register)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], Store]:
    """Return a way to a copy of a loaded sector, whose waves are still open."""
    stores: dict[str, Store] = {}

    def copy(name: str, root: Path) -> Store:
        if name not in stores:
            stores[name] = load_world(world_of(name), tmp_path_factory.mktemp(name))
        return Store(shutil.copytree(stores[name].root, root / "store"))

    return copy


def audited(store: Store) -> AuditReport:
    """Return the audit of the live release."""
    live = current_release(store)
    assert live is not None
    return audit_release(store, live, project_settings())


def kinds(report: AuditReport) -> set[str]:
    """Return the kinds of what was found."""
    return {finding.kind for finding in report.findings}


def build_unguarded(store: Store, patch: Patch) -> AuditReport:
    """Return the audit of a release that the audit did not stop."""
    with patch.context() as unguarded:
        unguarded.setattr(release, "require_safe", lambda report: None)
        unguarded.setattr(release, "check_floor", lambda frame, floor: None)
        release_store(store, [WAVE])
    return audited(store)


# --- Rules weakened in the pipeline --------------------------------------------------------------


def lower_floor(patch: Patch) -> None:
    """Accept nine people."""

    def with_nine(real: Callable[..., Any]) -> Callable[..., Any]:
        def weakened(*arguments: Any) -> Any:
            return real(*(nine(one) for one in arguments))

        return weakened

    def nine(argument: Any) -> Any:
        if hasattr(argument, "persons_min"):
            return argument.model_copy(update={"persons_min": 9})
        return 9 if argument == 10 else argument

    patch.setattr(totals, "base_partition", with_nine(atoms.base_partition))
    patch.setattr(totals, "floor_of", with_nine(atoms.floor_of))


def skip_complement(patch: Patch) -> None:
    """Leave a rest that is too small as it is, and only hide its own row."""

    def published(block: Any) -> Iterator[dict[str, Any]]:
        yield from (row for row in scores.atom_scores(block) if row["respondent_count"] >= 10)

    patch.setattr(atoms.Partitioner, "fill_band_rest", lambda self, partition, band: None)
    patch.setattr(build, "atom_scores", published)


def skip_width(patch: Patch) -> None:
    """Let a rest consist of one large organisation and little else."""
    patch.setattr(atoms.Partitioner, "holds", atoms.Partitioner.is_publishable)


def skip_homogeneity(patch: Patch) -> None:
    """Publish a mean of people who all said the same."""

    def enough(self: atoms.Floor, n: Any, total: Any) -> Any:
        return n >= self.persons

    patch.setattr(atoms.Floor, "hold_each", enough)


def accept_four(patch: Patch) -> None:
    """Publish a band of four organisations beside the sector."""

    def passes(block: Any, bands: Any) -> bool:
        k = groups.own_count(block, bands)
        return k == 0 or k >= 4

    for module in (groups, scores, comparisons):
        patch.setattr(module, "organisation_group_passes", passes)


def accept_dominance(patch: Patch) -> None:
    """Publish a mean of respondents most of whom work at one organisation."""
    patch.setattr(groups, "is_dominated", lambda block, bands: False)
    accept_two_weightings(patch)


def accept_two_weightings(patch: Patch) -> None:
    """Publish both means of a group in which one organisation weighs unlike all others."""
    patch.setattr(groups, "hides_everyone", lambda block, inside, published: True)


def spend_without_end(patch: Patch) -> None:
    """Publish quartiles and a slope of ten organisations beside everything else."""
    patch.setattr(budget.Budget, "room", lambda self, members: 99)


def forget_shared_distributions(patch: Patch) -> None:
    """Publish a distribution that two organisations share, though their means pin one down."""
    patch.setattr(atoms.Partitioner, "pins_somebody", lambda self, groups: False)


def forget_shown_spreads(patch: Patch) -> None:
    """Pool a variance of which distributions show all parts but one."""
    patch.setattr(blocks.Block, "shown_inside", lambda self, pick: pick & False)


def subtract_distribution(patch: Patch) -> None:
    """Hide the distribution of one small organisation that the sector's still contains."""

    def lowered(policy: Any, scale: Any, kind: str, persons: int) -> atoms.Floor:
        return atoms.floor_of(policy, scale, kind, min(persons, 10))

    def without_smallest(given: blocks.WaveTotals, block: Any) -> Iterator[dict[str, Any]]:
        mine = given.of("distribution", block).filter(pl.col("atom_kind") == "own")
        smallest = mine.sort("answer_count", "atom_id")
        gone = smallest["atom_id"][0] if smallest.height else None
        for row in facts.distribution_rows(given, block):
            if row["group_id"] != gone:
                yield row

    patch.setattr(totals, "floor_of", lowered)
    patch.setattr(build, "distribution_rows", without_smallest)


@pytest.mark.parametrize(
    ("sector", "weaken", "kind"),
    [
        ("plain", lower_floor, "small"),
        ("plain", skip_complement, "difference"),
        ("small", skip_width, "interval"),
        ("plain", skip_homogeneity, "homogeneity"),
        ("small", accept_four, "few organisations"),
        ("giant", accept_dominance, "dominance"),
        ("odd", accept_two_weightings, "coalition"),
        ("plain", subtract_distribution, "difference"),
        ("ten", spend_without_end, "coalition"),
        ("sharing", forget_shared_distributions, "homogeneity"),
        ("one in classes", forget_shown_spreads, "leak"),
    ],
)
def test_a_weakened_rule_turns_the_audit_red(
    loaded: Callable[[str, Path], Store],
    tmp_path: Path,
    monkeypatch: Patch,
    sector: str,
    weaken: Callable[[Patch], None],
    kind: str,
) -> None:
    store = loaded(sector, tmp_path)
    weaken(monkeypatch)
    report = build_unguarded(store, monkeypatch)
    assert kind in kinds(report), report.findings[:5]


@pytest.mark.parametrize(
    "sector",
    [
        *("plain", "ten"),
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("small", "giant", "odd", "sharing", "one in classes")
        ),
    ],
)
def test_without_a_mutation_the_audit_is_green(
    loaded: Callable[[str, Path], Store], tmp_path: Path, sector: str
) -> None:
    store = loaded(sector, tmp_path)
    release_store(store, [WAVE])
    report = audited(store)
    assert report.findings == ()
    for tried in ("equations", "sets attacked", "withheld organisations narrowed down"):
        assert report.tried[tried] > 50, tried


def test_a_release_that_the_audit_breaks_is_not_kept_and_not_current(
    loaded: Callable[[str, Path], Store], tmp_path: Path, monkeypatch: Patch
) -> None:
    store = loaded("plain", tmp_path)
    skip_homogeneity(monkeypatch)
    with pytest.raises(DisclosureError, match=r"The audit found \d+ ways into release"):
        release_store(store, [WAVE])
    assert current_release(store) is None
    assert list(store.releases.iterdir()) == []


# --- Released files edited -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def honest(loaded: Callable[[str, Path], Store], tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with a release that is green."""
    store = loaded("plain", tmp_path_factory.mktemp("honest"))
    release_store(store, [WAVE])
    return store


@pytest.fixture
def edited(honest: Store, tmp_path: Path) -> Callable[..., AuditReport]:
    """Return a way to edit the released file and audit it."""

    def edit(*statements: str) -> AuditReport:
        store = Store(shutil.copytree(honest.root, tmp_path / "edited"))
        path = store.releases / f"{current_release(store)}.duckdb"
        with duckdb.connect(str(path)) as connection:
            for statement in statements:
                connection.execute(statement)
        return audited(store)

    return edit


GRADE = "wave_id = '2025' AND side = 'employee' AND item_id = 'grade'"
ATOMS = "group_kind IN ('organisation', 'size_band_rest') AND status = 'published'"
POOLED = f"""(SELECT sum(respondent_count * value) / sum(respondent_count)
    FROM score WHERE {GRADE} AND {ATOMS})"""
SECTOR = "'2025', 'employee', 'grade', "
MUTATIONS = {
    "another weighting of the sector": (
        f"UPDATE benchmark SET respondent_mean = {POOLED} WHERE {GRADE} AND group_kind = 'sector'",
        "second weighting",
    ),
    "a mean of organisations of others than the published ones": (
        f"UPDATE benchmark SET mean_of_organisations = mean_of_organisations + 0.01 WHERE {GRADE}",
        "unexplained",
    ),
    "a group that overlaps with the bands": (
        f"INSERT INTO score SELECT wave_id, side, 'region', 'noord', item_id, respondent_count, "
        f"organisation_count, value, ci_low, ci_high, status FROM score WHERE {GRADE} "
        "AND group_kind = 'sector'",
        "unknown",
    ),
    "a hidden value": (
        f"UPDATE score SET value = 7.0 WHERE {GRADE} AND status = 'withheld_small'",
        "leak",
    ),
    "a comparison of a withheld organisation": (
        "INSERT INTO comparison BY NAME SELECT wave_id, side, item_id, "
        "group_id AS organisation_id, 'sector' AS against, 'sector' AS group_id, "
        f"0.3 AS difference, 'published' AS status FROM score WHERE {GRADE} "
        "AND status = 'withheld_small'",
        "unexplained",
    ),
    "a change that is not one of published values": (
        "INSERT INTO trend BY NAME SELECT '2024' AS wave_from, wave_id AS wave_to, side, "
        f"group_kind, group_id, item_id, 0.2 AS change, status FROM score WHERE {GRADE} "
        "AND group_kind = 'sector'",
        "unexplained",
    ),
    "a distribution of other people": (
        f"UPDATE distribution SET share = share * 0.9 + 0.1 * (position = 1)::int WHERE {GRADE} "
        "AND group_kind = 'sector'",
        "unexplained",
    ),
    "hr of one organisation": (
        "INSERT INTO score BY NAME SELECT wave_id, 'hr' AS side, group_kind, group_id, item_id, "
        f"1 AS respondent_count, 1 AS organisation_count, 8.0 AS value, status FROM score "
        f"WHERE {GRADE} AND group_kind = 'organisation' AND status = 'published' LIMIT 1",
        "unexplained",
    ),
    "a total that is no score": (
        f"UPDATE protected_total SET total = total + 1 WHERE {GRADE} AND group_kind = "
        "'organisation'",
        "unexplained",
    ),
    "the spread of an organisation": (
        f"UPDATE protected_total SET total_squares = 700 WHERE {GRADE} AND group_kind = "
        "'organisation'",
        "leak",
    ),
    "an interval from an own spread": (
        f"UPDATE score SET ci_low = value - 0.2, ci_high = value + 0.2 WHERE {GRADE} AND "
        "group_kind = 'organisation' AND status = 'published'",
        "leak",
    ),
    "a spread of fewer than it says": (
        f"UPDATE parameter SET value = value - 30 WHERE {GRADE} AND name = 'pooled_df'",
        "leak",
    ),
    "a parameter nobody knows": (
        f"UPDATE parameter SET name = 'variance_of_one' WHERE {GRADE} AND name = 'pooled_df'",
        "unknown",
    ),
    "a column nobody knows": ("ALTER TABLE score ADD COLUMN variance DOUBLE", "unknown"),
    "a table nobody knows": ("CREATE TABLE top_ten AS SELECT 1 AS organisation_rank", "unknown"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_an_edited_release_turns_the_audit_red(
    edited: Callable[..., AuditReport], name: str
) -> None:
    statement, kind = MUTATIONS[name]
    report = edited(statement)
    assert kind in kinds(report), report.findings[:5]


def small_left_over(store: Store) -> Iterator[tuple[str, int]]:
    """Yield items of which one to nine people are in no published atom, and all who answered."""
    structure = pl.concat(pl.read_parquet(path) for path in store.structure.iterdir())
    employees = structure.filter((pl.col("side") == "employee") & (pl.col("breakdown_id") == ""))
    path = store.releases / f"{current_release(store)}.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        published = connection.execute(
            f"SELECT item_id, sum(respondent_count)::int FROM score WHERE side = 'employee' "
            f"AND {ATOMS} GROUP BY item_id ORDER BY item_id"
        ).fetchall()
    for item, people in published:
        everybody = int(employees.filter(pl.col("item_id") == item)["answer_count"].sum())
        if 0 < everybody - people < 10:
            yield item, everybody


def test_the_sector_with_everybody_in_it_gives_away_who_is_in_no_band(
    loaded: Callable[[str, Path], Store], tmp_path: Path, monkeypatch: Patch
) -> None:
    """The organisation without headcount is what is left when the bands are subtracted."""
    store = loaded("plain", tmp_path)
    monkeypatch.setattr(atoms.Partitioner, "fill_sector_rest", lambda self, partition: None)
    assert build_unguarded(store, monkeypatch).is_safe
    item, everybody = next(small_left_over(store))
    path = store.releases / f"{current_release(store)}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"UPDATE score SET respondent_count = {everybody}, value = coalesce(value, 0.5), "
            f"status = 'published' WHERE item_id = '{item}' AND side = 'employee' "
            "AND group_kind = 'sector'"
        )
    assert "difference" in kinds(audited(store))


def test_two_releases_of_one_wave_that_differ_turn_the_audit_red(
    honest: Store, tmp_path: Path
) -> None:
    store = Store(shutil.copytree(honest.root, tmp_path / "two"))
    live = store.releases / f"{current_release(store)}.duckdb"
    other = shutil.copy(live, store.releases / "withdrawn.duckdb")
    assert audited(store).is_safe
    with duckdb.connect(str(other)) as connection:
        connection.execute(
            f"UPDATE score SET value = value + 0.01 WHERE {GRADE} AND group_kind = 'sector'"
        )
    assert kinds(audited(store)) == {"differs"}


# --- An age group --------------------------------------------------------------------------------


def own_results(store: Store) -> set[str]:
    """Return the organisations with a published grade."""
    path = store.releases / f"{current_release(store)}.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            f"SELECT group_id FROM score WHERE {GRADE} AND {ATOMS} AND group_kind = 'organisation'"
        ).fetchall()
    return {name for (name,) in rows}


def with_ages(store: Store, young: int) -> None:
    """Write age groups into the structure: `young` people under 35 who answered the grade.

    All of them work where the grade is published, so that a figure of the sector counts them. The
    released age groups are taken out: these take their place.
    """
    live = store.releases / f"{current_release(store)}.duckdb"
    with duckdb.connect(str(live)) as connection:
        for table in ("score", "protected_total", "category_difference", "indicative_score"):
            connection.execute(
                f"DELETE FROM {table} WHERE group_kind IN ('sector_age', 'size_band_age')"
            )
    path = next(path for path in store.structure.iterdir() if path.name.startswith(WAVE))
    totals_only = pl.read_parquet(path).filter(pl.col("breakdown_id") == "")
    grades = totals_only.filter(
        (pl.col("side") == "employee") & (pl.col("item_id") == "grade")
    ).sort("organisation_id")
    own = own_results(store)
    rows, left = [], young
    for row in grades.iter_rows(named=True):
        here = min(left, row["answer_count"] // 2) if row["organisation_id"] in own else 0
        left -= here
        for category, count in (("under_35", here), ("35_plus", row["answer_count"] - here)):
            rows.append(row | {"breakdown_id": "age", "category": category, "answer_count": count})
    assert left == 0
    pl.concat([totals_only, pl.DataFrame(rows, schema=totals_only.schema)]).write_parquet(path)


def publish_age(store: Store, category: str, people: int) -> AuditReport:
    """Return the audit after the grade of one age group of the sector was published."""
    path = store.releases / f"{current_release(store)}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "INSERT INTO score BY NAME SELECT '2025' AS wave_id, 'employee' AS side, "
            f"'sector_age' AS group_kind, '{category}' AS group_id, 'grade' AS item_id, "
            f"{people} AS respondent_count, 7.1 AS value, 'published' AS status"
        )
    return audited(store)


@pytest.mark.parametrize(
    ("young", "category", "kind"),
    [
        (9, "under_35", "small"),
        (9, "35_plus", "difference"),
        (60, "under_35", None),
        (60, "35_plus", None),
    ],
)
def test_an_age_group_of_nine_turns_the_audit_red_and_one_of_sixty_does_not(
    honest: Store, tmp_path: Path, young: int, category: str, kind: str | None
) -> None:
    store = Store(shutil.copytree(honest.root, tmp_path / "ages"))
    with_ages(store, young)
    assert audited(store).is_safe
    path = store.releases / f"{current_release(store)}.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(
            f"SELECT respondent_count FROM score WHERE {GRADE} AND group_kind = 'sector'"
        ).fetchone()
    assert found is not None
    people = young if category == "under_35" else found[0] - young
    report = publish_age(store, category, people)
    assert report.is_safe if kind is None else kind in kinds(report), report.findings[:5]


def test_an_age_group_the_structure_does_not_explain_turns_the_audit_red(
    honest: Store, tmp_path: Path
) -> None:
    store = Store(shutil.copytree(honest.root, tmp_path / "ages"))
    assert kinds(publish_age(store, "under_36", 60)) == {"unexplained"}
