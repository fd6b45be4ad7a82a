"""The register is read whole, or refused with file, line, column and mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import build_world, project_settings, write_register
from warehouse.errors import RegisterError
from warehouse.paths import Store
from warehouse.register import read_register

HEADCOUNTS = "organisation_id,wave_id,name,headcount,employees_invited\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with a whole register."""
    store = Store(tmp_path)
    write_register(build_world(1, scale=0.1), store)
    return store


def test_members_are_sorted_and_stand_in_the_band_of_their_wave(store: Store) -> None:
    text = HEADCOUNTS + "B,2025,Bee,49,40\nA,2025,Aa,50,\nC,2025,Cee,,\nA,2026,Aa,9,9\n"
    (store.register / "headcounts.csv").write_text(text, encoding="utf-8")
    bands = project_settings().size_bands
    members = read_register(store.register).members("2025", bands)
    found = [(m.organisation_id, m.headcount, m.employees_invited, m.size_band_id) for m in members]
    assert found == [("A", 50, None, "50-99"), ("B", 49, 40, "10-49"), ("C", None, None, None)]
    later = read_register(store.register).members("2026", bands)
    assert [(m.organisation_id, m.size_band_id) for m in later] == [("A", "0-9")]


def test_a_byte_order_mark_of_a_spreadsheet_is_no_part_of_the_first_column(store: Store) -> None:
    path = store.register / "headcounts.csv"
    path.write_text(HEADCOUNTS + "A,2025,Aa,50,40\n", encoding="utf-8-sig")
    assert read_register(store.register).headcounts[0].organisation_id == "A"


@pytest.mark.parametrize("name", ["organisations.csv", "headcounts.csv"])
def test_a_missing_file_is_named(store: Store, name: str) -> None:
    (store.register / name).unlink()
    with pytest.raises(RegisterError, match=rf"{name}: the register is missing; put the file"):
        read_register(store.register)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (HEADCOUNTS + "A,2025,Aa,50,40\nB,2025,Bee,many,40\n", 3, "headcount"),
        (HEADCOUNTS + ",2025,Aa,50,40\n", 2, "organisation_id"),
        (HEADCOUNTS + "A,2025,Aa,50.5,40\n", 2, "headcount"),
        ("organisation_id,wave_id,name,heads\nA,2025,Aa,50\n", 2, "heads"),
        ("organisation_id,name\nA,Aa\n", 2, "wave_id"),
        (HEADCOUNTS + "A,2025,Aa,50,40,more\n", 2, ""),
    ],
)
def test_a_wrong_cell_names_line_and_column(
    store: Store, text: str, line: int, column: str
) -> None:
    (store.register / "headcounts.csv").write_text(text, encoding="utf-8")
    with pytest.raises(RegisterError) as refused:
        read_register(store.register)
    message = str(refused.value)
    assert f"headcounts.csv, line {line}: key {column}" in message
    assert message.endswith("Correct it.")


@pytest.mark.parametrize(
    "rows",
    [
        "A,2025,Aa,50,40\nA,2025,Aa,60,40\n",
        "A,2025,Aa,0,0\n",
        "A,2025,Aa,-4,0\n",
    ],
    ids=["doubled organisation", "headcount 0", "negative headcount"],
)
def test_what_cannot_be_is_refused(store: Store, rows: str) -> None:
    (store.register / "headcounts.csv").write_text(HEADCOUNTS + rows, encoding="utf-8")
    with pytest.raises(RegisterError, match=r"headcounts\.csv, line [23]"):
        read_register(store.register)
