"""What a hurried reader took for something else: whose hr, which year, which way, in what order."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dashboard.context import Context
from dashboard.figures.lines import Point
from dashboard.pages import floor, funnel, gap
from dashboard.pages.catalogue import build_page
from dashboard.pages.conversation import asked_about, celebrated
from dashboard.pages.dialogue import is_known
from dashboard.pages.model import View
from dashboard.pages.trends import last_value
from dashboard.queries import Reader
from dashboard.sentences import one_sided_sentence
from dashboard.snapshot import Snapshots
from tests.dashboard.built.test_sentences import view_of, words_in
from tests.dashboard.release_builder import ORGANISATIONS, WAVES
from warehouse.paths import Store
from warehouse.settings import Settings

OWN = "ORG-MID"


@pytest.fixture
def context(store: Store, settings: Settings) -> Context:
    """What the dashboard shares."""
    return Context(Snapshots(store), settings, True)


@pytest.mark.parametrize(("place", "said"), [(3, " 7,9"), (2, " 7,9 (2025)"), (0, " 7,9 (2023)")])
def test_a_last_value_that_is_not_of_the_last_wave_says_of_which(
    context: Context, place: int, said: str
) -> None:
    run = [Point(place, 7.9, None, None, "")]
    assert last_value(view_of(context, OWN), [run]) == said
    assert last_value(view_of(context, OWN), []) == ""


@pytest.mark.parametrize("organisation", [OWN, None])
@pytest.mark.parametrize("wave", WAVES)
def test_a_wave_looked_back_at_shows_nothing_of_later_ones(
    context: Context, wave: str, organisation: str | None
) -> None:
    page = build_page(view_of(context, organisation, f"?wave={wave}", "/trends"))
    said = " ".join(words_in(page))
    later = [one for one in WAVES if one > wave]
    assert not [one for one in later if re.search(rf"\b{one}\b", said)], said
    assert wave in said


@pytest.mark.parametrize("organisation", [*ORGANISATIONS, None])
@pytest.mark.parametrize("wave", WAVES)
def test_nothing_lower_is_celebrated_and_nothing_celebrated_is_asked_about(
    context: Context, wave: str, organisation: str | None
) -> None:
    view = view_of(context, organisation, f"?wave={wave}", "/goede-gesprek")
    valued = {topic.aspect_id for topic in celebrated(view)}
    compared = view.reader.comparisons("size_band")
    lower = {name for name, row in compared.items() if row["verdict"] == "lower"}
    assert not lower & {f"aspect_{aspect}" for aspect in valued}
    assert not valued & {topic.aspect_id for topic in asked_about(view, valued)}


def test_what_is_lower_is_left_out_however_high(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = view_of(context, OWN)
    before = [topic.aspect_id for topic in celebrated(view)]
    items = [i["item_id"] for i in view.reader.items("likert") if i["aspect_id"] == before[0]]
    lower = {item: {"verdict": "lower", "item_id": item, "difference": -1.0} for item in items}
    monkeypatch.setattr(Reader, "comparisons", lambda *_: lower)
    assert before[0] not in [topic.aspect_id for topic in celebrated(view)]


@pytest.mark.parametrize("side", ["employee", "hr"])
def test_hr_beside_own_employees_is_that_of_others(context: Context, side: str) -> None:
    row = {"item_id": "priority_workload", "one_sided": side, "employee_value": 0.6}
    row |= {"hr_value": 0.02, "group_kind": "organisation"}
    said = one_sided_sentence(view_of(context, OWN), row)
    assert "uw medewerkers" in said
    assert "hr in vergelijkbare organisaties" in said
    assert "uw " not in one_sided_sentence(view_of(context, None), row | {"group_kind": "sector"})


def test_hr_of_several_groups_is_named_after_none(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = view_of(context, OWN)
    one = {"a": {"hr_group_id": "50-99"}, "b": {"hr_group_id": "50-99"}}
    monkeypatch.setattr(Reader, "gaps", lambda *_: one)
    assert gap.own_groups(view)[0][0] == (
        "Uw medewerkers, naast hr van organisaties met 50–99 medewerkers"
    )
    several = one | {"b": {"hr_group_id": "50-99+100-249"}}
    monkeypatch.setattr(Reader, "gaps", lambda *_: several)
    assert gap.own_groups(view)[0][0] == "Uw medewerkers, hr van uw omvang"


def test_organisations_outside_what_is_usual_stand_by_size_and_name(context: Context) -> None:
    view = view_of(context, None, path="/sectormonitor")
    rows = funnel.joined(view)
    order = [band["size_band_id"] for band in view.reader.bands]
    assert rows == sorted(rows, key=lambda r: (order.index(r["size_band_id"]), r["name"]))
    assert len({row["size_band_id"] for row in rows}) > 1


@pytest.mark.parametrize(("value", "fits"), [(6.9, True), (7.5, True), (8.3, False), (6.8, False)])
def test_who_fits_its_size_is_counted_apart(value: float, fits: bool) -> None:
    expected = {"status": "published", "range_low": 6.9, "range_high": 8.2}
    assert funnel.fits_size({"value": value}, expected) is fits
    assert not funnel.fits_size({"value": value}, None)


@pytest.mark.parametrize(
    ("row", "known"),
    [
        ({"status": "published", "is_divided": False, "spread_status": "withheld_small"}, False),
        ({"status": "published", "is_divided": True, "spread_status": "withheld_small"}, True),
        ({"status": "published", "is_divided": False, "spread_status": "published"}, True),
        ({"status": "withheld_small", "is_divided": False, "spread_status": "published"}, False),
    ],
)
def test_an_answer_of_which_nothing_may_be_said_divides_nobody_nor_unites(
    row: dict[str, Any], known: bool
) -> None:
    assert is_known({"total": row}) is known


@pytest.mark.parametrize(
    ("headcount", "is_told"), [(9, True), (10, False), (49, False), (52, True)]
)
def test_an_organisation_among_larger_ones_is_told_why(
    context: Context, monkeypatch: pytest.MonkeyPatch, headcount: int, is_told: bool
) -> None:
    view: View = view_of(context, OWN)
    own = {"headcount": headcount, "size_band_id": "10-49"}
    monkeypatch.setattr(Reader, "organisation", property(lambda _: own))
    assert bool(floor.band_kept(view)) is is_told


def test_who_has_no_grade_is_told_what_to_do(context: Context) -> None:
    page = build_page(view_of(context, "ORG-BELOW", path="/onder-de-drempel"))
    (section,) = [one for one in page.sections if one.heading.endswith("en wat helpt")]
    assert [getattr(one, "page", "") for one in section.sentences][-1] == "conversation"


def test_the_first_line_says_which_way(context: Context) -> None:
    page = build_page(view_of(context, OWN, path="/vergelijken"))
    count, of = re.findall(r"\d+", page.finding)[:2]
    ways = re.search(r": (\d+) lager, (\d+) hoger\.$", page.finding)
    assert ways is not None
    assert int(ways[1]) + int(ways[2]) == int(count) <= int(of)
