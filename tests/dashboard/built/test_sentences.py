"""Findings follow the verdicts of the release, in the fixed words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.access.scope import Scope
from dashboard.context import Context
from dashboard.pages.catalogue import build_page
from dashboard.pages.model import View
from dashboard.sentences import (
    band_name,
    below_floor_sentence,
    gap_sentence,
    interval_of,
    one_sided_sentences,
    own_grade_sentence,
    sector_sentence,
    slope_evidence,
    slope_sentence,
)
from dashboard.snapshot import Snapshots
from dashboard.state import PAGES
from tests.dashboard.release_builder import ORGANISATIONS, WAVES
from warehouse.paths import Store
from warehouse.settings import Settings

VERDICTS = {
    "higher": "hoger",
    "lower": "lager",
    "comparable": "vergelijkbaar",
    "not_demonstrable": "niet aantoonbaar verschillend",
    "too_few": "te weinig antwoorden om te zeggen",
}
FORBIDDEN = re.compile(
    r"\b(beter|slechter|beste|slechtste|best|worst|better|worse|door|doordat|because|due to"
    r"|ranglijst|plaats \d|ranked|nummer \d)\b",
    re.IGNORECASE,
)


@pytest.fixture
def context(store: Store, settings: Settings) -> Context:
    """What the dashboard shares."""
    return Context(Snapshots(store), settings, True)


def view_of(
    context: Context, organisation: str | None, address: str = "?wave=2026", path: str = "/"
) -> View:
    """Return a view of an organisation, or of the sector."""
    role = "sector_staff" if organisation is None else "hr_director"
    return context.view(path, address, Scope(role, organisation))


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_own_grade_says_the_verdict_and_no_other(context: Context, verdict: str) -> None:
    view = view_of(context, "ORG-MID")
    own = {"value": 7.25, "status": "published"}
    band = {"mean_of_organisations": 7.66, "status": "published"}
    sentence = own_grade_sentence(view, own, band, {"verdict": verdict})
    assert sentence.startswith("Uw medewerkers geven eigen regie een 7,3.")
    assert VERDICTS[verdict] in sentence
    assert "7,7" in sentence
    others = {words for key, words in VERDICTS.items() if key != verdict}
    assert not [words for words in others if re.search(rf"\b{words}\b", sentence)]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_sector_can_say_that_both_sides_do_not_differ(context: Context, verdict: str) -> None:
    row = {"verdict": verdict, "employee_value": 7.5, "hr_value": 7.6}
    sentence = sector_sentence(view_of(context, None), row, None)
    assert "7,5" in sentence
    assert "7,6" in sentence
    assert VERDICTS[verdict] in sentence


def test_a_negative_slope_is_said_in_words_without_a_sign(context: Context) -> None:
    row = {"verdict": "lower", "slope_per_tenfold": -0.33, "ci_low": -0.41, "ci_high": -0.25}
    view = view_of(context, None)
    assert slope_sentence(view, row) == (
        "Hoe groter de organisatie, hoe lager het cijfer van medewerkers."
    )
    assert "0,3 punt lager" in slope_evidence(view, row)
    assert "0,2\u00a0tot\u00a00,5" in slope_evidence(view, row).replace(" tot ", "\u00a0tot\u00a0")


@pytest.mark.parametrize("verdict", ["comparable", "not_demonstrable"])
def test_a_slope_that_is_not_there_is_not_called_one(context: Context, verdict: str) -> None:
    row = {"verdict": verdict, "slope_per_tenfold": -0.03, "ci_low": -0.1, "ci_high": 0.1}
    sentence = slope_sentence(view_of(context, None), row)
    assert "lager" not in sentence
    assert "hoger" not in sentence


def test_intervals_are_rounded_outward(context: Context) -> None:
    row = {"ci_low": -0.41, "ci_high": 0.32}
    assert interval_of(view_of(context, None), row, "grade") == "−0,5\u00a0tot\u00a0+0,4"


@pytest.mark.parametrize(
    ("low", "high", "unit", "verdict", "words"),
    [
        (0.04, 0.32, "likert", "higher", "net boven 0 tot +0,4"),
        (0.0, 0.4, "likert", "higher", "net boven 0 tot +0,4"),  # as a director's figure comes
        (-0.41, -0.02, "grade", "lower", "−0,5 tot net onder 0"),
        (0.004, 0.09, "share", "higher", "net boven 0 tot +9"),
        (0.1, 0.32, "likert", "higher", "+0,1 tot +0,4"),
        (-0.04, 0.32, "likert", "not_demonstrable", "−0,1 tot +0,4"),
        (0.0, 0.04, "likert", "comparable", "0,0 tot +0,1"),
    ],
)
def test_an_interval_beside_a_word_leaves_nothing_out_too(
    context: Context, low: float, high: float, unit: str, verdict: str, words: str
) -> None:
    """Rounded outward, an interval that begins at 0.04 would begin at 0, which it leaves out."""
    row = {"ci_low": low, "ci_high": high, "verdict": verdict}
    assert interval_of(view_of(context, None), row, unit).replace("\u00a0", " ") == words


def test_merged_bands_are_named_in_words(context: Context) -> None:
    view = view_of(context, None)
    assert band_name(view, "100-249+250+") == "100–249 en 250 of meer medewerkers"
    assert band_name(view, "0-9") == "minder dan 10 medewerkers"


@pytest.mark.parametrize(
    ("organisation", "words"),
    [
        ("ORG-BELOW", "Met 4 antwoorden meer"),
        ("ORG-TINY", "afgeschermd om mensen te beschermen"),
        ("ORG-HELD", "afgeschermd om mensen te beschermen"),
        ("ORG-FLAT", "afgeschermd om mensen te beschermen"),
    ],
)
def test_below_the_floor_a_sentence_says_what_helps(
    context: Context, organisation: str, words: str
) -> None:
    assert words in below_floor_sentence(view_of(context, organisation))


def test_three_reasons_to_withhold_look_the_same(context: Context) -> None:
    cells = set()
    for organisation in ("ORG-BELOW", "ORG-HELD", "ORG-FLAT"):
        table = build_page(view_of(context, organisation)).sections[0].table
        assert table is not None
        cells.add(table.rows[0][1])
    assert cells == {"▨ afgeschermd om mensen te beschermen"}


def test_one_sided_aspects_are_found_and_not_written_down(context: Context) -> None:
    view = view_of(context, None)
    sentences = one_sided_sentences(view, view.reader.gaps("sector", "sector"))
    assert len(sentences) == 1
    assert sentences[0].startswith("Werkdruk: medewerkers noemen dit")
    assert one_sided_sentences(view, {}) == []


def test_without_demonstrable_gaps_it_says_so(context: Context) -> None:
    row = {"item_id": "grade", "verdict": "comparable", "difference": 0.1}
    assert "aantoonbaar" in gap_sentence(view_of(context, None), {"grade": row})


def words_in(part: Any) -> Iterator[str]:
    """Yield every text of a page model."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple | list):
        for one in part:
            yield from words_in(one)
    elif hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            if name != "figure":
                yield from words_in(getattr(part, name))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_ranks_judges_or_explains(context: Context, language: str) -> None:
    """The method page explains the method; everything else only says what is so."""
    for organisation in (None, *ORGANISATIONS):
        for path, page in PAGES.items():
            if page in ("method", "anonymity"):
                continue
            for wave in WAVES:
                view = view_of(context, organisation, f"?wave={wave}&lang={language}", path)
                for words in words_in(build_page(view)):
                    assert not FORBIDDEN.search(words), words
                    assert "{" not in words
                    assert "None" not in words
