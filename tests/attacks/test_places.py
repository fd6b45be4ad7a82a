"""What directors learn from where organisations stand, and a file that says more turns red.

A director reads the own row of `expected_range` and of `comparison`, and everything about groups.
Three of them together must not come nearer to a fourth by it (docs/decisions/009). What would bring
them nearer is for staff only; that it would is shown here too.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy import stats

from tests.builders import (
    Released,
    Row,
    World,
    build_world,
    load_world,
    project_settings,
    release_store,
)
from tests.reference.places import employee_blocks
from tests.reference.sizes import mean_log_size, variance_of
from warehouse.audit.report import AuditReport
from warehouse.audit.run import audit_release
from warehouse.paths import Store
from warehouse.release import current_release

GRADE = {"wave_id": "2025", "side": "employee", "item_id": "grade"}
EXACT = 1e-9
Rows = dict[str, Row]


@cache
def world() -> World:
    """Return the sector of these tests."""
    return build_world(31).without("ORGGIANT")


@pytest.fixture(scope="module")
def world_store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Released]:
    """Return a store with a green release, and the release."""
    store = load_world(world(), tmp_path_factory.mktemp("places"))
    return store, release_store(store, ["2025"])


@pytest.fixture
def released(world_store: tuple[Store, Released]) -> Released:
    """Return the release."""
    return world_store[1]


def rows_of(released: Released, table: str, **more: str) -> list[Row]:
    """Return the published rows of the grade."""
    key = GRADE | {"status": "published"} | more
    return [row for row in released.tables[table] if key.items() <= row.items()]


def by_organisation(released: Released, table: str, **more: str) -> Rows:
    """Return the published rows of the grade by organisation."""
    return {row["organisation_id"]: row for row in rows_of(released, table, **more)}


def own_scores(released: Released) -> Rows:
    """Return the organisations' own grades."""
    return {row["group_id"]: row for row in rows_of(released, "score", group_kind="organisation")}


def constants(released: Released) -> dict[str, float]:
    """Return the constants of the sector, which everybody may read."""
    rows = [row for row in released.tables["parameter"] if GRADE.items() <= row.items()]
    return {row["name"]: row["value"] for row in rows}


def log_sizes(released: Released) -> dict[str, float]:
    """Return log10 of the headcounts, which everybody is taken to know."""
    rows = released.tables["organisation"]
    return {
        row["organisation_id"]: math.log10(row["headcount"]) for row in rows if row["headcount"]
    }


# --- What a director's own row adds --------------------------------------------------------------


def test_what_is_expected_follows_from_the_published_slope_and_the_headcount(
    released: Released,
) -> None:
    (line,) = rows_of(released, "size_gradient")
    sizes, rows = log_sizes(released), by_organisation(released, "expected_range")
    assert len(rows) > 20
    for organisation, row in rows.items():
        fit = line["intercept"] + line["slope_per_tenfold"] * sizes[organisation]
        assert row["expected_value"] == pytest.approx(fit, abs=EXACT)


def variance_at_size(row: Row, answers: int, pooled: float) -> float:
    """Return what a range says beside the own sampling error: τ² + the variance of the fit."""
    return float(((row["range_high"] - row["range_low"]) / (2 * 1.96)) ** 2 - pooled / answers)


def test_three_directors_work_out_every_range_so_others_rows_tell_them_nothing(
    released: Released,
) -> None:
    """The width is a parabola in log10 headcount, the same for everybody; three points draw it."""
    sizes, own = log_sizes(released), own_scores(released)
    pooled, rows = (
        constants(released)["pooled_variance"],
        by_organisation(released, "expected_range"),
    )
    inside = {o: r for o, r in rows.items() if r["range_low"] > 1 and r["range_high"] < 10}
    names = sorted(inside, key=lambda name: sizes[name])
    three = [names[0], names[len(names) // 2], names[-1]]
    known = {o: variance_at_size(r, own[o]["respondent_count"], pooled) for o, r in inside.items()}
    parabola = np.polyfit([sizes[name] for name in three], [known[name] for name in three], 2)
    for name in names:
        assert known[name] == pytest.approx(np.polyval(parabola, sizes[name]), abs=1e-7)


def test_the_parabola_holds_no_mean_that_the_published_interval_does_not_hold(
    released: Released,
) -> None:
    """Its top coefficient is the published variance of the slope; and that alone gives τ².

    Var(slope) = 1/Σw(x − x̄)² with w = 1/(v + τ²) rises with τ², so whoever knows headcounts and
    numbers of answers has τ² from it, and the two other coefficients are functions of τ².
    """
    (line,) = rows_of(released, "size_gradient")
    (spread,) = rows_of(released, "sector_spread")
    z = stats.norm.ppf(0.975)
    variance = ((line["ci_high"] - line["ci_low"]) / (2 * z)) ** 2
    assert variance == pytest.approx(spread["slope_variance"], rel=1e-9)
    x, v = points_of_the_line()
    low, high = 0.0, 10.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if slope_variance(x, v, middle) < variance else (low, middle)
    assert low == pytest.approx(spread["line_variance"], abs=1e-7)


def slope_variance(x: np.ndarray, v: np.ndarray, tau2: float) -> float:
    """Return the variance of the slope at a spread between organisations."""
    w = 1 / (v + tau2)
    return float(1 / np.sum(w * (x - np.sum(w * x) / np.sum(w)) ** 2))


def points_of_the_line() -> tuple[np.ndarray, np.ndarray]:
    """Return size and sampling variance of own results and rests, by the second implementation."""
    wave = world().as_reference("2025")
    block = next(one for one in employee_blocks(wave) if one.item.item_id == "grade")
    sizes = [mean_log_size(wave, atom) for atom in block.atoms]
    return np.array(sizes), np.array([variance_of(block, atom) for atom in block.atoms])


@pytest.mark.parametrize("against", ["size_band", "sector"])
def test_an_effect_follows_from_the_own_comparison_and_the_spread_of_all(
    released: Released, against: str
) -> None:
    given, own = constants(released), own_scores(released)
    variance, df = given["pooled_variance"], given["pooled_df"]
    correction = math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) * math.sqrt(2 / df)
    z = stats.norm.ppf(0.975)
    rows = by_organisation(released, "comparison", against=against)
    assert len(rows) > 20
    for organisation, row in rows.items():
        n = own[organisation]["respondent_count"]
        g = correction * row["difference"] / math.sqrt(variance)
        both = ((row["ci_high"] - row["ci_low"]) / (2 * z)) ** 2 / variance
        others = 1 / (both - 1 / n)
        half = z * math.sqrt(both + g * g / (2 * (n + others)))
        found = [row["effect_size"], row["effect_low"], row["effect_high"]]
        assert found == pytest.approx([g, g - half, g + half], abs=1e-8)


# --- Why the rest is for staff -------------------------------------------------------------------


def test_an_own_estimate_gives_a_second_weighting_of_a_band(released: Released) -> None:
    """Own value and estimate give the band's weighted mean, beside its published plain mean.

    That is what docs/decisions/004 keeps from directors below ten organisations, and above only
    beside proof that nobody stands alone in it. So an own estimate is not for directors.
    """
    own, estimates = own_scores(released), by_organisation(released, "organisation_place")
    band_of = {r["organisation_id"]: r["size_band_id"] for r in released.tables["organisation"]}
    pooled = constants(released)["pooled_variance"]
    (spread,) = rows_of(released, "sector_spread")
    tau2, band = spread["between_variance"], "50-99"
    members = [name for name in own if band_of[name] == band]
    w = np.array([1 / (pooled / own[name]["respondent_count"] + tau2) for name in members])
    truth = float(w @ [own[name]["value"] for name in members] / w.sum())
    name = members[0]
    kept = tau2 / (tau2 + pooled / own[name]["respondent_count"])
    found = (estimates[name]["estimate"] - kept * own[name]["value"]) / (1 - kept)
    assert found == pytest.approx(truth, abs=1e-8)
    plain = float(np.mean([own[name]["value"] for name in members]))
    assert abs(found - plain) > 1e-4


def test_an_own_distance_gives_the_mean_of_all_answers_a_third_weighting(
    released: Released,
) -> None:
    own, places = own_scores(released), by_organisation(released, "organisation_place")
    n = np.array([row["respondent_count"] for row in own.values()])
    truth = float(n @ [row["value"] for row in own.values()] / n.sum())
    name, row = next(iter(own.items()))
    v = constants(released)["pooled_variance"] / row["respondent_count"]
    found = row["value"] - places[name]["funnel_z"] * math.sqrt(v)
    assert found == pytest.approx(truth, abs=1e-8)
    groups = rows_of(released, "score", group_kind="sector") + rows_of(released, "benchmark")
    shown = [row.get("value", row.get("mean_of_organisations")) for row in groups]
    assert all(abs(found - value) > 1e-4 for value in shown)


# --- A file that says more ------------------------------------------------------------------------

HERE = "wave_id = '2025' AND side = 'employee' AND item_id = 'grade'"
NOBODY = f"(SELECT group_id FROM score WHERE {HERE} AND status = 'withheld_small' LIMIT 1)"
ONE = f"(SELECT min(organisation_id) FROM organisation_place WHERE {HERE})"
UNWEIGHTED = f"(SELECT avg(value) FROM score WHERE {HERE} AND group_kind = 'organisation')"


def stranger(table: str) -> str:
    """Return the statement that places an organisation without an own result."""
    columns = f"SELECT * REPLACE ({NOBODY} AS organisation_id) FROM {table} WHERE {HERE}"
    return f"INSERT INTO {table} {columns} AND organisation_id = {ONE}"


def moved(table: str, column: str, by: str = "+ 0.001", item: str = "grade") -> str:
    """Return the statement that moves a figure of an item."""
    where = HERE.replace("'grade'", f"'{item}'")
    return f"UPDATE {table} SET {column} = {column} {by} WHERE {where}"


FIGURES = {
    "expected_range": ("expected_value", "range_low", "range_high", "outer_low", "outer_high"),
    "organisation_place": (
        "funnel_z",
        "funnel_z_adjusted",
        "estimate",
        "estimate_low",
        "estimate_high",
        "constrained_estimate",
    ),
    "sector_spread": (
        "funnel_centre",
        "over_dispersion",
        "funnel_variance",
        "between_variance",
        "constraint_factor",
        "line_variance",
        "intercept_variance",
        "slope_variance",
        "intercept_slope_covariance",
    ),
    "comparison": ("effect_size", "effect_low", "effect_high"),
    "size_gradient": ("slope_per_tenfold", "intercept", "ci_low", "ci_high", "p_value"),
}
MUTATIONS: dict[str, tuple[str, str]] = {
    "a rank": (moved("organisation_place", "rank_low", "+ 1"), "unexplained"),
    "the worst rank": (moved("organisation_place", "rank_high", "- 1"), "unexplained"),
    "how many": (moved("sector_spread", "organisation_count", "+ 1"), "unexplained"),
    "how many on the line": (moved("size_gradient", "unit_count", "+ 1"), "unexplained"),
    "another centre": (
        f"UPDATE sector_spread SET funnel_centre = {UNWEIGHTED} WHERE {HERE}",
        "unexplained",
    ),
    "a word": (
        f"UPDATE expected_range SET place = 'very_unusual' WHERE {HERE} "
        f"AND organisation_id = {ONE}",
        "unexplained",
    ),
    "a word of a place": (
        f"UPDATE organisation_place SET place = 'very_unusual' WHERE {HERE} "
        f"AND organisation_id = {ONE}",
        "unexplained",
    ),
    "a word of an effect": (
        f"UPDATE comparison SET effect = 'large' WHERE {HERE} AND effect = 'none'",
        "unexplained",
    ),
    "an effect of a share": (
        "UPDATE comparison SET effect_size = 0.1 WHERE item_id = 'priority_trust'",
        "unexplained",
    ),
    "a range of a withheld organisation": (stranger("expected_range"), "unexplained"),
    "a place of a withheld organisation": (stranger("organisation_place"), "unexplained"),
    "ranges without a line": (
        f"UPDATE size_gradient SET status = 'too_few_organisations' WHERE {HERE}",
        "unexplained",
    ),
    "places of hr": (
        f"INSERT INTO organisation_place SELECT * REPLACE ('hr' AS side) FROM organisation_place "
        f"WHERE {HERE}",
        "unexplained",
    ),
    "a hidden figure": (
        f"UPDATE organisation_place SET status = 'too_few_organisations' WHERE {HERE}",
        "leak",
    ),
    "a hidden word": (
        f"UPDATE expected_range SET expected_value = NULL, range_low = NULL, range_high = NULL, "
        f"outer_low = NULL, outer_high = NULL, status = 'too_few_organisations' WHERE {HERE}",
        "leak",
    ),
    "a column nobody knows": (
        "ALTER TABLE organisation_place ADD COLUMN rank DOUBLE DEFAULT 1.0",
        "unknown",
    ),
    "a spread of one's own": (
        "ALTER TABLE expected_range ADD COLUMN standard_deviation DOUBLE DEFAULT 1.2",
        "unknown",
    ),
}


@pytest.fixture
def edited(world_store: tuple[Store, Released], tmp_path: Path) -> Callable[..., AuditReport]:
    """Return a way to edit the released file and audit it."""

    def edit(*statements: str) -> AuditReport:
        store = Store(shutil.copytree(world_store[0].root, tmp_path / "edited"))
        live = current_release(store)
        assert live is not None
        with duckdb.connect(str(store.releases / f"{live}.duckdb")) as connection:
            for statement in statements:
                changed = connection.execute(statement).fetchall()
                assert changed != [(0,)], f"this changes nothing: {statement}"
        return audit_release(store, live, project_settings())

    return edit


def moved_columns(released: Released) -> dict[str, tuple[str, str]]:
    """Return an item for each figure, in which that figure alone is moved: table and column."""
    units = {row["item_id"]: row["unit"] for row in released.tables["item"]}
    lines = [row for row in released.tables["size_gradient"] if row["status"] == "published"]
    items = sorted((r["item_id"] for r in lines), key=lambda one: (units[one] == "share", one))
    columns = [(table, column) for table in FIGURES for column in FIGURES[table]]
    # Effects are of means only, which come first.
    columns.sort(key=lambda pair: pair[0] != "comparison")
    assert len(items) >= len(columns)
    return dict(zip(items, columns, strict=False))


def test_each_figure_that_is_moved_turns_the_audit_red(
    released: Released, edited: Callable[..., AuditReport]
) -> None:
    places = moved_columns(released)
    report = edited(*(moved(*pair, item=item) for item, pair in places.items()))
    found = {finding.item_id for finding in report.findings if finding.kind == "unexplained"}
    assert found == places.keys(), [places[item] for item in places.keys() ^ found]


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_figure_that_does_not_follow_turns_the_audit_red(
    edited: Callable[..., AuditReport], name: str
) -> None:
    statement, kind = MUTATIONS[name]
    report = edited(statement)
    assert kind in {finding.kind for finding in report.findings}, report.findings[:5]


def test_an_honest_file_is_green(edited: Callable[..., AuditReport]) -> None:
    report = edited("SELECT 1")
    assert report.findings == ()
