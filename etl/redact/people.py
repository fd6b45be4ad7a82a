"""Names of people: a recogniser where it is installed, and always rules of our own.

The rules do not know names; they know where names stand. What they are not sure of they leave in
the text and give to two people to look at.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from etl.redact.settings import RedactionSettings
from etl.redact.spans import Span

INFIX = r"(?:van|von|de|der|den|het|ten|ter|te|el|al|bin|ben|'t|d'|le|la|op|aan|in)"
CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’]*(?:-[A-ZÀ-ÖØ-Þ]?[\w'’]+)*"
NAME = rf"{CAPITAL}(?:\s+{INFIX})*(?:\s+{CAPITAL})*"
INITIALS = re.compile(rf"(?<!\w)(?:[A-Z]\.\s?){{1,4}}(?:{INFIX}\s+)*{CAPITAL}")
SEVERAL = re.compile(rf"(?<!\w)({CAPITAL})((?:\s+{INFIX})*\s+{CAPITAL})+")
SINGLE = re.compile(rf"(?<!\w){CAPITAL}(?!\w)")
SENTENCE_START = re.compile(r"(?:^|[.!?:;…\n\"“‘(]\s*|[-*•]\s+)$")
# What stands inside a surname and hardly anywhere else, whoever writes in small letters.
INSIDE = re.compile(r"(?<!\w)[^\W\d_]{3,}\s+van\s+de[rn]\s+[^\W\d_]{3,}(?!\w)")
# A word with a surname behind it, and what may stand between them.
PAIR = re.compile(rf"(?<!\w)([^\W\d_]{{3,}})\s+(?:{INFIX}\s+)*(?=([^\W\d_]{{4,}})(?!\w))")
Recogniser = Callable[[str], Iterable[tuple[int, int]]]


@dataclass(frozen=True)
class People:
    """How people's names are found in a text, and what is only suspected to be one."""

    cues: re.Pattern[str]
    first_names: frozenset[str]
    known: frozenset[str]
    ordinary: frozenset[str]
    surname: re.Pattern[str]
    recogniser: Recogniser | None = None

    def spans(self, text: str) -> Iterator[Span]:
        """Yield what is taken for a person's name."""
        found = [*self._after_cue(text), *self._first_names(text), *self._several(text)]
        found += [match.span() for match in INITIALS.finditer(text)]
        if self.recogniser is not None:
            found += self.recogniser(text)
            # Who writes without capitals is found in a copy with them; the places are the same.
            found += [span for span in self.recogniser(titled(text)) if self._is_odd(text, span)]
        yield from (Span(start, end, "person") for start, end in found)

    def suspected(self, text: str) -> list[str]:
        """Return the words of a text, redacted already, that may be a name."""
        capitals = [
            match[0]
            for match in SINGLE.finditer(text)
            if not self._is_known(match[0]) and not starts_sentence(text, match.start())
        ]
        announced = [m[2] for m in self.cues.finditer(text) if self._may_be(m[2])]
        return [*capitals, *announced, *INSIDE.findall(text), *self.pairs(text)]

    def pairs(self, text: str) -> Iterator[str]:
        """Yield two words in small letters that together may be a first name and a surname."""
        for match in PAIR.finditer(text):
            first, last = match[1], match[2]
            if self.surname.fullmatch(last) and self._may_be(first) and self._may_be(last):
                yield match[0]

    def _may_be(self, word: str) -> bool:
        """Return whether a word after a cue may be a name in lower case."""
        return word.lower() not in self.ordinary and word.lower() not in self.known

    def _after_cue(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the names after a word such as `mevrouw`."""
        for cue in self.cues.finditer(text):
            match = re.compile(rf"(?:{INFIX}\s+)*{NAME}").match(text, cue.start(2))
            if match and not self._is_known(match[0].split()[-1]):
                yield match.span()

    def _first_names(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield first names that are known, with the surname after one where it looks like one."""
        for match in re.finditer(r"(?<![\w@.])[^\W\d_]+(?![\w@])", text):
            if match[0].lower() in self.first_names:
                rest = re.compile(rf"(?:\s+{INFIX})*\s+{CAPITAL}(?:-{CAPITAL})*").match(
                    text, match.end()
                )
                loose = re.compile(r"(?:\s+(?:van|de|der|den|ten|ter))+\s+[^\W\d_]+").match(
                    text, match.end()
                )
                last = re.compile(r"\s+([^\W\d_]+)").match(text, match.end())
                is_surname = (
                    last is not None and self.surname.fullmatch(last[1]) and self._may_be(last[1])
                )
                ends = [m.end() for m in (rest, loose) if m is not None]
                ends += [last.end()] if last is not None and is_surname else []
                yield match.start(), max([match.end(), *ends])

    def _several(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield several capitalised words in a row, known words left out at the start."""
        for match in SEVERAL.finditer(text):
            words = [(m.start(), m[0]) for m in re.finditer(r"\S+", match[0])]
            at_start = starts_sentence(text, match.start())
            skip = 1 if at_start and self._opens(words[0][1]) else 0
            kept = [place for place, word in words[skip:] if word[:1].isupper()]
            names = [w for _, w in words[skip:] if w[:1].isupper() and not self._is_known(w)]
            if len(kept) >= 2 and names:
                yield match.start() + kept[0], match.end()

    def _opens(self, word: str) -> bool:
        """Return whether a word at the start of a sentence has its capital from there."""
        return word.lower() in self.ordinary or word.lower() in self.known

    def _is_known(self, word: str) -> bool:
        """Return whether a word is no name: known, a single letter, or an abbreviation."""
        return word.lower() in self.known or len(word) == 1 or (word.isupper() and len(word) <= 5)

    def _is_odd(self, text: str, span: tuple[int, int]) -> bool:
        """Return whether what a copy with capitals shows is a name in the text as well."""
        words = text[span[0] : span[1]].lower().split()
        return not all(word in self.ordinary or word in self.known for word in words)


def titled(text: str) -> str:
    """Return a text of the same length with a capital for every word."""
    return re.sub(r"(?<!\w)[^\W\d_]", lambda match: match[0].upper()[:1], text)


def starts_sentence(text: str, place: int) -> bool:
    """Return whether a word has its capital because a sentence starts there."""
    return SENTENCE_START.search(text[:place]) is not None


def people(settings: RedactionSettings, recogniser: Recogniser | None = None) -> People:
    """Return how people's names are found, by these words and this recogniser, if any."""
    cues = "|".join(sorted(map(re.escape, settings.person_cues), key=len, reverse=True))
    return People(
        cues=re.compile(rf"(?<!\w)({cues})\.?,?\s+([^\W\d_][\w'’-]*)", re.IGNORECASE),
        first_names=frozenset(settings.first_names),
        known=frozenset(settings.known_words),
        ordinary=frozenset(settings.ordinary_words),
        surname=re.compile(
            rf"[^\W\d_]{{2,}}(?:{'|'.join(settings.surname_endings)})", re.IGNORECASE
        ),
        recogniser=recogniser,
    )


def recogniser_is_there() -> bool:
    """Return whether the recogniser of the extra `names` is installed."""
    return importlib.util.find_spec("deduce") is not None


@cache
def deduce_model() -> Any:
    """Return the recogniser; the first time on a machine takes minutes, later some seconds."""
    return importlib.import_module("deduce").Deduce()


def recognise(text: str) -> list[tuple[int, int]]:
    """Return where the recogniser sees the name of a person or a patient."""
    found = deduce_model().deidentify(text).annotations
    return [(one.start_char, one.end_char) for one in found if one.tag in ("persoon", "patient")]


def installed_recogniser() -> Recogniser | None:
    """Return the recogniser where it is installed, else None: then more texts go to two people."""
    return recognise if recogniser_is_there() else None
