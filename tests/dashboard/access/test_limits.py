"""Limits count what all workers are asked together, and nobody uses up what is another's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from accounts.sign_in import Credentials, sign_in
from dashboard.access import person
from dashboard.app import create_app
from tests.dashboard.access.conftest import CONFIG
from tests.dashboard.access.house import House, csrf_of, email_of
from tests.dashboard.access.test_hardening import PRODUCTION
from tests.dashboard.built.browsing import SECRET
from warehouse.paths import Store
from warehouse.settings import Settings

ALLOWED, ASKED = 20, 15
WORKER = f"""
import os
from dashboard.wsgi import build
client = build(os.environ).test_client()
name = {{"Host": "spiegel.example"}}
print(*[client.get("/sign-in", headers=name).status_code for _ in range({ASKED})])
"""


@pytest.fixture
def environment(published: Store, tmp_path: Path) -> dict[str, str]:
    """What two workers of one production dashboard are started with."""
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config)
    access = config / "access.toml"
    old = access.read_text(encoding="utf-8")
    new = old.replace('sign_in_limit = "30/minute"', f'sign_in_limit = "{ALLOWED}/hour"')
    assert new != old
    access.write_text(new, encoding="utf-8")
    own = {
        "REGIESPIEGEL_DATA": str(published.root),
        "REGIESPIEGEL_CONFIG": str(config),
        "REGIESPIEGEL_ACCOUNTS": f"sqlite:///{tmp_path / 'accounts.sqlite'}",
    }
    return {**os.environ, **PRODUCTION, **own}


def test_two_servers_of_one_store_count_together(
    tight_house: House, published: Store, settings: Settings
) -> None:
    other = create_app(published, settings, demo=False, secret=SECRET, access=tight_house.access)
    servers = (tight_house.app.server, other.server)
    codes = [servers[n % 2].test_client().get("/sign-in").status_code for n in range(30)]
    assert codes == [200] * 20 + [429] * 10


@pytest.mark.slow
def test_two_workers_count_together(environment: dict[str, str]) -> None:
    """Asked at the same time, they allow together what one would: with counts of their own, all."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    codes = " ".join(worker.communicate(timeout=120)[0] for worker in workers).split()
    assert [worker.returncode for worker in workers] == [0, 0]
    assert sorted(codes) == ["200"] * ALLOWED + ["429"] * (2 * ASKED - ALLOWED)


def test_who_guesses_at_somebody_does_not_lock_them_out(tight_house: House) -> None:
    """From one address, to the limit and far over it: from elsewhere the account signs in."""
    client = tight_house.client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.66"
    codes = [tight_house.try_to_enter(client, "a", "wrong").status_code for _ in range(9)]
    assert codes[-1] == 429
    while client.get("/sign-in").status_code != 429:
        pass
    assert tight_house.enter("a").get("/account").status_code == 200


def test_a_colleague_at_the_same_address_locks_nobody_out(tight_house: House) -> None:
    """Who signed in with a browser before does so again, whatever others do behind their router."""
    client = tight_house.client()
    assert tight_house.try_to_enter(client, "a").status_code == 303
    free = tight_house.access.settings.failures_free_address
    now = person.this_moment()
    for number in range(free + 5):
        given = Credentials(f"guess{number % 9}@zorg.example", "wrong", "")
        sign_in(tight_house.accounts, given, "127.0.0.1", tight_house.access.settings, now)
    while tight_house.client().get("/sign-in").status_code != 429:
        pass
    assert tight_house.try_to_enter(client, "a").status_code == 303


def guesses(house: House, client: FlaskClient, who: str, count: int) -> list[int]:
    """Return the answers to so many wrong passwords."""
    token = csrf_of(client)
    form = {"csrf": token, "email": email_of(who), "password": "wrong"}
    return [client.post("/sign-in", data=form).status_code for _ in range(count)]


def test_a_known_browser_waits_for_its_own_guesses(tight_house: House) -> None:
    client = tight_house.enter("a")
    free = tight_house.access.settings.failures_free
    assert guesses(tight_house, client, "a", free + 2) == [400] * free + [429] * 2


def test_a_browser_is_known_to_one_account_alone(tight_house: House) -> None:
    """With the own cookie, somebody else's account is guessed at as by any stranger."""
    client, other = tight_house.enter("a"), tight_house.enter("a")
    free = tight_house.access.settings.failures_free
    guesses(tight_house, client, "b", free)
    assert guesses(tight_house, other, "b", 1) == [429], "counted by address, whatever cookie"


@pytest.mark.parametrize("value", ["", "x", "WyJhIiwiYiJd.x.y", "\x00", "x" * 3000])
def test_a_cookie_that_we_did_not_sign_makes_no_browser_known(
    tight_house: House, value: str
) -> None:
    free = tight_house.access.settings.failures_free
    guesses(tight_house, tight_house.client(), "a", free)
    client = tight_house.client()
    client.set_cookie("__Host-regiespiegel-known", value, secure=True)
    assert guesses(tight_house, client, "a", 1) == [429]


def test_the_cookie_of_a_known_browser_opens_nothing(tight_house: House) -> None:
    lines = tight_house.try_to_enter(tight_house.client(), "a").headers.getlist("Set-Cookie")
    (line,) = [line for line in lines if line.startswith("__Host-regiespiegel-known=")]
    flags = {part.strip() for part in line.split(";")}
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= flags
    stranger = tight_house.client()
    value = line.split(";")[0].split("=", 1)[1]
    stranger.set_cookie("__Host-regiespiegel-known", value, secure=True)
    assert stranger.get("/_dash-layout").status_code == 401
    stranger.set_cookie("__Host-regiespiegel", value, secure=True)
    assert stranger.get("/_dash-layout").status_code == 401


def test_who_downloads_much_does_not_use_up_a_colleagues_downloads(tight_house: House) -> None:
    """Two directors behind one address: each has the own limit."""
    client, other = tight_house.enter("a"), tight_house.enter("b")
    while client.get("/download/overview.csv").status_code != 429:
        pass
    assert other.get("/download/overview.csv").status_code == 200


def test_what_cannot_be_counted_is_not_answered(
    tight_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = tight_house.enter("a")

    def broken(*_arguments: object, **_named: object) -> int:
        raise OSError("the disk is full")

    monkeypatch.setattr("dashboard.access.limits.count_one", broken)
    answer = client.get("/download/overview.csv")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
