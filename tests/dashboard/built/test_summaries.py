"""What the pages say of both orders, of age groups, and of how far figures can be trusted."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard import state, texts
from dashboard.access.scope import Scope
from dashboard.context import Context
from dashboard.pages import agreement, categories, precision
from dashboard.pages.catalogue import build_page
from dashboard.pages.model import View
from dashboard.snapshot import Snapshots
from warehouse.paths import Store
from warehouse.settings import Settings
from warehouse.tables.columns import AGREEMENTS, INDICATIVE_REASONS, VERDICTS

WAVE = "2026"
OWN = "ORG-MID"
SUMMARIES = (
    "order_agreement",
    "category_difference",
    "indicative_score",
    "representativeness",
    "sector_precision",
    "sensitivity",
)
Row = dict[str, Any]


@pytest.fixture
def released(tmp_path: Path, store: Store) -> Store:
    """Return a copy of a store with a release whose summaries are empty."""
    return Store(shutil.copytree(store.root, tmp_path / "store"))


def put(store: Store, table: str, **values: Any) -> None:
    """Add a row to the release."""
    with duckdb.connect(str(store.releases / "release-one.duckdb")) as connection:
        names, marks = ", ".join(values), ", ".join("?" for _ in values)
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))


def view_of(
    store: Store,
    settings: Settings,
    organisation: str | None,
    path: str = "/",
    language: str = "nl",
) -> View:
    """Return a view of an organisation, or of the sector."""
    role = "sector_staff" if organisation is None else "hr_director"
    context = Context(Snapshots(store), settings, True)
    return context.view(path, f"?wave={WAVE}&lang={language}", Scope(role, organisation))


# --- Both orders ---------------------------------------------------------------------------------


def put_order(store: Store, group: str, **values: Any) -> None:
    """Add the agreement of a group's orders."""
    kind = "sector" if group == "sector" else "size_band"
    row = {"wave_id": WAVE, "choice_group_id": "priority", "group_kind": kind, "group_id": group}
    row |= {"item_count": 10, "asked_count": 10, "kendall": 0.64, "state": "alike"}
    put(store, "order_agreement", **row | {"status": "published"} | values)


def order_of(store: Store, settings: Settings, organisation: str | None = OWN) -> str | None:
    """Return the sentence about both orders."""
    section = agreement.order_section(view_of(store, settings, organisation))
    return None if section is None else section.sentences[0]


@pytest.mark.parametrize(
    ("found", "tau", "words"),
    [
        ("alike", 0.64, "ongeveer dezelfde aspecten het vaakst"),
        ("opposite", -0.64, "noemt hr juist het minst"),
        ("not_demonstrable", 0.02, "niet aantoonbaar"),
        ("no_order", None, "geen volgorde"),
    ],
)
def test_the_orders_of_the_sector_are_said_in_one_sentence(
    released: Store, settings: Settings, found: str, tau: float | None, words: str
) -> None:
    put_order(released, "sector", state=found, kendall=tau)
    sentence = order_of(released, settings)
    assert sentence is not None
    assert words in sentence
    assert "hele sector" in sentence
    figure = {0.64: "0,6,", -0.64: "−0,6,", 0.02: "0,0,", None: "geen"}[tau]
    assert figure in sentence
    assert "+" not in sentence


@pytest.mark.parametrize(
    ("groups", "figure"),
    [
        (("sector",), "0,1"),
        (("sector", "10-49+50-99"), "0,2"),
        (("sector", "10-49+50-99", "50-99", "100-249"), "0,3"),
        (("100-249",), None),
    ],
)
def test_the_narrowest_group_of_the_own_band_comes_first(
    released: Store, settings: Settings, groups: tuple[str, ...], figure: str | None
) -> None:
    for place, group in enumerate(groups, 1):
        put_order(released, group, kendall=place / 10)
    sentence = order_of(released, settings)
    assert sentence is None if figure is None else figure in str(sentence)
    assert ("0,1" in str(order_of(released, settings, None))) == ("sector" in groups)


def test_an_order_of_part_of_the_options_is_not_said(released: Store, settings: Settings) -> None:
    put_order(released, "sector", item_count=9)
    assert order_of(released, settings) is None


def test_the_gap_page_holds_the_sentence(released: Store, settings: Settings) -> None:
    put_order(released, "sector")
    page = build_page(view_of(released, settings, None, "/perceptiekloof"))
    assert any(section.heading == "Noemen beide kanten hetzelfde het vaakst?" for section in
               page.sections)  # fmt: skip


# --- Age groups ----------------------------------------------------------------------------------


def put_ages(store: Store, settings: Settings) -> None:
    """Add the categories of the questionnaire: two of age, and one that has no words of ours."""
    instrument = next(w.instrument_id for w in settings.waves if w.wave_id == WAVE)
    names = (("under_35", "jonger dan 35"), ("55_plus", "55 of ouder"), ("flexible", "flex"))
    for place, (category, label) in enumerate(names, 1):
        key = {"instrument_id": instrument, "scale_id": "age_group", "code": place}
        put(store, "scale_code", **key, position=place, meaning="answer", text=label)
        put(store, "scale_code", **key, position=place + 9, meaning="category", text=category)


def put_difference(store: Store, category: str, item: str, **values: Any) -> None:
    """Add what sets a category apart."""
    row = {"wave_id": WAVE, "side": "employee", "group_kind": "sector_age", "group_id": category}
    row |= {"item_id": item, "difference": -0.15, "ci_low": -0.19, "ci_high": -0.11}
    row |= {"q_value": 0.001, "verdict": "comparable", "status": "published"}
    put(store, "category_difference", **row | values)


TRAINING = "aspect_training_and_development"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "iets lager"),
        ({"difference": 0.15}, "iets hoger"),
        ({"verdict": "lower", "difference": -0.4}, "antwoorden lager"),
        ({"verdict": "higher", "difference": 0.4}, "antwoorden hoger"),
        ({"verdict": "not_demonstrable", "difference": -0.12}, "iets lager"),
        ({"q_value": 0.2}, "geen enkel onderwerp"),
        ({"q_value": None}, "geen enkel onderwerp"),
        ({"difference": -0.09}, "geen enkel onderwerp"),
    ],
)
def test_what_sets_an_age_apart_is_said(
    released: Store, settings: Settings, values: Row, words: str
) -> None:
    put_ages(released, settings)
    put_difference(released, "under_35", TRAINING, **values)
    [sentence] = categories.sentences(view_of(released, settings, None))
    assert words in sentence
    if "geen enkel" not in words:
        assert "Medewerkers jonger dan 35" in sentence
        assert "Opleiding en ontwikkeling" in sentence


def test_a_question_is_said_once_by_who_lies_furthest_out(
    released: Store, settings: Settings
) -> None:
    put_ages(released, settings)
    put_difference(released, "under_35", TRAINING, difference=-0.15)
    put_difference(released, "55_plus", TRAINING, difference=0.12)
    put_difference(released, "flexible", "priority_trust", difference=0.08)
    first, second = categories.sentences(view_of(released, settings, OWN))
    assert "jonger dan 35" in second
    assert "Medewerkers met ‘flex’ noemen ‘Vertrouwen’ iets vaker" in first
    assert "10\u00a0procentpunt" in first


def test_schemes_are_left_out_and_hidden_differences_too(
    released: Store, settings: Settings
) -> None:
    put_ages(released, settings)
    put_difference(released, "under_35", TRAINING, status="withheld_small")
    view = view_of(released, settings, None)
    assert categories.section(view) is None
    # The means of age groups are there, and no difference between them.
    [ages] = [
        one
        for one in build_page(view_of(released, settings, None, "/vergelijken")).sections
        if "leeftijd" in one.heading.lower()
    ]
    assert (ages.heading, ages.sentences) == ("Leeftijdsgroepen: Hele sector", ())


def test_the_table_has_a_column_per_category(released: Store, settings: Settings) -> None:
    put_ages(released, settings)
    put_difference(released, "under_35", TRAINING)
    put_difference(released, "55_plus", TRAINING, verdict="higher", difference=0.4)
    put_difference(released, "55_plus", "grade", verdict="comparable", q_value=0.9)
    section = categories.section(view_of(released, settings, None))
    assert section is not None
    assert section.table is not None
    assert section.heading == "Verschillen naar leeftijd in de sector"
    assert section.table.columns[1:] == ("Medewerkers van 55 of ouder", "Medewerkers jonger dan 35")
    grade, training = section.table.rows
    assert grade[1].endswith("vergelijkbaar")
    assert grade[2].startswith("…") or "te weinig" in grade[2]
    assert (training[1].endswith("hoger"), training[2].endswith("iets lager")) == (True, True)


# --- Precision -----------------------------------------------------------------------------------


def put_indicative(store: Store, organisation: str, reason: str) -> None:
    """Say that an organisation's grade is indicative."""
    key = {"wave_id": WAVE, "side": "employee", "group_kind": "organisation"}
    put(store, "indicative_score", **key, group_id=organisation, item_id="grade", reason=reason)


@pytest.mark.parametrize("reason", INDICATIVE_REASONS)
def test_an_indicative_grade_says_so_and_why(
    released: Store, settings: Settings, reason: str
) -> None:
    put_indicative(released, OWN, reason)
    first = build_page(view_of(released, settings, OWN)).sections[0]
    assert first.table is not None
    assert first.table.rows[0][1].endswith("(indicatief)")
    assert [row[1].endswith("(indicatief)") for row in first.table.rows].count(True) == 1
    [note] = first.notes
    assert ("0,5 punt" in note) == (reason != "low_response")
    assert ("30" in note) == (reason != "wide_interval")


def test_another_organisations_grade_says_nothing(released: Store, settings: Settings) -> None:
    put_indicative(released, "ORG-OTHER", "both")
    for organisation in (OWN, None):
        first = build_page(view_of(released, settings, organisation)).sections[0]
        assert first.notes == ()


def test_a_hidden_grade_is_never_called_indicative(released: Store, settings: Settings) -> None:
    put_indicative(released, "ORG-BELOW", "both")
    first = build_page(view_of(released, settings, "ORG-BELOW")).sections[0]
    assert first.notes == ()


def test_uneven_response_is_said_with_its_bound_rounded_up(
    released: Store, settings: Settings
) -> None:
    key = {"wave_id": WAVE, "side": "employee", "item_id": "grade", "status": "published"}
    put(released, "sector_precision", **key, answer_count=100, bias_max=0.21)
    [sentence] = precision.bias_reading(view_of(released, settings, None))
    assert "hooguit 0,3 punt" in sentence
    assert sentence in build_page(view_of(released, settings, OWN)).reading


def test_a_bound_that_is_not_known_is_not_said(released: Store, settings: Settings) -> None:
    key = {"wave_id": WAVE, "side": "employee", "item_id": "grade", "status": "published"}
    put(released, "sector_precision", **key, answer_count=100)
    assert precision.bias_reading(view_of(released, settings, None)) == ()


@pytest.mark.parametrize(("is_large", "alerts"), [(True, 1), (False, 0)])
def test_careless_answers_that_move_the_grade_raise_an_alert(
    released: Store, settings: Settings, is_large: bool, alerts: int
) -> None:
    key = {"wave_id": WAVE, "side": "employee", "item_id": "grade", "status": "published"}
    put(released, "sensitivity", **key, difference=0.16, is_large=is_large)
    sections = build_page(view_of(released, settings, OWN)).sections
    found = [section.sentences[0] for section in sections if section.is_alert]
    assert len(found) == alerts
    assert all("+0,2" in sentence and "0,1 punt" in sentence for sentence in found)


# --- Words, and older releases -------------------------------------------------------------------


@pytest.mark.parametrize("language", state.LANGUAGES)
def test_every_value_of_these_tables_has_words(language: str) -> None:
    known = texts.catalogue(language)
    assert {f"order_{word}" for word in AGREEMENTS} <= set(known)
    assert {f"indicative_{reason}" for reason in INDICATIVE_REASONS} <= set(known)
    words = (*VERDICTS, "little_higher", "little_lower")
    assert {f"category_word_{word}" for word in words} <= set(known)
    said = ("higher", "lower", "little_higher", "little_lower")
    assert {f"category_{kind}_{word}" for kind in ("score", "mention") for word in said} <= set(
        known
    )


@pytest.mark.parametrize("path", ["/", "/grootteklassen", "/perceptiekloof"])
def test_a_release_from_before_these_tables_has_its_pages(
    released: Store, store: Store, settings: Settings, path: str
) -> None:
    with duckdb.connect(str(released.releases / "release-one.duckdb")) as connection:
        for table in SUMMARIES:
            connection.execute(f"DROP TABLE {table}")
    for who in (OWN, None):
        old, new = (build_page(view_of(one, settings, who, path)) for one in (released, store))
        assert old == new
