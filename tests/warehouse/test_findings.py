"""Findings: what the source says, from the demonstration sector's data; and never more."""

from __future__ import annotations

import json
import re
from typing import Any

import polars as pl
import pytest

from etl.pipeline import load_files
from etl.simulate import simulate_sector
from tests.builders import project_settings
from warehouse.audit.findings import check_findings
from warehouse.audit.reading import Tables, read_tables
from warehouse.audit.report import Trail
from warehouse.benchmark.finding_words import bound_words, difference_words, value_words
from warehouse.benchmark.findings import findings
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.release import build_release
from warehouse.waves import close_wave

Row = dict[str, Any]
CAUSAL = re.compile(
    r"\b(doordat|omdat|veroorzaak\w*|leidt tot|dankzij|because|causes?d?|due to|leads to)\b", re.I
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Return the release of the demonstration sector's wave of 2024."""
    store, settings = Store(tmp_path_factory.mktemp("sector")), project_settings()
    store.create()
    simulate_sector(store.root, settings)
    register = read_register(store.register)
    paths = sorted(store.inbox.glob("2024-*"))
    load_files(paths, store, settings, register=register)
    with open_ledger(store) as ledger:
        close_wave(ledger, store, "2024", settings, register)
        release_id = build_release(ledger, store, ["2024"], settings, register)
    return read_tables(store.releases / f"{release_id}.duckdb")


def found(tables: Tables, **key: str) -> dict[str, Row]:
    """Return findings by item."""
    rows = tables["finding"].iter_rows(named=True)
    return {row["item_id"]: row for row in rows if key.items() <= row.items()}


SECTOR = {"wave_id": "2024", "group_kind": "sector", "group_id": "sector"}


def test_what_stands_out_is_what_the_source_says(tables: Tables) -> None:
    """The article's "Wat valt op?": workload, opinions and expertise, a safe workplace, talks."""
    sided = found(tables, **SECTOR, finding_kind="one_sided")
    said = {item: row["text_nl"] for item, row in sided.items()}
    for item, words in (
        ("priority_workload", "Medewerkers noemen als maatregel het aanpakken van de werkdruk"),
        ("priority_influence_and_say", "het vragen naar en gebruiken van meningen en kennis"),
    ):
        assert words in said[item]
        assert "hr-vertegenwoordigers noemen dit zelden (<5\u00a0%)" in said[item]
    safe = said["priority_work_environment"]
    assert "Hr-vertegenwoordigers noemen als maatregel het creëren van een fijne, veilige" in safe
    assert "medewerkers noemen dit zelden (<5\u00a0%)" in safe
    shared = found(tables, **SECTOR, finding_kind="shared_priority")
    assert "een open gesprek" in shared["priority_relations_conversation"]["text_nl"]
    assert "meer vertrouwen" in shared["priority_trust"]["text_nl"]


def test_a_finding_says_how_sure_it_is_and_among_how_many(tables: Tables) -> None:
    row = found(tables, **SECTOR, finding_kind="one_sided")["priority_workload"]
    gap = next(
        one
        for one in tables["gap"].iter_rows(named=True)
        if one["group_kind"] == "sector" and one["item_id"] == "priority_workload"
    )
    assert row["comparisons_looked_at"] == 10
    assert row["strength"] == pytest.approx(gap["difference"] / 0.10)
    percent = round(100 * gap["employee_value"])
    assert f"({percent}\u00a0%)" in row["text_nl"]
    assert f"({percent}%)" in row["text_en"]
    assert re.search(
        r"Verschil \+\d+ procentpunt \(\d+ tot \d+\), uit 10 vergelijkingen\.", row["text_nl"]
    )
    assert re.search(
        r"Difference \+\d+ percentage points \(\d+ to \d+\), out of 10 comparisons\.",
        row["text_en"],
    )
    assert json.loads(row["evidence"])["ci_low"] == gap["ci_low"]


def test_no_finding_names_a_cause_or_an_organisation(tables: Tables) -> None:
    rows = list(tables["finding"].iter_rows(named=True))
    assert len(rows) > 8
    assert {row["group_kind"] for row in rows} <= {"sector", "size_band"}
    for row in rows:
        assert not CAUSAL.search(row["text_nl"].replace("geen oorzaak", ""))
        assert not CAUSAL.search(row["text_en"].replace("not a cause", ""))


def test_the_audit_explains_every_finding(tables: Tables) -> None:
    trail = Trail()
    check_findings(tables, trail)
    assert trail.findings == []
    assert trail.tried["findings"] == tables["finding"].height


@pytest.mark.parametrize(
    "column",
    ["text_nl", "text_en", "item_id", "evidence"],
)
def test_the_audit_sees_a_finding_that_no_row_says(tables: Tables, column: str) -> None:
    frame = tables["finding"]
    changes = {
        "text_nl": pl.lit("Medewerkers geven 3141."),
        "text_en": pl.lit("Employees give 27.18."),
        "item_id": pl.lit("grade"),
        "evidence": pl.col("evidence").str.replace(r'"ci_low": [^,]+', '"ci_low": 0.123'),
    }
    trail = Trail()
    check_findings(tables | {"finding": frame.with_columns(changes[column].alias(column))}, trail)
    assert {finding.kind for finding in trail.findings} == {"unexplained"}


def gap_row(item: str, **values: Any) -> Row:
    """Return a published gap of the sector."""
    return {
        "wave_id": "W", "group_kind": "sector", "group_id": "sector", "item_id": item,
        "employee_value": 0.3, "hr_value": 0.28, "difference": 0.02, "ci_low": -0.1,
        "ci_high": 0.14, "verdict": "not_demonstrable", "employee_mention_state": "named",
        "hr_mention_state": "named", "one_sided": None, "status": "published",
    } | values  # fmt: skip


def world(gaps: list[Row]) -> dict[str, list[Row]]:
    """Return the tables that findings are made of."""
    items = [
        {"item_id": f"priority_{aspect.aspect_id}", "kind": "mention", "unit": "share",
         "aspect_id": aspect.aspect_id, "facet_id": None, "name_nl": aspect.name_nl,
         "name_en": aspect.name_en}
        for aspect in project_settings().aspects
    ]  # fmt: skip
    waves = [{"wave_id": "W", "name_nl": "Meting W", "name_en": "Wave W"}]
    return {"item": items, "wave": waves, "gap": gaps}


def kinds(gaps: list[Row]) -> list[tuple[str, str]]:
    """Return kind and item of what is found."""
    rows = findings(world(gaps), project_settings())
    return [(row["finding_kind"], row["item_id"]) for row in rows]


def test_only_three_shared_priorities_are_told_the_strongest_first() -> None:
    names = ("trust", "workload", "flexibility", "work_environment")
    gaps = [
        gap_row(f"priority_{name}", employee_value=0.2 + place / 10, hr_value=0.6)
        for place, name in enumerate(names)
    ]
    assert kinds(gaps) == [
        ("shared_priority", "priority_work_environment"),
        ("shared_priority", "priority_flexibility"),
        ("shared_priority", "priority_workload"),
    ]


def test_what_is_hidden_or_cannot_be_told_is_no_finding() -> None:
    assert kinds([gap_row("priority_trust", status="withheld_small")]) == []
    assert kinds([gap_row("priority_trust", hr_mention_state="uncertain")]) == []
    assert kinds([gap_row("priority_trust", verdict="lower")]) == []
    assert kinds([gap_row("priority_trust", group_kind="organisation")]) == []


@pytest.mark.parametrize(
    ("value", "unit", "dutch", "english"),
    [
        (0.306, "share", "31\u00a0%", "31%"),
        (0.03, "share", "<5\u00a0%", "<5%"),
        (0.97, "share", ">95\u00a0%", ">95%"),
        (7.25, "grade", "7,3", "7.3"),
    ],
)
def test_values_in_words(value: float, unit: str, dutch: str, english: str) -> None:
    assert value_words(value, unit, "nl") == dutch
    assert value_words(value, unit, "en") == english


def test_differences_and_bounds_in_words() -> None:
    assert difference_words(0.291, "share", "nl") == "+29 procentpunt"
    assert difference_words(-0.34, "grade", "en") == "−0.3"
    assert difference_words(-0.01, "grade", "nl") == "0,0"
    assert [bound_words(-0.712, "likert", "nl", up=up) for up in (False, True)] == ["−0,8", "−0,7"]
    assert [bound_words(0.231, "share", "nl", up=up) for up in (False, True)] == ["23", "24"]
    assert bound_words(0.04, "likert", "nl", up=False) == "net boven 0"
    assert bound_words(-0.004, "share", "en", up=True) == "just below 0"
    assert bound_words(-0.04, "likert", "nl", up=False) == "−0,1"
    assert bound_words(0.0, "likert", "nl", up=False) == "0,0"
