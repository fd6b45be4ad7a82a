"""Every route and every callback × everybody who might ask. A new one without an entry fails.

The routes and callbacks are those of the application's own maps; only what is expected is written
here.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from accounts.tokens import Wanted, make_token
from dashboard.access import person
from tests.dashboard.access.house import House
from tests.dashboard.built.browsing import with_token
from tests.dashboard.release_builder import sentinel

ASKERS = (
    "anonymous", "a", "b", "staff", "steward", "administrator", "expired", "wrong_csrf",
    "cross_site",
)  # fmt: skip
SIGNED_IN = ("a", "b", "staff", "steward", "administrator")


def everybody(anonymous: int, signed_in: int, **others: int) -> dict[str, int]:
    """Return the expected status of everybody; an expired session is nobody.

    Reading is no change, so a wrong token or another site changes nothing there, unless said.
    """
    expected = {"anonymous": anonymous, "expired": anonymous}
    expected |= dict.fromkeys((*SIGNED_IN, "wrong_csrf", "cross_site"), signed_in)
    return expected | others


def changing(anonymous: int, signed_in: int, **others: int) -> dict[str, int]:
    """Return the expected status where something changes: only our own pages may ask."""
    return everybody(anonymous, signed_in, wrong_csrf=400, cross_site=400, **others)


def only(*roles: str) -> dict[str, int]:
    """Return 404 for everybody but some roles, as for an address that does not exist."""
    return dict.fromkeys((*SIGNED_IN, "wrong_csrf", "cross_site"), 404) | dict.fromkeys(roles, 200)


OPEN = everybody(200, 200)
DATA = everybody(302, 200)
# What is of one organisation: the sector fund, stewards and administrators have none.
GUIDE = DATA | dict.fromkeys(("staff", "steward", "administrator"), 404)
LINK = dict.fromkeys(ASKERS, 400)
# By method and rule: path to ask (None: the rule itself), and who gets what.
Expected = tuple[str | None, dict[str, int]]
ROUTES: dict[str, Expected] = {
    "GET /": (None, DATA),
    "GET /<path:path>": ("/trends?wave=2026", DATA),
    "GET /_dash-layout": (None, everybody(401, 200)),
    "GET /_dash-dependencies": (None, everybody(401, 200)),
    "GET /_reload-hash": (None, everybody(401, 404)),
    "GET /_favicon.ico": (None, OPEN),
    "GET /health": (None, OPEN),
    "GET /_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": (
        "/_dash-component-suites/dash/deps/none.js", everybody(404, 404)
    ),
    "GET /assets/<path:filename>": ("/assets/style.css", OPEN),
    "GET /sign-in": (None, OPEN),
    "POST /sign-in": (None, dict.fromkeys(ASKERS, 400)),
    "POST /sign-out": (None, changing(401, 302)),
    "GET /sign-in/<provider_id>": ("/sign-in/none", everybody(404, 404)),
    "GET /sign-in/<provider_id>/back": ("/sign-in/none/back", everybody(404, 404)),
    "GET /link/<key>": ("/link/none", everybody(404, 404)),
    "POST /link/<key>": ("/link/none", LINK),
    "GET /account": (None, DATA),
    "POST /account/organisation": (None, changing(401, 400, a=303)),
    "POST /account/password": (None, changing(401, 400)),
    "POST /account/code": (None, changing(401, 404)),
    "GET /trail": (None, {**DATA, **only("administrator")}),
    "GET /download/<name>.csv": ("/download/overview.csv?wave=2026", DATA),
    "GET /download/<name>-check.xlsx": ("/download/overview-check.xlsx?wave=2026", DATA),
    "GET /download/goede-gesprek.pdf": ("/download/goede-gesprek.pdf?wave=2026", GUIDE),
    "GET /download/sectortabellen.zip": (None, DATA),
    # The API knows tokens only: to a browser's session it is closed.
    "GET /api/v1/openapi.json": (None, OPEN),
    **{
        f"GET /api/v1/{name}": (None, everybody(401, 401))
        for name in ("releases", "benchmarks", "codebook", "scores")
    },
    "POST /_dash-update-component": (None, changing(401, 200)),
}  # fmt: skip
# Parts of a rule that only some may ask: checked beside the table.
STAFF_ONLY = {
    "/download/deliveries.csv": ("staff", "steward"),
    "/download/publications.csv": ("staff", "steward"),
    "/download/monitor.csv": ("staff",),
}
CALLBACKS = {
    "..skip.children...header.children...navigation.children...page.children..": changing(401, 200),
}
FORMS: dict[str, dict[str, str]] = {
    "/account/organisation": {"organisation": "ORG-LARGE"},
    "/account/password": {"current": "wrong", "password": "x", "again": "x"},
}


@dataclass(frozen=True)
class Asker:
    """A browser, and the headers that it sends with everything."""

    client: FlaskClient
    headers: dict[str, str]


def routes(house: House) -> Iterator[str]:
    """Yield every method and rule of the application."""
    for rule in house.app.server.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.rule}"


@pytest.fixture
def asker(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Asker]:
    """Return a function that gives a browser of somebody."""

    def make(who: str) -> Asker:
        if who == "anonymous":
            return Asker(house.client(), {})
        if who == "expired":
            return Asker(expired(house, monkeypatch), {})
        if who == "wrong_csrf":
            return Asker(house.enter("a"), {"X-CSRFToken": "wrong"})
        if who == "cross_site":
            headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
            return Asker(house.enter("a"), headers)
        return Asker(house.enter(who), {})

    return make


def expired(house: House, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Return a browser whose session is of yesterday."""
    client = with_token(house.enter("a"))
    real = person.this_moment
    day = datetime.timedelta(days=1)
    monkeypatch.setattr(person, "this_moment", lambda: real() + day)
    return client


def test_every_route_has_an_entry_and_every_entry_a_route(house: House) -> None:
    assert sorted(routes(house)) == sorted(ROUTES)


def test_every_callback_has_an_entry_and_every_entry_a_callback(house: House) -> None:
    assert sorted(house.app.callback_map) == sorted(CALLBACKS)


def test_every_entry_says_what_everybody_gets() -> None:
    for expected in (*(entry for _, entry in ROUTES.values()), *CALLBACKS.values()):
        assert set(expected) == set(ASKERS)


def status_of(asker: Asker, method: str, path: str) -> int:
    """Return the status of a request as its page would make it."""
    options: dict[str, Any] = {"headers": asker.headers}
    if method == "POST":
        options["data"] = FORMS.get(path, {"email": "x", "password": "y"})
    if path == "/_dash-update-component":
        options = {"headers": asker.headers, "json": honest_body()}
    with asker.client.open(path, method=method, **options) as answer:
        assert "Traceback" not in answer.get_data().decode("utf-8", "replace")
        return answer.status_code


def honest_body(output: str = next(iter(CALLBACKS)), spec: Any = None) -> dict[str, Any]:
    """Return a body that a page would send for a callback."""
    names = output.strip(".").split("...")
    outputs = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]
    inputs = [{"id": "address", "property": one} for one in ("pathname", "search")]
    if spec is not None:
        inputs = [{"id": one["id"], "property": one["property"]} for one in spec["inputs"]]
    values = {"pathname": "/", "search": "?wave=2026&lang=nl", "opened": False}
    return {
        "output": output,
        "outputs": outputs if len(outputs) > 1 else outputs[0],
        "inputs": [one | {"value": values.get(one["property"])} for one in inputs],
        "changedPropIds": ["address.pathname"],
    }


@pytest.mark.parametrize("who", ASKERS)
def test_everybody_gets_what_is_expected_of_every_route(
    house: House, asker: Callable[[str], Asker], who: str
) -> None:
    wrong = {}
    for route, (path, expected) in ROUTES.items():
        method, rule = route.split(" ", 1)
        # Signing out ends the session, so everybody asks with a new one.
        status = status_of(asker(who), method, path or rule)
        if status != expected[who]:
            wrong[route] = (status, expected[who])
    assert wrong == {}


@pytest.mark.parametrize("who", ASKERS)
def test_everybody_gets_what_is_expected_of_every_callback(
    house: House, asker: Callable[[str], Asker], who: str
) -> None:
    browser = asker(who)
    for output, expected in CALLBACKS.items():
        body = honest_body(output, house.app.callback_map[output])
        options: dict[str, Any] = {"json": body, "headers": browser.headers}
        answer = browser.client.post("/_dash-update-component", **options)
        assert answer.status_code == expected[who], output


@pytest.mark.parametrize("who", SIGNED_IN)
def test_pages_of_some_roles_are_no_addresses_to_others(house: House, who: str) -> None:
    client = house.enter(who)
    for path, roles in STAFF_ONLY.items():
        expected = 200 if who in roles else 404
        assert client.get(path).status_code == expected


def test_no_unknown_method_is_answered(house: House) -> None:
    client = house.enter("a")
    for route, (path, _) in ROUTES.items():
        method, rule = route.split(" ", 1)
        if method == "GET" and f"POST {rule}" not in ROUTES:
            for other in ("POST", "PUT", "DELETE", "PATCH"):
                assert client.open(path or rule, method=other).status_code in (401, 404, 405), route


@pytest.mark.parametrize(
    "path",
    ["/healthy", "/health/x", "/health/../trail", "/_favicon.icon", "/assets//style.css",
     "/assets//etc/passwd", "/_dash-component-suites/x", "/assets", "/health/"],
)  # fmt: skip
def test_what_only_begins_like_an_open_address_is_closed(house: House, path: str) -> None:
    """It falls through to the pages, which are for who is signed in, and kept by no browser."""
    answer = house.client().get(path)
    assert answer.status_code in (302, 401)
    inside = house.enter("a").get(path)
    assert (inside.status_code, inside.headers["Cache-Control"]) == (200, "no-store")


def test_a_method_that_is_not_answered_is_told_which_are(house: House) -> None:
    client = house.enter("a")
    for path in ("/health", "/account", "/_dash-layout"):
        answer = client.delete(path)
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]


OWN = {"a": "ORG-LARGE", "b": "ORG-OTHER"}


@pytest.mark.parametrize("who", ASKERS)
def test_only_who_was_granted_an_organisation_gets_its_figures(
    house: House, asker: Callable[[str], Asker], who: str
) -> None:
    browser = asker(who)
    text = ""
    for route, (path, _) in ROUTES.items():
        method, rule = route.split(" ", 1)
        if method == "GET" and "xlsx" not in rule and "zip" not in rule:
            with browser.client.get(path or rule, headers=browser.headers) as answer:
                text += answer.get_data().decode("utf-8", "replace")
    answer = browser.client.post(
        "/_dash-update-component", json=honest_body(), headers=browser.headers
    )
    text += answer.text
    shown = {name for name in OWN.values() if str(sentinel(name, "2026")) in text}
    may = {OWN[who]} if who in OWN else set()
    # What another site makes a browser fetch, the browser of `a` gets and that site cannot read.
    if who in ("wrong_csrf", "cross_site"):
        may = shown & {OWN["a"]}
    assert shown == may


@pytest.mark.parametrize("who", SIGNED_IN)
def test_a_token_is_no_wider_than_its_account(house: House, who: str) -> None:
    account = house.account(who)
    own = account.grants[0] if account.grants else None
    scopes = ("own", "sector") if own else ("sector",)
    with house.accounts.writing() as session:
        wanted = Wanted("matrix", scopes, own, 1)
        _, key = make_token(session, account, wanted, house.access.settings, person.this_moment())
    client, headers = house.client(), {"Authorization": f"Bearer {key}"}
    for name in ("releases", "benchmarks", "codebook", "scores"):
        answer = client.get(f"/api/v1/{name}", headers=headers)
        assert answer.status_code == (403 if name == "scores" and own is None else 200)
        for organisation in {"ORG-LARGE", "ORG-OTHER", "ORG-TEN"} - {own}:
            assert organisation not in answer.text
            assert str(sentinel(organisation, "2026")) not in answer.text
        if name == "scores" and own is not None:
            values = {row["value"] for row in json.loads(answer.text)["rows"]}
            assert sentinel(own, "2026") in values
    # A token opens the API and nothing else.
    assert client.get("/download/overview.csv", headers=headers).status_code == 302
    assert client.get("/_dash-layout", headers=headers).status_code == 401
