"""Employer statements: consent or nothing, apart from every figure, and really gone afterwards."""

from __future__ import annotations

import datetime
import sqlite3
import stat
from pathlib import Path

import pytest

from etl.statements import import_statements
from tests.builders import build_world, load_world, project_settings, release_store
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.statements import (
    STATEMENT_TABLES,
    StatementError,
    open_statements,
    statements_path,
    withdraw_statement,
)

NOW = datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)
HEAD = "organisation_id,wave_id,item_id,answer,shown_to,consent_by,consent_on\n"
MARKED = "Directeur Bestuur Testorganisatie"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store with one wave loaded."""
    root = tmp_path_factory.mktemp("statements")
    return load_world(build_world(95, waves=("2026",), scale=0.15), root)


@pytest.fixture
def store(loaded: Store, tmp_path: Path) -> Store:
    """Return an empty store with that register."""
    store = Store(tmp_path / "store")
    store.create()
    for path in loaded.register.iterdir():
        (store.register / path.name).write_bytes(path.read_bytes())
    return store


def organisation(store: Store) -> str:
    """Return some organisation of the register."""
    return read_register(store.register).headcounts[0].organisation_id


def row(store: Store, **changes: str) -> str:
    """Return a right row, with changes."""
    cells = {
        "organisation_id": organisation(store),
        "wave_id": "2026",
        "item_id": "grade",
        "answer": "8",
        "shown_to": "organisation",
        "consent_by": MARKED,
        "consent_on": "2026-11-01",
    }
    return ",".join((cells | changes).values()) + "\n"


def offer(store: Store, *rows: str, name: str = "statements.csv") -> list[int]:
    """Return the numbers of statements in a file with these rows."""
    path = store.root / name
    path.write_text(HEAD + "".join(rows))
    register = read_register(store.register)
    return import_statements(path, store, project_settings(), register, NOW)


def answers(store: Store) -> list[tuple[object, ...]]:
    """Return every answer that stands."""
    with open_statements(store) as connection:
        query = "SELECT * FROM statement_answer ORDER BY statement_id, item_id"
        return list(connection.execute(query))


def test_a_statement_is_kept_with_who_when_and_to_whom(store: Store) -> None:
    assert offer(store, row(store), row(store, item_id="aspect_trust", answer="4")) == [1]
    with open_statements(store) as connection:
        query = (
            "SELECT organisation_id, shown_to, consent_by, consent_on, withdrawn_at FROM statement"
        )
        found = list(connection.execute(query))
    assert found == [(organisation(store), "organisation", MARKED, "2026-11-01", None)]
    assert answers(store) == [(1, "aspect_trust", 4.0), (1, "grade", 8.0)]


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    assert offer(store, row(store)) == offer(store, row(store)) == [1]
    assert len(answers(store)) == 1


def test_a_second_statement_needs_the_first_to_be_taken_back(store: Store) -> None:
    offer(store, row(store))
    with pytest.raises(StatementError, match="statement 1 at wave 2026 already"):
        offer(store, row(store, answer="7"))
    withdraw_statement(store, 1, "de organisatie", NOW)
    assert offer(store, row(store, answer="7")) == [2]


def test_a_file_that_was_taken_back_is_not_taken_in_again(store: Store) -> None:
    offer(store, row(store))
    withdraw_statement(store, 1, "de organisatie", NOW)
    with pytest.raises(StatementError, match="A new consent needs a new file"):
        offer(store, row(store))
    assert answers(store) == []


def test_what_is_taken_back_is_gone_from_the_file(store: Store) -> None:
    offer(store, row(store))
    assert withdraw_statement(store, 1, "de organisatie", NOW) == (organisation(store), "2026")
    assert answers(store) == []
    with open_statements(store) as connection:
        query = "SELECT withdrawn_at, withdrawn_by FROM statement"
        first = list(connection.execute(query))
    withdraw_statement(store, 1, "een ander", NOW + datetime.timedelta(days=1))
    with open_statements(store) as connection:
        assert list(connection.execute(query)) == first == [(NOW.isoformat(), "de organisatie")]
    assert "grade" not in statements_path(store).read_bytes().decode("latin-1")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"consent_by": ""}, "line 2: key consent_by"),
        ({"consent_on": ""}, "line 2: key consent_on"),
        ({"consent_on": "2027-01-01"}, "consent_on lies in the future"),
        ({"shown_to": "everybody"}, "line 2: key shown_to"),
        ({"answer": "11"}, "not on the scale of grade"),
        ({"answer": "7.25"}, "not on the scale of grade"),
        ({"answer": "goed"}, "line 2: key answer"),
        ({"organisation_id": "NOBODY"}, "NOBODY is not in headcounts.csv at wave 2026"),
        ({"wave_id": "1999"}, "wave '1999' is not known"),
        ({"item_id": "shoe_size"}, "'shoe_size' is no question for HR"),
    ],
)
def test_a_row_that_cannot_be_is_refused_and_nothing_is_taken(
    store: Store, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(StatementError, match=said) as refused:
        offer(store, row(store, **changes), row(store, organisation_id="OTHER"))
    assert answers(store) == []
    assert "7.25" not in str(refused.value)
    assert "goed" not in str(refused.value)


def test_one_consent_per_statement(store: Store) -> None:
    with pytest.raises(StatementError, match="line 3: another consent"):
        offer(
            store,
            row(store),
            row(store, item_id="aspect_trust", answer="4", consent_by="iemand anders"),
        )
    with pytest.raises(StatementError, match="line 3: grade is answered twice"):
        offer(store, row(store), row(store, answer="9"))


def test_a_statement_that_never_was_cannot_be_taken_back(store: Store) -> None:
    with pytest.raises(StatementError, match="no statement 7"):
        withdraw_statement(store, 7, "wie", NOW)


def test_statements_change_no_release_and_stand_nowhere_else(loaded: Store) -> None:
    before = release_store(loaded, ["2026"])
    rows = read_register(loaded.register).headcounts
    offer(loaded, *(row(loaded, organisation_id=one.organisation_id) for one in rows))
    after = release_store(loaded, ["2026"])
    assert after.release_id == before.release_id
    elsewhere = [
        path
        for room in (loaded.private, loaded.published, loaded.register, loaded.inbox)
        for path in room.rglob("*")
        if path.is_file() and MARKED.encode() in path.read_bytes()
    ]
    assert elsewhere == []
    assert MARKED.encode() in statements_path(loaded).read_bytes()


def test_the_file_is_for_its_owner_and_has_the_documented_tables(store: Store) -> None:
    offer(store, row(store))
    assert stat.S_IMODE(statements_path(store).stat().st_mode) == 0o600
    with sqlite3.connect(statements_path(store)) as connection:
        for table in STATEMENT_TABLES:
            columns = connection.execute(f"PRAGMA table_info({table.name})").fetchall()
            assert [(c[1], c[2].lower()) for c in columns] == [
                (c.name, c.type) for c in table.columns
            ]
    connection.close()
