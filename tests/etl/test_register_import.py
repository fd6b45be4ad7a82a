"""`register import`: a register from elsewhere goes in whole, or not at all with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from etl.register_import import Imported, import_register
from tests.builders import project_settings
from warehouse.errors import RegisterError
from warehouse.ledger import WaveState, open_ledger
from warehouse.paths import Store
from warehouse.register import read_register

ORGANISATIONS = "organisation_id;name;valid_from\nA;Ålders;2020-01-01\nB;Bee;2020-01-01\n"
COUNTS = "organisation_id,wave_id,name,headcount,employees_invited\nA,2026,Ålders,50,40\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with a small register, imported."""
    store = Store(tmp_path / "store")
    store.create()
    offer(store, tmp_path, names=ORGANISATIONS, counts=COUNTS)
    return store


def offer(store: Store, room: Path, **files: str | bytes) -> Imported:
    """Return what became of CSV files with these contents."""
    paths = []
    for name, content in files.items():
        path = room / f"{name}.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(path)
    with open_ledger(store) as ledger:
        return import_register(paths, store, project_settings(), ledger)


def files_of(store: Store) -> dict[str, str]:
    """Return the register's files as they stand on disk."""
    return {path.name: path.read_text() for path in store.register.iterdir()}


def test_a_register_from_nothing(store: Store) -> None:
    register = read_register(store.register)
    assert [row.name for row in register.organisations] == ["Ålders", "Bee"]
    assert set(files_of(store)) == {"organisations.csv", "headcounts.csv"}


def test_rows_are_added_and_replaced_and_others_stay(store: Store, tmp_path: Path) -> None:
    done = offer(store, tmp_path, c=COUNTS.replace("50,40", "55,41") + "B,2026,Bee,70,\n")
    assert (done.added["headcounts.csv"], done.changed["headcounts.csv"]) == (1, 1)
    found = {r.organisation_id: r.headcount for r in read_register(store.register).headcounts}
    assert found == {"A": 55, "B": 70}


def test_the_same_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    before = files_of(store)
    done = offer(store, tmp_path, names=ORGANISATIONS, counts=COUNTS)
    assert not any(done.added.values())
    assert not any(done.changed.values())
    assert files_of(store) == before


def test_a_register_of_another_encoding_and_separator(store: Store, tmp_path: Path) -> None:
    text = COUNTS.replace(",", "\t").replace("Ålders", "Änders")
    offer(store, tmp_path, c=text.encode("cp1252"))
    assert read_register(store.register).headcounts[0].name == "Änders"


def test_a_workbook_with_a_sheet_for_each_file(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheets = {
            "Organisaties": [["organisation_id", "name", "valid_from"], ["C", "Cee", "2025-01-01"]],
            "Fusies": [
                ["organisation_id", "event", "event_date", "successor_id"],
                ["A", "merger", "2026-01-01", "C"],
                ["B", "merger", "2026-01-01", "C"],
            ],
            "Omvang": [["organisation_id", "wave_id", "name", "headcount"], ["C", 2026, "Cee", 99]],
            "Regelingen": [
                ["organisation_id", "wave_id", "scheme_id", "is_offered"],
                ["C", "2026", "generation_scheme", "false"],
            ],
            "Leeg": [],
        }
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    with open_ledger(store) as ledger:
        done = import_register([path], store, project_settings(), ledger)
    assert done.added == {
        "headcounts.csv": 1,
        "schemes.csv": 1,
        "reviews.csv": 0,
        "events.csv": 2,
        "organisations.csv": 1,
    }
    register = read_register(store.register)
    assert {row.organisation_id: row.headcount for row in register.headcounts}["C"] == 99
    assert [event.successor_id for event in register.events] == ["C", "C"]
    assert not register.offers[0].is_offered


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (COUNTS.replace("50,40", "many,40"), r"c\.csv, line 2: key headcount"),
        (COUNTS + "A,2026,Ålders,50,40\n", r"c\.csv, line 3: A · 2026 stands twice"),
        (COUNTS.replace("2026", "1999"), r"line 2: wave '1999' is not in waves\.toml"),
        (COUNTS + "Z,2026,Zet,5,5\n", r"headcounts\.csv: Z is not in organisations\.csv"),
        (COUNTS + "B,2026,Bee,5,5,extra\n", r"line 3: more cells than headers"),
        ("naam,aantal\nA,5\n", r"its headers fit no file of the register"),
        (COUNTS.replace("employees_invited", "genodigd"), r"key genodigd: Extra inputs"),
        ("organisation_id,event,event_date\nA,merger,2026-01-01\n", "needs a successor_id"),
        (
            "organisation_id,event,event_date,successor_id\nA,merger,2026-01-01,Q\n",
            "Q is not in organisations",
        ),
        (
            "organisation_id,wave_id,scheme_id,is_offered\nA,2026,free_beer,true\n",
            "scheme 'free_beer' is not known",
        ),
        ("organisation_id,name,valid_from\nA,Aa,2021-01-01\n", "A has two rows that hold on"),
        (b"\x00\x01\x02", "this is no text"),
        ("", r"c\.csv: there is no table in it"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    store: Store, tmp_path: Path, content: str | bytes, said: str
) -> None:
    before = files_of(store)
    with pytest.raises(RegisterError, match=said):
        offer(store, tmp_path, good=COUNTS.replace("50,40", "51,40"), c=content)
    assert files_of(store) == before


@pytest.mark.parametrize("state", ["closed", "released"])
def test_a_wave_that_is_closed_stays_as_it_was(store: Store, tmp_path: Path, state: str) -> None:
    with open_ledger(store) as ledger:
        ledger.set_wave_state(WaveState("2026", state, None, None, "t.parquet"))  # type: ignore[arg-type]
    with pytest.raises(RegisterError, match=rf"line 2: wave 2026 is {state}; its organisations"):
        offer(store, tmp_path, c=COUNTS.replace("50,40", "51,40"))
    offer(store, tmp_path, c=COUNTS + "A,2025,Ålders,48,40\n")
    assert len(read_register(store.register).headcounts) == 2


def test_a_headcount_that_jumps_is_noted(store: Store, tmp_path: Path) -> None:
    done = offer(store, tmp_path, c=COUNTS + "A,2025,Ålders,39,40\n")
    assert done.warnings == ("A, wave 2026: 39 people at the wave before, 50 now. Check it.",)
    assert not offer(store, tmp_path, c=COUNTS + "A,2025,Ålders,41,40\n").warnings


def test_a_broken_workbook_is_refused(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook")
    with open_ledger(store) as ledger, pytest.raises(RegisterError, match="damaged"):
        import_register([path], store, project_settings(), ledger)
