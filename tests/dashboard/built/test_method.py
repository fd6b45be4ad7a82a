"""The method page: the documents as they are, with the settings in force, and no other HTML."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.access.scope import STAFF_PAGES, Scope
from dashboard.components.prose import formula_parts
from dashboard.components.sheet import sheet
from dashboard.context import Context
from dashboard.methods import FILES, document, in_force
from dashboard.pages.behind import BEHIND
from dashboard.pages.catalogue import build_page
from dashboard.pages.method import SECTION_OF, build
from dashboard.pages.model import Page, View
from dashboard.parameters import parameters
from dashboard.prose import read_chapters, text_of
from dashboard.snapshot import Snapshots
from dashboard.state import PATHS
from dashboard.texts import texts_of
from warehouse.paths import Store
from warehouse.settings import Settings

SCOPE = Scope("hr_director", "ORG-MID")
LANGUAGES = sorted(FILES)


def view_of(store: Store, settings: Settings, page: str, language: str) -> View:
    """Return a view of a page."""
    context = Context(Snapshots(store), settings, True)
    scope = Scope("sector_staff", None) if page in STAFF_PAGES else SCOPE
    return context.view(PATHS[page], f"?wave=2026&lang={language}", scope)


@pytest.fixture(params=LANGUAGES)
def view(request: pytest.FixtureRequest, store: Store, settings: Settings) -> View:
    """The method page's view, in each language."""
    return view_of(store, settings, "method", request.param)


def components(part: Any) -> Iterator[Any]:
    """Yield every component of a page, in reading order."""
    if isinstance(part, list | tuple):
        for one in part:
            yield from components(one)
    elif isinstance(part, dict):
        yield part
        yield from components(part["props"].get("children"))


def texts(part: Any) -> Iterator[str]:
    """Yield the texts of a page."""
    for one in components(part):
        inside = one["props"].get("children")
        children = inside if isinstance(inside, list) else [inside]
        yield from (child for child in children if isinstance(child, str))


def stricter(settings: Settings) -> Settings:
    """Return settings with another floor, another smallest difference and another method."""
    disclosure = settings.disclosure.model_copy(update={"persons_min": 13})
    smallest = settings.method.smallest_difference.model_copy(update={"share": 0.125})
    changed = {"smallest_difference": smallest, "method_version": "9.9"}
    method = settings.method.model_copy(update=changed)
    return settings.model_copy(update={"disclosure": disclosure, "method": method})


def rows_of(page: Page) -> dict[str, str]:
    """Return the parameters of a page by their name in the settings."""
    [table] = [one.table for one in page.sections if one.table is not None]
    return {row[2]: row[1] for row in table.rows}


def test_every_section_of_the_document_is_there(view: View) -> None:
    written = [one.anchor for one in read_chapters(document(view.say.language))]
    anchors = [section.anchor for section in build(view).sections if section.anchor]
    assert anchors == ["in-short", "parameters", "reading", *written[1:]]
    assert len(set(anchors)) == len(anchors)


def test_the_code_of_every_example_comes_with_both_languages(view: View) -> None:
    sections = {section.anchor: section.program for section in build(view).sections}
    written = {one.anchor: one.program for one in read_chapters(document("en"))}
    assert written["s1b"].startswith(">>> from warehouse.stats.interval")
    assert {anchor: sections[anchor] for anchor in written if anchor} == {
        anchor: program for anchor, program in written.items() if anchor
    }


def test_nothing_of_the_markup_is_left(view: View) -> None:
    shown = texts(sheet(build(view), view))
    found = " ".join(text for text in shown if not text.startswith(">>>"))
    assert "S1b" in found
    assert not re.search(r"\*\*|\]\(|`|<a |persons_min\)", found)


def test_the_values_in_force_are_shown(store: Store, settings: Settings) -> None:
    page = build(view_of(store, stricter(settings), "method", "nl"))
    blocks = {section.anchor: section.prose for section in page.sections}
    atoms = " ".join(text_of(one) for one in blocks["safe-atoms"][2].items)  # type: ignore[union-attr]
    assert "ten minste 13 antwoorden" in atoms
    words = " ".join(text_of(one.spans) for one in blocks["s4"] if hasattr(one, "spans"))
    assert "12,5 procentpunt" in words.replace("\u00a0", " ")
    assert "13 mensen" in page.finding
    found = rows_of(page)
    assert (found["persons_min"], found["method_version"]) == ("13", "9.9")
    assert found["largest_share_max"] == "50\u00a0%"


def test_a_newer_method_than_that_of_the_release_is_said(store: Store, settings: Settings) -> None:
    said = {}
    for name, chosen in (("same", settings), ("other", stricter(settings))):
        page = build(view_of(store, chosen, "method", "nl"))
        [section] = [one for one in page.sections if one.anchor == "parameters"]
        said[name] = section.sentences[0]
    assert "rekenwijze 1.0. Deze waarden" in said["same"]
    assert "rekenwijze 9.9" in said["other"]
    assert "volgende publicatie" in said["other"]


def test_every_parameter_is_in_the_table(view: View, settings: Settings) -> None:
    assert list(rows_of(build(view))) == list(parameters(settings))


def test_an_unknown_setting_in_a_document_is_an_error(settings: Settings) -> None:
    with pytest.raises(KeyError, match="persons_mni"):
        in_force("at least 10 (`persons_mni`) people", settings, texts_of("en"))


def test_headings_come_in_order_and_links_lead_somewhere(view: View) -> None:
    parts = list(components(sheet(build(view), view)))
    levels = [int(one["type"][1]) for one in parts if re.fullmatch(r"H\d", one["type"])]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    addresses = [one["props"].get("href", "") for one in parts]
    links = [address for address in addresses if address.startswith("#")]
    names = {one["props"].get("id") for one in parts}
    assert len(links) > 50
    assert {link[1:] for link in links} <= names


@pytest.mark.parametrize("page", sorted(BEHIND))
def test_a_figure_page_links_to_its_section(store: Store, settings: Settings, page: str) -> None:
    view = view_of(store, settings, page, "en")
    known = {one.anchor for one in read_chapters(document("en"))}
    assert SECTION_OF[page] in known
    links = [one["props"].get("href") for one in components(sheet(build_page(view), view))]
    assert f"/methode?wave=2026&lang=en#{SECTION_OF[page]}" in links


@pytest.mark.parametrize(
    "text",
    ["<b>bold</b>", "1. one\n2. two", "> quoted", "![x](y.png)", "<div>x</div>"],
)
def test_markdown_that_is_not_drawn_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="documents have no"):
        read_chapters(f"# Title\n\n{text}\n")


def test_a_formula_has_what_stands_lower_and_higher() -> None:
    parts = formula_parts("w_r = I_{r/k}(a, b) − x_(r)·p^(d − 1) + p^D")
    scripts = [(one["type"], one["props"]["children"]) for one in parts if not isinstance(one, str)]
    assert scripts == [("Sub", "r"), ("Sub", "r/k"), ("Sub", "(r)"), ("Sup", "d − 1"), ("Sup", "D")]
    assert "".join(one if isinstance(one, str) else one["props"]["children"] for one in parts) == (
        "wr = Ir/k(a, b) − x(r)·pd − 1 + pD"
    )
