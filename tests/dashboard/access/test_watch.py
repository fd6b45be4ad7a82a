"""What the trail holds of requests: who, which view, which organisation, which release."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pyotp
import pytest

from accounts import totp
from accounts.trail import Entry
from dashboard.access import person
from tests.dashboard.access.house import House
from tests.dashboard.built.browsing import ask, body
from tests.dashboard.release_builder import ORGANISATIONS, WAVES, sentinel

UPDATE = "/_dash-update-component"


def last(house: House) -> Entry:
    """Return the newest entry."""
    return house.events()[-1]


def test_a_view_is_remembered_as_it_was_shown(house: House) -> None:
    ask(house.enter("a"), "/trends", "?wave=2025&lang=en&organisation=ORG-OTHER&x=<script>")
    entry = last(house)
    assert (entry.event, entry.view) == ("view", "/trends?wave=2025&lang=en")
    assert entry.actor == house.account("a").account_id
    assert (entry.role, entry.organisation_id) == ("hr_director", "ORG-LARGE")
    assert entry.release_id == "release-one"
    assert entry.address == "127.0.0.1"


def test_an_export_is_remembered_and_a_refusal_is(house: House) -> None:
    client = house.enter("b")
    client.get("/download/overview.csv?wave=2026&lang=nl")
    entry = last(house)
    assert (entry.event, entry.organisation_id) == ("export", "ORG-OTHER")
    assert entry.view == "/download/overview.csv?wave=2026&lang=nl"
    client.get("/download/deliveries.csv")
    entry = last(house)
    assert (entry.event, entry.view, json.loads(entry.detail)) == (
        "refused", "/download/deliveries.csv", {"status": "404"},
    )  # fmt: skip
    client.post(UPDATE, json=body(), headers={"X-CSRFToken": "wrong"})
    assert json.loads(last(house).detail) == {"status": "400"}


def test_sign_ins_and_refusals_are_remembered(house: House) -> None:
    before = len(house.events())
    house.try_to_enter(house.client(), "a", "wrong")
    house.try_to_enter(house.client(), "nobody", "wrong")
    client = house.enter("a")
    client.post("/sign-out")
    entries = house.events()[before:]
    kinds = [entry.event for entry in entries]
    assert kinds == ["sign_in_refused", "sign_in_refused", "sign_in", "sign_out"]
    assert json.loads(entries[0].detail) == {"account": house.account("a").account_id}
    assert json.loads(entries[1].detail) == {"account": ""}
    assert entries[2].actor == house.account("a").account_id


def test_no_figure_no_answer_and_nothing_that_was_typed_is_in_the_trail(house: House) -> None:
    client = house.enter("a")
    for wave in WAVES:
        ask(client, "/", f"?wave={wave}")
        client.get(f"/download/overview-check.xlsx?wave={wave}")
    house.try_to_enter(house.client(), "typed-my-password-here", "hunter2hunter2")
    # A moment's fraction of a second may look like a figure.
    written = json.dumps([entry.__dict__ | {"moment": ""} for entry in house.events()])
    assert "hunter2" not in written
    assert "typed-my-password-here" not in written
    figures = {str(sentinel(name, wave)) for name in ORGANISATIONS for wave in WAVES}
    assert not [figure for figure in figures if figure in written]


def test_without_a_trail_there_is_no_answer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client = house.enter("a")

    def broken(*_arguments: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(person.trail, "append", broken)
    for answer in (client.post(UPDATE, json=body("/", "?wave=2026")),
                   client.get("/download/overview.csv")):  # fmt: skip
        assert answer.status_code == 500
        assert str(sentinel("ORG-LARGE", "2026")) not in answer.text
        assert "Traceback" not in answer.text


def test_administrators_see_the_trail_and_nobody_else(house: House) -> None:
    for who in ("a", "several", "staff", "steward"):
        assert house.enter(who).get("/trail").status_code == 404
    page = house.enter("administrator").get("/trail?lang=nl")
    assert page.status_code == 200
    assert "a@zorg.example" in page.text
    assert "kloppen met elkaar" in page.text
    assert last(house).event == "trail_seen"


def test_the_page_escapes_what_it_shows(house: House) -> None:
    client = house.enter("a")
    client.get("/download/<script>alert(1).csv")
    text = house.enter("administrator").get("/trail").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_a_trail_that_was_changed_is_called_out(tight_house: House, tmp_path: Path) -> None:
    client, now = tight_house.enter("administrator"), person.this_moment()
    with tight_house.accounts.writing() as session:
        secret = totp.new_secret()
        code = pyotp.TOTP(secret).at(now)
        assert totp.enrol(session, tight_house.account("administrator"), secret, code, now)
    with sqlite3.connect(tmp_path / "app" / "accounts.sqlite") as connection:
        connection.execute("drop trigger trail_fixed")
        connection.execute("update trail_entry set actor = 'x' where number = 1")
    connection.close()
    assert "veranderd" in client.get("/trail?lang=nl").text
