"""What stands out, priorities, the planner, and the pages for staff: what they say and to whom."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from accounts.settings import Role
from dashboard.access.scope import Scope
from dashboard.context import Context
from dashboard.pages import events, floor, library, matrix, publications, standing_out, strip
from dashboard.pages.catalogue import build_page
from dashboard.pages.model import Linked, Page, View
from dashboard.pages.standing_out import Standout, strongest
from dashboard.releases import difference
from dashboard.sentences import answers_sentence, below_floor_sentence, is_too_small
from dashboard.snapshot import Snapshots, StatusFiles
from dashboard.state import PAGES, PATHS, PILLARS, read_state
from tests.dashboard.built.test_sentences import view_of, words_in
from tests.dashboard.release_builder import ORGANISATIONS, STATUS
from tests.dashboard.status_builder import publish_status_file
from warehouse.paths import Store
from warehouse.settings import Settings

OWN = "ORG-MID"


@pytest.fixture
def context(store: Store, settings: Settings) -> Context:
    """What the dashboard shares."""
    return Context(Snapshots(store), settings, True)


def page_of(context: Context, page: str, organisation: str | None, more: str = "") -> Page:
    """Return a page of somebody at the last wave."""
    return build_page(view_of(context, organisation, f"?wave=2026{more}", PATHS[page]))


# --- What stands out -----------------------------------------------------------------------------


def test_the_strongest_comes_first_at_most_five_and_one_per_question() -> None:
    found = [Standout(float(k), f"item_{k % 7}", Linked(f"{k}", "gap")) for k in range(14)]
    assert [str(one) for one in strongest(found)] == ["13", "12", "11", "10", "9"]


@pytest.mark.parametrize("organisation", [OWN, "ORG-BELOW", None])
def test_every_sentence_leads_to_a_page_with_its_evidence(
    context: Context, organisation: str | None
) -> None:
    view = view_of(context, organisation)
    section = standing_out.own_section if organisation == OWN else standing_out.group_section
    said = section(view).sentences
    assert 1 <= len(said) <= 5
    assert all(isinstance(one, Linked) and one.page in PATHS for one in said)


def test_without_a_demonstrable_difference_it_says_so(context: Context) -> None:
    view = view_of(context, "ORG-BELOW")
    assert standing_out.own_section(view).sentences == (view.say("standout_none"),)


# --- Priorities, pillars, interventions ----------------------------------------------------------


def gaps_of(view: View, **rows: tuple[float, float, str]) -> dict[str, dict[str, object]]:
    """Return gaps of aspects as employees' share, hr's share and verdict."""
    return {
        f"priority_{name}": {
            "item_id": f"priority_{name}", "employee_value": ours, "hr_value": theirs,
            "difference": ours - theirs, "verdict": verdict, "one_sided": None,
            "ci_low": ours - theirs - 0.05, "ci_high": ours - theirs + 0.05,
            "employee_mention_state": "named", "hr_mention_state": "named",
        }
        for name, (ours, theirs, verdict) in rows.items()
    }  # fmt: skip


def test_the_form_says_who_demonstrably_names_more_and_the_quadrant_only_where(
    context: Context,
) -> None:
    view = view_of(context, OWN)
    gaps = gaps_of(
        view, workload=(0.3, 0.02, "higher"), trust=(0.2, 0.22, "comparable"),
        work_environment=(0.05, 0.2, "lower"), flexibility=(0.1, 0.05, "not_demonstrable"),
    )  # fmt: skip
    forms = [matrix.form_of(row) for row in gaps.values()]
    assert forms == ["more_employee", "alike", "more_hr", "alike"]
    places = [matrix.quadrant(view, row) for row in gaps.values()]
    assert places == ["employee", "both", "hr", "neither"]


@pytest.mark.parametrize("pillar", PILLARS[1:])
def test_a_pillar_is_a_lens_over_the_aspects(context: Context, pillar: str) -> None:
    settings = context.settings
    names = {one.name_nl for one in settings.aspects if one.pillar_id == pillar}
    page = page_of(context, "aspects", None, f"&pillar={pillar}")
    shown = {row[0] for row in page.sections[0].table.rows}
    assert shown == names
    assert next(one.name_nl for one in settings.pillars if one.pillar_id == pillar).lower() in (
        page.context
    )


def test_an_unknown_pillar_is_all_of_them() -> None:
    waves = ("2026",)
    assert read_state("/aspecten", "?pillar=other", waves).pillar == PILLARS[0]
    state = read_state("/aspecten", "?pillar=room", waves)
    assert read_state("/aspecten", state.query, waves) == state
    assert "pillar" not in state.on("gap").query


def test_only_what_a_result_points_at_is_shown_with_that_result(context: Context) -> None:
    view = view_of(context, None)
    gaps = gaps_of(view, workload=(0.31, 0.02, "higher"))
    sections = library.sections(view, "sector", gaps)
    why, *tables = sections
    assert why.sentences == ("Werkdruk: medewerkers in de sector noemen dit (31\u00a0%).",)
    assert {row[1] for one in tables for row in one.table.rows} == {"Werkdruk"}
    assert len(tables) == 2  # its own reach, and with the commissioner
    assert library.sections(view, "sector", {})[0].sentences == (view.say("library_none"),)


def test_no_more_aspects_than_a_reader_can_act_on(context: Context) -> None:
    view = view_of(context, None)
    names = [one.aspect_id for one in context.settings.aspects]
    gaps = gaps_of(view, **{n: (0.1 + k / 50, 0.1, "comparable") for k, n in enumerate(names)})
    why = library.reasons(view, "sector", gaps)
    assert list(why) == names[:-5:-1]


# --- Spread, size, events ------------------------------------------------------------------------


def test_a_strip_shows_no_organisation_but_the_own_one(context: Context) -> None:
    view = view_of(context, OWN)
    dots = [
        mark for row in strip.groups(view) for mark in strip.strip_row(view, *row).marks
        if mark.form == "own"
    ]  # fmt: skip
    own = view.reader.own_score("grade")
    assert {mark.value for mark in dots} == {own["value"]}
    assert "midden" not in " ".join(strip.section(view).sentences)
    assert any("middelste helft van" in one for one in strip.section(view).sentences)


def test_what_happened_is_told_to_whom_it_happened(context: Context) -> None:
    assert [one for one, _ in events.marks(view_of(context, OWN))] == [1.5]
    said = events.section(view_of(context, OWN)).sentences
    assert "Stichting Vroeger" in said[0]
    moved = events.section(view_of(context, "ORG-OTHER")).sentences
    assert "10–49 medewerkers" in moved[0]
    for organisation in (None, "ORG-TEN"):
        assert events.section(view_of(context, organisation)) is None


# --- Below the floor -----------------------------------------------------------------------------


def test_the_planner_says_how_many_answers_more(context: Context) -> None:
    view = view_of(context, "ORG-BELOW", path=PATHS["floor"])
    table = floor.plan_section(view, floor.plan(view)).table
    # 15 employees, 6 answers: 1.96² · 1.7 / 0.16 = 40.82, of 15 people 10.97.
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["een eigen cijfer"] == ("10", "6", "nog 4")
    assert rows["een marge van ± 0,4"] == ("11", "6", "nog 5")


def test_nobody_is_promised_more_answers_than_there_are_people(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A band may hold an organisation that has become smaller than the floor."""
    view = view_of(context, "ORG-BELOW")
    assert "Met 4 antwoorden meer" in below_floor_sentence(view)
    row = view.reader.organisation | {"headcount": 9}
    monkeypatch.setattr(type(view.reader), "organisation", property(lambda _: row))
    assert is_too_small(view)
    assert "antwoorden meer" not in below_floor_sentence(view)
    assert "minder dan 10 medewerkers" in answers_sentence(view)
    assert floor.plan(view) is None


def test_a_side_that_was_not_asked_did_not_stay_away(context: Context) -> None:
    page = build_page(view_of(context, OWN, "?wave=2023"))
    assert page.sections[0].table.rows[-1][1] == "– niet gevraagd"


def test_the_planner_plans_for_the_margins_of_the_settings(context: Context) -> None:
    method = context.settings.method.model_copy(update={"planner_half_width": 0.8})
    settings = context.settings.model_copy(update={"method": method})
    view = replace(view_of(context, "ORG-BELOW", path=PATHS["floor"]), settings=settings)
    assert list(floor.margins(view).items()) == [
        ("usual", 0.8), ("indicative", method.indicative_half_width),
        ("smallest", method.smallest_difference.grade),
    ]  # fmt: skip
    section = floor.plan_section(view, floor.plan(view))
    assert "± 0,8" in section.sentences[0]
    assert [row[0] for row in section.table.rows][1] == "een marge van ± 0,8"
    assert "± 0,8" in dict(section.chart.key)["dashed"]


def test_where_no_own_result_can_come_there_is_no_planner(context: Context) -> None:
    assert floor.plan(view_of(context, "ORG-TINY")) is None
    page = page_of(context, "floor", "ORG-TINY")
    assert "afgeschermd" in page.finding


@pytest.mark.parametrize("organisation", [None, *ORGANISATIONS])
def test_the_page_below_the_floor_never_shows_a_hidden_grade(
    context: Context, organisation: str | None
) -> None:
    page = page_of(context, "floor", organisation)
    cells = [cell for one in page.sections if one.table for row in one.table.rows for cell in row]
    if organisation in STATUS:
        assert "▨ afgeschermd om mensen te beschermen" in cells
    assert page.finding


# --- For staff -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["hr_director", "steward", "administrator"])
def test_the_monitor_is_for_staff_alone(context: Context, role: str) -> None:
    organisation = OWN if role == "hr_director" else None
    view = context.view("/sectormonitor", "?wave=2026", Scope(role, organisation))
    assert view.state.page == "overview"


def test_the_monitor_shows_published_organisations_and_none_below_the_floor(
    context: Context,
) -> None:
    view = view_of(context, None, path=PATHS["monitor"])
    names = {row["organisation_id"] for row in view.reader.organisation_scores("grade")}
    assert names == set(ORGANISATIONS) - set(STATUS)
    said = " ".join(words_in(build_page(view)))
    assert not [name for name in STATUS if name in said]
    figure = build_page(view).sections[0].chart.figure
    points = [t["hovertemplate"] for t in figure["data"] if t["mode"] == "markers"]
    assert sum(len(one) for one in points) == len(names)
    assert not [name for name in STATUS if name in str(figure)]


def test_a_director_reads_the_own_score_of_all_alone(context: Context) -> None:
    rows = view_of(context, OWN).reader.organisation_scores("grade")
    assert [row["organisation_id"] for row in rows] == [OWN]


@pytest.mark.parametrize("sort", ["size", "subject", "group"])
def test_themes_stand_in_the_order_that_is_asked_for(context: Context, sort: str) -> None:
    page = page_of(context, "monitor", None, f"&sort={sort}")
    tables = [one.table for one in page.sections if one.table]
    table = next(one for one in tables if one.caption.startswith("Aantoonbare"))
    column = {"size": 5, "subject": 0, "group": 1}[sort]
    cells = [row[column] for row in table.rows]
    if sort == "size":
        numbers = [float(cell.replace(",", ".")) for cell in cells]
        assert numbers == sorted(numbers, reverse=True)
    else:
        cells = [cell.removesuffix(" (als prioriteit genoemd)") for cell in cells]
        firsts = list(dict.fromkeys(cells))
        assert [cell for cell in firsts for _ in range(cells.count(cell))] == cells


# --- Publications --------------------------------------------------------------------------------


def published(release: str, number: int, withdrawn: bool = False) -> dict[str, object]:
    """Return a publication."""
    taken = "2026-11-24T09:00:00+00:00" if withdrawn else None
    return {
        "number": number, "release_id": release, "wave_ids": "2023,2024",
        "published_at": f"2026-11-24T0{number}:00:00+00:00", "withdrawn_at": taken,
        "withdrawn_wave_id": "2024" if withdrawn else None,
        "reason": "Two files were mixed up" if withdrawn else None,
    }  # fmt: skip


@pytest.fixture
def twice(tmp_path: Path, store: Store) -> Store:
    """A store with two releases of the same waves, one of which changed a figure."""
    copy = Store(tmp_path)
    copy.create()
    for name in ("first-one", "second-one"):
        shutil.copy(store.releases / "release-one.duckdb", copy.releases / f"{name}.duckdb")
    with duckdb.connect(str(copy.releases / "second-one.duckdb")) as connection:
        connection.execute("update release set release_id = 'second-one'")
        connection.execute("""update score set value = value + 0.4 where wave_id = '2026'
            and item_id = 'grade' and (group_kind = 'organisation'
            or (side = 'employee' and group_kind = 'sector'))""")
        connection.execute("""update gap set difference = null, status = 'withheld_small'
            where wave_id = '2025' and group_kind = 'sector' and item_id = 'grade'""")
    copy.current.write_text("second-one\n", encoding="utf-8")
    return copy


def publications_page(store: Store, settings: Settings, role: Role = "sector_staff") -> Page:
    """Return the page of publications as somebody sees it."""
    context = Context(Snapshots(store), settings, True, StatusFiles(store))
    return build_page(context.view("/publicaties", "", Scope(role, None)))


@pytest.mark.parametrize("role", ["sector_staff", "steward"])
def test_only_what_changed_is_a_change_and_no_organisation_is_one(
    twice: Store, settings: Settings, role: Role
) -> None:
    """A steward gets both releases rounded, so no figure seems to change that did not."""
    rows = [published("first-one", 1), published("second-one", 2)]
    publish_status_file(twice, "told", {"publication": rows})
    page = publications_page(twice, settings, role)
    changed = page.sections[0].table.rows
    assert len(changed) == 1
    assert changed[0][2:4] == ("Rapportcijfer", "Hele sector, medewerkers")
    assert changed[0][-1] == "+0,4"
    assert page.finding == "Deze publicatie veranderde één cijfer dat er al stond."
    counts = {row[0]: row[1:] for row in page.sections[1].table.rows}
    assert counts["verschil medewerkers en hr"][2] == "1"  # hidden now
    assert not [name for name in ORGANISATIONS if name in " ".join(words_in(page))]


def test_a_release_that_was_taken_back_is_named_and_never_opened(
    twice: Store, settings: Settings
) -> None:
    rows = [published("first-one", 1, withdrawn=True), published("second-one", 2)]
    publish_status_file(twice, "told", {"publication": rows})
    page = publications_page(twice, settings)
    assert [one.table.caption for one in page.sections if one.table] == [
        "Elke publicatie, de nieuwste eerst, ook wat is teruggetrokken"
    ]
    assert "first-on" in " ".join(words_in(page))
    assert page.finding.startswith("Dit is de eerste publicatie")


@pytest.mark.parametrize("name", ["../status/told", "no-such", "", "first-one.duckdb/x"])
def test_only_a_file_of_the_room_is_opened(twice: Store, name: str) -> None:
    with Snapshots(twice).earlier(name) as found:
        assert found is None


def test_a_figure_that_is_gone_or_new_is_no_change(twice: Store) -> None:
    snapshots = Snapshots(twice)
    with snapshots.earlier("first-one") as old, snapshots.earlier("second-one") as new:
        assert old is not None
        assert new is not None
        found = difference(new, old)
        assert found.counts["gap"]["shown"] == 1
        assert found.new_waves == ()
        same = difference(old, old)
    assert not same.changed
    assert {fate for counted in same.counts.values() for fate in counted} == {"same"}


def test_stewards_see_publications_and_directors_do_not(twice: Store, settings: Settings) -> None:
    context = Context(Snapshots(twice), settings, True, StatusFiles(twice))
    steward = context.view("/publicaties", "", Scope("steward", None))
    assert steward.state.page == "publications"
    director = context.view("/publicaties", "", Scope("hr_director", OWN))
    assert director.state.page == "overview"
    assert publications.standing(director) == []


def test_every_page_of_the_catalogue_has_an_address() -> None:
    assert set(PAGES.values()) == set(PATHS)
