"""The pages of findings, cao schemes, dialogue and conversation: what they say, and when."""

from __future__ import annotations

import duckdb
import pytest

from dashboard.access.scope import Scope
from dashboard.context import Context
from dashboard.pages.catalogue import build_page
from dashboard.pages.model import AsWritten, Page
from dashboard.snapshot import Snapshots
from dashboard.state import LANGUAGES
from tests.dashboard.release_builder import SAID
from warehouse.paths import Store
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def context(store: Store, settings: Settings) -> Context:
    """The dashboard's view of that store."""
    return Context(Snapshots(store), settings, True)


def page_of(context: Context, path: str, organisation: str | None = None, **asked: str) -> Page:
    """Return a page as an organisation, or the sector fund, sees it."""
    role = "hr_director" if organisation else "sector_staff"
    query = "&".join(f"{k}={v}" for k, v in ({"wave": "2024", "lang": "nl"} | asked).items())
    return build_page(context.view(path, f"?{query}", Scope(role, organisation)))  # type: ignore[arg-type]


def words(page: Page) -> str:
    """Return every word of a page."""
    found = [page.question, page.finding, page.context, *page.reading]
    for section in page.sections:
        found += [section.heading, *section.sentences, *section.notes]
        if section.table:
            found += [section.table.caption, *section.table.columns]
            found += [cell for row in section.table.rows for cell in row]
    return "\n".join(found)


def test_findings_are_the_releases_own_sentences(context: Context) -> None:
    page = page_of(context, "/opvallend")
    said = words(page)
    assert "Medewerkers noemen als maatregel het aanpakken van de werkdruk" in said
    assert "uit 10 vergelijkingen." in said
    english = words(page_of(context, "/opvallend", lang="en"))
    assert "Employees name as an intervention tackling the workload" in english
    assert "Medewerkers" not in english


def test_findings_of_the_own_band(context: Context) -> None:
    page = page_of(context, "/opvallend", "ORG-MID", group="band")
    assert "50–99" in page.finding
    assert page.finding != page_of(context, "/opvallend", "ORG-MID").finding


def test_without_findings_the_page_says_that_this_is_an_outcome(
    context: Context, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.told.GROUPS", ())
    fresh = Context(Snapshots(store), settings, True)
    page = page_of(fresh, "/opvallend", "ORG-TEN")
    assert "valt er niets aantoonbaar op" in page.finding
    assert "ook een uitkomst" in words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cao_page_has_four_by_four_per_side(context: Context, language: str) -> None:
    page = page_of(context, "/cao-regelingen", lang=language)
    plain = [s for s in page.sections if s.table and not s.notes]
    grids = [s.table for s in plain if s.table and len(s.table.columns) == 5]
    assert len(grids) == 2
    folded = [s.table for s in page.sections if s.is_spare and s.table]
    bands = [(len(table.rows), len(table.columns)) for table in folded]
    assert bands == [(2, 6), (16, 6), (16, 6)]
    for grid in grids:
        assert len(grid.rows) == 4
        assert all("%" in cell for row in grid.rows for cell in row[1:])


def test_not_offered_and_not_eligible_stand_apart(context: Context) -> None:
    page = page_of(context, "/cao-regelingen")
    table = next(s.table for s in page.sections if s.heading == "Niet aangeboden, of niet voor u")
    assert table is not None
    cells = {row[0]: row[1:] for row in table.rows}
    assert cells["Loopbaanbudget"] == ("20\u00a0%", "10\u00a0%", "20\u00a0%", "10\u00a0%")
    hidden = cells["Generatieregeling"]
    assert hidden[:2] == ("20\u00a0%", "10\u00a0%")
    assert hidden[2] == hidden[3] != ""


def test_not_offered_stands_by_size_band_where_it_may(context: Context) -> None:
    page = page_of(context, "/cao-regelingen")
    table = next(s.table for s in page.sections if "per grootteklasse" in s.heading and s.notes)
    assert table is not None
    assert [row[0] for row in table.rows] == [
        "Generatieregeling: niet aangeboden",
        "Generatieregeling: niet in aanmerking",
    ]
    assert set(table.rows[0][1:]) == {"25\u00a0%"}


def test_the_gap_between_information_and_knowledge_is_its_own(context: Context) -> None:
    page = page_of(context, "/cao-regelingen")
    assert page.finding == (
        "Medewerkers kennen de cao-regelingen aantoonbaar minder dan hr: "
        "gemiddeld 60\u00a0% tegen 80\u00a0% (Hele sector)."
    )
    first, second = page.sections[:2]
    assert first.heading == "Wie kent de regelingen?"
    assert "verschil −20\u00a0procentpunt, marge −30\u00a0tot\u00a0−10" in first.sentences[0]
    assert first.chart is not None
    assert first.table is not None
    assert second.table is not None
    assert (len(first.table.rows), len(second.table.rows)) == (5, 4)
    assert first.table.rows[0][0] == "Alle regelingen samen (Hele sector)"
    assert "gebrek aan informatie" in words(page)


def test_the_own_grid_says_what_is_hidden(context: Context) -> None:
    page = page_of(context, "/cao-regelingen", "ORG-BELOW")
    own = next(s.table for s in page.sections if s.heading == "Uw medewerkers")
    assert own is not None
    assert all("afgeschermd" in cell for row in own.rows for cell in row[1:])


def test_a_wave_without_schemes_says_so(context: Context) -> None:
    page = page_of(context, "/cao-regelingen", wave="2023")
    assert "niet gevraagd" in page.finding


def test_the_dialogue_shows_support_by_side_and_what_is_hidden(context: Context) -> None:
    page = page_of(context, "/dialoog")
    assert page.finding == f"Het meest gedragen antwoord: ‘{SAID[0]}’"
    table = page.sections[0].table
    assert table is not None
    first, second, third = table.rows
    assert first[0] == SAID[0]
    assert isinstance(first[0], AsWritten)
    assert first[1] == "medewerkers en hr"
    assert first[2] == "+1,1 (ten minste +0,9; 81 waarderingen)"
    assert "afgeschermd" in second[3]
    assert third[0] == "– tekst niet vrijgegeven"
    assert third[4] == "verdeeld: 0,4 (spreiding 0,20)"
    said = words(page)
    assert "452 medewerkers en 72 hr-vertegenwoordigers deden mee" in said
    quoted = {row[:2] for s in page.sections[2:] if s.table for row in s.table.rows}
    assert quoted == {
        ("Ik deel mijn week zelf in.", "medewerkers"),
        ("De financiering is onzeker.", "hr"),
    }
    headings = [section.heading for section in page.sections[2:]]
    assert headings[1] == "Wat in de weg staat, bij opdrachtgever of gemeente"


def test_the_dialogue_is_drawn_with_its_lower_bounds(context: Context) -> None:
    section = page_of(context, "/dialoog").sections[0]
    assert section.chart is not None
    figure = section.chart.figure
    lines = [trace["x"] for trace in figure["data"] if trace["mode"] == "lines"]
    ends = [pair for x in lines for pair in zip(x[::3], x[1::3], strict=True)]
    # hr's ratings of the second answer are hidden
    assert [(low, high) for low, high in ends if low != high] == [(0.9, 1.1)] * 5
    assert sum("verdeeld" in note["text"] for note in figure["layout"]["annotations"]) == 1
    assert figure["layout"]["xaxis"]["range"][0] < -3 < 3 < figure["layout"]["xaxis"]["range"][1]
    assert section.notes[0].endswith("Een deelnemer zag er gemiddeld 8.")


def test_what_round_two_names_otherwise_is_told(context: Context) -> None:
    section = page_of(context, "/dialoog").sections[1]
    assert section.heading == "Noemt ronde 2 andere aspecten dan ronde 1?"
    assert section.sentences == (
        "Vertrouwen: in ronde 2 vaker genoemd (50\u00a0%) dan in ronde 1 (15\u00a0%); "
        "marge van het verschil +20\u00a0tot\u00a0+40.",
    )
    assert section.table is not None
    assert len(section.table.rows) == 2


def test_a_wave_without_a_dialogue_says_so(context: Context) -> None:
    page = page_of(context, "/dialoog", wave="2026")
    assert page.finding == "Bij deze meting is geen online dialoog gehouden."
    assert not [section for section in page.sections if section.table]


@pytest.mark.parametrize("organisation", ["ORG-MID", "ORG-TINY", None])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_celebrates_asks_and_says_whose_move(
    context: Context, organisation: str | None, language: str
) -> None:
    page = page_of(context, "/goede-gesprek", organisation, lang=language)
    celebrate, ask, pillars, agree = page.sections
    assert 1 <= len(celebrate.sentences) <= 3
    assert ask.table is not None
    assert 3 <= len(ask.table.rows) <= 4
    assert all(row[2].endswith("?") for row in ask.table.rows)
    names = {"nl": ("Richting", "Ruimte", "Ruggensteun"), "en": ("Direction", "Room", "Backing")}
    assert all(row[3].startswith(names[language]) for row in ask.table.rows)
    assert [s.split(":")[0] for s in pillars.sentences] == list(names[language])
    assert len(agree.sentences) == 3


def test_the_guide_says_whose_results_it_is_made_of(context: Context) -> None:
    findings = {o: page_of(context, "/goede-gesprek", o).finding for o in ("ORG-MID", "ORG-TINY")}
    assert "eigen medewerkers" in findings["ORG-MID"]
    assert "organisaties van uw omvang" in findings["ORG-TINY"]


def test_a_release_from_before_these_tables_opens(
    store: Store, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    older = Store(tmp_path_factory.mktemp("older"))
    older.create()
    live = store.current.read_text(encoding="utf-8").strip()
    path = older.releases / f"{live}.duckdb"
    path.write_bytes((store.releases / f"{live}.duckdb").read_bytes())
    with duckdb.connect(str(path)) as connection:
        for table in ("finding", "dialogue_question", "dialogue_answer", "quote"):
            connection.execute(f"drop table {table}")
    older.current.write_text(f"{live}\n", encoding="utf-8")
    context = Context(Snapshots(older), settings, True)
    assert "geen online dialoog" in page_of(context, "/dialoog").finding
    assert "niets aantoonbaar" in page_of(context, "/opvallend").finding
