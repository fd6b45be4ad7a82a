"""A filled-in workbook taken back: all of its decisions, or none and the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from etl.moderate.workbook import VERDICT_WORDS
from etl.redact.redactor import Redactor, load_redactor
from etl.redact.spans import plain
from etl.register_sheets import Cells, read_sheets
from warehouse.errors import RegiespiegelError, RegisterError
from warehouse.moderation import (
    Decision,
    ModeratedText,
    TextState,
    Verdict,
    decisions_of,
    open_moderation,
    put_decisions,
    state_of,
    texts_of,
    utc_now,
)
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.settings import Settings

LONGEST = 1000


class ModerationError(RegiespiegelError):
    """A workbook of decisions cannot be taken in."""


@dataclass(frozen=True)
class Taken:
    """What became of a workbook: how many decisions, and how a wave's texts stand now."""

    decision_count: int
    states: Mapping[TextState, int]
    conflicts: tuple[str, ...]


@dataclass(frozen=True)
class Desk:
    """What a decision is checked against."""

    texts: Mapping[str, ModeratedText]
    aspects: frozenset[str]
    redactor: Redactor
    moderator: str
    now: str


def import_decisions(
    path: Path, store: Store, wave_id: str, moderator: str, settings: Settings, config: Path
) -> Taken:
    """Return what became of a moderator's workbook: all decisions are taken, or none.

    Errors: ModerationError naming sheet, line and mend; it never repeats a text.
    """
    try:
        sheets = read_sheets(path)
    except RegisterError as error:
        raise ModerationError(str(error)) from None
    redactor = load_redactor(read_register(store.register), config)
    aspects = frozenset(aspect.aspect_id for aspect in settings.aspects)
    with open_moderation(store) as connection:
        texts = {text.text_id: text for text in texts_of(connection, wave_id)}
        desk = Desk(texts, aspects, redactor, moderator, utc_now())
        decisions = [
            decision
            for sheet in sheets
            if "besluit" in sheet.headers and "text_id" in sheet.headers
            for line, cells in sheet.rows
            for decision in [decision_of(f"{sheet.place}, line {line}", cells, desk)]
            if decision is not None
        ]
        put_decisions(connection, decisions)
        return standing(len(decisions), texts, decisions_of(connection, wave_id))


def standing(
    count: int, texts: Mapping[str, ModeratedText], decided: Mapping[str, list[Decision]]
) -> Taken:
    """Return how the texts of a wave stand."""
    states = {
        name: state_of(decided.get(name, []), text.people_needed) for name, text in texts.items()
    }
    conflicts = tuple(sorted(name for name, state in states.items() if state == "conflict"))
    return Taken(count, Counter(states.values()), conflicts)


def decision_of(place: str, cells: Cells, desk: Desk) -> Decision | None:
    """Return the decision of a row, None for one that is left open.

    Errors: ModerationError naming the place.
    """
    said = cells.get("besluit", "").strip().lower()
    if not said:
        return None
    text = desk.texts.get(cells.get("text_id", ""))
    if text is None:
        raise ModerationError(f"{place}: this text_id is not known. Export the workbook anew.")
    if said not in VERDICT_WORDS:
        words = ", ".join(VERDICT_WORDS)
        raise ModerationError(f"{place}: column besluit: use one of {words}, or leave it empty.")
    verdict: Verdict = VERDICT_WORDS[said]  # type: ignore[assignment]
    aspect = cells.get("aspect", "").strip() or None
    if aspect is not None and aspect not in desk.aspects:
        raise ModerationError(f"{place}: column aspect: choose one of the list.")
    wording = wording_of(place, verdict, cells, text, desk.redactor)
    return Decision(text.text_id, desk.moderator, verdict, wording, aspect, desk.now)


def wording_of(
    place: str, verdict: Verdict, cells: Cells, text: ModeratedText, redactor: Redactor
) -> str | None:
    """Return a text as it may be shown, None when it may not.

    What is written anew is redacted as well: a moderator can slip.
    """
    if verdict == "refused":
        return None
    if verdict == "released":
        return text.redacted
    wording = plain(cells.get("nieuwe tekst", ""))
    if not wording or len(wording) > LONGEST:
        problem = f"column nieuwe tekst: 1 to {LONGEST} characters are needed to reword"
        raise ModerationError(f"{place}: {problem}.")
    again = redactor.redact(wording)
    if again.counts:
        kinds = ", ".join(sorted(again.counts))
        raise ModerationError(f"{place}: column nieuwe tekst still holds: {kinds}. Leave it out.")
    return wording
