"""The page of trends keeps real change apart from others taking part, and tells a trend."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.context import Context
from dashboard.pages.catalogue import build_page
from dashboard.pages.changes import matched_sentence, parts_of, trend_sentences
from dashboard.pages.model import Section
from dashboard.queries import Reader
from dashboard.sentences import DEMONSTRABLE
from dashboard.snapshot import Snapshots
from tests.dashboard.built.test_sentences import FORBIDDEN, view_of
from warehouse.paths import Store
from warehouse.settings import Settings
from warehouse.tables.columns import VERDICTS

SAME = {"status": "published", "later_count": 1132, "change": 0.16, "ci_low": 0.06, "ci_high": 0.26}
REST = {"status": "published", "change": -0.09}
WORDS = {"higher": "hoger", "lower": "lager", "comparable": "vergelijkbaar",
         "not_demonstrable": "niet aantoonbaar veranderd",
         "too_few": "te weinig antwoorden om te zeggen"}  # fmt: skip


@pytest.fixture
def context(store: Store, settings: Settings) -> Context:
    """What the dashboard shares."""
    return Context(Snapshots(store), settings, True)


def sections(context: Context, organisation: str | None, wave: str) -> Iterator[Section]:
    """Yield the sections of the page of trends."""
    view = view_of(context, organisation, f"?wave={wave}", "/trends")
    yield from build_page(view).sections


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_real_change_and_the_rest_stand_apart(
    context: Context, verdict: str, language: str
) -> None:
    view = view_of(context, None, f"?wave=2026&lang={language}")
    said = matched_sentence(view, {"matched": SAME | {"verdict": verdict}, "composition": REST})
    is_apart = verdict in DEMONSTRABLE
    low = "net boven 0" if is_apart else "0,0"
    figures = ("+0,2", f"{low} tot +0,3", "−0,1", "1.132")
    if language == "en":
        low = "just above 0" if is_apart else "0.0"
        figures = ("+0.2", f"{low} to +0.3", "−0.1", "1,132")
    assert all(figure in said.replace("\u00a0", " ") for figure in figures), said
    assert language == "en" or WORDS[verdict] in said
    assert not FORBIDDEN.search(said)


def test_a_part_that_is_held_back_says_why_and_gives_no_figure(context: Context) -> None:
    view = view_of(context, None, "?wave=2026")
    said = matched_sentence(view, parts_of(view))
    assert said.endswith("Anders was te zien hoe een paar organisaties scoren.")
    assert not any(sign.isdigit() for sign in said)


def test_the_table_holds_every_part_in_order(context: Context) -> None:
    for organisation in (None, "ORG-MID"):
        # What happened to an organisation is told in sentences, between chart and tables.
        tables = [one for one in sections(context, organisation, "2025") if one.table is not None]
        _, parts, changes, items = tables
        assert parts.table is not None
        assert [row[0] for row in parts.table.rows] == [
            "Gemiddelde van organisaties", "Zelfde organisaties", "Erbij gekomen of weggevallen",
            "Bij een gelijke verdeling naar omvang", "Andere verdeling naar omvang",
        ]  # fmt: skip
        assert [row[1] for row in parts.table.rows] == ["+0,3", "+0,2", "+0,1", "+0,2", "+0,1"]
        assert parts.table.rows[2][2:] == ("–", "41 → 43", "–")
        assert "2024–2025" in parts.table.caption
        assert changes.table is not None
        assert len(changes.table.columns) == len(changes.table.rows[0]) == 5
        assert items.table is not None
        assert len(items.table.columns) == len(items.table.rows[0]) == 4


def test_a_hidden_part_is_a_mark_in_the_table(context: Context) -> None:
    _, parts, _, _ = sections(context, None, "2026")
    assert parts.table is not None
    assert parts.table.rows[1][1] == "▨ afgeschermd om mensen te beschermen"
    assert parts.table.rows[0][1] == "+0,3"


@pytest.mark.parametrize("wave", ["2023", "2024"])
def test_without_a_comparable_wave_before_nothing_is_taken_apart(
    context: Context, wave: str
) -> None:
    assert len(list(sections(context, None, wave))) == 2


@pytest.mark.parametrize(
    ("organisation", "said"),
    [
        (None, "het rapportcijfer van de sector wordt hoger, +0,2 per jaar"),
        ("ORG-MID", "uw rapportcijfer wordt hoger, +0,2 per jaar"),
        # Who has no own result is told of the sector.
        ("ORG-BELOW", "het rapportcijfer van de sector wordt hoger"),
    ],
)
def test_a_trend_is_told_in_a_sentence(
    context: Context, organisation: str | None, said: str
) -> None:
    found = trend_sentences(view_of(context, organisation))
    assert len(found) == 1
    assert said in found[0]
    assert found[0].startswith("Van de ")
    assert "(3 metingen)" in found[0]
    chart = next(sections(context, organisation, "2026"))
    assert chart.sentences == found


def test_a_course_that_is_no_line_gets_a_second_sentence(context: Context) -> None:
    _, second = trend_sentences(view_of(context, "ORG-LARGE"))
    assert (
        second
        == "De metingen liggen aantoonbaar niet op één rechte lijn. Kijk ook naar de grafiek."
    )


def test_with_two_waves_there_is_no_trend_to_tell_but_the_sectors(context: Context) -> None:
    own, sector = trend_sentences(view_of(context, "ORG-TEN"))
    assert own == (
        "Voor een trend zijn drie vergelijkbare metingen nodig. "
        "Die zijn er voor uw rapportcijfer nog niet."
    )
    assert "het rapportcijfer van de sector wordt hoger" in sector


def test_a_line_of_another_organisation_is_never_read(context: Context) -> None:
    reader: Reader = view_of(context, "ORG-MID").reader
    assert reader.trend_line("organisation", "ORG-MID", "grade", "employee") is not None
    assert reader.trend_line("organisation", "ORG-LARGE", "grade", "employee") is None
    staff: Reader = view_of(context, None).reader
    assert staff.trend_line("organisation", "ORG-LARGE", "grade", "employee") is None
