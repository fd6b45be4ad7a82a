"""The status file: whole, replaced, without anything of answers."""

from __future__ import annotations

import datetime
from pathlib import Path

import duckdb
import pytest

from tests.builders import build_world, load_world, project_settings, read_release
from warehouse.dimensions import DIMENSIONS, write_dimensions
from warehouse.journal import Journal
from warehouse.ledger import open_ledger
from warehouse.ledger_tables import LEDGER_TABLES
from warehouse.paths import Store
from warehouse.publishing import release_waves
from warehouse.register import read_register
from warehouse.status import FILES_KEPT, current_status, publish_status
from warehouse.status_tables import STATUS_TABLES
from warehouse.waves import close_wave

NOW = datetime.datetime(2026, 10, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with one released wave, one in fieldwork, and a refresh that failed."""
    root = tmp_path_factory.mktemp("status")
    store = load_world(build_world(81, waves=("2025", "2026"), scale=0.3), root)
    settings, register = project_settings(), read_register(store.register)
    with open_ledger(store) as ledger:
        close_wave(ledger, store, "2025", settings, register)
        release_waves(ledger, store, settings, ["2025"], register, NOW)
        Journal(ledger).begin(NOW)
        publish_status(ledger, store, settings, register, NOW)
    return store


def tables_of(store: Store) -> dict[str, list[dict[str, object]]]:
    """Return the live status file, read as a dashboard would."""
    return read_release(store.status / f"{current_status(store)}.duckdb").tables


def test_only_the_wave_in_fieldwork_has_response_figures(store: Store) -> None:
    rows = tables_of(store)["response"]
    assert {row["wave_id"] for row in rows} == {"2026"}
    counted = {row["status"] for row in rows if row["respondent_count"] is not None}
    assert counted == {"published"}
    sector = next(row for row in rows if row["group_kind"] == "sector")
    with open_ledger(store) as ledger:
        query = "SELECT count(*) FROM respondent WHERE wave_id = '2026' AND side = 'employee'"
        assert ledger.connection.execute(query).fetchall() == [(sector["respondent_count"],)]


def test_waves_runs_and_publications_are_shown(store: Store) -> None:
    tables = tables_of(store)
    states = {row["wave_id"]: row["state"] for row in tables["wave_progress"]}
    assert states == {"2023": "open", "2024": "open", "2025": "released", "2026": "open"}
    assert [row["outcome"] for row in tables["load_run"]] == ["running"]
    assert [row["wave_ids"] for row in tables["publication"]] == ["2025"]
    assert tables["status"][0]["release_id"] == tables["publication"][0]["release_id"]
    assert len(tables["delivery"]) == 4


def test_it_has_the_tables_of_the_contract_and_no_other(store: Store) -> None:
    path = store.status / f"{current_status(store)}.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        for table in STATUS_TABLES:
            described = connection.execute(f"DESCRIBE {table.name}").fetchall()
            assert tuple(row[0] for row in described) == table.names
        names = {name for (name,) in connection.execute("SHOW TABLES").fetchall()}
    assert names == {table.name for table in STATUS_TABLES}


def test_the_ledger_has_the_tables_that_are_documented(store: Store) -> None:
    with open_ledger(store) as ledger:
        Journal(ledger)
        write_dimensions(ledger, read_register(store.register), project_settings())
        for table in (*LEDGER_TABLES, *DIMENSIONS):
            described = ledger.connection.execute(f"DESCRIBE {table.name}").fetchall()
            assert [row[0] for row in described] == list(table.names)
            assert [row[1].lower() for row in described] == [
                column.type.removesuffix(" not null") for column in table.columns
            ]


def test_the_same_state_is_the_same_file_and_old_ones_go(store: Store) -> None:
    settings, register = project_settings(), read_register(store.register)
    with open_ledger(store) as ledger:
        first = publish_status(ledger, store, settings, register, NOW)
        assert publish_status(ledger, store, settings, register, NOW) == first
        for number in range(FILES_KEPT + 2):
            Journal(ledger).begin(NOW + datetime.timedelta(hours=number))
            last = publish_status(ledger, store, settings, register, NOW)
    assert current_status(store) == last != first
    assert len(list(store.status.iterdir())) == FILES_KEPT


def test_nothing_in_it_comes_from_an_answer(store: Store) -> None:
    names = {column.name for table in STATUS_TABLES for column in table.columns}
    assert not names & {"item_id", "answer", "value", "respondent_id", "respondent_key", "side"}


def test_no_status_is_none(tmp_path: Path) -> None:
    assert current_status(Store(tmp_path)) is None
