"""What people come to do, from their first click to what they take away, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.browser.driving import (
    CHROMIUM,
    TAKEN,
    Served,
    enter,
    point_at,
    publish_changed,
    until,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM: nobody went anywhere"),
]
DASH = "**/_dash-component-suites/**"
UPDATE = "**/_dash-update-component*"
NAMES = {"mid": "Stichting ORG-MID", "large": "Stichting ORG-LARGE"}
TITLE = "document.title.startsWith('{}')"
PAPER = 672  # pixels between the margins of a sheet of A4


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    """A browser of somebody's own."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


def go(page: Any, label: str, title: str) -> None:
    """Follow a link of the menu, and wait for its page."""
    page.click(f"nav a:has-text('{label}')")
    until(page, TITLE.format(title))


def finding(page: Any) -> str:
    """Return the finding of a page."""
    return str(page.inner_text("[data-view] h1"))


def whose(page: Any) -> str:
    """Return whose page it is."""
    return str(page.inner_text(".whose"))


def test_a_director_compares_and_shares_the_view(browser: Any, context: Any, address: str) -> None:
    page = enter(context, address, "mid", "nl")
    go(page, "Waarin verschillen we?", "Vergelijken")
    page.click(".choices a:text-is('2025')")
    until(page, "location.search.includes('wave=2025')")
    assert whose(page) == NAMES["mid"]
    colleague = browser.new_context()
    other = enter(colleague, address, "large", "nl")
    other.goto(page.url)
    until(other, f"{TITLE.format('Vergelijken')} && {TAKEN}")
    assert whose(other) == NAMES["large"]
    assert "wave=2025" in other.get_attribute("[data-view]", "data-view")
    assert NAMES["mid"] not in other.content()
    colleague.close()


def test_a_director_switches_language_and_keeps_the_view(context: Any, address: str) -> None:
    page = enter(context, address, "mid", "nl")
    go(page, "Wat vinden wij en wat vindt hr?", "Perceptiekloof")
    before = finding(page)
    page.click("a:has-text('English')")
    until(page, "document.documentElement.lang === 'en'")
    assert "/perceptiekloof?wave=2026&lang=en" in page.url
    assert finding(page) != before
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.reload()
    until(page, "document.documentElement.lang === 'en' && !document.getElementById('first')")
    assert page.get_attribute("html", "lang") == "en"


def test_a_small_organisation_finds_its_visit_worth_it(context: Any, address: str) -> None:
    page = enter(context, address, "below", "nl")
    text = page.inner_text("[data-view]")
    assert re.search("afgeschermd|te weinig antwoorden|nog .* antwoorden", text), text[:400]
    assert page.locator(".picture").count() > 0
    assert "sector" in text
    go(page, "Waarin verschillen we?", "Vergelijken")
    assert page.locator(".picture .main-svg, table.figures").count() > 0


def test_an_analyst_finds_the_widest_gap_and_downloads_it(context: Any, address: str) -> None:
    page = enter(context, address, "analyst", "nl")
    go(page, "Wat vinden wij en wat vindt hr?", "Perceptiekloof")
    widest = page.inner_text("[data-view] table.figures tbody tr:nth-child(2) th")
    with page.expect_download() as waiting:
        page.click(".actions a[href*='.csv']")
    content = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert finding(page) in content
    assert widest in content
    assert "synthetische" in content


def test_everything_can_be_reached_by_keyboard(context: Any, address: str) -> None:
    page = enter(context, address, "mid", "nl")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    for _ in range(40):
        if "Trends" in page.evaluate("document.activeElement.innerText"):
            break
        page.keyboard.press("Tab")
        # What has the focus can be seen to have it.
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    until(page, TITLE.format("Trends"))
    assert page.evaluate("document.activeElement.innerText") == finding(page)
    page.keyboard.press("Tab")
    inside = "document.querySelector('[data-view]').contains(document.activeElement)"
    assert page.evaluate(inside)


def test_a_phone_shows_the_first_picture_within_one_screen(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = enter(context, address, "mid", "nl")
    top = page.locator(".picture").first.bounding_box()["y"]
    assert top < 844
    page.tap("#burger")
    assert page.get_attribute("#burger", "aria-expanded") == "true"
    page.tap("nav a:has-text('Hoe verandert het?')")
    until(page, TITLE.format("Trends"))
    assert page.get_attribute("#burger", "aria-expanded") == "false"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def brightness(page: Any) -> int:
    """Return how bright the page is, from 0 to 765."""
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", color)[:3])


def test_dark_stays_dark_from_the_first_line(context: Any, address: str) -> None:
    page = enter(context, address, "mid", "nl")
    assert brightness(page) > 600
    page.click("[data-theme-switch]")
    assert brightness(page) < 200
    # The server writes it, so that a new page never flashes white.
    answer = context.request.get(f"{address}/trends?wave=2026&lang=nl").text()
    assert '<html lang="nl" data-scheme="dark">' in answer
    page.goto(f"{address}/trends?wave=2026&lang=nl", wait_until="commit")
    page.wait_for_selector("[data-view] h1")
    assert brightness(page) < 200


def test_a_print_holds_what_is_folded_and_folds_it_again(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = enter(context, address, "mid", "nl")
    page.goto(f"{address}/vergelijken?wave=2026&lang=nl")
    until(page, TAKEN)
    until(page, "document.querySelectorAll('details:not([open])').length > 3")
    before = page.evaluate("[...document.querySelectorAll('details')].map(one => one.open)")
    page.evaluate(
        """window.addEventListener('beforeprint', () => { window.closed =
        document.querySelectorAll('details:not([open])').length; })"""
    )
    page.pdf()
    assert page.evaluate("window.closed") == 0
    until(page, "!document.querySelector('[data-printed]')")
    assert page.evaluate("[...document.querySelectorAll('details')].map(one => one.open)") == before
    context.close()


def test_on_paper_no_picture_covers_what_follows_it(context: Any, address: str) -> None:
    page = enter(context, address, "mid", "nl")
    for path in ("/vergelijken", "/aspecten"):
        page.goto(f"{address}{path}?wave=2026&lang=nl")
        until(page, TAKEN)
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        # A browser that lays out anew for paper makes plotly draw again.
        page.set_viewport_size({"width": PAPER, "height": 1000})
        page.emulate_media(media="print")
        page.wait_for_timeout(500)
        covered = """[...document.querySelectorAll('.picture')].filter(one =>
            one.querySelector('.main-svg').getBoundingClientRect().bottom
            > one.getBoundingClientRect().bottom + 1).length"""
        assert page.evaluate(covered) == 0
        tallest = "Math.max(...[...document.querySelectorAll('.picture')].map(p => p.offsetHeight))"
        assert 200 < page.evaluate(tallest) <= 960
        page.emulate_media(media="screen")


def test_a_print_is_a_whole_sheet(context: Any, address: str, tmp_path: Path) -> None:
    page = enter(context, address, "mid", "nl")
    go(page, "Waarin verschillen we?", "Vergelijken")
    until(page, "document.querySelectorAll('.main-svg').length > 0")
    page.evaluate(
        """window.addEventListener('beforeprint', () => { window.printed =
        [...document.querySelectorAll('.main-svg')].map(one => one.getAttribute('width')); })"""
    )
    content = page.pdf(prefer_css_page_size=True)
    assert re.search(rb"/MediaBox\s*\[\s*0 0 59[45](\.\d+)? 84[12](\.\d+)?\s*\]", content)
    widths = [float(one) for one in page.evaluate("window.printed")]
    assert widths
    assert max(widths) <= PAPER
    # Laid out as on the sheet, nothing stands outside it, and what is only for a screen is gone.
    page.set_viewport_size({"width": PAPER, "height": 1000})
    page.emulate_media(media="print")
    until(page, f"[...document.querySelectorAll('.main-svg')].every(s => s.clientWidth <= {PAPER})")
    # Plotly's unseen handles for the mouse stand a little outside a picture.
    outside = f"""[...document.querySelectorAll('.sheet *')]
        .filter(one => !one.closest('.draglayer'))
        .filter(one => one.getBoundingClientRect().right > {PAPER} + 1)
        .map(one => one.outerHTML.slice(0, 80))"""
    assert page.evaluate(outside) == []
    assert not page.is_visible(".header")
    assert page.is_visible(".source")


def test_a_release_is_swapped_while_somebody_reads(context: Any, served: Served) -> None:
    page = enter(context, served.address, "mid", "nl")
    before = finding(page)
    change = "update wave set name_nl = 'gewisselde meting' where wave_id = '2026'"
    publish_changed(served.store, "browsed-later", change)
    try:
        # What is read stays; the next click shows the new release, and nothing is lost.
        assert finding(page) == before
        assert "ewisselde meting" not in page.content()
        go(page, "Hoe verandert het?", "Trends")
        go(page, "Hoe staan we ervoor?", "Overzicht")
        assert "ewisselde meting" in page.inner_text("[data-view]")
        assert whose(page) == NAMES["mid"]
        assert not page.inner_text("#trouble")
    finally:
        point_at(served.store, "browsed")


def test_two_people_at_once_never_see_each_other(browser: Any, address: str) -> None:
    contexts = {account: browser.new_context() for account in NAMES}
    pages = {account: enter(one, address, account, "nl") for account, one in contexts.items()}
    for path in ("/vergelijken", "/perceptiekloof", "/trends", "/aspecten", "/"):
        for page in pages.values():
            link = page.locator(f"nav a[href^='{path}?']").first
            link.click(no_wait_after=True)
        for account, page in pages.items():
            until(page, f"document.querySelector('[data-view]').dataset.view.startsWith('{path}?')")
            assert whose(page) == NAMES[account]
            (other,) = set(NAMES) - {account}
            assert NAMES[other] not in page.content()
    for one in contexts.values():
        one.close()


def test_the_back_button_goes_back_view_by_view(context: Any, address: str) -> None:
    page = enter(context, address, "mid", "nl")
    go(page, "Waarin verschillen we?", "Vergelijken")
    go(page, "Hoe verandert het?", "Trends")
    page.click("a:has-text('English')")
    until(page, "document.documentElement.lang === 'en'")
    page.go_back()
    until(page, f"document.documentElement.lang === 'nl' && {TITLE.format('Trends')}")
    page.go_back()
    until(page, TITLE.format("Vergelijken"))
    page.go_forward()
    until(page, TITLE.format("Trends"))
    page.reload()
    until(page, f"{TITLE.format('Trends')} && !document.getElementById('first')")
    page.go_back()
    until(page, TITLE.format("Vergelijken"))


def test_without_a_connection_the_page_stays_and_the_way_is_kept(
    context: Any, address: str
) -> None:
    page = enter(context, address, "mid", "nl")
    before = finding(page)
    context.set_offline(True)
    page.click("nav a:has-text('Hoe verandert het?')")
    until(page, "document.getElementById('trouble').innerText.includes('geen verbinding')")
    assert finding(page) == before
    page.click("#trouble button")
    until(page, "document.getElementById('trouble').innerText.includes('geen verbinding')")
    context.set_offline(False)
    until(page, TITLE.format("Trends"))


def test_a_page_that_fails_says_so_and_can_be_tried_again(context: Any, address: str) -> None:
    page = enter(context, address, "mid", "nl")
    before = finding(page)
    page.route(UPDATE, lambda route: route.fulfill(status=500, body=""))
    page.click("nav a:has-text('Hoe verandert het?')")
    until(page, "document.getElementById('trouble').innerText.includes('niet worden opgehaald')")
    assert finding(page) == before
    page.unroute(UPDATE)
    page.click("#trouble button")
    until(page, TITLE.format("Trends"))


def test_who_was_signed_out_elsewhere_comes_back_to_the_same_view(
    context: Any, address: str
) -> None:
    page = enter(context, address, "mid", "nl")
    context.clear_cookies()
    page.click("nav a:has-text('Hoe verandert het?')")
    until(page, "location.pathname === '/sign-in'")
    page.check("input[value=mid]")
    page.click("button[type=submit]")
    until(page, TITLE.format("Trends"))


WATCH = """
window.shown = { asked: 0, waiting: 0, blank: 0 };
document.addEventListener('click', () => { window.shown.asked = performance.now(); }, true);
new MutationObserver(() => {
  if (document.documentElement.hasAttribute('data-waiting') && !window.shown.waiting)
    window.shown.waiting = performance.now();
  if (!document.querySelector('[data-view] h1')) window.shown.blank += 1;
}).observe(document.documentElement, { attributes: true, childList: true, subtree: true });
"""


def test_waiting_shows_late_and_the_old_page_stays(context: Any, address: str) -> None:
    page = enter(context, address, "mid", "nl")
    page.evaluate(WATCH)
    held: list[Any] = []
    page.route(UPDATE, lambda route: held.append(route))
    page.click("nav a:has-text('Hoe verandert het?')")
    until(page, "document.documentElement.hasAttribute('data-waiting')")
    shown = page.evaluate("window.shown")
    assert shown["waiting"] - shown["asked"] >= 299
    assert page.inner_text("#waiting") == "De pagina komt eraan."
    held[0].continue_()
    until(page, TITLE.format("Trends"))
    assert page.evaluate("window.shown.blank") == 0
    assert not page.evaluate("document.documentElement.hasAttribute('data-waiting')")


PLACES = """[...document.querySelectorAll(
  '[data-view] h1, [data-view] h2, .picture, table.figures, .nav-link, .source, .tools > *')]
  .map(one => one.getBoundingClientRect())
  .map(box => [box.left, box.top, box.width, box.height].map(Math.round))"""


@pytest.mark.parametrize("width", [1280, 390])
def test_the_first_html_is_the_page_and_nothing_moves(
    browser: Any, address: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = enter(context, address, "mid", "nl")
    for path in ("/", "/vergelijken", "/aspecten"):
        # Only Dash and plotly do not come.
        page.route(DASH, lambda route: route.abort())
        page.goto(f"{address}{path}?wave=2026&lang=nl")
        assert page.locator("[data-view] h1").count() == 1
        assert page.locator(".picture svg text").count() > 3
        first = page.evaluate(PLACES)
        page.unroute(DASH)
        page.goto(f"{address}{path}?wave=2026&lang=nl")
        until(page, "!document.getElementById('first')")
        assert page.evaluate(PLACES) == first, path
    context.close()


def test_without_scripts_the_pages_can_be_read_and_left(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/sign-in?lang=nl")
    page.check("input[value=mid]")
    page.click("button[type=submit]")
    page.click("nav a:has-text('Hoe verandert het?')")
    assert page.title().startswith("Trends")
    assert page.locator(".picture svg circle").count() > 1
    page.click("form[action^='/sign-out'] button")
    assert "/sign-in" in page.url
    context.close()
