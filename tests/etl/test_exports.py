"""Exports nobody here made: each is read right, or refused with what is wrong and where."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from etl.columns import position_of
from etl.read import READERS, read_table
from tests.etl.builders import World, instrument, item
from tests.shared_data import shared
from warehouse.instrument import TableShape

Cells = list[tuple[str | None, ...]]


@dataclass(frozen=True)
class Good:
    """A file that is read: its columns, the first one the respondents', and the first rows."""

    columns: tuple[str, ...]
    first: Cells
    count: int
    shape: TableShape | None = None


CSV = {
    "blank-headers.csv": Good(("id", "age"), [("1101", "30"), ("1102", "26")], 2),
    "blank-rows-multiple.csv": Good(
        ("id", "name", "age"), [("1101", "John", "30"), ("1102", "Julie", "26")], 13
    ),
    "bom.csv": Good(("id", "name"), [("1", "english"), ("2", "中国人")], 2),
    "delimiter.csv": Good(("id", "name"), [("1", "english"), ("2", "中国人")], 2),
    "issue-1009-semicolon.csv": Good(("fieldNameA", "fieldNameB"), [("0123", "c")], 1),
}
QUALTRICS = {
    "sample.csv": Good(("ResponseId", "Progress"), [("R_2YPOQ602ER1jkf1", "100")], 1),
    "sample_legacy.csv": Good(
        ("V1", "V3"), [("R_2YPOQ602ER1jkf1", "Anonym")], 1, TableShape(data_row=3)
    ),
}
XLSX = {
    "table.xlsx": Good(("id", "name"), [("1", "english"), ("2", "中国人")], 2),
    "sheet2.xlsx": Good(
        ("id", "name"), [("1", "english"), ("2", "中国人")], 2, TableShape(sheet="Sheet2")
    ),
    "skip-rows.xlsx": Good(("A", "B"), [("8", "9"), (None, "TOTAL")], 2, TableShape(header_row=2)),
    "multiline-headers.xlsx": Good(
        ("Region", "Cumulative impact of changes on cost of food basket from baseline (%)"),
        [("A", "D")],
        1,
        TableShape(header_rows=5),
    ),
}
SPSS = {
    "hebrews.sav": Good(("ותק_ב",), [("33",), ("34",), ("15",)], 99),
    "sample.sav": Good(
        ("mychar", "mynum", "mylabl"), [("a", "1.1", "Male"), ("b", "1.2", "Female")], 5
    ),
    "sample_missing.sav": Good(("mychar", "mynum", "mylabl"), [("a", "1.1", "Male")], 7),
    "simple_alltypes.sav": Good(("str", "x", "z"), [("red", "red", None)], 6),
    "test_width.sav": Good(("ResponseId", "Duration__in_seconds_"), [], 5),
}
REFUSED = {
    ("csv", "defective-rows.csv"): "row 2: the header has 3 columns, this line has 2",
    ("csv", "duplicate-headers.csv"): "column 'id': this column name stands twice",
    ("csv", "empty.csv"): "there is no header",
    ("xlsx", "sheet2.xlsx"): "the first sheet is empty; name one of 'Sheet1', 'Sheet2'",
    ("spss", "datetime.sav"): "a date outside the calendar",
}
READ = {
    (folder, name): good
    for folder, files in (("csv", CSV), ("qualtrics", QUALTRICS), ("xlsx", XLSX), ("spss", SPSS))
    for name, good in files.items()
}
# Compared whole with Python's own reader below.
WHOLE = ("doublequote.csv", "encoding-issue-274.csv")


def cells(path: Path, room: Path, good: Good) -> Cells:
    """Return the named columns of every row."""
    table = read_table(path, room, path.name, good.shape)
    places = [position_of(name, table.headers) for name in good.columns]
    chosen = ", ".join(f"c{place}" for place in places)
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT {chosen} FROM {table.relation}").fetchall()


@pytest.mark.parametrize(("folder", "name"), READ)
def test_every_readable_export_is_read_whole(folder: str, name: str, tmp_path: Path) -> None:
    good = READ[folder, name]
    found = cells(shared("data", "exports", folder, name), tmp_path, good)
    assert len(found) == good.count
    assert found[: len(good.first)] == good.first


@pytest.mark.parametrize(("folder", "name"), REFUSED)
def test_every_other_export_is_refused_with_place_and_mend(
    world: World, folder: str, name: str
) -> None:
    columns = {"respondent": "id", "organisation": "name"}
    answer = item("age", "age", "likert", "opinion")
    world.instrument = instrument(
        columns=columns, fixed_side="employee", item=[answer], choice_group=[]
    )
    report = world.load(shared("data", "exports", folder, name))
    assert (report.outcome, report.delivery.facts_file) == ("refused", None)
    assert REFUSED[folder, name] in str(report.delivery.reason)


@pytest.mark.parametrize("name", WHOLE)
def test_quotes_and_odd_letters_come_through(name: str, tmp_path: Path) -> None:
    path = shared("data", "exports", "csv", name)
    with path.open(encoding="utf-8-sig", newline="") as file:
        expected = list(csv.reader(file))
    table = read_table(path, tmp_path, path.name)
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT * FROM {table.relation}").fetchall()
    assert list(table.headers) == [name.strip() for name in expected[0]]
    assert [[cell or "" for cell in row] for row in rows] == expected[1:]


def test_no_export_is_left_out() -> None:
    found = {
        (path.parent.name, path.name)
        for path in shared("data", "exports").glob("*/*")
        if path.suffix in READERS
    }
    assert found == READ.keys() | REFUSED.keys() | {("csv", name) for name in WHOLE}


@pytest.mark.parametrize(
    ("name", "column", "missing"),
    [
        # Declared in the files: 2000 to 3000 and -1; 7, 8 and 99; -999 to 0 and 999.
        ("sample_missing.sav", "mynum", 2),
        ("sample_missing.sav", "mylabl", 2),
        ("simple_alltypes.sav", "x", 1),
        ("simple_alltypes.sav", "z", 4),
    ],
)
def test_what_spss_declares_missing_is_missing(
    name: str, column: str, missing: int, tmp_path: Path
) -> None:
    found = cells(shared("data", "exports", "spss", name), tmp_path, Good((column,), [], 0))
    assert sum(value is None for (value,) in found) == missing
