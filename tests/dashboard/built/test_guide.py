"""The conversation guide on paper: one A4, as text, for the own organisation alone."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator

import pytest
import typst
from flask.testing import FlaskClient

from dashboard.access.scope import Scope
from dashboard.context import Context
from dashboard.pages.catalogue import build_page
from dashboard.pages.model import View
from dashboard.reports.guide import TEMPLATE, Words, guide_words
from dashboard.reports.typeset import inputs_of, source_of, typeset
from dashboard.snapshot import Snapshots
from dashboard.state import GUIDE, LANGUAGES
from tests.dashboard.release_builder import ORGANISATIONS, WAVES
from warehouse.paths import Store
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def context(store: Store, settings: Settings) -> Context:
    """The dashboard's view of that store."""
    return Context(Snapshots(store), settings, True)


def view_of(context: Context, organisation: str, language: str, wave: str = "2026") -> View:
    """Return the page's view of an organisation."""
    query = f"?wave={wave}&lang={language}"
    return context.view("/goede-gesprek", query, Scope("hr_director", organisation))


def words_of(view: View) -> Words:
    """Return the words of the guide."""
    return guide_words(view, build_page(view))


def pages_of(words: Words) -> int:
    """Return how many pages a guide takes."""
    drawn = typst.compile(
        source_of(TEMPLATE), format="svg", sys_inputs=inputs_of(TEMPLATE, words),
        ignore_system_fonts=True,
    )  # fmt: skip
    return len(drawn) if isinstance(drawn, list) else 1


def streams(pdf: bytes) -> Iterator[bytes]:
    """Yield what the streams of a PDF hold."""
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            yield zlib.decompress(found[1])
        except zlib.error:
            continue


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_guide_is_one_page(context: Context, language: str) -> None:
    for organisation in ORGANISATIONS:
        for wave in WAVES:
            # The first wave asked little: a part of its guide has no heading.
            assert typeset(TEMPLATE, words_of(view_of(context, organisation, language, wave)))
            assert pages_of(words_of(view_of(context, organisation, language, wave))) == 1


def test_the_fullest_guide_is_one_page(context: Context, settings: Settings) -> None:
    words = words_of(view_of(context, "ORG-MID", "nl"))
    longest = max((aspect.name_nl for aspect in settings.aspects), key=len)
    parts = [dict(part) for part in words["parts"]]  # type: ignore[attr-defined]
    statement = f"{longest}: {'w' * 6} " * 12
    parts[0]["sentences"] = (statement,) * 3
    parts[1]["rows"] = ((longest, *("meer woorden dan er ooit staan " * 3,) * 3),) * 4
    assert pages_of(words | {"parts": parts}) == 1
    parts[0]["sentences"] = (statement,) * 60
    assert pages_of(words | {"parts": parts}) > 1  # a second page would be seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_is_text(context: Context, language: str) -> None:
    pdf = typeset(TEMPLATE, words_of(view_of(context, "ORG-MID", language)))
    assert pdf.startswith(b"%PDF-1.7")
    assert b"/Subtype/Image" not in pdf
    assert b"/Type/Pages/Count 1/" in pdf
    held = b"\n".join(streams(pdf))
    assert held.count(b"Tj") + held.count(b"TJ") > 20
    assert b"beginbfchar" in held or b"beginbfrange" in held  # letters, not shapes
    assert b"pdfuaid" in pdf or b"pdfuaid" in held
    assert f"/Lang ({language}".encode() in pdf or b"/Lang" in held


def test_the_guide_says_what_the_page_says(context: Context) -> None:
    view = view_of(context, "ORG-MID", "nl")
    page, words = build_page(view), words_of(view)
    assert (words["title"], words["finding"]) == (page.question, page.finding)
    parts = words["parts"]
    assert isinstance(parts, list)
    *said, agreed = [part["sentences"] for part in parts]
    assert said == [s.sentences for s in page.sections[:-1]]
    # What is agreed gets room to write on the sheet.
    assert [text.rstrip("… ") for text in agreed] == list(page.sections[-1].sentences)
    assert all(text.endswith("…") for text in agreed)
    rows = [s.table.rows for s in page.sections if s.table]
    assert [part["rows"] for part in parts if part["rows"]] == rows


def test_words_are_never_read_as_markup(context: Context) -> None:
    words = words_of(view_of(context, "ORG-MID", "nl"))
    plain = typeset(TEMPLATE, words | {"finding": "een bevinding"})
    for nasty in ('#panic("read")', "$x", '"; #import "x.typ"', "*_`<label>@", "\\"):
        assert len(typeset(TEMPLATE, words | {"finding": nasty})) > len(plain) / 2


def test_the_same_words_give_the_same_bytes(context: Context) -> None:
    words = words_of(view_of(context, "ORG-TINY", "en"))
    assert typeset(TEMPLATE, words) == typeset(TEMPLATE, words)


def test_only_an_organisation_gets_its_guide(sign_in: Callable[[str], FlaskClient]) -> None:
    answer = sign_in("mid").get(f"{GUIDE}?wave=2026&lang=nl&organisation=ORG-OTHER")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert "goede-gesprek-2026.pdf" in answer.headers["Content-Disposition"]
    assert sign_in("analyst").get(GUIDE).status_code == 404


def test_the_page_offers_the_guide_to_organisations_alone(
    sign_in: Callable[[str], FlaskClient],
) -> None:
    for account, offered in (("mid", True), ("analyst", False)):
        client = sign_in(account)
        body = {
            "output": "..skip.children...header.children...navigation.children...page.children..",
            "outputs": [{"id": i, "property": "children"}
                        for i in ("skip", "header", "navigation", "page")],
            "inputs": [{"id": "address", "property": "pathname", "value": "/goede-gesprek"},
                       {"id": "address", "property": "search", "value": "?lang=nl"}],
            "changedPropIds": [],
        }  # fmt: skip
        answer = client.post("/_dash-update-component", json=body)
        assert answer.status_code == 200
        assert (GUIDE in str(answer.get_json())) is offered
