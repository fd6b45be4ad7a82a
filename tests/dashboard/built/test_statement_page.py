"""Employer statements on Perceptiekloof: who sees which, beside what, and that they go again."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from dashboard.access.scope import Scope
from dashboard.context import Context
from dashboard.pages import gap
from dashboard.pages.model import Page, Section
from dashboard.snapshot import Snapshots
from dashboard.statements import StatementFile
from warehouse.paths import Store
from warehouse.settings import Settings
from warehouse.statements import Audience, Statement, add_statements, withdraw_statement

NOW = datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)
OWN, OTHER, BELOW = "ORG-MID", "ORG-OTHER", "ORG-BELOW"
HEADS = ("Wat uw organisatie zelf zegt", "Wat organisaties zelf zeggen")
ANSWERS = (("aspect_trust", 2.0), ("aspect_workload", 5.0), ("grade", 9.0))
STAFF = Scope("sector_staff", None)


@pytest.fixture
def room(tmp_path: Path) -> Store:
    """Return a store of which only the statements are used."""
    return Store(tmp_path / "statements")


@pytest.fixture
def context(store: Store, settings: Settings, room: Store) -> Context:
    """A release, and statements that are given later."""
    return Context(Snapshots(store), settings, True, None, StatementFile(room))


def give(room: Store, organisation: str, shown_to: Audience = "organisation") -> int:
    """Give a statement for the last wave; return its number."""
    consented = datetime.date(2026, 11, 2)
    one = Statement(organisation, "2026", shown_to, "directeur <b>", consented, ANSWERS)
    return add_statements(room, [one], f"file of {organisation}", NOW)[0]


def page_of(context: Context, scope: Scope, wave: str = "2026") -> Page:
    """Return Perceptiekloof as a scope sees it."""
    return gap.build(context.view("/perceptiekloof", f"?wave={wave}&lang=nl", scope))


def said(context: Context, scope: Scope, wave: str = "2026") -> list[Section]:
    """Return the sections with statements."""
    return [one for one in page_of(context, scope, wave).sections if one.heading in HEADS]


def test_an_organisation_sees_its_own_beside_its_employees(context: Context, room: Store) -> None:
    give(room, OWN)
    (section,) = said(context, Scope("hr_director", OWN))
    assert section.table is not None
    rows = {row[0]: row[1:] for row in section.table.rows}
    assert [row[1] for row in rows.values()] == ["9", "5", "2"]
    view = context.view("/perceptiekloof", "?wave=2026&lang=nl", Scope("hr_director", OWN))
    own = view.reader.own_score("grade")
    assert own is not None
    assert rows[view.say.name(view.reader.item("grade"))][0] == view.say.number(own["value"])
    assert "Alleen uw organisatie ziet deze verklaring." in section.sentences
    assert "directeur <b>, 2 november 2026" in section.sentences[0]


def test_nobody_else_sees_it(context: Context, room: Store) -> None:
    give(room, OWN)
    give(room, OTHER, "organisation_and_fund")
    for scope in (Scope("hr_director", BELOW), Scope("steward", None),
                  Scope("administrator", None), Scope("hr_director", None)):  # fmt: skip
        assert said(context, scope) == []
    assert len(said(context, Scope("hr_director", OWN))) == 1
    assert said(context, Scope("hr_director", OWN), "2025") == []


def test_the_fund_sees_what_it_is_shown_and_no_other(context: Context, room: Store) -> None:
    give(room, OWN)
    assert said(context, STAFF) == []
    give(room, OTHER, "organisation_and_fund")
    (section,) = said(context, STAFF)
    assert section.table is not None
    names = {row["organisation_id"]: row["name"] for row in context.snapshots.current().rows(
        "select organisation_id, name from organisation where wave_id = '2026'")}  # fmt: skip
    assert {row[0] for row in section.table.rows} == {names[OTHER]}
    assert section.sentences == (
        "Organisaties die hun werkgeversverklaring aan het sectorfonds laten zien: 1.",
    )


def test_below_the_floor_a_statement_opens_nothing(context: Context, room: Store) -> None:
    give(room, BELOW)
    (section,) = said(context, Scope("hr_director", BELOW))
    assert section.table is not None
    assert section.chart is not None
    assert all(row[1].startswith("▨") for row in section.table.rows)
    assert [glyph for glyph, _ in section.chart.key] == ["hr"]


def test_what_is_taken_back_is_gone_from_the_next_request_on(context: Context, room: Store) -> None:
    scope = Scope("hr_director", OWN)
    asked = [context.asked("/perceptiekloof", "?wave=2026", scope).key]
    number = give(room, OWN)
    asked.append(context.asked("/perceptiekloof", "?wave=2026", scope).key)
    assert said(context, scope)
    withdraw_statement(room, number, "directeur", NOW)
    assert said(context, scope) == []
    asked.append(context.asked("/perceptiekloof", "?wave=2026", scope).key)
    assert len(set(asked)) == 3  # no answer that was kept is given again
    other = context.asked("/trends", "?wave=2026", scope)
    assert other.statements is None


def test_a_picture_of_both_sides_has_the_statement_on_the_lane_of_hr(
    context: Context, room: Store
) -> None:
    give(room, OWN)
    (section,) = said(context, Scope("hr_director", OWN))
    assert section.chart is not None
    assert {glyph for glyph, _ in section.chart.key} == {"employee", "interval", "hr"}
    drawn = [trace["x"] for trace in section.chart.figure["data"] if trace["mode"] == "markers"]
    assert [2.0, 5.0] in [sorted(xs) for xs in drawn]
