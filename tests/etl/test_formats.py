"""One export in every format gives the same facts; packing is seen through, within limits."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars
import pyreadstat
import pytest
import xlsxwriter

from etl.read import packed
from tests.etl.builders import World, csv_text, good_rows, write
from tests.shared_data import shared
from warehouse.instrument import Instrument
from warehouse.paths import Store
from warehouse.settings import read_toml

Rows = list[list[str]]
INSTRUMENTS = Path(__file__).parent / "instruments"


def delimited(rows: Rows, delimiter: str = ",", line: str = "\n") -> str:
    """Return rows as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line).writerows(rows)
    return text.getvalue()


def utf16(rows: Rows, folder: Path) -> Path:
    """Write tab-separated UTF-16, as Excel's "Unicode text" does."""
    return write(folder / "a.txt", delimited(rows, "\t", "\r\n").encode("utf-16"))


def cp1252(rows: Rows, folder: Path) -> Path:
    """Write Windows-1252; what it has no letter for is not an answer here."""
    return write(folder / "a.csv", delimited(rows).encode("cp1252", "replace"))


def comma_decimals(rows: Rows, folder: Path) -> Path:
    """Write semicolons, and numbers with a decimal comma as a Dutch Excel does."""
    head, *answers = rows
    spelled = [[f"{cell},0" if cell.isdecimal() else cell for cell in row[1:]] for row in answers]
    kept = [[row[0], *cells] for row, cells in zip(answers, spelled, strict=True)]
    return write(folder / "a.csv", delimited([head, *kept], ";"))


def workbook(rows: Rows, folder: Path) -> Path:
    """Write a workbook in which numbers are numbers."""
    path = folder / "a.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell.isdecimal() and place:
                    sheet.write_number(number, place, int(cell))
                elif cell:
                    sheet.write_string(number, place, cell)
    return path


def spss(rows: Rows, folder: Path) -> Path:
    """Write an SPSS file: short names, the survey's headers as labels."""
    head, *answers = rows
    columns = {f"v{place}": [row[place] for row in answers] for place in range(len(head))}
    path = folder / "a.sav"
    path.parent.mkdir(parents=True, exist_ok=True)
    labels = [name[:250] for name in head]
    pyreadstat.write_sav(polars.DataFrame(columns), str(path), column_labels=labels)
    return path


WRITERS = (utf16, cp1252, comma_decimals, workbook, spss)


@pytest.mark.parametrize("export", ["nl_2017"])
@pytest.mark.parametrize("write_as", WRITERS)
def test_a_real_export_gives_the_same_facts_in_every_format(
    world: World, export: str, write_as: Callable[[Rows, Path], Path]
) -> None:
    original = shared("data", "rse_limesurvey", f"{export}.csv")
    world.instrument = read_toml(INSTRUMENTS / f"rse_{export}.toml", Instrument)
    report = world.load(original, wave_id="rse")
    expected = world.facts(report)
    with original.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    other = World(world.root / "other")
    other.instrument = world.instrument
    if write_as is spss:
        # A variable of SPSS always has a name, the respondents' column of LimeSurvey has none.
        columns = world.instrument.columns.model_copy(update={"respondent": "v0"})
        other.instrument = world.instrument.model_copy(update={"columns": columns})
    again = other.load(write_as(rows, other.root / "files"), wave_id="rse")
    assert (again.delivery.reason, again.rule_counts) == (None, report.rule_counts)
    assert answers_of(other.facts(again)) == answers_of(expected)
    assert len(expected) == 73


def answers_of(facts: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return facts without the row number, which each format counts its own way."""
    return [{name: cell for name, cell in row.items() if name != "row_number"} for row in facts]


def test_the_other_real_survey_gives_its_figure(world: World) -> None:
    world.instrument = read_toml(INSTRUMENTS / "rse_uk_2016.toml", Instrument)
    report = world.load(shared("data", "rse_limesurvey", "uk_2016.csv"), wave_id="rse")
    turnover = [row["turnover"] for row in world.facts(report)]
    assert report.outcome == "landed"
    # 43 with and 27 without the spaces behind them taken off (../shared/data/README.md).
    assert turnover.count(1) == 43


@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_and_line_ends(world: World, delimiter: str, line: str) -> None:
    text = csv_text(good_rows([{"uit": '"a\nb"'}]), delimiter).replace("\n", line)
    report = world.load(write(world.root / "a.csv", text.encode()))
    assert (report.outcome, report.delivery.accepted_count) == ("landed", 21)


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    """Write a zip archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


EXPORT = csv_text(good_rows([])).encode()


@pytest.mark.parametrize(
    "members",
    [
        {"export.csv": EXPORT},
        {"map/export.csv": EXPORT, "__MACOSX/._export.csv": b"x", "leesmij.pdf": b"%PDF"},
    ],
)
def test_a_zip_with_one_export_is_that_export(world: World, members: dict[str, bytes]) -> None:
    report = world.load(zipped(world.root / "a.zip", members))
    assert (report.outcome, report.delivery.accepted_count) == ("landed", 20)


def test_a_gzip_is_what_is_in_it(world: World) -> None:
    report = world.load(write(world.root / "a.csv.gz", gzip.compress(EXPORT)))
    assert (report.outcome, report.delivery.accepted_count) == ("landed", 20)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"a.csv": EXPORT, "b.csv": EXPORT}, "holds 2 exports"),
        ({"leesmij.pdf": b"%PDF"}, "holds 0 exports"),
        ({"../a.csv": EXPORT}, "leads out of it"),
        ({"/a.csv": EXPORT}, "leads out of it"),
        ({"a.zip": b"PK"}, "holds 0 exports"),
        ({"a.csv": b"0" * (64 << 20)}, "far more than an export"),
    ],
)
def test_an_archive_that_is_no_export_is_refused(
    world: World, members: dict[str, bytes], said: str
) -> None:
    report = world.load(zipped(world.root / "a.zip", members))
    assert report.outcome == "refused"
    assert said in str(report.delivery.reason)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip"])
def test_a_cut_off_archive_is_refused(world: World, name: str) -> None:
    whole = gzip.compress(EXPORT) if name.endswith("gz") else b""
    content = whole or zipped(world.root / "whole.zip", {"a.csv": EXPORT}).read_bytes()
    report = world.load(write(world.root / name, content[:-20]))
    assert (report.outcome, "damaged or cut off" in str(report.delivery.reason)) == (
        "refused",
        True,
    )


def test_an_archive_is_counted_while_it_is_unpacked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "BYTES_AT_MOST", 100)
    report = world.load(zipped(world.root / "a.zip", {"a.csv": EXPORT}))
    assert "far more than an export" in str(report.delivery.reason)
    assert not list(Store(world.root / "data").facts.iterdir())
