"""Where organisations stand: a director reads what is expected of the own one, staff all of it."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask.testing import FlaskClient

from dashboard.access.scope import STAFF_TABLES, Scope
from dashboard.context import Context
from dashboard.grouped import Row
from dashboard.pages.catalogue import build_page
from dashboard.pages.given_size import given_size_sentence
from dashboard.pages.model import View
from dashboard.pages.overview import build
from dashboard.queries import Reader
from dashboard.snapshot import Snapshot, Snapshots
from dashboard.state import PATHS, SECTOR_TABLES
from tests.builders import project_settings
from tests.dashboard.test_scope import ask, own_of
from warehouse.paths import Store
from warehouse.release import current_release
from warehouse.tables import TABLES as CONTRACT

WAVE = "2026"
STAFF = Scope("sector_staff", None)
TABLES = ("expected_range", *STAFF_TABLES)


@pytest.fixture(scope="module")
def snapshot(released_store: Store) -> Snapshot:
    """Return the live release."""
    return Snapshots(released_store).current()


def reader(snapshot: Snapshot, scope: Scope) -> Reader:
    """Return a release as a scope sees it."""
    return Reader(snapshot, scope, WAVE)


def own_organisation(snapshot: Snapshot) -> str:
    """Return an organisation with a published place."""
    rows = reader(snapshot, STAFF).places("organisation_place", "grade")
    return next(str(row["organisation_id"]) for row in rows if row["status"] == "published")


@pytest.mark.parametrize("table", STAFF_TABLES)
def test_a_director_reads_no_row_of_a_table_for_staff_and_staff_do(
    snapshot: Snapshot, table: str
) -> None:
    director = Scope("hr_director", own_organisation(snapshot))
    assert reader(snapshot, director).places(table, "grade") == ()
    assert not director.may_read(table)
    rows = reader(snapshot, STAFF).places(table, "grade")
    assert STAFF.may_read(table)
    assert any(row["status"] == "published" for row in rows)


def test_staff_read_every_organisation_and_no_rank(snapshot: Snapshot) -> None:
    rows = reader(snapshot, STAFF).places("organisation_place", "grade")
    assert len({row["organisation_id"] for row in rows}) == len(rows) > 10
    assert all(row["rank_low"] < row["rank_high"] for row in rows)
    assert "rank" not in rows[0]
    (spread,) = reader(snapshot, STAFF).places("sector_spread", "grade")
    assert spread["organisation_count"] == len(rows)


def test_a_director_reads_what_is_expected_of_the_own_organisation_alone(
    snapshot: Snapshot,
) -> None:
    own = own_organisation(snapshot)
    director = reader(snapshot, Scope("hr_director", own))
    assert [row["organisation_id"] for row in director.places("expected_range", "grade")] == [own]
    row = director.expected_range("grade")
    assert row is not None
    assert row["organisation_id"] == own
    assert len(reader(snapshot, STAFF).places("expected_range", "grade")) > 10
    assert reader(snapshot, STAFF).expected_range("grade") is None


def test_a_scope_without_an_organisation_reads_nobody(snapshot: Snapshot) -> None:
    nobody = reader(snapshot, Scope("hr_director", None))
    for table in TABLES:
        assert nobody.places(table, "grade") == ()


# --- What reaches the browser --------------------------------------------------------------------


def telling(rows: tuple[Row, ...]) -> set[str]:
    """Return figures so long that they stand in a text for no other reason."""
    texts = {repr(value) for row in rows for value in row.values() if isinstance(value, float)}
    return {text for text in texts if len(text) > 12}


def staff_figures(snapshot: Snapshot) -> set[str]:
    """Return every figure of the tables for staff that stands in no other table, by chance too."""
    items = [row["item_id"] for row in snapshot.rows("select item_id from item")]
    staff = reader(snapshot, STAFF)
    figures = set().union(*(telling(staff.places(t, i)) for t in STAFF_TABLES for i in items))
    others = [table.name for table in CONTRACT if table.name not in STAFF_TABLES]
    return figures - set().union(*(telling(snapshot.rows(f"from {name}")) for name in others))


def everything_of(client: FlaskClient, app: Any) -> str:
    """Return every page and download that a client can get, as one text."""
    parts = [ask(client, app, path, f"?wave={WAVE}").text for path in PATHS.values()]
    for page in PATHS:
        for name in (f"{page}.csv", f"{page}-check.xlsx"):
            answer = client.get(f"/download/{name}?wave={WAVE}")
            parts += texts_in(answer.data) if answer.status_code == 200 else []
    parts += texts_in(client.get(SECTOR_TABLES).data)
    return "\n".join(parts)


def texts_in(content: bytes) -> list[str]:
    """Return a file as text; of a zip or workbook every file in it."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [content.decode("utf-8")]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [name + archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]


def test_no_page_and_no_file_of_a_director_holds_a_figure_for_staff(  # type: ignore[no-untyped-def]
    dash_app, sign_in, snapshot
) -> None:
    client = sign_in("large")
    found = everything_of(client, dash_app)
    own = reader(snapshot, Scope("hr_director", own_of(client))).own_score("grade")
    assert repr(own["value"]) in found
    figures = staff_figures(snapshot)
    assert len(figures) > 1000
    assert not [figure for figure in figures if figure in found]
    assert not [table for table in STAFF_TABLES if table in found]


def test_a_director_is_told_what_is_expected_at_this_size_and_staff_are_not(  # type: ignore[no-untyped-def]
    dash_app, sign_in
) -> None:
    assert "Gegeven uw omvang" in ask(sign_in("large"), dash_app, "/").text
    assert "Gegeven uw omvang" not in ask(sign_in("analyst"), dash_app, "/").text


# --- The sentence --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def view(released_store: Store) -> View:
    """Return the overview of an organisation with an own grade."""
    snapshots = Snapshots(released_store)
    scope = Scope("hr_director", own_organisation(snapshots.current()))
    return Context(snapshots, project_settings(), True).view("/", f"?wave={WAVE}", scope)


EXPECTED = {
    "status": "published",
    "expected_value": 7.44,
    "range_low": 6.84,
    "range_high": 8.04,
    "place": "usual",
}


@pytest.mark.parametrize(
    ("place", "own", "words"),
    [
        ("usual", 6.84, "tussen 6,8 en 8,1; uw 6,8 ligt daarbinnen"),
        ("usual", 7.2, "is een 7,4 te verwachten"),
        ("unusual", 6.7, "tussen 6,8 en 8,1; uw 6,7 ligt daaronder"),
        ("unusual", 8.3, "tussen 6,8 en 8,1; uw 8,3 ligt daarboven"),
        ("very_unusual", 9.3, "tussen 6,8 en 8,1; uw 9,3 ligt daarboven"),
        # Rounded outward to one decimal these would seem to lie inside.
        ("unusual", 6.82, "tussen 6,84 en 8,04; uw 6,82 ligt daaronder"),
        ("unusual", 8.06, "tussen 6,84 en 8,04; uw 8,06 ligt daarboven"),
        ("unusual", 8.043, "tussen 6,840 en 8,040; uw 8,043 ligt daarboven"),
    ],
)
def test_the_sentence_never_shows_the_opposite_of_what_it_says(
    view: View, place: str, own: float, words: str
) -> None:
    sentence = given_size_sentence(view, EXPECTED | {"place": place}, own, 1234)
    assert words in sentence
    assert "1.234 medewerkers" in sentence


def test_without_a_line_the_sentence_says_why(view: View) -> None:
    row = {"status": "too_few_organisations", "expected_value": None, "place": None}
    assert given_size_sentence(view, row, 7.2, 80).startswith("Er zijn te weinig organisaties")


def test_the_overview_says_it_once(view: View) -> None:
    headings = [section.heading for section in build_page(view).sections]
    assert headings.count("Gegeven uw omvang") == 1


def test_a_release_from_before_places_has_a_page_without_them(
    released_store: Store, tmp_path: Path, view: View
) -> None:
    live = current_release(released_store)
    old = Path(shutil.copy(released_store.releases / f"{live}.duckdb", tmp_path / "old.duckdb"))
    with duckdb.connect(str(old)) as connection:
        for table in TABLES:
            connection.execute(f"DROP TABLE {table}")
    snapshot = Snapshot(old, "old")
    for table in TABLES:
        assert reader(snapshot, STAFF).places(table, "grade") == ()
    before = View(view.state, reader(snapshot, view.scope), view.say, view.settings)
    assert [s.heading for s in build(before).sections] == [
        s.heading for s in build(view).sections if s.heading != "Gegeven uw omvang"
    ]
