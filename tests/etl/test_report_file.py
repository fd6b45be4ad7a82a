"""The workbook for the bureau: where each refused cell stands, and nobody's answer."""

from __future__ import annotations

import fastexcel
import pytest

from etl.report_file import report_path
from tests.etl.builders import World, good_rows


def sheet(world: World, delivery_id: str, name: str) -> list[tuple[object, ...]]:
    """Return a sheet of the report as rows of text."""
    workbook = fastexcel.read_excel(str(report_path(world.store, delivery_id)))
    return workbook.load_sheet(name, header_row=None, dtypes="string").to_polars().rows()


def test_every_refused_cell_is_named_and_masked(world: World) -> None:
    report = world.offer(good_rows([{"cijfer": "75"}, {"mening": "=Piet"}]), "export.csv")
    rows = sheet(world, report.delivery.delivery_id, "Rows")
    assert [row[:5] for row in rows[1:]] == [
        ("export.csv", "2", "cijfer", "off_scale", "99"),
        ("export.csv", "3", "mening", "not_a_number_or_label", "=xxxx"),
    ]
    told = dict(row[:2] for row in sheet(world, report.delivery.delivery_id, "Summary") if row[0])
    assert (told["rows"], told["taken"], told["refused"]) == ("22", "20", "2")
    assert told["off_scale"] == "1"


@pytest.mark.parametrize("bad", [0, 20])
def test_taken_and_refused_deliveries_have_one(world: World, bad: int) -> None:
    report = world.offer(good_rows([{"cijfer": "75"}] * bad))
    told = dict(row[:2] for row in sheet(world, report.delivery.delivery_id, "Summary") if row[0])
    assert report.outcome in str(told["what became of it"])


def test_a_file_that_cannot_be_read_has_one_too(world: World) -> None:
    path = world.root / "a.csv"
    path.write_bytes(b"\0")
    report = world.load(path)
    told = sheet(world, report.delivery.delivery_id, "Summary")
    assert any("NUL" in str(cell) for row in told for cell in row)
