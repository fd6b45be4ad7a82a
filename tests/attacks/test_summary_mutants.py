"""A summary that is no function of published figures turns the audit red."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.builders import build_world, load_world, project_settings, release_store
from warehouse.audit.contract import FIGURES
from warehouse.audit.reading import COMPARED, FOLLOWS, KEYS, VALUED, union_of
from warehouse.audit.report import AuditReport, Trail
from warehouse.audit.run import audit_release
from warehouse.paths import Store
from warehouse.release import current_release
from warehouse.tables import BY_NAME

WAVE = "2025"
AGES = "group_kind = 'sector_age' AND group_id = 'under_35' AND item_id = 'grade'"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with a release in which everything of this module is published."""
    world = build_world(31).without("ORGGIANT")
    register = [row | {"employees_invited": row["headcount"] or 40} for row in world.register]
    store = load_world(replace(world, register=register), tmp_path_factory.mktemp("summaries"))
    release_store(store, [WAVE])
    return store


@pytest.fixture
def edited(store: Store, tmp_path: Path) -> Callable[..., AuditReport]:
    """Return a way to the audit of a copy that was edited."""

    def edit(*statements: str) -> AuditReport:
        copy = Store(shutil.copytree(store.root, tmp_path / "copy"))
        live = current_release(copy)
        assert live is not None
        with duckdb.connect(str(copy.releases / f"{live}.duckdb")) as connection:
            for statement in statements:
                connection.execute(statement)
        return audit_release(copy, live, project_settings())

    return edit


def test_the_release_as_it_is_holds(edited: Callable[..., AuditReport]) -> None:
    report = edited()
    assert report.is_safe, report.findings[:5]
    # Every published figure of the tables of this module was worked out again.
    assert report.tried["values worked out again"] > 5000


MUTATIONS = {
    "more agreement of orders": (
        "UPDATE order_agreement SET kendall = kendall + 0.01 WHERE group_kind = 'sector'",
        "unexplained",
    ),
    "an order of something else": (
        "UPDATE order_agreement SET spearman = 0.5 WHERE group_kind = 'size_band'",
        "unexplained",
    ),
    "an overlap": ("UPDATE order_agreement SET rank_biased_overlap = 0.5", "unexplained"),
    "an adjusted p of an order": (
        "UPDATE order_agreement SET q_value = q_value / 2 WHERE group_kind = 'sector'",
        "unexplained",
    ),
    "a word of an order": ("UPDATE order_agreement SET state = 'opposite'", "unexplained"),
    "an order of one organisation": (
        "INSERT INTO order_agreement BY NAME SELECT * REPLACE ('organisation' AS group_kind, "
        "'ORG1' AS group_id) FROM order_agreement WHERE group_kind = 'sector'",
        "unknown",
    ),
    "an order of a group without gaps": (
        "UPDATE order_agreement SET group_id = '250+' WHERE group_kind = 'size_band'",
        "unexplained",
    ),
    "a difference weighted by people": (
        f"UPDATE category_difference SET difference = difference + 0.001 WHERE {AGES}",
        "unexplained",
    ),
    "an interval of another spread": (
        f"UPDATE category_difference SET ci_high = ci_high + 0.001 WHERE {AGES}",
        "unexplained",
    ),
    "one person more": (
        f"UPDATE category_difference SET respondent_count = respondent_count + 1 WHERE {AGES}",
        "unexplained",
    ),
    "an adjusted p of an age": (
        f"UPDATE category_difference SET q_value = q_value * 0.9 WHERE {AGES}",
        "unexplained",
    ),
    "a word of an age": (
        f"UPDATE category_difference SET verdict = 'higher' WHERE {AGES}",
        "unexplained",
    ),
    "a category nobody knows": (
        f"UPDATE category_difference SET group_id = 'under_36' WHERE {AGES}",
        "unexplained",
    ),
    "a difference of organisations": (
        f"UPDATE category_difference SET group_kind = 'organisation' WHERE {AGES}",
        "unexplained",
    ),
    "a difference of a wave nobody knows": (
        f"UPDATE category_difference SET wave_id = '1999' WHERE {AGES}",
        "unexplained",
    ),
    "a difference of a question nobody knows": (
        f"UPDATE category_difference SET item_id = 'mood' WHERE {AGES}",
        "unexplained",
    ),
    "a difference without the totals": ("DROP TABLE protected_total", "unexplained"),
    "an even response of a wave nobody knows": (
        "UPDATE representativeness SET wave_id = '1999'",
        "unexplained",
    ),
    "the spread of somebody unknown": (
        "UPDATE sector_precision SET item_id = 'mood' WHERE item_id = 'grade'",
        "unexplained",
    ),
    "a difference beside a hidden spread": (
        "DELETE FROM parameter WHERE item_id = 'grade' AND name = 'pooled_variance'",
        "unexplained",
    ),
    "a hidden difference that is left there": (
        f"UPDATE category_difference SET status = 'withheld_small' WHERE {AGES}",
        "leak",
    ),
    "a response that is more even": (
        "UPDATE representativeness SET r_indicator = r_indicator + 0.01",
        "unexplained",
    ),
    "evenness over nine organisations": (
        "UPDATE response SET invited = 0 WHERE group_kind = 'organisation' AND group_id NOT IN "
        "(SELECT group_id FROM response WHERE group_kind = 'organisation' "
        "ORDER BY group_id LIMIT 9)",
        "few organisations",
    ),
    "evenness beside one unknown organisation": (
        "UPDATE response SET invited = NULL WHERE group_kind = 'organisation' "
        "AND group_id = 'ORGNOHEADS'",
        "few organisations",
    ),
    "fewer answers of equal weight": (
        "UPDATE sector_precision SET effective_count = effective_count - 1",
        "unexplained",
    ),
    "a word beside an interval over zero": (
        "UPDATE gap SET verdict = 'higher' WHERE ci_low <= 0 AND ci_high >= 0",
        "unexplained",
    ),
    "a word on the other side of zero": (
        "UPDATE comparison SET verdict = 'lower' WHERE verdict = 'higher'",
        "unexplained",
    ),
    "the spread of somebody": ("UPDATE sector_precision SET answer_sd = 0.9", "unexplained"),
    "another largest bias": ("UPDATE sector_precision SET bias_max = bias_max * 2", "unexplained"),
    "precision of a hidden mean": (
        "UPDATE score SET status = 'withheld_small', value = NULL, ci_low = NULL, ci_high = NULL, "
        "respondent_count = NULL, organisation_count = NULL WHERE group_kind = 'sector' "
        "AND side = 'employee' AND item_id = 'grade'",
        "unexplained",
    ),
    "another reason to be indicative": (
        "UPDATE indicative_score SET reason = 'both' WHERE reason = 'wide_interval'",
        "unexplained",
    ),
    "a hidden score that is indicative": (
        "INSERT INTO indicative_score BY NAME SELECT wave_id, side, group_kind, group_id, item_id, "
        "'wide_interval' AS reason FROM score WHERE status <> 'published' AND item_id = 'grade' "
        "AND group_kind = 'organisation' LIMIT 1",
        "unexplained",
    ),
}


# What the audit calls it, by a word in the name of the mutation.
SAID = {
    "left there": "category_difference",
    "a word beside": "gap: higher beside",
    "a word on": "comparison: lower beside",
    "order": "order",
    "overlap": "agreement of orders",
    "nine": "over 9 organisations",
    "unknown organisation": "leaves out 1 organisations",
    "even": "representativeness",
    "answers of equal": "precision",
    "the spread of somebody": "precision",
    "bias": "precision",
    "hidden mean": "precision",
    "indicative": "is not indicative",
    "": "difference of",
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_an_edited_summary_turns_the_audit_red(
    edited: Callable[..., AuditReport], name: str
) -> None:
    statement, kind = MUTATIONS[name]
    words = next(said for table, said in SAID.items() if table in name)
    found = [one.sentence for one in edited(statement).findings if one.kind == kind]
    assert any(words in sentence for sentence in found), found[:5]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE representativeness SET r_indicator = r_indicator + 0.001",
        "UPDATE protected_total SET total = total + 1 WHERE group_kind = 'organisation'",
        "UPDATE parameter SET value = value * 1.01 WHERE name = 'pooled_variance'",
    ],
)
def test_two_releases_that_differ_in_a_summary_turn_the_audit_red(
    store: Store, tmp_path: Path, change: str
) -> None:
    copy = Store(shutil.copytree(store.root, tmp_path / "two"))
    live = current_release(copy)
    assert live is not None
    other = shutil.copy(copy.releases / f"{live}.duckdb", copy.releases / "withdrawn.duckdb")
    assert audit_release(copy, live, project_settings()).is_safe
    with duckdb.connect(str(other)) as connection:
        [(changed,)] = connection.execute(change).fetchall()
    assert changed
    report = audit_release(copy, live, project_settings())
    assert {finding.kind for finding in report.findings} == {"differs"}


@pytest.mark.parametrize(
    ("table", "mine", "theirs", "kinds"),
    [
        ("sensitivity", {"flagged_count": 30}, {"flagged_count": 31}, {"differs"}),
        ("sensitivity", {"flagged_count": 30}, {"flagged_count": 30}, set()),
        ("dialogue_question", {"hr_count": 12}, {"hr_count": 13}, {"differs"}),
        # A moderator released another text.
        ("dialogue_question", {"text_count": 3}, {"text_count": 4}, set()),
    ],
)
def test_what_is_not_in_every_sector_is_compared_too(
    table: str, mine: dict[str, int], theirs: dict[str, int], kinds: set[str]
) -> None:
    key = dict.fromkeys(COMPARED[table], "x") | {"wave_id": WAVE}
    wave = pl.DataFrame({"wave_id": [WAVE]})
    tables = [{"wave": wave, table: pl.DataFrame([key | one])} for one in (mine, theirs)]
    trail = Trail()
    assert union_of(*tables, "other", trail)[table].rows() == tables[0][table].rows()
    assert {finding.kind for finding in trail.findings} == kinds


def test_every_table_of_figures_is_the_same_in_every_release_or_follows_from_its_own() -> None:
    """No table can be forgotten: the audit compares it, or it is made of what is compared."""
    known = [set(KEYS), set(COMPARED), set(FOLLOWS)]
    assert set().union(*known) == set(FIGURES)
    assert sum(map(len, known)) == len(FIGURES)
    assert set(VALUED) == set(KEYS)
    for table, key in {**KEYS, **COMPARED}.items():
        assert set(key) == set(BY_NAME[table].key), table
