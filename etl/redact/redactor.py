"""A text without what says who somebody is, how often what was taken out, and what to look at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from etl.redact.gazetteer import Gazetteer, gazetteer
from etl.redact.patterns import pattern_spans
from etl.redact.people import People, Recogniser, installed_recogniser, people
from etl.redact.settings import RedactionSettings, load_redaction_settings
from etl.redact.spans import Kind, plain, replaced, united
from warehouse.register import Register

PLACEHOLDER = re.compile(r"\[[a-z -]+\]")
LONGEST = 2000


@dataclass(frozen=True)
class Redacted:
    """A redacted text. `counts` is how much of each kind was taken out; `reviews` why two people
    must look at it, in words for them. Nothing here holds what was taken out.
    """

    text: str
    counts: Mapping[Kind, int]
    reviews: tuple[str, ...]


@dataclass(frozen=True)
class Redactor:
    """Redaction by one register and one set of words."""

    names: Gazetteer
    people: People
    review: re.Pattern[str]

    def redact(self, text: str) -> Redacted:
        """Return a text with a typed placeholder for everything that may say who somebody is."""
        clean = plain(text)[:LONGEST]
        spans = united([*pattern_spans(clean), *self.names.spans(clean), *self.people.spans(clean)])
        done = replaced(clean, spans)
        return Redacted(done, Counter(span.kind for span in spans), self.reviews(done))

    def reviews(self, text: str) -> tuple[str, ...]:
        """Return why two people must look at a redacted text, each reason once."""
        bare = PLACEHOLDER.sub(lambda match: "." + " " * (len(match[0]) - 1), text)
        words = [
            f"points at one person: {match[0].lower()}" for match in self.review.finditer(bare)
        ]
        names = [f"may be a name: {word}" for word in self.people.suspected(bare)]
        taken = ["a name was taken out"] if "[naam]" in text else []
        taken += ["a number was taken out"] if "[nummer]" in text else []
        return tuple(dict.fromkeys([*words, *names, *taken]))


def review_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of words that force a review."""
    bodies = [re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words]
    return re.compile(rf"(?<!\w)(?:{'|'.join(bodies)})(?!\w)", re.IGNORECASE)


def redactor_of(
    register: Register, settings: RedactionSettings, recogniser: Recogniser | None = None
) -> Redactor:
    """Return the redactor of a register."""
    return Redactor(
        gazetteer(register, settings),
        people(settings, recogniser),
        review_pattern(settings.review_words),
    )


def load_redactor(register: Register, config: Path) -> Redactor:
    """Return the redactor of a register, with the recogniser where it is installed."""
    return redactor_of(register, load_redaction_settings(config), installed_recogniser())
