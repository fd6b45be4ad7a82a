"""Sign-in, the gate and every page, as requests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.access.scope import STAFF_PAGES
from dashboard.app import create_app
from dashboard.application import RegiespiegelDash
from dashboard.state import PAGES
from tests.dashboard.built.browsing import SECRET, ask, body, csrf_of
from warehouse.paths import Store
from warehouse.settings import Settings

SignIn = Callable[[str], FlaskClient]
ACCOUNTS = ("large", "mid", "at_floor", "below", "smallest", "analyst")


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(app: RegiespiegelDash) -> None:
    answer = app.server.test_client().get("/trends?wave=2025&lang=en")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in?next=/trends")


@pytest.mark.parametrize(
    "path", ["/_dash-layout", "/_dash-dependencies", "/_reload-hash", "/_dash-unknown"]
)
def test_dash_itself_is_behind_the_gate(app: RegiespiegelDash, path: str) -> None:
    assert app.server.test_client().get(path).status_code == 401


def test_a_callback_without_a_session_is_refused(app: RegiespiegelDash) -> None:
    answer = app.server.test_client().post("/_dash-update-component", json=body())
    assert answer.status_code == 401
    assert answer.get_data() == b""


def test_a_session_signed_with_another_key_is_no_session(
    app: RegiespiegelDash, store: Store, settings: Settings
) -> None:
    other = create_app(store, settings, demo=True, secret="o" * 48).server.test_client()
    other.post("/sign-in", data={"csrf": csrf_of(other), "account": "large"})
    cookie = other.get_cookie("regiespiegel")
    assert cookie is not None
    client = app.server.test_client()
    client.set_cookie("regiespiegel", cookie.value)
    assert client.post("/_dash-update-component", json=body()).status_code == 401


def test_a_worker_hands_out_the_scripts_of_a_page_that_another_worker_served(
    app: RegiespiegelDash, sign_in: SignIn, store: Store, settings: Settings
) -> None:
    page = sign_in("large").get("/?wave=2026").get_data(as_text=True)
    scripts = re.findall(r'src="(/_dash-component-suites/[^"]+)"', page)
    assert scripts
    other = create_app(store, settings, demo=True, secret=SECRET).server.test_client()
    for script in scripts:
        with other.get(script) as answer:
            assert answer.status_code == 200, script


def test_health_and_assets_pass(app: RegiespiegelDash) -> None:
    client = app.server.test_client()
    for path in ("/health", "/assets/style.css"):
        with client.get(path) as answer:
            assert answer.status_code == 200


def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_others(app: RegiespiegelDash) -> None:
    cookie = app.server.test_client().get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_sign_in_without_its_token_is_refused(app: RegiespiegelDash) -> None:
    client = app.server.test_client()
    assert client.post("/sign-in", data={"account": "large"}).status_code == 400
    answer = client.post("/sign-in", data={"account": "large", "csrf": "guessed"})
    assert answer.status_code == 400


def test_only_offered_accounts_can_be_chosen(app: RegiespiegelDash) -> None:
    client = app.server.test_client()
    form = {"csrf": csrf_of(client), "account": "ORG-OTHER"}
    assert client.post("/sign-in", data=form).status_code == 400
    assert client.post("/_dash-update-component", json=body()).status_code == 401


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_leads_nowhere_else(app: RegiespiegelDash, target: str) -> None:
    client = app.server.test_client()
    form = {"csrf": csrf_of(client), "account": "analyst", "next": target}
    assert client.post("/sign-in", data=form).headers["Location"].startswith("/?wave=")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(app: RegiespiegelDash) -> None:
    client = app.server.test_client()
    form = {"csrf": csrf_of(client), "account": "mid", "next": "/trends?wave=2025&lang=en"}
    answer = client.post("/sign-in", data=form)
    assert answer.headers["Location"] == "/trends?wave=2025&lang=en"


def test_signing_out_ends_the_session(sign_in: SignIn) -> None:
    client = sign_in("mid")
    with client.session_transaction() as session:
        token = session["csrf"]
    client.environ_base.pop("HTTP_X_CSRFTOKEN")
    assert client.post("/sign-out", data={"csrf": "guessed"}).status_code == 400
    assert client.post("/sign-out", data={"csrf": token}).status_code == 302
    assert client.post("/_dash-update-component", json=body()).status_code == 401


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_of_every_account_and_wave(sign_in: SignIn, account: str, language: str) -> None:
    client = sign_in(account)
    for path in PAGES:
        for wave in ("2023", "2024", "2025", "2026"):
            for group in ("sector", "band"):
                page = ask(client, path, f"?wave={wave}&lang={language}&group={group}")
                assert '"data-view"' in page, (path, wave)
                assert f'"data-lang": "{language}"' in json.dumps(json.loads(page))
                assert "synthe" in page
                assert "null%" not in page
                assert not re.search(r"\bnan\b", page)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_page_can_be_taken_along(sign_in: SignIn, account: str) -> None:
    client = sign_in(account)
    for page in PAGES.values():
        answer = client.get(f"/download/{page}.csv?wave=2026&lang=nl")
        if page in STAFF_PAGES and account != "analyst":
            assert answer.status_code == 404
            continue
        assert answer.status_code == 200
        text = answer.get_data(as_text=True)
        assert text.startswith("\ufeff")
        assert "synthetische" in text
        cells = [cell for line in text.splitlines() for cell in line.lstrip("\ufeff").split(";")]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_an_unknown_download_is_a_page_of_ours(sign_in: SignIn) -> None:
    answer = sign_in("mid").get("/download/secrets.csv")
    assert answer.status_code == 404
    assert "bestaat niet" in answer.get_data(as_text=True)


def test_before_the_first_release_a_page_says_what_to_do(
    tmp_path: Path, settings: Settings
) -> None:
    app = create_app(Store(tmp_path), settings, demo=True, secret=SECRET)
    for path in ("/", "/sign-in", "/trends?lang=en"):
        answer = app.server.test_client().get(path)
        assert answer.status_code == 200
        assert "regiespiegel wave release" in answer.get_data(as_text=True)


def test_without_demonstration_nobody_can_choose(store: Store, settings: Settings) -> None:
    client = create_app(store, settings, demo=False, secret=SECRET).server.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    assert 'name="account"' not in page
    form = {"account": "large", "csrf": csrf_of(client)}
    assert client.post("/sign-in", data=form).status_code == 400
    assert client.post("/_dash-update-component", json=body()).status_code == 401


def test_headers_allow_no_inline_script(sign_in: SignIn) -> None:
    headers = sign_in("mid").get("/").headers
    scripts = next(
        part for part in headers["Content-Security-Policy"].split("; ") if "script-src" in part
    )
    assert "unsafe" not in scripts
    assert headers["Cache-Control"] == "no-store"


def test_no_machine_interface_is_offered(app: RegiespiegelDash, sign_in: SignIn) -> None:
    rules = [rule.rule for rule in app.server.url_map.iter_rules()]
    assert not [rule for rule in rules if "mcp" in rule]
