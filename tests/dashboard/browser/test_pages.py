"""Every page in a real browser: nothing in the console, no axe violation, no overflow."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from dashboard.state import PAGES
from tests.dashboard.browser.driving import CHROMIUM, enter, show, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: pages were not looked at"),
]
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


def violations(page: Any) -> list[str]:
    """Return what axe finds, minor things too."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [f"{one['impact']} {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


# Words of one picture that lie over each other, or outside it.
COLLIDING = """[...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => {
  const box = plot.getBoundingClientRect();
  const words = [...plot.querySelectorAll('text')].map(one =>
    [one.textContent, one.getBoundingClientRect()]).filter(([text, at]) => text.trim() && at.width);
  const outside = words.filter(([_, at]) => at.left < box.left - 1 || at.right > box.right + 1);
  const over = words.flatMap(([text, at], place) => words.slice(place + 1).filter(([_, other]) =>
    Math.min(at.right, other.right) - Math.max(at.left, other.left) > 1 &&
    Math.min(at.bottom, other.bottom) - Math.max(at.top, other.top) > 3
  ).map(([other]) => text + ' | ' + other));
  return [...outside.map(([text]) => text), ...over]; })"""
LATER = pytest.mark.slow
# Every language, scheme, size and account in each run; all of them together in `make test-all`.
SOON = [
    ("nl", "light", "desktop", "analyst"),
    ("nl", "dark", "phone", "mid"),
    ("en", "light", "phone", "below"),
]
VIEWS = [
    view if view in SOON else pytest.param(*view, marks=LATER)
    for view in product(("nl", "en"), ("light", "dark"), SIZES, ("mid", "below", "analyst"))
]


@pytest.mark.parametrize(("language", "scheme", "size", "account"), VIEWS)
def test_every_page_is_clean_and_accessible(
    browser: Any, address: str, language: str, scheme: str, size: str, account: str
) -> None:
    width, height = SIZES[size]
    view = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    context = browser.new_context(**view, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/sign-in?lang={language}")
    assert violations(page) == []
    page.close()
    page = enter(context, address, account, language)
    said: list[str] = []
    found: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PAGES:
        show(page, address, path, language)
        assert page.evaluate("document.documentElement.lang") == language
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, path
        found += [f"{path}: {one}" for one in violations(page)]
    assert found == []
    assert said == []
    context.close()


@pytest.mark.parametrize(
    ("language", "account"),
    [
        ("nl", "mid"),
        pytest.param("en", "below", marks=LATER),
        pytest.param("nl", "analyst", marks=LATER),
    ],
)
def test_no_words_of_a_picture_collide_on_a_small_phone(
    browser: Any, address: str, language: str, account: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page = enter(context, address, account, language)
    for path in PAGES:
        show(page, address, path, language)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        page.wait_for_timeout(300)  # plotly draws again at the width of what was opened
        assert page.evaluate(COLLIDING) == [], path
    context.close()


@pytest.mark.parametrize(
    ("language", "size", "scheme"), [("nl", "phone", "dark"), ("en", "desktop", "light")]
)
def test_the_method_page_is_accessible_with_everything_open(
    browser: Any, address: str, language: str, size: str, scheme: str
) -> None:
    width, height = SIZES[size]
    view = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    context = browser.new_context(**view, reduced_motion="reduce")
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
