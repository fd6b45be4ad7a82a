"""A piece of a text that says who or where somebody is, and how pieces are taken out together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, get_args

Kind = Literal[
    "email",
    "url",
    "iban",
    "phone",
    "kvk",
    "date",
    "bsn",
    "postcode",
    "address",
    "number",
    "organisation",
    "municipality",
    "person",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
# What stands in a text where something was taken out.
PLACEHOLDERS: Final[dict[Kind, str]] = {
    "email": "[e-mail]",
    "url": "[webadres]",
    "iban": "[rekeningnummer]",
    "phone": "[telefoonnummer]",
    "bsn": "[bsn]",
    "kvk": "[kvk-nummer]",
    "postcode": "[postcode]",
    "address": "[adres]",
    "date": "[datum]",
    "number": "[nummer]",
    "organisation": "[organisatie]",
    "municipality": "[gemeente]",
    "person": "[naam]",
}
INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


class Span(NamedTuple):
    """A piece of a text, from `start` up to `end`."""

    start: int
    end: int
    kind: Kind


def plain(text: str) -> str:
    """Return a text in which what looks the same is the same: full-width digits, hidden marks.

    Whoever hides an address between invisible characters has hidden nothing.
    """
    folded = unicodedata.normalize("NFKC", text)
    folded = folded.translate(dict.fromkeys(map(ord, "‐‑‒–—−"), "-"))
    return re.sub(r"[ \t]+", " ", INVISIBLE.sub("", folded)).strip()


def united(spans: Iterable[Span]) -> list[Span]:
    """Return spans of which none overlaps, in order of place.

    Those that overlap become one, so that no end of the longer stays behind; it is called by the
    kind that stands first in KINDS.
    """
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start < found[-1].end:
            last = found.pop()
            kind = min((last.kind, span.kind), key=KINDS.index)
            span = Span(last.start, max(last.end, span.end), kind)
        found.append(span)
    return found


def replaced(text: str, spans: Iterable[Span]) -> str:
    """Return a text with a placeholder for each of its spans, which do not overlap."""
    parts, last = [], 0
    for span in spans:
        parts += [text[last : span.start], PLACEHOLDERS[span.kind]]
        last = span.end
    return "".join([*parts, text[last:]])
