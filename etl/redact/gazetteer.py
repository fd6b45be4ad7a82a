"""Names that are known: organisations, as they are and were called; municipalities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from etl.redact.settings import RedactionSettings
from etl.redact.spans import Kind, Span
from warehouse.register import Register

SHORTEST = 4
LEGAL = re.compile(r"^(?:stichting|vereniging|coöperatie)\s+|\s+(?:b\.?v\.?|n\.?v\.?)$", re.I)
# A word of place before a municipality that is an everyday word too.
PLACE = r"(?:gemeente|in|te|uit|naar|bij|van|rond|nabij)\s+"
NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class Gazetteer:
    """The patterns of known names, made once for many texts."""

    whole: re.Pattern[str]
    parts: re.Pattern[str]
    short: re.Pattern[str]
    places: re.Pattern[str]
    ambiguous: re.Pattern[str]

    def spans(self, text: str) -> Iterator[Span]:
        """Yield the known names of a text."""
        named: tuple[tuple[Kind, re.Pattern[str], int], ...] = (
            ("organisation", self.whole, 0),
            ("organisation", self.parts, 0),
            ("organisation", self.short, 0),
            ("municipality", self.places, 0),
            ("municipality", self.ambiguous, 1),
        )
        for kind, pattern, group in named:
            for match in pattern.finditer(text):
                yield Span(match.start(group), match.end(group), kind)


def any_of(names: Iterable[str], flags: int = re.IGNORECASE, before: str = "") -> re.Pattern[str]:
    """Return the pattern of whole names, longest first; spaces and hyphens are the same."""
    ordered = sorted(set(names), key=lambda name: (-len(name), name))
    bodies = [re.sub(r"(?:\\?[ -])+", r"[\\s-]*", re.escape(name)) for name in ordered if name]
    if not bodies:
        return NOTHING
    return re.compile(rf"(?<!\w){before}({'|'.join(bodies)})(?!\w)", flags)


def known_names(register: Register) -> set[str]:
    """Return every name an organisation has, had, or is called by."""
    names = {row.name for row in register.organisations} | {row.name for row in register.headcounts}
    names |= {row.name for row in register.names}
    return {name for name in names if len(name) >= SHORTEST}


def distinctive(name: str, generic: frozenset[str]) -> str:
    """Return what is left of a name without its generic parts; empty when too little is."""
    words = [word for word in re.split(r"[\s-]+", name) if word.lower() not in generic]
    left = " ".join(word for word in words if not word.isdigit())
    return left if len(left) >= SHORTEST else ""


def abbreviation(name: str) -> str:
    """Return the capitals a name of three words or more is known by; empty for shorter ones."""
    words = [word for word in re.split(r"[\s-]+", name) if word[:1].isalpha()]
    return "".join(word[0] for word in words).upper() if len(words) >= 3 else ""


def gazetteer(register: Register, settings: RedactionSettings) -> Gazetteer:
    """Return the patterns of the register's names and of the municipalities."""
    names = known_names(register)
    generic = frozenset(settings.generic_name_parts)
    return Gazetteer(
        whole=any_of(names | {LEGAL.sub("", name) for name in names}),
        parts=any_of(distinctive(name, generic) for name in names),
        short=any_of((abbreviation(name) for name in names), flags=0),
        places=any_of(settings.municipalities),
        ambiguous=any_of(
            (name.title() for name in settings.ambiguous_municipalities), 0, f"(?:(?i:{PLACE}))"
        ),
    )
