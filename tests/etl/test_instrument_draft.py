"""A drafted instrument can be read, takes the export it came from, and quotes nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import DeliveryError
from etl.guess import Column, guess
from etl.lss import questions_of
from etl.preview import draft, preview
from tests.etl.builders import csv_text, rows_of, settings, write
from tests.shared_data import shared
from warehouse.instrument import Instrument
from warehouse.settings import read_toml


def drafted(export: Path, room: Path, structure: Path | None = None) -> Instrument:
    """Return the draft for an export, read back from the disk."""
    path = write(room / "draft.toml", draft(export, "draft", structure))
    return read_toml(path, Instrument)


@pytest.mark.parametrize("name", ["nl_2017", "uk_2016"])
def test_a_real_export_is_taken_under_its_own_draft(name: str, tmp_path: Path) -> None:
    export = shared("data", "rse_limesurvey", f"{name}.csv")
    found = drafted(export, tmp_path)
    report = preview(export, found, frozenset(), settings())
    assert report.outcome == "checked"
    assert set(report.rule_counts) <= {"no_answers"}
    assert {"likert", "text"} & {item.kind for item in found.item}


def test_the_full_question_comes_from_the_structure(tmp_path: Path) -> None:
    export = shared("data", "rse_limesurvey", "uk_2016.csv")
    structure = shared("data", "rse_limesurvey", "uk_core_survey.lss")
    questions = {
        item.item_id: item.question_en for item in drafted(export, tmp_path, structure).item
    }
    assert questions["socio1"] == "In which country do you work?"


def test_columns_sides_and_scales_are_recognised(tmp_path: Path) -> None:
    rows = rows_of(40) + rows_of(2, rol="hr-vertegenwoordiger", cijfer="99", uit="Dit is van mij.")
    for number, row in enumerate(rows):
        row["respondent_id"] = f"R{number}"
        row["cijfer"] = row["cijfer"] if row["cijfer"] == "99" else str(number % 10 + 1)
    found = drafted(write(tmp_path / "a.csv", csv_text(rows)), tmp_path)
    assert (found.columns.respondent, found.columns.organisation) == (
        "respondent_id",
        "organisatie_id",
    )
    assert found.sides == {"medewerker": "employee", "hr-vertegenwoordiger": "hr"}
    grade = next(item for item in found.item if item.column == "cijfer")
    assert found.scale_of(grade).highest == 10
    assert "99" in found.scale_of(grade).missing


def test_free_answers_are_never_copied_into_a_draft(tmp_path: Path) -> None:
    quotes = [f"Mijn leidinggevende {number} luistert nooit." for number in range(30)]
    rows = [row | {"uit": quote} for row, quote in zip(rows_of(30), quotes, strict=True)]
    text = draft(write(tmp_path / "a.csv", csv_text(rows)), "draft")
    assert "leidinggevende" not in text.replace("uit", "")
    assert 'column = "uit"' in text


@given(st.dictionaries(st.integers(1, 5), st.integers(1, 500), min_size=1))
def test_answers_on_a_scale_are_never_called_wrong(counts: dict[int, int]) -> None:
    texts = {str(answer): count for answer, count in counts.items()}
    column = Column(0, "q", sum(texts.values()), len(texts), texts)
    scale = guess(column)
    assert scale is not None
    assert scale.minimum <= min(counts)
    assert max(counts) <= scale.maximum


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<document>", "well-formed"),
        ("<document/>", "no questions"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><document/>', "entities"),
    ],
)
def test_what_is_no_structure_is_refused(content: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=said):
        questions_of(write(tmp_path / "a.lss", content))


def test_a_check_says_what_a_load_would_refuse(tmp_path: Path) -> None:
    rows = rows_of(30)
    found = drafted(write(tmp_path / "a.csv", csv_text(rows)), tmp_path)
    rows[3]["cijfer"] = "75"
    export = write(tmp_path / "b.csv", csv_text(rows))
    report = preview(export, found, frozenset({"ORG1"}), settings())
    assert report.rule_counts == {"off_scale": 1}
    assert (report.outcome, report.delivery.accepted_count) == ("checked", 29)
    with pytest.raises(DeliveryError, match="no such file"):
        preview(tmp_path / "absent.csv", found, frozenset(), settings())
