"""Het goede gesprek on one A4: the page of the conversation, laid out to be printed and written on.

It holds what the page says to the same reader, and nothing else.
"""

from __future__ import annotations

from typing import Final

from dashboard.pages.model import Page, Section, ToFillIn, View
from dashboard.pages.source import source_lines
from dashboard.reports.typeset import typeset

TEMPLATE: Final = "guide"
# Aspect, why, question and whose move.
WIDTHS: Final = (2, 3, 4, 3)
ROOM: Final = "…" * 21  # about a line of the sheet
Words = dict[str, object]


def guide_words(view: View, page: Page) -> Words:
    """Return the words of the guide."""
    return {
        "language": view.say.language,
        "title": page.question,
        "whose": view.reader.own_name or "",
        "finding": page.finding,
        "context": page.context,
        "parts": [part_words(section) for section in page.sections],
        "source": source_lines(view),
    }


def part_words(section: Section) -> Words:
    """Return one part: its sentences as a list where there are several, and its table."""
    table = section.table
    return {
        "heading": section.heading,
        "sentences": tuple(line(text) for text in section.sentences),
        "is_list": len(section.sentences) > 1,
        "heads": table.columns if table else (),
        "rows": table.rows if table else (),
        "widths": WIDTHS,
    }


def line(text: str) -> str:
    """Return a sentence, with room to write where it asks for that."""
    return f"{text} {ROOM}" if isinstance(text, ToFillIn) else text


def guide_pdf(view: View, page: Page) -> bytes:
    """Return the guide as a PDF."""
    return typeset(TEMPLATE, guide_words(view, page))
