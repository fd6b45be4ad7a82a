"""Signing in and out with an account, links, and one's own account, as a browser does it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pyotp
import pytest
from flask.testing import FlaskClient

from accounts.links import make_link
from accounts.people import grant, revoke_grant, set_disabled, set_role
from dashboard.access import person
from tests.dashboard.access.house import PHRASE, House, csrf_of, email_of
from tests.dashboard.built.browsing import ask, body, with_token
from tests.dashboard.release_builder import sentinel

UPDATE = "/_dash-update-component"
OTHER = "drie groene boten op het meer"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that moves the clock of the dashboard on by minutes."""
    moved = datetime.timedelta()
    real = person.this_moment

    def move(minutes: float) -> None:
        nonlocal moved
        moved += datetime.timedelta(minutes=minutes)

    for module in ("person", "entering", "sign_in", "links", "account", "oidc"):
        monkeypatch.setattr(f"dashboard.access.{module}.this_moment", lambda: real() + moved)
    return move


def works(client: FlaskClient) -> bool:
    """Return whether a browser is signed in."""
    return client.post(UPDATE, json=body()).status_code == 200


def test_an_account_signs_in_and_sees_its_own(house: House) -> None:
    client = house.enter("a")
    page = ask(client, "/", "?wave=2026&lang=nl")
    assert str(sentinel("ORG-LARGE", "2026")) in page
    assert "Uw account" in page
    assert house.events()[-1].event == "view"


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(house: House) -> None:
    answers = [house.try_to_enter(house.client(), who, "wrong phrase") for who in ("a", "stranger")]
    assert [answer.status_code for answer in answers] == [400, 400]
    first, second = (answer.text for answer in answers)
    strip = lambda text: [line for line in text.splitlines() if "csrf" not in line]  # noqa: E731
    assert strip(first) == strip(second)
    assert email_of("a") not in first


def test_waiting_is_said_with_how_long(house: House) -> None:
    free = house.access.settings.failures_free
    answers = [house.try_to_enter(house.client(), "patient", "wrong") for _ in range(free + 2)]
    assert [answer.status_code for answer in answers] == [400] * free + [429] * 2
    assert answers[-1].headers["Retry-After"] == "1"


def test_signing_in_rotates_the_session(house: House) -> None:
    client = house.client()
    before = csrf_of(client)
    cookie = client.get_cookie("__Host-regiespiegel")
    house.try_to_enter(client, "a")
    with client.session_transaction() as session:
        first, token = session["key"], session["csrf"]
    assert token != before
    after = client.get_cookie("__Host-regiespiegel")
    assert cookie is not None
    assert after is not None
    assert cookie.value != after.value
    house.try_to_enter(client, "a")
    with client.session_transaction() as session:
        assert session["key"] != first
    old = house.client()
    old.set_cookie("__Host-regiespiegel", after.value, secure=True)
    assert old.get("/_dash-layout").status_code == 401, "the key of before was revoked"


def test_a_session_that_was_fixed_before_is_worth_nothing(house: House) -> None:
    client, attacker = house.client(), house.client()
    csrf_of(client)
    planted = client.get_cookie("__Host-regiespiegel")
    assert planted is not None
    house.try_to_enter(client, "a")
    attacker.set_cookie("__Host-regiespiegel", planted.value, secure=True)
    assert attacker.get("/_dash-layout").status_code == 401


def test_signing_out_ends_the_session_on_the_server(house: House) -> None:
    client = house.enter("a")
    cookie = client.get_cookie("__Host-regiespiegel")
    assert cookie is not None
    assert client.post("/sign-out").status_code == 302
    thief = house.client()
    thief.set_cookie("__Host-regiespiegel", cookie.value, secure=True)
    assert thief.get("/_dash-layout").status_code == 401
    assert house.events()[-1].event == "sign_out"


@pytest.mark.parametrize(("quiet", "ends"), [(29, False), (31, True)])
def test_a_session_ends_when_nothing_is_done(
    house: House, clock: Callable[[float], None], quiet: int, ends: bool
) -> None:
    client = house.enter("a")
    clock(quiet)
    assert works(client) is not ends


def test_a_session_ends_after_ten_hours(house: House, clock: Callable[[float], None]) -> None:
    client = house.enter("a")
    for _ in range(23):
        clock(25)
        assert works(client)
    clock(25)
    assert not works(client)


def test_what_is_taken_from_an_account_is_gone_at_the_next_request(house: House) -> None:
    client = house.enter("several")
    assert "ORG-LARGE" in ask(client, "/", "?wave=2026")
    account = house.account("several")
    with house.accounts.writing() as session:
        revoke_grant(session, account, "ORG-LARGE")
    assert "ORG-LARGE" not in ask(client, "/", "?wave=2026")
    with house.accounts.writing() as session:
        grant(session, account, "ORG-LARGE")
        set_disabled(session, account, True, person.this_moment())
    assert not works(client)
    with house.accounts.writing() as session:
        set_disabled(session, account, False, person.this_moment())
    assert not works(client)


def test_another_role_signs_in_anew(house: House) -> None:
    client = house.enter("none")
    with house.accounts.writing() as session:
        set_role(session, house.account("none"), "sector_staff", person.this_moment())
    assert not works(client)
    with house.accounts.writing() as session:
        set_role(session, house.account("none"), "hr_director", person.this_moment())


def test_a_director_without_a_grant_sees_no_organisation(house: House) -> None:
    page = ask(house.enter("none"), "/", "?wave=2026&lang=nl")
    assert "Stichting ORG" not in page


def test_several_organisations_one_at_a_time_chosen_on_the_server(house: House) -> None:
    client = house.enter("several")
    with client.session_transaction() as session:
        token = session["csrf"]
    large, ten = (str(sentinel(name, "2026")) for name in ("ORG-LARGE", "ORG-TEN"))
    assert large in ask(client, "/", "?wave=2026")
    form = {"csrf": token, "organisation": "ORG-TEN"}
    assert client.post("/account/organisation", data=form).status_code == 303
    page = ask(client, "/", "?wave=2026&organisation=ORG-LARGE")
    assert ten in page
    assert large not in page
    form["organisation"] = "ORG-OTHER"
    assert client.post("/account/organisation", data=form).status_code == 400
    assert ten in ask(client, "/", "?wave=2026")
    text = client.get("/account").text
    assert "Stichting ORG-TEN" in text
    assert "ORG-OTHER" not in text


def link_for(house: House, who: str) -> str:
    """Return the path of a new link."""
    with house.accounts.writing() as session:
        account = house.account(who)
        key = make_link(session, account, "reset", house.access.settings, person.this_moment())
    return f"/link/{key}"


def test_a_link_sets_a_password_and_ends_what_was(house: House) -> None:
    before, client = house.enter("steward"), house.client()
    path = link_for(house, "steward")
    shown = client.get(path)
    assert shown.status_code == 200
    assert shown.headers["Referrer-Policy"] == "strict-origin"
    assert email_of("steward") not in shown.text
    form = {"csrf": csrf_of(client, path), "password": OTHER, "again": OTHER}
    assert client.post(path, data=form).headers["Location"].startswith("/sign-in")
    assert not works(before)
    assert client.get(path).status_code == 404
    assert client.post(path, data=form).status_code == 404
    house.enter("steward", OTHER)
    assert house.try_to_enter(house.client(), "steward", PHRASE).status_code == 400


@pytest.mark.parametrize(
    "given", [("short", "short"), (OTHER, PHRASE), ("", ""), ("\x00" * 20,) * 2]
)
def test_a_link_outlives_a_refused_password(house: House, given: tuple[str, str]) -> None:
    client, path = house.client(), link_for(house, "staff")
    form = {"csrf": csrf_of(client, path), "password": given[0], "again": given[1]}
    assert client.post(path, data=form).status_code == 400
    assert client.get(path).status_code == 200


def test_an_unknown_link_is_told_from_no_other(house: House) -> None:
    assert house.client().get("/link/unknown").status_code == 404
    assert house.client().get("/link/" + "x" * 5000).status_code == 404


def test_a_second_factor_is_set_and_then_asked_for(house: House) -> None:
    client = house.enter("administrator")
    assert "otpauth://totp/" in client.get("/account").text
    with client.session_transaction() as session:
        secret, token = session["totp"], session["csrf"]
    wrong = client.post("/account/code", data={"csrf": token, "code": "000000"})
    assert wrong.status_code == 400
    code = pyotp.TOTP(secret).now()
    assert client.post("/account/code", data={"csrf": token, "code": code}).status_code == 303
    assert "otpauth" not in client.get("/account").text
    assert house.try_to_enter(house.client(), "administrator").status_code == 400
    assert house.try_to_enter(house.client(), "administrator", code=code).status_code == 400, "used"
    later = pyotp.TOTP(secret).at(person.this_moment() + datetime.timedelta(seconds=30))
    house.enter("administrator", code=later)
    assert [e.event for e in house.events()].count("second_factor_set") == 1


def test_a_password_is_changed_by_who_knows_it(house: House) -> None:
    client, elsewhere = house.enter("b"), house.enter("b")
    form = {"current": "wrong", "password": OTHER, "again": OTHER}
    assert client.post("/account/password", data=form).status_code == 400
    assert client.post("/account/password", data=form | {"current": PHRASE}).status_code == 303
    with_token(client)
    assert works(client)
    assert not works(elsewhere)
    house.enter("b", OTHER)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
     "http://[", "/%0d%0aSet-Cookie:x=1", "\r\nX: y", "/account/../..//evil.example"],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(house: House, target: str) -> None:
    answer = house.try_to_enter(house.client(), "a", target=target)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/?wave=")


def test_an_administrator_sets_a_second_factor_before_anything_else(tight_house: House) -> None:
    client = tight_house.enter("administrator")
    for path in ("/", "/trail", "/download/overview.csv"):
        assert client.get(path).headers["Location"].startswith("/account")
    assert client.post(UPDATE, json=body()).status_code == 403
    assert client.get("/_dash-layout").status_code == 403
    assert client.get("/account").status_code == 200
    with client.session_transaction() as session:
        secret = session["totp"]
    code = {"code": pyotp.TOTP(secret).now()}
    assert client.post("/account/code", data=code).status_code == 303
    assert client.get("/trail").status_code == 200
    assert works(client)
    assert works(tight_house.enter("a")), "other roles may do without"
