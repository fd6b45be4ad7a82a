"""What the page of aspects says of open answers, and of space and control."""

from __future__ import annotations

import pytest

from dashboard.access.scope import Scope
from dashboard.context import Context
from dashboard.pages.catalogue import build_page
from dashboard.pages.model import Section
from dashboard.snapshot import Snapshots
from dashboard.state import LANGUAGES
from tests.dashboard.release_builder import CODED
from warehouse.paths import Store
from warehouse.settings import Settings

BARRIERS = "Wat belemmert eigen regie?"


@pytest.fixture(scope="module")
def context(store: Store, settings: Settings) -> Context:
    """The dashboard's view of that store."""
    return Context(Snapshots(store), settings, True)


def sections(context: Context, wave: str = "2024", language: str = "nl") -> dict[str, Section]:
    """Return the sections of the page by heading, as the sector fund sees it."""
    view = context.view("/aspecten", f"?wave={wave}&lang={language}", Scope("sector_staff", None))
    return {section.heading: section for section in build_page(view).sections}


def test_barriers_are_told_apart_by_whose_they_are(context: Context) -> None:
    section = sections(context)[BARRIERS]
    assert section.table is not None
    heads = [row[0] for row in section.table.rows]
    assert heads[:2] == ["Opdrachtgever of gemeente, samen", "Binnen eigen invloed, samen"]
    assert set(heads[2:]) == {"Weinig vaardigheden om regie te nemen", "Strenge opdrachtgever"}
    said = " ".join(section.sentences)
    assert "opdrachtgever of gemeente" in said
    assert "40\u00a0% (marge 36\u00a0tot\u00a044\u00a0%) van de medewerkers" in said
    assert "Weinig vaardigheden om regie te nemen: hr-vertegenwoordigers noemen dit" in said


def test_both_sides_and_their_intervals_are_drawn(context: Context) -> None:
    section = sections(context)[BARRIERS]
    assert section.chart is not None
    traces = [t for t in section.chart.figure["data"] if t["mode"] == "markers"]
    dots = [words for trace in traces for words in trace["hovertemplate"]]
    assert len(traces) == 2  # one for each side, however many rows
    assert len(dots) == 2 * len(CODED["barrier"][1])
    assert "marge" not in section.chart.summary
    assert all("(" in words for words in dots)


def test_a_hidden_side_is_no_zero(context: Context) -> None:
    section = sections(context)["Waarom een hoog cijfer?"]
    assert section.table is not None
    assert "wie een 8 of hoger gaf" in section.table.caption
    assert all("te weinig" in row[2] and row[3] == "–" for row in section.table.rows)
    assert "hr" not in " ".join(section.sentences).lower()


def test_space_and_control_stand_side_by_side(context: Context) -> None:
    section = sections(context)["Ruimte en controle"]
    assert section.table is not None
    assert [row[1:3] for row in section.table.rows] == [("3,8", "3,6"), ("3,8", "3,6")]
    assert all("vergelijkbaar" in sentence for sentence in section.sentences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_of_a_wave_that_did_not_ask(context: Context, language: str) -> None:
    asked = sections(context, language=language).keys()
    before = sections(context, "2023", language).keys()
    assert len(asked) >= len(before) + len(CODED) + 1
