"""What a cell of a dialogue says: a value, or a CellError that names the rule it breaks."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass

from etl.reasons import REASONS, CellError
from etl.recode import decode, normalised
from warehouse.dialogue import Dialogue, Part

ROUNDS = (1, 2)
Value = str | int | None
Reader = Callable[[str], Value]


@dataclass(frozen=True)
class Heard:
    """A part of a dialogue under its description; `members` are the wave's organisations."""

    dialogue: Dialogue
    part: Part
    members: Collection[str]


@dataclass(frozen=True)
class Judge:
    """A field of the description, the column of the facts it fills, and how its cell is read."""

    field: str
    column: str
    read: Reader


def judges_of(heard: Heard) -> tuple[Judge, ...]:
    """Return how each field of a part is read."""
    dialogue = heard.dialogue
    common = (
        Judge("participant", "participant_id", needed("participant_missing")),
        Judge("answer", "answer_id", needed("answer_missing")),
        Judge("side", "side", side_reader(dialogue)),
        Judge("question", "question_id", question_reader(dialogue)),
        Judge("round", "round", round_of),
        Judge("time", "given_at", moment_of),
    )
    own = {
        "answers": (
            Judge("text", "text", needed("text_missing")),
            Judge("aspect", "aspect_id", optional),
            Judge("organisation", "organisation_id", organisation_reader(heard.members)),
        ),
        "ratings": (
            Judge("rating", "rating", rating_reader(dialogue)),
            Judge("explanation", "explanation", optional),
        ),
        "exposures": (Judge("place", "place", place_of),),
    }
    return common + own[heard.part]


def optional(text: str) -> str | None:
    """Return a text, None when there is none."""
    return text or None


def needed(rule: str) -> Callable[[str], str]:
    """Return the reader of a cell that may not be empty."""

    def read(text: str) -> str:
        if not text:
            raise CellError(rule, REASONS[rule])
        return text

    return read


def side_reader(dialogue: Dialogue) -> Callable[[str], str]:
    """Return the reader of who speaks."""
    known = {normalised(label): side for label, side in dialogue.sides.items()}

    def read(text: str) -> str:
        if dialogue.fixed_side is not None:
            return dialogue.fixed_side
        if normalised(text) not in known:
            raise CellError("side_unknown", f"this side is not known; use: {', '.join(known)}.")
        return known[normalised(text)]

    return read


def question_reader(dialogue: Dialogue) -> Callable[[str], str]:
    """Return the reader of which question is answered."""
    known = {
        question.question_id.casefold(): question.question_id for question in dialogue.question
    }

    def read(text: str) -> str:
        if dialogue.fixed_question is not None:
            return dialogue.fixed_question
        if text.casefold() not in known:
            listed = ", ".join(known.values())
            raise CellError("question_unknown", f"this question is not known; use: {listed}.")
        return known[text.casefold()]

    return read


def round_of(text: str) -> int | None:
    """Return the round, None when the export does not say."""
    if text and text not in {str(number) for number in ROUNDS}:
        raise CellError("round_unknown", REASONS["round_unknown"])
    return int(text) if text else None


def moment_of(text: str) -> int | None:
    """Return a moment in milliseconds, from a number or an ISO date and time."""
    if not text:
        return None
    try:
        return int(text) if text.isdecimal() else milliseconds(text)
    except (ValueError, OverflowError):
        raise CellError("time_unreadable", REASONS["time_unreadable"]) from None


def milliseconds(text: str) -> int:
    """Return an ISO moment in milliseconds; without a zone it is taken as UTC."""
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return round(moment.timestamp() * 1000)


def place_of(text: str) -> int | None:
    """Return at which place an answer was shown, None when the export does not say."""
    if text and not (text.isdecimal() and len(text) <= 4):
        raise CellError("place_unreadable", REASONS["place_unreadable"])
    return int(text) if text else None


def rating_reader(dialogue: Dialogue) -> Callable[[str], int]:
    """Return the reader of a rating; a typographic minus is a minus."""

    def read(text: str) -> int:
        rating = decode(text.replace("\N{MINUS SIGN}", "-"), dialogue.rating)
        if rating is None:
            raise CellError("rating_missing", REASONS["rating_missing"])
        return rating

    return read


def organisation_reader(members: Collection[str]) -> Callable[[str], str | None]:
    """Return the reader of an author's organisation, which a dialogue need not give."""

    def read(text: str) -> str | None:
        found = text.upper() or None
        if found is not None and found not in members:
            raise CellError("organisation_unknown", REASONS["organisation_unknown"])
        return found

    return read
