"""No word beside an interval that says otherwise: the rule in a release, and in its audit."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tests.builders import Released, World, build_world, numeric_items, release_world
from warehouse.audit.families import Judged, check_words, word_of
from warehouse.audit.report import Trail
from warehouse.benchmark.comparisons import Candidate, judge
from warehouse.explain.verdicts import verdict_words
from warehouse.tables import TABLES

Row = dict[str, Any]
JUDGED = [
    table.name
    for table in TABLES
    if {"verdict", "ci_low", "ci_high"} <= {column.name for column in table.columns}
]
CALLED = ("higher", "lower")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Released:
    """Return the release of three waves of a sector."""
    world = build_world(21, waves=("2024", "2025", "2026")).without("ORGGIANT")
    return release_world(with_hr_apart(world), tmp_path_factory.mktemp("verdicts"))


def with_hr_apart(world: World) -> World:
    """Return the world in which hr names nothing but what employees name least.

    Shares near 0 of few organisations are where Newcombe's interval and the normal test part.
    """
    mentions = [item.item_id for item in numeric_items() if item.kind == "mention"]
    apart = {item: int(item in mentions[-3:]) for item in mentions}
    for wave, people in world.people.items():
        changed = [
            person | {"answers": person["answers"] | apart} if person["side"] == "hr" else person
            for person in people
        ]
        world = world.with_people(wave, changed)
    return world


def over_zero(row: Row) -> bool:
    """Return whether the interval of a row holds 0."""
    return bool(row["ci_low"] <= 0 <= row["ci_high"])


def passes_the_test(row: Row) -> bool:
    """Return whether q and size alone would call a gap in shares higher or lower."""
    is_share = row["item_id"].startswith("priority_") and row["q_value"] is not None
    return is_share and row["q_value"] < 0.05 and abs(row["difference"]) >= 0.1


def test_every_table_with_a_verdict_has_an_interval_beside_it() -> None:
    with_verdict = {t.name for t in TABLES if any(c.name == "verdict" for c in t.columns)}
    assert with_verdict == set(JUDGED)
    assert len(JUDGED) >= 10


def test_a_release_calls_nothing_higher_or_lower_beside_an_interval_over_zero(
    released: Released,
) -> None:
    called = 0
    for table in JUDGED:
        for row in released.tables[table]:
            if row["verdict"] in CALLED:
                called += 1
                assert not over_zero(row), (table, row)
                assert (row["ci_low"] > 0) == (row["verdict"] == "higher"), (table, row)
    assert called > 100


def test_the_interval_decides_where_the_test_says_otherwise(released: Released) -> None:
    tested = [row for row in released.tables["gap"] if passes_the_test(row)]
    held = [row for row in tested if over_zero(row)]
    assert {row["verdict"] for row in held} == {"not_demonstrable"}
    assert {row["verdict"] for row in tested if not over_zero(row)} <= set(CALLED)
    assert len(held) >= 3


def candidate(low: float, high: float, difference: float = 0.25, se: float = 0.05) -> Candidate:
    """Return a difference of which the test is certain, beside an interval."""
    return Candidate({"ci_low": low, "ci_high": high}, difference, se, 1e-6, 0.1, ("family",))


def test_the_judge_looks_at_the_interval_of_the_row_itself() -> None:
    rows = [candidate(0.01, 0.5), candidate(-0.01, 0.5), candidate(-0.5, -0.1, -0.25)]
    found = judge(rows, 0.05)
    assert [row["verdict"] for row in found] == ["higher", "not_demonstrable", "lower"]


def test_the_judge_calls_it_comparable_by_the_equivalence_rule_alone() -> None:
    one = candidate(-0.01, 0.3, difference=0.1, se=0.01)
    assert [row["verdict"] for row in judge([one], 0.05)] == ["not_demonstrable"]
    small = candidate(-0.01, 0.1, difference=0.05, se=0.01)
    assert [row["verdict"] for row in judge([small], 0.05)] == ["comparable"]


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(0.01, 0.5, "higher"), (0.0, 0.5, "not_demonstrable"), (-0.1, 0.5, "not_demonstrable")],
)
def test_the_audit_works_out_the_same_word(low: float, high: float, word: str) -> None:
    assert word_of(Judged(0.25, low, high, 0.05, 1e-6), 0.1, 0.05) == word
    mirrored = {"higher": "lower"}.get(word, word)
    assert word_of(Judged(-0.25, -high, -low, 0.05, 1e-6), 0.1, 0.05) == mirrored


def test_the_audit_finds_a_word_beside_an_interval_over_zero(released: Released) -> None:
    tried = set()
    for table in JUDGED:
        rows = [row for row in released.tables[table] if row["ci_low"] is not None]
        row = next(filter(over_zero, rows), None)
        if row is None:
            continue
        trail = Trail()
        check_words({table: pl.DataFrame([row])}, trail)
        assert not trail.findings
        check_words({table: pl.DataFrame([row | {"verdict": "higher"}])}, trail)
        assert [one.kind for one in trail.findings] == ["unexplained"]
        assert table in trail.findings[0].sentence
        tried.add(table)
    # Nobody wrote in the rounds of a dialogue here.
    assert tried == set(JUDGED) - {"dialogue_mention"}


@pytest.mark.parametrize(
    ("verdict", "low", "high", "said"),
    [
        ("higher", 0.1, 0.4, "leaves 0 out"),
        ("not_demonstrable", -0.1, 0.4, "neither higher nor lower"),
        # Large enough and outside 0, but one of many: q decides.
        ("not_demonstrable", 0.1, 0.4, "leaves 0 out"),
        # A release from before the rule.
        ("lower", -0.4, 0.1, "a release of today"),
    ],
)
def test_an_explanation_says_what_the_interval_decides(
    verdict: str, low: float, high: float, said: str
) -> None:
    nl, en = verdict_words({"verdict": verdict, "ci_low": low, "ci_high": high})
    assert said in en
    assert nl.startswith("Hoger of lager vraagt q onder de grens")


def test_without_a_verdict_or_interval_an_explanation_says_nothing_of_one() -> None:
    assert verdict_words({"ci_low": 0.1, "ci_high": 0.4}) == ("", "")
    assert verdict_words({"verdict": None, "ci_low": None, "ci_high": None}) == ("", "")
