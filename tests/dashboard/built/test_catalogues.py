"""Catalogues as they are installed: compiled once, and never read when they are out of date."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import catalogues
from dashboard.state import LANGUAGES


def test_a_compiled_catalogue_says_what_was_written(tmp_path: Path) -> None:
    count = catalogues.compile_all(tmp_path)
    made = {path.name for path in tmp_path.iterdir()}
    assert len(made) == len(LANGUAGES)
    for language in LANGUAGES:
        written = catalogues.read(language, tmp_path / "nothing here")
        assert catalogues.read(language, tmp_path) == written
        count -= len(written)
    assert count == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_one_is_what_is_read(language: str, tmp_path: Path) -> None:
    catalogues.compile_all(tmp_path)
    source = catalogues.source_of(language)
    path = catalogues.compiled_path(source, language, tmp_path)
    other = next(one for one in tmp_path.iterdir() if one != path)
    path.write_bytes(other.read_bytes())
    assert catalogues.read(language, tmp_path) != catalogues.read(language, tmp_path / "nowhere")


def test_one_of_another_text_is_not_read_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogues.compile_all(tmp_path)
    before = catalogues.source_of("nl")
    changed = before.replace(b'msgstr "Overzicht"', b'msgstr "Overzichtje"', 1)
    assert changed != before
    sources = {"nl": changed, "en": catalogues.source_of("en")}
    monkeypatch.setattr(catalogues, "source_of", sources.__getitem__)
    assert "Overzichtje" in catalogues.read("nl", tmp_path).values()
    catalogues.compile_all(tmp_path)
    assert not catalogues.compiled_path(before, "nl", tmp_path).exists()
    assert "Overzichtje" in catalogues.read("nl", tmp_path).values()
