"""The workbook for one moderator: a text per row, what was taken out marked, room to decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from etl.redact.redactor import PLACEHOLDER
from warehouse.files import write_atomically
from warehouse.moderation import (
    Decision,
    ModeratedText,
    decisions_of,
    open_moderation,
    state_of,
    texts_of,
)
from warehouse.paths import Store
from warehouse.settings import Settings

ANSWERS: Final = "Antwoorden"
# Header (as it is read back), width, what it is for.
COLUMNS: Final = (
    ("text_id", 22, "Laat dit staan: het verbindt uw besluit met de tekst."),
    ("vraag", 26, "Waar dit een antwoord op is."),
    ("kant", 12, "Medewerker of hr."),
    ("tekst", 80, "De tekst; wat eruit is gehaald staat rood tussen haken."),
    ("eruit gehaald", 24, "Wat eruit is gehaald, en hoe vaak."),
    ("let op", 40, "Waarom twee mensen hiernaar moeten kijken."),
    ("voorstel aspect", 28, "Aspect volgens de woorden, of volgens de codeur."),
    ("besluit", 14, "vrijgeven, weigeren of herschrijven."),
    ("nieuwe tekst", 60, "Alleen bij herschrijven: de tekst zoals die getoond mag worden."),
    ("aspect", 28, "Alleen als het voorstel niet klopt: het juiste aspect."),
)
VERDICT_WORDS: Final = {"vrijgeven": "released", "weigeren": "refused", "herschrijven": "reworded"}
SIDE_WORDS: Final = {"employee": "medewerker", "hr": "hr"}
GUIDE: Final = (
    "Wat u hier leest is al geschoond; de oorspronkelijke tekst ziet niemand.",
    "Kijk of er nog iets in staat waaraan collega's iemand herkennen: een naam, een functie die er "
    "maar één keer is, een ziekte, een ruzie, een plaats. Twijfelt u? Weiger, of herschrijf.",
    "Kies per regel een besluit. Wat u leeg laat, wacht.",
    "Bespreek de teksten niet met de andere beoordelaar voordat u beiden klaar bent.",
    "Dit bestand blijft op deze machine, in private/moderation/. Verstuur het niet.",
)


def workbook_path(store: Store, wave_id: str, moderator: str) -> Path:
    """Return where a moderator's workbook of a wave stands: always inside `private/`."""
    name = re.sub(r"[^\w-]+", "-", moderator.lower()).strip("-")
    return store.moderation / f"{wave_id}-{name}.xlsx"


def workbooks_of(store: Store, wave_id: str, waves: Sequence[str]) -> list[Path]:
    """Return the workbooks of a wave; `waves` are all there are, whose names may begin alike."""
    longer = tuple(f"{one}-" for one in waves if one.startswith(f"{wave_id}-"))
    found = sorted(store.moderation.glob(f"{wave_id}-*.xlsx"))
    return [path for path in found if not path.name.startswith(longer)]


def write_workbook(store: Store, wave_id: str, moderator: str, settings: Settings) -> Path:
    """Write the workbook of one moderator and return where it stands.

    It holds what this person has not decided yet, and where people do not say the same.
    """
    with open_moderation(store) as connection:
        texts, decided = texts_of(connection, wave_id), decisions_of(connection, wave_id)
    mine = [text for text in texts if needs(text, decided.get(text.text_id, []), moderator)]
    apart = [
        (text, decided[text.text_id])
        for text in texts
        if state_of(decided.get(text.text_id, []), text.people_needed) == "conflict"
    ]
    target = workbook_path(store, wave_id, moderator)

    def write(temporary: Path) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(str(temporary), options) as book:
            fill_answers(book, mine, settings)
            fill_conflicts(book, apart)
            fill_guide(book)

    write_atomically(target, write)
    target.chmod(0o600)
    return target


def needs(text: ModeratedText, decisions: Sequence[Decision], moderator: str) -> bool:
    """Return whether a text waits for this person: undecided by them, or people disagree."""
    state = state_of(decisions, text.people_needed)
    has_said = any(decision.moderator == moderator for decision in decisions)
    return state == "conflict" or (state == "waiting" and not has_said)


def fill_answers(book: Workbook, texts: Sequence[ModeratedText], settings: Settings) -> None:
    """Write the sheet that is filled in."""
    sheet = book.add_worksheet(ANSWERS)
    bold, wrap = (
        book.add_format({"bold": True}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    marked = book.add_format({"bold": True, "font_color": "#B00020"})
    sheet.freeze_panes(1, 0)
    for place, (name, width, _) in enumerate(COLUMNS):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, name, bold)
    for row, text in enumerate(texts, 1):
        cells = (text.text_id, text.question_id, SIDE_WORDS[text.side], "", text.taken_out)
        for place, cell in enumerate((*cells, text.reviews, text.aspect_id or "")):
            sheet.write_string(row, place, cell, wrap)
        write_marked(sheet, row, text.redacted, (marked, wrap))
    add_choices(sheet, len(texts), settings)


def write_marked(sheet: Worksheet, row: int, text: str, looks: tuple[Format, Format]) -> None:
    """Write a text with its placeholders marked."""
    marked, wrap = looks
    pieces = [piece for piece in re.split(f"({PLACEHOLDER.pattern})", text) if piece]
    if len(pieces) < 2:
        sheet.write_string(row, 3, text, marked if PLACEHOLDER.fullmatch(text) else wrap)
        return
    rich: list[str | Format] = []
    for piece in pieces:
        rich += [marked, piece] if PLACEHOLDER.fullmatch(piece) else [piece]
    sheet.write_rich_string(row, 3, *rich, wrap)


def add_choices(sheet: Worksheet, count: int, settings: Settings) -> None:
    """Write the lists that a decision and an aspect are chosen from."""
    if not count:
        return
    aspects = [aspect.aspect_id for aspect in settings.aspects]
    sheet.data_validation(1, 7, count, 7, {"validate": "list", "source": list(VERDICT_WORDS)})
    sheet.data_validation(1, 9, count, 9, {"validate": "list", "source": aspects})


def fill_conflicts(
    book: Workbook, apart: Sequence[tuple[ModeratedText, Sequence[Decision]]]
) -> None:
    """Write the sheet of texts about which people do not say the same."""
    sheet, bold = book.add_worksheet("Verschil"), book.add_format({"bold": True})
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 3, 50)
    for place, name in enumerate(("tekst_id", "tekst", "besluit", "voorgestelde tekst")):
        sheet.write_string(0, place, name, bold)
    row = 0
    for text, decisions in apart:
        for decision in decisions:
            row += 1
            cells = (text.text_id, text.redacted, decision.verdict, decision.wording or "")
            for place, cell in enumerate(cells):
                sheet.write_string(row, place, cell)


def fill_guide(book: Workbook) -> None:
    """Write what is asked of a moderator."""
    sheet, wrap = book.add_worksheet("Uitleg"), book.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 110)
    lines = [*GUIDE, *(f"{name}: {meaning}" for name, _, meaning in COLUMNS)]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, wrap)
