"""What a browser is told and what a stranger is refused, as it is in production."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from accounts.settings import AccessSettings, Provider
from accounts.store import open_accounts
from dashboard.access.bodies import LARGEST
from dashboard.access.deployment import Deployment, find_deployment, trust
from dashboard.access.person import Access
from dashboard.access.secret import demo_secret, find_secret
from dashboard.app import create_app
from dashboard.wsgi import build
from etl import cli
from tests.dashboard.access.house import PHRASE, House, csrf_of, email_of
from tests.dashboard.built.browsing import SECRET, body
from warehouse.errors import ConfigurationError
from warehouse.paths import Store
from warehouse.settings import Settings

UPDATE = "/_dash-update-component"
GOOD = "qM3-ZuPw8vK1rTgX5nLyB7cJ_dEh0aSfWo9iUxVk2p6t"
PRODUCTION = {"REGIESPIEGEL_ADDRESS": "https://spiegel.example", "REGIESPIEGEL_SECRET": GOOD}


def test_the_session_cookie_is_bound_to_this_host_and_to_tls(house: House) -> None:
    client = house.client()
    (line,) = client.get("/sign-in").headers.getlist("Set-Cookie")
    name, *flags = [part.strip() for part in line.split(";")]
    assert name.startswith("__Host-regiespiegel=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} == set(flags)


def test_the_token_cookie_is_strict_and_opens_nothing_alone(house: House) -> None:
    client = house.client()
    lines = house.try_to_enter(client, "a").headers.getlist("Set-Cookie")
    (line,) = [line for line in lines if line.startswith("__Host-regiespiegel-csrf=")]
    assert {"Secure", "SameSite=Strict", "Path=/"} <= {part.strip() for part in line.split(";")}
    token = line.split(";")[0].split("=", 1)[1]
    stranger = house.client()
    stranger.set_cookie("__Host-regiespiegel-csrf", token, secure=True)
    answer = stranger.post(UPDATE, json=body(), headers={"X-CSRFToken": token})
    assert answer.status_code == 401


def test_dash_sends_the_token_that_the_server_checks(house: House) -> None:
    page = house.enter("a").get("/").text
    assert '"csrf_token_name":"__Host-regiespiegel-csrf"' in page.replace(" ", "")
    assert '"csrf_header_name":"X-CSRFToken"' in page.replace(" ", "")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRFToken": ""},
        {"X-CSRFToken": "guessed"},
        {"X-CSRFToken": "\udcff"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://localhost.evil.example"},
        {"Origin": "https://localhost:9"},
        {"Origin": "http://["},
    ],
)
def test_a_request_that_another_site_made_is_refused(house: House, headers: dict[str, str]) -> None:
    client = house.enter("a")
    with_surrogates = {
        name: value.encode("utf-8", "surrogateescape").decode("latin-1")
        for name, value in headers.items()
    }
    assert client.post(UPDATE, json=body(), headers=with_surrogates).status_code == 400
    assert client.post("/sign-out", headers=with_surrogates).status_code == 400
    own = {"Origin": "https://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post(UPDATE, json=body(), headers=own).status_code == 200


def test_a_token_of_another_session_is_refused(house: House) -> None:
    one, other = house.enter("a"), house.enter("b")
    token = other.environ_base["HTTP_X_CSRFTOKEN"]
    assert one.post(UPDATE, json=body(), headers={"X-CSRFToken": token}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/sign-in", "/", "/account", "/download/overview.csv", "/nowhere"]
)
def test_every_answer_has_the_headers(house: House, path: str) -> None:
    headers = house.enter("a").get(path).headers
    assert headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    parts = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert "unsafe" not in parts["script-src"]
    assert "*" not in headers["Content-Security-Policy"]
    assert "http" not in headers["Content-Security-Policy"].replace("https", "")
    assert parts["frame-ancestors"] == parts["base-uri"] == parts["object-src"] == "'none'"


def test_no_page_of_ours_has_an_inline_script_or_handler(house: House) -> None:
    client = house.enter("administrator")
    for path in ("/sign-in", "/account", "/trail", "/link/x", "/download/no.csv"):
        text = client.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S|\son\w+=|javascript:", text), path


def test_a_demonstration_is_for_this_machine_and_production_is_not(
    published: Store, settings: Settings, tmp_path: Path
) -> None:
    access = Access(open_accounts(Store(tmp_path), {}), AccessSettings(), True)
    server = create_app(published, settings, demo=True, secret=SECRET, access=access).server
    trust(server, find_deployment({}, is_demo=True))
    cookie = server.test_client().get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("regiespiegel=")
    assert "Secure" not in cookie
    for host in ("127.0.0.1:8050", "localhost:8050"):
        assert server.test_client().get("/sign-in", headers={"Host": host}).status_code == 200
    for host in ("192.168.1.10", "spiegel.example", "evil.example"):
        assert server.test_client().get("/sign-in", headers={"Host": host}).status_code == 400


def test_production_answers_to_its_own_name(
    house: House, published: Store, settings: Settings
) -> None:
    app = create_app(published, settings, demo=False, secret=SECRET, access=house.access)
    trust(app.server, Deployment("https://spiegel.example"))
    client = app.server.test_client()
    assert client.get("/health", headers={"Host": "127.0.0.1:8050"}).status_code == 200
    assert client.get("/sign-in", headers={"Host": "spiegel.example"}).status_code == 200
    assert client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


def test_what_the_own_name_says_without_tls_is_not_believed(
    house: House, published: Store, settings: Settings
) -> None:
    app = create_app(published, settings, demo=False, secret=SECRET, access=house.access)
    trust(app.server, Deployment("https://spiegel.example"))
    client, name = app.server.test_client(), "https://spiegel.example"
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/sign-in", base_url=name).text)
    assert found
    form = {"csrf": found[1], "email": email_of("a"), "password": PHRASE}
    for origin, status in (("http://spiegel.example", 400), (name, 303)):
        headers = {"Origin": origin}
        answer = client.post("/sign-in", data=form, headers=headers, base_url=name)
        assert answer.status_code == status


def test_nobody_steers_a_running_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(
        cli.os, "execve", lambda _program, command, _environment: asked.append(command)
    )
    cli.run_server(Store(tmp_path), tmp_path, 8050, demo=True)
    assert "--no-control-socket" in asked[0]
    monkeypatch.delenv("REGIESPIEGEL_SECRET", raising=False)
    with pytest.raises(ConfigurationError):
        cli.run_server(Store(tmp_path), tmp_path, 8050, demo=False)
    assert len(asked) == 1, "what may not be served is refused before gunicorn starts"
    recipe = (Path(__file__).resolve().parents[3] / "Dockerfile").read_text(encoding="utf-8")
    assert "--no-control-socket" in recipe.split('CMD ["gunicorn"')[1]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
    ],
)
def test_exactly_so_many_proxies_are_believed(
    house: House, published: Store, settings: Settings, proxies: int, forwarded: str, address: str
) -> None:
    app = create_app(published, settings, demo=False, secret=SECRET, access=house.access)
    trust(app.server, Deployment("https://localhost", proxies))
    client = app.server.test_client()
    form = {"csrf": csrf_of(client), "email": "x@y.nl", "password": "wrong"}
    client.post("/sign-in", data=form, headers={"X-Forwarded-For": forwarded})
    assert house.events()[-1].address == address


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"REGIESPIEGEL_ADDRESS": ""}, "REGIESPIEGEL_ADDRESS"),
        ({"REGIESPIEGEL_ADDRESS": "http://spiegel.example"}, "https"),
        ({"REGIESPIEGEL_ADDRESS": "https://spiegel.example/app"}, "without a path"),
        ({"REGIESPIEGEL_ADDRESS": "https://a:b@spiegel.example"}, "https"),
        ({"REGIESPIEGEL_PROXIES": "many"}, "REGIESPIEGEL_PROXIES"),
        ({"REGIESPIEGEL_PROXIES": "-1"}, "REGIESPIEGEL_PROXIES"),
        ({"REGIESPIEGEL_PROXIES": "99"}, "REGIESPIEGEL_PROXIES"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"DASH_DEBUG": "true"}, "DASH_DEBUG"),
        ({"REGIESPIEGEL_SECRET": ""}, "REGIESPIEGEL_SECRET"),
        ({"REGIESPIEGEL_SECRET": "short"}, "characters"),
        ({"REGIESPIEGEL_SECRET": "x" * 48}, "guessed"),
        ({"REGIESPIEGEL_SECRET": "changeme-changeme-changeme-changeme-1"}, "guessed"),
    ],
)
def test_production_refuses_to_start(
    published: Store, tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    given = PRODUCTION | {"REGIESPIEGEL_DATA": str(tmp_path)} | environment
    with pytest.raises(ConfigurationError, match=said):
        build(given)


def test_production_refuses_the_secret_of_a_demonstration(tmp_path: Path) -> None:
    file = tmp_path / "app" / "secret"
    given = {"REGIESPIEGEL_SECRET": demo_secret(file)}
    with pytest.raises(ConfigurationError, match="demonstration"):
        find_secret(given, file, is_demo=False)
    assert find_secret({}, file, is_demo=True) == demo_secret(file)
    assert find_secret({"REGIESPIEGEL_SECRET": GOOD}, file, is_demo=False) == GOOD


def test_production_starts_and_a_debugger_does_not(
    published: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = PRODUCTION | {"REGIESPIEGEL_DATA": str(published.root)}
    server = build(given)
    answer = server.test_client().get("/sign-in", headers={"Host": "spiegel.example"})
    assert answer.status_code == 200
    monkeypatch.setitem(os.environ, "FLASK_DEBUG", "1")
    monkeypatch.setitem(os.environ, "DASH_DEBUG", "1")
    assert not build(given).debug


def test_a_demonstration_of_real_organisations_does_not_start(
    published: Store, tmp_path: Path
) -> None:
    shown, real = Store(tmp_path / "shown"), Store(tmp_path / "real")
    for store in (shown, real):
        shutil.copytree(published.published, store.published)
    given = {"REGIESPIEGEL_DATA": str(shown.root), "REGIESPIEGEL_DEMO": "1"}
    assert build(given).test_client().get("/sign-in").status_code == 200
    (file,) = real.releases.glob("*.duckdb")
    with duckdb.connect(str(file)) as connection:
        connection.execute("update release set is_synthetic = false")
    with pytest.raises(ConfigurationError, match="demonstration sector"):
        build(given | {"REGIESPIEGEL_DATA": str(real.root)})


def test_there_is_nothing_for_developers(house: House) -> None:
    rules = [rule.rule for rule in house.app.server.url_map.iter_rules()]
    assert not [
        rule for rule in rules if re.search(r"mcp|debug|_alive|console|websocket|_ws", rule)
    ]
    client = house.enter("a")
    assert client.get("/_reload-hash").status_code == 404
    config = re.search(r'id="_dash-config"[^>]*>(.*?)</script>', client.get("/").text, re.DOTALL)
    assert config
    assert '"hot_reload"' not in config[1]
    assert '"ui":true' not in config[1].replace(" ", "")
    assert client.get("/?__debugger__=yes&cmd=resource&f=debugger.js").mimetype == "text/html"


def test_huge_bodies_are_refused_before_they_are_read(house: House) -> None:
    client = house.enter("a")
    token = client.environ_base["HTTP_X_CSRFTOKEN"]
    big = "x" * (LARGEST + 1)
    assert client.post(UPDATE, data=big, content_type="application/json").status_code == 413
    assert house.client().post("/sign-in", data={"csrf": big}).status_code == 413
    many = {f"f{number}": "1" for number in range(60)} | {"csrf": token}
    answer = client.post("/account/organisation", data=many, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_exports_are_limited_per_person(tight_house: House) -> None:
    client, other = tight_house.enter("a"), tight_house.enter("b")
    codes = [client.get("/download/overview.csv").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert client.get("/download/sectortabellen.zip").status_code == 429, "all exports together"
    assert other.get("/download/overview.csv").status_code == 200
    assert tight_house.enter("a").get("/download/overview.csv").status_code == 429


def test_sign_in_pages_are_limited_per_address(tight_house: House) -> None:
    def codes(address: str) -> set[int]:
        environ = {"REMOTE_ADDR": address}
        asked = (tight_house.client().get("/sign-in", environ_overrides=environ) for _ in range(25))
        return {answer.status_code for answer in asked}

    assert codes("192.0.2.1") == {200, 429}
    assert 200 in codes("192.0.2.2")


def test_a_provider_is_where_signing_out_may_lead(
    published: Store, settings: Settings, tmp_path: Path
) -> None:
    given: Any = {"provider_id": "one", "name": "One", "client_id": "x"}
    provider = Provider(**given, issuer="https://login.example/tenant")
    access = Access(open_accounts(Store(tmp_path), {}), AccessSettings(provider=(provider,)), False)
    server = create_app(published, settings, demo=False, secret=SECRET, access=access).server
    answer = server.test_client().get("/sign-in")
    assert "form-action 'self' https://login.example;" in answer.headers["Content-Security-Policy"]
    assert "/sign-in/one?" in answer.text
