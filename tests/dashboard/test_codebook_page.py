"""The codebook page tells the whole questionnaire, and an older release what it holds."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dashboard.access.scope import Scope
from dashboard.context import Context
from dashboard.pages.catalogue import build_page
from dashboard.pages.model import Page
from dashboard.queries import Reader
from dashboard.snapshot import Snapshot, Snapshots
from dashboard.state import PATHS
from tests.builders import INSTRUMENT, project_settings
from warehouse.paths import Store

SCOPE = Scope("hr_director", "nobody")


@pytest.fixture(scope="module")
def page(released_store: Store) -> Page:
    """Return the codebook of the last wave."""
    context = Context(Snapshots(released_store), project_settings(), True)
    return build_page(context.view(PATHS["codebook"], "?wave=2026", SCOPE))


def rows_of(page: Page, heading: str) -> dict[str, tuple[str, ...]]:
    """Return the rows of a section's table by their first cell."""
    [table] = [one.table for one in page.sections if one.heading == heading]
    assert table is not None
    return {row[0]: row[1:] for row in table.rows}


def test_a_scale_shows_its_ends_labels_and_codes(page: Page) -> None:
    ends, step, answers, missing, other, _ = rows_of(page, "Schalen")["yes_no"]
    assert (ends, step, answers) == ("0 tot 1", "1", "0 = nee; 1 = ja")
    assert missing == "(lege cel); 99; weet niet"
    assert other == "8 = niet aangeboden; 9 = niet in aanmerking"


def test_every_column_of_an_export_is_named(page: Page) -> None:
    rows = rows_of(page, "Kolommen van een export")
    instrument = project_settings().instruments[INSTRUMENT]
    assert set(rows) == {item.column for item in instrument.item} | {
        "respondent_id", "organisatie_id", "rol",
    }  # fmt: skip
    assert rows["rol"][-1] == "hr-vertegenwoordiger = hr; medewerker = medewerkers"
    assert rows["rapportcijfer"] == ("Rapportcijfer eigen regie", "grade", "mark")


def test_the_mapping_says_what_is_assumed(page: Page) -> None:
    rows = rows_of(page, "Aspecten en pijlers")
    assert rows["Vertrouwen"][:2] == ("Ruimte", "ons (aanname)")
    assert rows["Werkdruk"][:2] == ("Ruggensteun", "de bron")
    assert rows_of(page, "Regelingen van de cao")["Generatieregeling"][-1] == (
        "mag de werkgever weglaten"
    )


def test_the_questionnaire_says_its_version_and_class(page: Page) -> None:
    [section] = [one for one in page.sections if one.heading == "Welke vragenlijst dit is"]
    assert f"({INSTRUMENT}, versie 1)" in section.sentences[0]
    assert "2025 en 2026" in section.sentences[1]


def test_questions_without_a_figure_are_there(page: Page) -> None:
    assert "Leeftijdsgroep" in rows_of(page, "Kenmerken, redenen en open vragen")


def test_an_older_release_has_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "older.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table wave as select '2026' as wave_id, 1 as position, 'i' as x")
        connection.execute("alter table wave rename column x to instrument_id")
    reader = Reader(Snapshot(path, "older"), SCOPE, "2026")
    assert reader.instrument_rows("instrument_item") == ()
    assert reader.described("scheme") == ()
