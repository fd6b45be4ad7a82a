"""Mentions by round: against plain counting, what is hidden, and what the audit sees."""

from __future__ import annotations

import polars as pl
import pytest

from tests.builders import Row, project_settings
from warehouse.audit.mentions import check_mentions
from warehouse.audit.report import Trail
from warehouse.benchmark.dialogue_mentions import mention_rows
from warehouse.dialogue_totals import SPOKEN_SCHEMA

SETTINGS = project_settings()


def totals(first: dict[str, int], second: dict[str, int]) -> pl.DataFrame:
    """Return totals of two rounds; under no aspect everybody who wrote."""
    rows = [
        {"part": "mention", "question_id": "d:V1", "stage": stage, "source": aspect, "n": n}
        for stage, counts in (("first", first), ("second", second))
        for aspect, n in counts.items()
    ]
    return pl.DataFrame(rows, schema=SPOKEN_SCHEMA, orient="row")


def rows(first: dict[str, int], second: dict[str, int]) -> list[Row]:
    """Return the rows of these counts."""
    return list(mention_rows("2024", totals(first, second), SETTINGS))


FIRST = {"": 80, "trust": 48, "workload": 32}
SECOND = {"": 70, "trust": 56, "workload": 14}


def test_a_shift_is_newcombes() -> None:
    by_aspect = {row["aspect_id"]: row for row in rows(FIRST, SECOND)}
    trust = by_aspect["trust"]
    assert (trust["first_share"], trust["second_share"]) == (0.6, 0.8)
    assert trust["shift"] == pytest.approx(0.2, abs=1e-12)
    # statistics.md, S16
    assert trust["ci_low"] == pytest.approx(0.0524314724, abs=1e-10)
    assert trust["ci_high"] == pytest.approx(0.3338726540, abs=1e-10)
    assert (trust["verdict"], by_aspect["workload"]["verdict"]) == ("higher", "lower")
    assert by_aspect["workload"]["ci_high"] == pytest.approx(-0.0524314724, abs=1e-10)


def test_without_answers_in_round_two_there_is_nothing() -> None:
    assert rows(FIRST, {}) == []


@pytest.mark.parametrize("second", [{"": 9, "trust": 5, "workload": 4}, {"": 70, "trust": 70}])
def test_few_or_equal_answers_are_hidden(second: dict[str, int]) -> None:
    assert {row["status"] for row in rows(FIRST, second)} == {"withheld_small"}
    assert all("shift" not in row for row in rows(FIRST, second))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({}, None),
        ({"second_share": 0.7123}, "unexplained"),
        ({"second_count": 9}, "too few"),
        ({"second_share": 1.0}, "homogeneous"),
        ({"shift": 0.3}, "unexplained"),
        ({"ci_low": 0.1}, "unexplained"),
        ({"q_value": 0.5}, "unexplained"),
        ({"verdict": "comparable"}, "unexplained"),
    ],
)
def test_the_audit_sees(change: Row, kind: str | None) -> None:
    trail = Trail()
    table = pl.DataFrame([row | change for row in rows(FIRST, SECOND)])
    check_mentions({"dialogue_mention": table}, SETTINGS.disclosure, SETTINGS.method, trail)
    assert {finding.kind for finding in trail.findings} >= ({kind} if kind else set())
    assert bool(trail.findings) is (kind is not None)
