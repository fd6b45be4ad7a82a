"""The documents of the method, in both languages, with the settings in force filled in.

The product ships them in `docs/`: beside the packages in a checkout and in a container, under
`share/` of the environment where it was installed from a wheel.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from dashboard.parameters import parameters, written
from dashboard.prose import Chapter, read_chapters
from dashboard.texts import Texts
from warehouse.settings import Settings

FILES: Final = {"nl": "methods.nl.md", "en": "methods.md"}
PROGRAMS: Final = "en"
PLACES: Final = (
    Path(__file__).resolve().parents[1] / "docs",
    Path(sys.prefix) / "share" / "regiespiegel" / "docs",
)
# `10 (`persons_min`)`: the delivered value, its unit, and the setting it is.
SETTING: Final = re.compile(
    r"[\d.,]*\d(?P<unit> %| percentage points| procentpunt)?\s\(`(?P<name>[a-z_.]+)`\)"
)


@cache
def document(language: str) -> str:
    """Return the document of a language as it was delivered.

    Errors: FileNotFoundError that names where it was looked for.
    """
    for place in PLACES:
        path = place / FILES[language]
        if path.exists():
            return path.read_text(encoding="utf-8")
    raise FileNotFoundError(f"{FILES[language]} is in none of {', '.join(map(str, PLACES))}")


def in_force(text: str, settings: Settings, say: Texts) -> str:
    """Return a document in which every setting has the value in force, without its name.

    Errors: KeyError for a name that is no parameter.
    """
    values = parameters(settings)

    def filled(found: re.Match[str]) -> str:
        value, unit = values[found["name"]], found["unit"] or ""
        if unit and not isinstance(value, str):
            value *= 100
        return written(value, say) + unit.replace(" ", "\u00a0", 1)

    return SETTING.sub(filled, text)


# Parsing is slow beside what else a page does, and the texts are a few per process.
read_once = lru_cache(maxsize=8)(read_chapters)


def chapters(settings: Settings, say: Texts) -> tuple[Chapter, ...]:
    """Return the chapters of the method in the language of `say`.

    Shape: the introduction, then parts (level 2) and their sections (level 3); the programs that
    recompute the examples stand in one document and come with both.
    """
    programs = {chapter.anchor: chapter.program for chapter in read_once(document(PROGRAMS))}
    found = read_once(in_force(document(say.language), settings, say))
    return tuple(replace(chapter, program=programs[chapter.anchor]) for chapter in found)
