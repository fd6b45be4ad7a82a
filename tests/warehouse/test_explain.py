"""Every published figure is recomputed from the protected totals of its release."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests.builders import Released
from tests.warehouse.explaining import (
    PARTS,
    Bundle,
    differs,
    explained,
    organisation_of,
    own_organisation,
)
from tests.warehouse.explaining import demonstration as demonstration
from tests.warehouse.explaining import real as real
from warehouse.errors import UnknownFigureError
from warehouse.explain import KEYS, VALUES, asking, explain
from warehouse.explain.hidden import HIDDEN
from warehouse.explain.model import OTHERS, Figure, Row
from warehouse.explain.words import FORMULAS
from warehouse.tables import BY_NAME
from warehouse.tables.columns import STATUSES

FIRST = ("score", "benchmark", "comparison", "gap", "trend", "response")


def with_spread(released: Released) -> set[tuple[str, str]]:
    """Return wave and item of which the spread within employees is given."""
    rows = released.tables["parameter"]
    return {(r["wave_id"], r["item_id"]) for r in rows if r["name"] == "pooled_variance"}


def has_spread(given: set[tuple[str, str]], table: str, row: Row) -> bool:
    """Return whether all that an interval needs may be given."""
    waves = [row[name] for name in ("wave_id", "wave_from", "wave_to") if name in row]
    if table == "response" or row.get("side") == "hr":
        return True
    return all((wave, row["item_id"]) in given for wave in waves)


@pytest.mark.parametrize("name", ["real", pytest.param("demonstration", marks=pytest.mark.slow)])
@pytest.mark.parametrize("table", FIRST)
def test_every_published_figure_is_recomputed(
    request: pytest.FixtureRequest, name: str, table: str
) -> None:
    bundle: Bundle = request.getfixturevalue(name)
    seen: Counter[str] = Counter()
    given = with_spread(bundle[0])
    rows = bundle[0].tables[table]
    # Some 1,500 from all over; the slow test of test_explain_tables.py has all of them.
    for row in rows[:: max(1, len(rows) // 1500)]:
        if row["status"] != "published":
            continue
        found = explained(bundle, table, row, with_cells=False)
        seen[f"{row.get('side', '')} {row.get('group_kind', '')}"] += 1
        assert found.released == Figure(*(row[column] for column in VALUES[table]))
        parts = PARTS if has_spread(given, table, row) else PARTS[:1]
        wrong = [part for part in parts if differs(found.released, found.recomputed, part)]
        assert not wrong, (wrong, found)
    assert seen


@pytest.mark.parametrize("table", FIRST)
def test_a_director_gets_the_same_value_from_own_lines_and_sums(real: Bundle, table: str) -> None:
    own = own_organisation(real)
    seen: Counter[bool] = Counter()
    for row in real[0].tables[table]:
        is_others = organisation_of(row) not in (None, own)
        if row["status"] != "published" or is_others:
            continue
        found = explained(real, table, row, shown=frozenset({own}))
        named = {one.group_id for one in found.inputs if one.group_kind == "organisation"}
        assert named <= {own}
        assert not differs(found.released, found.recomputed, "value"), found
        for one in found.inputs:
            if one.group_kind == OTHERS:
                assert (one.total, one.total_squares, one.headcount) == (None, None, None)
                assert one.organisation_count >= 4
        seen[any(one.group_kind == OTHERS for one in found.inputs)] += 1
    assert sum(seen.values()) > 10 or table == "response"
    if table in ("benchmark", "comparison"):
        assert set(seen) == {True}


OF_ORGANISATIONS = (
    "score", "comparison", "gap", "trend", "response", "distribution", "expected_range",
    "trend_line", "protected_total",
)  # fmt: skip


@pytest.mark.parametrize("table", OF_ORGANISATIONS)
def test_a_director_is_told_nothing_of_another_organisation(real: Bundle, table: str) -> None:
    own = own_organisation(real)
    names = {row["organisation_id"] for row in real[0].tables["organisation"]} - {own}
    tried = 0
    for row in real[0].tables[table]:
        organisation = organisation_of(row)
        if organisation in names:
            with pytest.raises(UnknownFigureError) as refused:
                explained(real, table, row, shown=frozenset({own}))
            said = str(refused.value).replace(repr(organisation), "")
            assert not [name for name in names if name in said]
            tried += 1
            if tried == 50:
                break
    assert tried == 50


def test_staff_see_published_rows_only(real: Bundle) -> None:
    hidden = {
        (row["wave_id"], row["item_id"], row["group_id"])
        for row in real[0].score(group_kind="organisation")
        if row["status"] != "published"
    }
    lines = 0
    for row in real[0].score(side="employee", group_kind="sector", status="published"):
        for one in explained(real, "score", row).inputs:
            assert (row["wave_id"], row["item_id"], one.group_id) not in hidden
            lines += one.group_kind == "organisation"
    assert hidden
    assert lines > 100


def test_a_hidden_figure_has_words_and_no_number(real: Bundle) -> None:
    seen: Counter[str] = Counter()
    for table in KEYS:
        for row in real[0].tables[table]:
            if row.get("status", "published") == "published" or seen[row["status"]] > 200:
                continue
            found = explained(real, table, row)
            assert found.released == found.recomputed == Figure()
            assert (found.inputs, dict(found.parameters)) == ((), {})
            assert found.hidden_nl
            assert found.hidden_en
            seen[row["status"]] += 1
    assert {"withheld_small", "withheld_complement"} <= set(seen)


def test_the_three_kinds_of_withheld_look_the_same() -> None:
    assert len({HIDDEN[name] for name in STATUSES if name.startswith("withheld")}) == 1
    assert set(HIDDEN) == set(STATUSES) - {"published"}


GRADE = {"wave_id": "2026", "side": "employee", "item_id": "grade"}
SECTOR = {"group_kind": "sector", "group_id": "sector"}


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("scores", {}, "score"),
        ("score", {"wave_id": "1999"}, "2024, 2025, 2026"),
        ("score", {"side": "boss"}, "employee, hr"),
        ("score", {"item_id": "mood"}, "aspect_trust"),
        ("score", {"group_kind": "planet"}, "sector, sector_age"),
        ("score", {"group_kind": "size_band", "group_id": "7-8"}, "10-49"),
        ("score", {"item_id": ""}, "item_id"),
        ("gap", {"group_id": "' or true --"}, "sector"),
    ],
)
def test_an_unknown_figure_is_refused_with_what_there_is(
    real: Bundle, table: str, change: dict[str, str], said: str
) -> None:
    assert explain(real[1], "score", GRADE | SECTOR).is_published
    with pytest.raises(UnknownFigureError, match=r"there are|also needs") as refused:
        explain(real[1], table, GRADE | SECTOR | change)
    assert said in str(refused.value)


def test_a_release_without_totals_still_says_how() -> None:
    with duckdb.connect() as connection:
        for name in ("score", "item", "size_band", "organisation"):
            connection.execute(BY_NAME[name].ddl)
        connection.execute(
            "insert into score values ('2026','employee','sector','sector','grade',90,9,7.5,7,8,"
            "'published')"
        )
        found = explain(asking(connection), "score", GRADE | SECTOR)
    assert found.released == Figure(7.5, 7.0, 8.0)
    assert found.recomputed == Figure()
    assert found.inputs == ()


def test_every_formula_names_a_heading_of_the_method_page() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "methods.md").read_text("utf-8")
    for formula in FORMULAS.values():
        assert f"\n### {formula.anchor}" in page


def test_a_protected_total_is_a_published_score_times_its_answers(real: Bundle) -> None:
    columns = ("wave_id", "side", "item_id", "group_kind", "group_id")
    scores = {tuple(row[c] for c in columns): row for row in real[0].tables["score"]}
    for row in real[0].tables["protected_total"]:
        score = scores[tuple(row[c] for c in columns)]
        assert score["status"] == "published"
        assert score["respondent_count"] == row["answer_count"] >= 10
        assert math.isclose(score["value"], row["total"] / row["answer_count"], abs_tol=1e-12)
