"""The workbook that recomputes a page: its formulas, what it holds of others, and its bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask.testing import FlaskClient

from dashboard.access.scope import PAGES_OF
from dashboard.app import create_app
from dashboard.pages.behind import BEHIND
from dashboard.snapshot import LOCKED_DOWN
from tests.builders import build_world, project_settings, release_world
from tests.dashboard.conftest import sign_in as sign_in
from tests.dashboard.workbooks import Sheet, read_workbook
from warehouse.paths import Store
from warehouse.release import current_release

SignIn = Callable[[str], FlaskClient]
ACCOUNTS = ("large", "at_floor", "below", "analyst")
GROUPS = ("kleine organisaties", "grootteklasse ", "sector")
WORDS = {
    "nl": ("Gepubliceerd", "Nagerekend", "Verschil"),
    "en": ("Released", "Recomputed", "Difference"),
}


@pytest.fixture(scope="module")
def open_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store of three waves; no giant dominates, so that the sector is published."""
    root: Path = tmp_path_factory.mktemp("check")
    release_world(build_world(21, waves=("2024", "2025", "2026")).without("ORGGIANT"), root)
    return Store(root)


@pytest.fixture(scope="module")
def dash_app(open_store: Store) -> Any:
    """Return the application over that store."""
    return create_app(open_store, project_settings(), demo=True, secret="s" * 40)


def workbook(client: FlaskClient, page: str, query: str = "wave=2026&lang=nl") -> bytes:
    """Return the workbook of a page."""
    answer = client.get(f"/download/{page}-check.xlsx?{query}")
    assert answer.status_code == 200
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    return answer.get_data()


def rows_of(store: Store, query: str) -> list[tuple[Any, ...]]:
    """Return rows of the live release."""
    path = store.releases / f"{current_release(store)}.duckdb"
    with duckdb.connect(str(path), read_only=True, config=LOCKED_DOWN) as connection:
        return connection.execute(query).fetchall()


def own_of(client: FlaskClient) -> str:
    """Return the organisation of a client's session."""
    with client.session_transaction() as session:
        return str(session["organisation_id"])


def check_formulas(sheet: Sheet, language: str, reach: float) -> int:
    """Raise unless every formula gives its cached value and the released one; return how many."""
    released, recomputed, difference = WORDS[language]
    found = 0
    for cell in sheet.formulas:
        assert sheet.computed(cell) == pytest.approx(sheet.numbers[cell], abs=1e-9), cell
    for row, text in sheet.column("A").items():
        if text == recomputed:
            assert sheet.texts[f"A{row - 1}"] == released
            assert sheet.texts[f"A{row + 1}"] == difference
            assert f"B{row}" in sheet.formulas
            apart = sheet.computed(f"B{row}") - sheet.numbers[f"B{row - 1}"]
            assert abs(apart) < reach
            assert sheet.computed(f"B{row + 1}") == pytest.approx(apart, abs=1e-9)
            found += 1
    return found


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("page", BEHIND)
def test_every_formula_gives_the_released_value(sign_in: SignIn, account: str, page: str) -> None:
    client = sign_in(account)
    if page in PAGES_OF and account != "analyst":
        # For staff alone: no address to others.
        assert client.get(f"/download/{page}-check.xlsx").status_code == 404
        return
    # A director's figures of groups are rounded, so a difference of two is off by three halves.
    reach = 1e-9 if account == "analyst" else 0.1501
    for language in WORDS:
        figures, words = read_workbook(workbook(client, page, f"wave=2026&lang={language}"))
        assert check_formulas(figures, language, reach) >= 1
        assert any("docs/methods.md" in text for text in words.texts.values())
        assert not words.formulas


def test_a_changed_total_changes_the_figure(sign_in: SignIn) -> None:
    """The formulas are live: they are no copies of the released value."""
    sheet, _ = read_workbook(workbook(sign_in("large"), "overview"))
    row = next(row for row, text in sheet.column("A").items() if text == "Nagerekend")
    before = sheet.computed(f"B{row}")
    total = next(at for at in sheet.numbers if at[0] == "G" and int(at[1:]) < row)
    sheet.numbers[total] += 10
    assert sheet.computed(f"B{row}") > before + 0.01


@pytest.mark.parametrize("account", ["large", "at_floor", "below"])
def test_a_directors_workbook_holds_no_other_organisation(
    sign_in: SignIn, open_store: Store, account: str
) -> None:
    client = sign_in(account)
    own = own_of(client)
    people = rows_of(open_store, "select distinct organisation_id, name from organisation")
    names = dict(people)
    strangers = {text for row in people if row[0] != own for text in row}
    totals = "select answer_count, total, item_id from protected_total where side = 'employee'"
    theirs = rows_of(open_store, f"{totals} and group_id <> '{own}'")
    mine = {row[:2] for row in rows_of(open_store, f"{totals} and group_id = '{own}'")}
    others = {row[:2] for row in theirs} - mine
    for page in set(BEHIND) - set(PAGES_OF):
        for sheet in read_workbook(workbook(client, page)):
            texts = " ".join(sheet.texts.values())
            assert not [name for name in strangers if name in texts]
            # Lines with a total of their own; those of hr and of rest groups are no organisation.
            lines = [at[1:] for at in sheet.numbers if at[0] == "G"]
            alone = [row for row in lines if not sheet.texts[f"B{row}"].startswith(GROUPS)]
            shown = {(sheet.numbers.get(f"D{row}"), sheet.numbers[f"G{row}"]) for row in alone}
            whose = {sheet.texts[f"B{row}"].partition(" · ")[0] for row in alone}
            assert whose <= {names[own]}
            assert not shown & others, page


def test_the_own_line_and_name_are_there(sign_in: SignIn, open_store: Store) -> None:
    client = sign_in("large")
    own = own_of(client)
    sheet, _ = read_workbook(workbook(client, "overview"))
    [(n, total)] = rows_of(
        open_store,
        "select answer_count, total from protected_total where wave_id = '2026' and side = "
        f"'employee' and item_id = 'grade' and group_kind = 'organisation' and group_id = '{own}'",
    )
    shown = {(sheet.numbers.get(f"D{at[1:]}"), sheet.numbers[at]) for at in sheet.numbers
             if at[0] == "G"}  # fmt: skip
    assert (n, total) in shown
    [(name,)] = rows_of(open_store, "select name from organisation where wave_id = '2026' "
                        f"and organisation_id = '{own}'")  # fmt: skip
    assert name in " ".join(sheet.texts.values())
    assert "de andere samen" in sheet.texts.values()


# The page holds the change since the wave before, so organisations of either wave stand there.
def test_staff_see_the_lines_of_published_organisations(sign_in: SignIn, open_store: Store) -> None:
    sheet, _ = read_workbook(workbook(sign_in("analyst"), "overview"))
    texts = set(sheet.texts.values())
    query = """select group_id from score where item_id = 'grade' and group_kind = 'organisation'
        group by group_id having bool_or(status = 'published')"""
    published = [f"organisatie {name}" for (name,) in rows_of(open_store, query)]
    others = rows_of(open_store, query.replace("having", "having not"))
    hidden = [f"organisatie {name}" for (name,) in others]
    assert published
    assert set(published) <= texts
    assert hidden
    assert not texts & set(hidden)


def test_nothing_in_the_address_changes_whose_it_is(sign_in: SignIn, open_store: Store) -> None:
    client = sign_in("large")
    plain = workbook(client, "overview")
    for (other,) in rows_of(open_store, "select distinct organisation_id from organisation")[:5]:
        forged = f"wave=2026&lang=nl&organisation={other}&organisation_id={other}&group={other}"
        assert workbook(client, "overview", forged) == plain
    assert workbook(sign_in("at_floor"), "overview") != plain


def test_the_same_view_gives_the_same_bytes(sign_in: SignIn, open_store: Store) -> None:
    first = workbook(sign_in("large"), "aspects")
    other = create_app(open_store, project_settings(), demo=True, secret="t" * 40)
    client = other.server.test_client()
    client.get("/sign-in")
    with client.session_transaction() as session:
        token = session["csrf"]
    client.post("/sign-in", data={"csrf": token, "account": "large"})
    assert workbook(client, "aspects") == first


def test_only_pages_with_figures_have_one_and_only_for_whoever_signed_in(
    sign_in: SignIn, dash_app: Any
) -> None:
    client = sign_in("large")
    for page in ("codebook", "method", "anonymity", "secrets"):
        assert client.get(f"/download/{page}-check.xlsx").status_code == 404
    for page in BEHIND:
        answer = dash_app.server.test_client().get(f"/download/{page}-check.xlsx")
        assert answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("account", ["large", "analyst"])
def test_what_pages_say_of_size_and_waves_is_there(sign_in: SignIn, account: str) -> None:
    client = sign_in(account)
    texts = {
        page: " ".join(read_workbook(workbook(client, page))[0].texts.values())
        for page in ("overview", "size_bands", "trends")
    }
    assert "Helling over grootte" in texts["size_bands"]
    for part in ("Deel van de verandering", "Lijn over de metingen"):
        assert part in texts["trends"]
    is_own = account == "large"
    assert ("Verwacht bij deze grootte" in texts["overview"]) == is_own
    # What each mean counts in the slope is for staff, who see the organisations.
    assert ("alleen medewerkers van de sector" in texts["size_bands"]) == is_own
