"""The session's cookie: what is remembered of it opens nothing that Flask would not open."""

from __future__ import annotations

import time

import pytest
from flask import session
from flask.testing import FlaskClient

from tests.dashboard.access.house import House

NAME = "__Host-regiespiegel"
DAY = 24 * 3600


def cookie_of(client: FlaskClient) -> str:
    """Return the session's cookie of a browser."""
    found = client.get_cookie(NAME)
    assert found is not None
    return found.value


def status_with(house: House, cookie: str) -> int:
    """Return what a page answers to who shows a cookie."""
    client = house.client()
    client.set_cookie(NAME, cookie, secure=True)
    return client.get("/vergelijken").status_code


def test_a_cookie_that_was_changed_opens_nothing(house: House) -> None:
    cookie = cookie_of(house.enter("a"))
    assert status_with(house, cookie) == 200
    for place in (3, len(cookie) // 2, len(cookie) - 4):
        other = "A" if cookie[place] != "A" else "B"
        assert status_with(house, cookie[:place] + other + cookie[place + 1 :]) == 302
    assert status_with(house, "") == 302
    assert status_with(house, cookie) == 200


@pytest.mark.parametrize("seconds", [32 * DAY, -2 * DAY], ids=["too old", "from the future"])
def test_a_cookie_is_checked_for_its_age_each_time(
    house: House, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    cookie, clock = cookie_of(house.enter("a")), time.time
    assert status_with(house, cookie) == 200
    monkeypatch.setattr(time, "time", lambda: clock() + seconds)
    assert status_with(house, cookie) == 302


def test_what_a_request_changes_is_its_own(house: House) -> None:
    """A provider's state stands in it as a dict: two requests with one cookie share nothing."""
    with house.app.server.test_request_context("/"):
        session["state"] = {"nonce": "first"}
        response = house.app.server.make_response("")
        house.app.server.session_interface.save_session(house.app.server, session, response)
    cookie = response.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]
    sent = {"Cookie": f"{NAME}={cookie}"}
    with house.app.server.test_request_context("/", headers=sent):
        session["state"]["nonce"] = "other"
        session["more"] = "x"
    with house.app.server.test_request_context("/", headers=sent):
        assert dict(session) == {"state": {"nonce": "first"}}
