"""Both catalogues are complete, say the same things, and hold every key that the code uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from dashboard import state, texts
from dashboard.access.demo import QUERIES
from warehouse.dialogue import PARTS
from warehouse.journal import Outcome
from warehouse.ledger import DeliveryState
from warehouse.tables.changes import CHANGE_PARTS
from warehouse.tables.columns import KINDS, MENTION_STATES, STATUSES, VERDICTS

ROOT = Path(texts.__file__).parent
PLACE = re.compile(r"\{(\w+)\}")


def catalogues() -> dict[str, dict[str, str]]:
    """Return the catalogue of each language."""
    return {language: texts.catalogue(language) for language in state.LANGUAGES}


def keys_in(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield the keys a module asks for, whole or as a pattern, from every call of `say`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = ast.unparse(node.func)
        if name.split(".")[-1] != "say" and not (name == "self" and path.name == "texts.py"):
            continue
        first = node.args[0]
        options = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
        for option in options:
            if isinstance(option, ast.Constant):
                yield str(option.value), True
            elif isinstance(option, ast.JoinedStr):
                yield pattern_of(option), False


def pattern_of(text: ast.JoinedStr) -> str:
    """Return a text with places as a regular expression."""
    parts = [re.escape(p.value) if isinstance(p, ast.Constant) else r"\w+" for p in text.values]
    return "".join(parts)


def test_both_catalogues_have_the_same_keys_and_none_is_empty() -> None:
    found = catalogues()
    assert set(found["nl"]) == set(found["en"])
    for words in found.values():
        assert not [key for key, text in words.items() if not text.strip()]


def test_both_languages_fill_the_same_places() -> None:
    found = catalogues()
    for key, dutch in found["nl"].items():
        assert set(PLACE.findall(dutch)) == set(PLACE.findall(found["en"][key])), key


def test_every_key_that_the_code_uses_exists() -> None:
    known = set(catalogues()["nl"])
    for path in ROOT.rglob("*.py"):
        for key, is_whole in keys_in(path):
            if is_whole:
                assert key in known, f"{path.name}: {key}"
            else:
                assert any(re.fullmatch(key, one) for one in known), f"{path.name}: {key}"


@pytest.mark.parametrize("language", state.LANGUAGES)
def test_every_value_of_the_contract_has_words(language: str) -> None:
    known = texts.catalogue(language)
    withheld = [status for status in STATUSES if status.startswith("withheld")]
    for status in set(STATUSES) - {"published"} - set(withheld):
        assert f"status_{status}" in known
    for verdict in VERDICTS:
        for family in ("word", "gap_word", "change_word", "verdict_band", "sector_gap",
                       "band_gap", "own_gap", "change", "trend_line", "matched"):  # fmt: skip
            assert f"{family}_{verdict}" in known
    for part in CHANGE_PARTS:
        assert f"part_{part}" in known
    for mention in MENTION_STATES:
        assert f"mention_{mention}" in known
    for page in state.PATHS:
        assert f"page_{page}" in known
        assert f"nav_ask_{page}" in known
    for outcome in get_args(Outcome):
        assert {f"run_{outcome}", f"refresh_{outcome}"} <= set(known)
    for became in get_args(DeliveryState):
        assert f"delivery_{became}" in known
    for content in (*PARTS, "survey"):
        assert f"content_{content}" in known
    for kind in KINDS:
        assert f"codebook_kind_{kind}" in known
    for account in QUERIES:
        assert f"account_{account}" in known


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [(7.25, "7,3", "7.3"), (7.35, "7,4", "7.4"), (-0.04, "0,0", "0.0"), (1234.5, "1234,5", None)],
)
def test_numbers_are_written_as_the_language_does(
    value: float, dutch: str, english: str | None
) -> None:
    assert texts.texts_of("nl").number(value) == dutch
    if english:
        assert texts.texts_of("en").number(value) == english


def test_differences_carry_a_sign_unless_they_round_to_nothing() -> None:
    say = texts.texts_of("nl")
    assert say.signed(0.26) == "+0,3"
    assert say.signed(-0.26) == "−0,3"
    assert say.signed(-0.04) == "0,0"
    assert say.difference(-0.123, "share") == "−12\u00a0procentpunt"


def test_shares_at_the_ends_are_bounded() -> None:
    say = texts.texts_of("nl")
    assert say.share(0.0) == "<5\u00a0%"
    assert say.share(0.31) == "31\u00a0%"
    assert say.share(0.97) == ">95\u00a0%"
    assert say.interval(0.023, 0.114, "share") == "2\u00a0tot\u00a012\u00a0%"


def test_dates_and_counts() -> None:
    say = texts.texts_of("nl")
    assert say.date("2026-11-24T03:33:31+00:00") == "24 november 2026"
    assert say.count(23127) == "23.127"
