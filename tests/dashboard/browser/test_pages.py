"""Every page in a real browser: nothing in the console, no serious axe violation, no overflow."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.state import PAGES
from tests.dashboard.release_builder import write_release
from tests.dashboard.status_builder import publish_status_file, run
from warehouse.paths import Store
from warehouse.settings import load_settings

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None and os.environ.get("CI") == "true":
    pytest.fail("Under CI=true the browser tests need a chromium.", pytrace=False)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: pages were not looked at"),
]
CONFIG = Path(__file__).resolve().parents[3] / "config"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
SERIOUS = ("serious", "critical")
TAKEN = "!document.getElementById('first')"  # Dash has taken the place of the first HTML


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers."""
    for _ in range(300):
        assert server.poll() is None, "the server has stopped"
        try:
            urllib.request.urlopen(f"{address}/health").close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server never answered")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a release as an operator does, several workers included, and return the address."""
    store, settings = Store(tmp_path_factory.mktemp("browser")), load_settings(CONFIG)
    write_release(store, settings, "browsed")
    failed = [run(1, "done"), run(2, "failed", message="The store cannot be written.")]
    publish_status_file(store, "browsed", {"load_run": failed})
    port = free_port()
    command = [sys.executable, "-m", "etl.cli", "serve", "--demo"]
    command += ["--data", str(store.root), "--port", str(port)]
    with subprocess.Popen(command, cwd=CONFIG.parent) as server:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, server)
        yield address
        server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A chromium of the machine."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def enter(context: Any, address: str, account: str, language: str) -> Any:
    """Return a page that is signed in."""
    page = context.new_page()
    page.goto(f"{address}/sign-in?lang={language}")
    page.check(f"input[value={account}]")
    page.click("button[type=submit]")
    page.wait_for_selector("[data-view] h1")
    until(page, TAKEN)
    return page


def until(page: Any, condition: str) -> None:
    """Wait until a JavaScript condition holds; the browser's own wait needs unsafe-eval."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"Never seen to hold: {condition}")


def show(page: Any, address: str, path: str, language: str) -> None:
    """Open a page and wait until its charts are drawn."""
    page.goto(f"{address}{path}?wave=2026&lang={language}")
    page.wait_for_selector(f"[data-view][data-lang={language}] h1")
    drawn = "[...document.querySelectorAll('.picture')].every(p => p.querySelector('.main-svg'))"
    until(page, f"{TAKEN} && {drawn}")


def violations(page: Any) -> list[str]:
    """Return what axe finds serious or critical."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in SERIOUS
    ]


# Every two of language, scheme, size and account meet at least once.
CLEAN = [
    ("nl", "light", "desktop", "mid"),
    ("nl", "dark", "phone", "below"),
    ("en", "light", "phone", "below"),
    ("en", "dark", "desktop", "below"),
    ("en", "dark", "phone", "mid"),
    ("nl", "light", "phone", "analyst"),
]


@pytest.mark.parametrize(("language", "scheme", "size", "account"), CLEAN)
def test_every_page_is_clean(
    browser: Any, address: str, language: str, scheme: str, size: str, account: str
) -> None:
    width, height = SIZES[size]
    view = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    context = browser.new_context(**view)
    page = enter(context, address, account, language)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PAGES:
        show(page, address, path, language)
        assert page.evaluate("document.documentElement.lang") == language
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, path
    assert said == []
    context.close()


@pytest.mark.parametrize("account", ["mid", "below", "analyst"])
@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_every_page_is_accessible(
    browser: Any, address: str, account: str, size: str, scheme: str
) -> None:
    width, height = SIZES[size]
    view = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    context = browser.new_context(**view, bypass_csp=True, reduced_motion="reduce")
    language = "nl" if account != "below" else "en"
    page = context.new_page()
    page.goto(f"{address}/sign-in?lang={language}")
    assert violations(page) == []
    page.close()
    page = enter(context, address, account, language)
    for path in PAGES:
        show(page, address, path, language)
        assert violations(page) == [], path
    context.close()


@pytest.mark.parametrize(
    ("language", "size", "scheme"), [("nl", "phone", "dark"), ("en", "desktop", "light")]
)
def test_the_method_page_is_accessible_with_everything_open(
    browser: Any, address: str, language: str, size: str, scheme: str
) -> None:
    width, height = SIZES[size]
    view = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    context = browser.new_context(**view, bypass_csp=True, reduced_motion="reduce")
    page = enter(context, address, "mid", language)
    show(page, address, "/methode", language)
    folded = page.evaluate("document.querySelectorAll('details').length")
    assert folded > 40
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    context.close()


def test_a_figure_page_leads_to_how_it_is_calculated(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = enter(context, address, "mid", "nl")
    show(page, address, "/perceptiekloof", "nl")
    page.click("footer a[href*='#s15']")
    until(page, "document.activeElement.id === 's15'")
    assert 0 <= page.evaluate("document.getElementById('s15').getBoundingClientRect().top") < 200
    page.click(".contents a[href='#s1b']")
    until(page, "location.hash === '#s1b'")
    assert 0 <= page.evaluate("document.getElementById('s1b').getBoundingClientRect().top") < 200
    page.go_back()
    page.go_back()
    until(page, "document.title.startsWith('Perceptiekloof')")
    context.close()


def test_links_keep_the_view_and_the_back_button_goes_back(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = enter(context, address, "mid", "nl")
    page.click("nav a:has-text('Hoe verandert het?')")
    until(page, "document.title.startsWith('Trends')")
    assert "/trends?wave=2026" in page.url
    page.click("a:has-text('English')")
    until(page, "document.documentElement.lang === 'en'")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.go_back()
    until(page, "document.documentElement.lang === 'nl'")
    page.click("a:text-is('2024')")
    until(page, "location.search.includes('wave=2024')")
    context.close()


def test_the_phone_menu_opens_and_closes(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = enter(context, address, "mid", "nl")
    page.click("#burger")
    page.wait_for_timeout(400)
    page.click("nav a:has-text('Waarin verschillen we?')")
    until(page, "document.title.startsWith('Vergelijken')")
    page.wait_for_timeout(400)
    assert page.locator("nav a:has-text('Trends')").bounding_box()["x"] < 0
    context.close()


def test_a_chart_can_be_taken_along(browser: Any, address: str) -> None:
    context = browser.new_context(accept_downloads=True)
    page = enter(context, address, "mid", "nl")
    show(page, address, "/", "nl")
    with page.expect_download() as waiting:
        page.click("[data-picture]")
    assert waiting.value.suggested_filename.endswith(".png")
    assert Path(waiting.value.path()).stat().st_size > 10_000
    context.close()
