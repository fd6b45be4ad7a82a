"""Labels that a spreadsheet took for dates or numbers are answers again where one label fits."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import xlsxwriter

from etl.mangled import mangled_texts
from etl.reasons import CellError
from etl.recode import decode
from tests.etl.builders import World, instrument, item
from warehouse.instrument import Scale

SIZES = Scale(
    minimum=1,
    maximum=4,
    step=1,
    unit="category",
    labels={"1-5": 1, "6-25": 2, "26-50": 3, "meer": 4},
)
BOTH = Scale(minimum=1, maximum=3, step=1, unit="category", labels={"1-5": 1, "5-1": 2, "9": 3})


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1-5", 1),
        ("2026-05-01", 1),
        ("2019-05-01 00:00:00", 1),
        ("2026-01-05", 1),
        ("1-mei", 1),
        ("01-May", 1),
        ("05-jan", 1),
        ("1.5", 1),
        ("6.25", 2),
        ("6,25", 2),
        ("jun-25", 2),
        ("2025-06-01", 2),
        ("25-jun", 2),
        ("26-50", 3),
        ("meer", 4),
        ("3", 3),
    ],
)
def test_one_label_fits(cell: str, code: int) -> None:
    assert decode(cell, SIZES) == code


@pytest.mark.parametrize("cell", ["2026-05-02", "2-mei", "1.6", "2026-05-01 12:30:00"])
def test_no_label_fits(cell: str) -> None:
    with pytest.raises(CellError):
        decode(cell, SIZES)


@pytest.mark.parametrize("cell", ["2026-05-01", "1-mei", "5-jan"])
def test_where_two_labels_fit_nothing_is_guessed(cell: str) -> None:
    with pytest.raises(CellError):
        decode(cell, BOTH)
    assert decode("1-5", BOTH) == 1


def test_a_number_on_the_scale_stays_that_number() -> None:
    marks = Scale(minimum=1, maximum=10, step=0.5, unit="grade", labels={"1-5": 20})
    assert "1.5" not in mangled_texts(marks, {"1-5": 20})
    assert decode("1.5", marks) == 3


def test_a_real_workbook_with_a_date_for_an_answer(tmp_path: Path) -> None:
    world = World(tmp_path)
    scales = instrument().model_dump()["scales"] | {"size": SIZES.model_dump()}
    world.instrument = instrument(
        scales=scales,
        choice_group=[],
        item=[item("grade", "cijfer", "grade", "mark"), item("size", "omvang", "category", "size")],
    )
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "d-mmm"})
        sheet.write_row(0, 0, ["respondent_id", "organisatie_id", "rol", "cijfer", "omvang"])
        for number in range(1, 5):
            sheet.write_row(number, 0, [f"R{number}", "ORG1", "medewerker", 7])
        sheet.write_datetime(1, 4, datetime.datetime(2026, 5, 1), day)  # noqa: DTZ001
        sheet.write_string(2, 4, "1-5")
        sheet.write_number(3, 4, 6.25)
        sheet.write_formula(4, 4, '=CONCATENATE("26-";"50")', None, "26-50")
    report = world.load(path)
    assert report.outcome == "landed", report.delivery.reason
    assert [row["size"] for row in world.facts(report)] == [1, 1, 2, 3]
