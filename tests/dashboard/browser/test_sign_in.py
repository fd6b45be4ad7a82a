"""Signing in in a real browser, as in production: link, password, pages, and out again."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from accounts.links import make_link
from accounts.people import add_account, grant
from accounts.settings import AccessSettings
from accounts.store import open_accounts
from tests.dashboard.browser.driving import CHROMIUM, CONFIG, free_port, wait_for
from tests.dashboard.release_builder import write_release
from warehouse.paths import Store
from warehouse.settings import load_settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: nobody signed in"),
]
PHRASE = "vier paarse fietsen in de regen"
SECRET = "qM3-ZuPw8vK1rTgX5nLyB7cJ_dEh0aSfWo9iUxVk2p6t"


@dataclass(frozen=True)
class Served:
    """A dashboard in production, and the link of somebody who was invited."""

    address: str
    link: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a release to people with accounts. To a browser localhost is as safe as TLS."""
    store = Store(tmp_path_factory.mktemp("production"))
    write_release(store, load_settings(CONFIG), "signed-in")
    now = datetime.datetime.now(datetime.UTC)
    accounts = open_accounts(store, {})
    with accounts.writing() as session:
        account = add_account(session, "an@zorg.nl", "An", "hr_director", now)
        for organisation in ("ORG-LARGE", "ORG-TEN"):
            grant(session, account, organisation)
        key = make_link(session, account, "invitation", AccessSettings(), now)
    accounts.close()
    port = free_port()
    environment = os.environ | {
        "REGIESPIEGEL_SECRET": SECRET, "REGIESPIEGEL_ADDRESS": "https://spiegel.example",
    }  # fmt: skip
    environment.pop("REGIESPIEGEL_DEMO", None)
    command = [sys.executable, "-m", "etl.cli", "serve", "--data", str(store.root)]
    with subprocess.Popen(
        [*command, "--port", str(port)], cwd=CONFIG.parent, env=environment
    ) as server:
        wait_for(f"http://127.0.0.1:{port}", server)
        yield Served(f"http://localhost:{port}", f"http://localhost:{port}/link/{key}")
        server.terminate()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of a chromium under the policy of the dashboard, and what it complained of."""
    page = browser.new_page(locale="nl-NL")
    page.complaints = []
    page.on("console", lambda one: complain(page, one))
    page.on("pageerror", lambda one: page.complaints.append(str(one)))
    yield page
    page.close()


def complain(page: Any, message: Any) -> None:
    """Keep what a browser warns of. Its advice about password managers is no warning."""
    if message.type in ("error", "warning"):
        page.complaints.append(message.text)


def violations(page: Any) -> list[str]:
    """Return what axe finds on a page of the server's own."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    script = Path(axe.__file__).parent / "axe.min.js"
    page.evaluate(script.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [one["id"] for one in found]


def sign_in(page: Any, served: Served) -> None:
    """Fill in the sign-in form."""
    page.goto(f"{served.address}/sign-in?lang=nl")
    page.fill("#email", "an@zorg.nl")
    page.fill("#password", PHRASE)
    page.click("button[type=submit]")


def test_from_invitation_to_sign_out(served: Served, page: Any) -> None:
    page.goto(served.link)
    assert violations(page) == []
    page.fill("#password", PHRASE)
    page.fill("#again", PHRASE)
    page.click("button[type=submit]")
    page.wait_for_url("**/sign-in*")
    assert violations(page) == []
    sign_in(page, served)
    page.wait_for_selector("[data-view] h1", timeout=120_000)
    assert "Stichting ORG-LARGE" in page.inner_text("body")
    page.click("a[href^='/account']")
    assert violations(page) == []
    page.check("input[value=ORG-TEN]")
    page.click("text=Toon deze organisatie")
    page.wait_for_selector("[data-view] h1", timeout=120_000)
    assert "Stichting ORG-TEN" in page.inner_text("body")
    assert "Stichting ORG-LARGE" not in page.inner_text("body")
    page.click("form[action^='/sign-out'] button")
    page.wait_for_url("**/sign-in*")
    page.goto(served.address)
    assert page.url.startswith(f"{served.address}/sign-in?")
    assert page.complaints == []
