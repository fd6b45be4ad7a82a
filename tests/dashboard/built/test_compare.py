"""The page that compares: every question beside band and sector, shades, ages, expected at size."""

from __future__ import annotations

import math

import pytest

from dashboard.access.scope import Scope
from dashboard.context import Context
from dashboard.figures.heat import HeatCell, shade
from dashboard.pages import compare
from dashboard.pages.ages import groups
from dashboard.pages.beside import beside, row_of
from dashboard.pages.model import View
from dashboard.pages.parts import own_band
from dashboard.snapshot import Snapshots
from tests.dashboard.release_builder import ORGANISATIONS, STATUS
from warehouse.paths import Store
from warehouse.settings import Settings

OWN = next(
    name for name, (band, _, _) in ORGANISATIONS.items() if band == "50-99" and name not in STATUS
)
HIDDEN = next(iter(STATUS))


@pytest.fixture
def context(store: Store, settings: Settings) -> Context:
    """What the dashboard shares."""
    return Context(Snapshots(store), settings, True)


def view_of(
    context: Context, organisation: str | None, wave: str = "2026", lang: str = "nl"
) -> View:
    """Return the page of an organisation, or of the sector."""
    role = "sector_staff" if organisation is None else "hr_director"
    return context.view("/vergelijken", f"?wave={wave}&lang={lang}", Scope(role, organisation))


def test_the_finding_counts_what_is_demonstrable(context: Context) -> None:
    view = view_of(context, OWN)
    items = {one.item["item_id"] for one in beside(view, compare.UNIT)}
    rows = [row for name, row in view.reader.comparisons("size_band").items() if name in items]
    apart = sum(row["verdict"] in ("higher", "lower") for row in rows)
    assert 0 < apart < len(rows)
    assert compare.build(view).finding.startswith(f"Op {apart} van de {len(rows)} onderwerpen")


def test_below_the_floor_band_and_sector_are_shown_and_own_is_marked(context: Context) -> None:
    page = compare.build(view_of(context, HIDDEN))
    assert "afgeschermd om mensen te beschermen" in page.finding
    table = page.sections[0].table
    assert table is not None
    assert all(row[1].startswith("▨") and row[4][0].isdigit() for row in table.rows)
    assert not [mark for mark, _ in page.sections[0].chart.key if mark == "own"]


def test_who_did_not_take_part_is_not_told_that_scores_are_withheld(context: Context) -> None:
    view = view_of(context, "ORG-NOBODY")
    assert compare.build(view).finding.startswith("Uw organisatie deed niet mee aan deze meting.")


def test_the_sector_names_both_ends(context: Context) -> None:
    view = view_of(context, None)
    names = {one.item["name_nl"] for one in beside(view, compare.UNIT)}
    found = compare.build(view).finding
    assert sum(f"‘{name}’" in found for name in names) == 2


def test_what_is_expected_stands_only_where_size_says_something(context: Context) -> None:
    view = view_of(context, OWN)
    headcount = ORGANISATIONS[OWN][1]
    expected = {one.item["item_id"]: one.expected for one in beside(view, compare.UNIT)}
    # A director is sent what the screen shows.
    by_size = 8.3 - 0.33 * math.log10(headcount)
    assert expected["aspect_workload"] == pytest.approx(by_size, abs=0.05)
    assert expected["aspect_trust"] is None
    key = dict(compare.build(view).sections[0].chart.key)
    assert "expected" in key


def test_the_key_names_what_is_drawn_and_nothing_else(context: Context) -> None:
    for organisation in (OWN, HIDDEN, None):
        view = view_of(context, organisation)
        asked = beside(view, compare.UNIT)
        rows = [row_of(view, one) for one in asked]
        drawn = {mark.form for row in rows for mark in row.marks}
        drawn |= {"box"} if any(row.box for row in rows) else set()
        drawn |= {"own-pale"} if any(row.is_pale for row in rows) else set()
        drawn |= {"interval"} if "own" in drawn else set()
        assert {glyph for glyph, _ in compare.key(view, rows)} == drawn


def test_who_has_no_organisation_sees_the_sector_as_its_staff_do(context: Context) -> None:
    staff = view_of(context, None)
    shown = [row_of(staff, one) for one in beside(staff, compare.UNIT)]
    assert all(row.box and row.figure_text[0].isdigit() for row in shown)
    for role in ("steward", "administrator", "hr_director"):
        view = context.view("/vergelijken", "?wave=2026&lang=nl", Scope(role, None))
        rows = [row_of(view, one) for one in beside(view, compare.UNIT)]
        assert [row.figure_text for row in rows] == [row.figure_text for row in shown]
        assert all(row.box for row in rows)


def test_a_row_is_pale_where_the_verdict_tells_nothing_apart(context: Context) -> None:
    view = view_of(context, OWN)
    found = view.reader.comparisons("size_band")
    for one in beside(view, compare.UNIT):
        verdict = found[one.item["item_id"]]["verdict"]
        assert row_of(view, one).is_pale == (verdict not in ("higher", "lower"))


def test_who_has_nothing_to_compare_sees_the_highest_mean_first(context: Context) -> None:
    view = view_of(context, None)
    asked = beside(view, compare.UNIT)
    means = [one.peers.sector["mean_of_organisations"] for one in asked]
    assert means == sorted(means, reverse=True)


def test_a_place_is_told_in_words(context: Context) -> None:
    table = compare.build(view_of(context, OWN)).sections[0].table
    assert {row[-1] for row in table.rows} == {"midden"}


@pytest.mark.parametrize(
    ("value", "opacity"), [(1.0, 0.06), (2.49, 0.06), (2.5, 0.16), (4.0, 0.58), (5.0, 0.58)]
)
def test_a_shade_belongs_to_a_value_not_to_a_page(value: float, opacity: float) -> None:
    assert shade(HeatCell("", value=value)).endswith(f",{opacity})")


def test_a_difference_that_is_not_demonstrable_lies_in_the_neutral_zone() -> None:
    solid, neutral = HeatCell("+0,3", is_solid=True), HeatCell("+0,1", is_neutral=True)
    assert shade(solid) != shade(neutral)


def test_ages_of_sector_and_band_never_of_an_organisation(context: Context) -> None:
    view = view_of(context, OWN)
    assert [(kind, before) for kind, before, _ in groups(view, own_band(view))] == [
        ("sector", ""),
        ("size_band", "50-99|"),
    ]
    page = compare.build(view)
    sector, band = page.sections[-2:]
    assert sector.table.columns[1::2] == ("jonger dan 35", "35 tot en met 54", "met pensioen")
    assert {row[5] for row in band.table.rows} == {"▨ afgeschermd om mensen te beschermen"}
    staff = view_of(context, None)
    assert len(list(groups(staff, own_band(staff)))) == 1


def test_a_category_we_have_no_words_for_keeps_those_of_the_export(context: Context) -> None:
    page = compare.build(view_of(context, OWN, lang="en"))
    assert page.sections[-1].table.columns[1::2] == ("under 35", "35 to 54", "met pensioen")
