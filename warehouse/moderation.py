"""What moderators decided about redacted texts: `private/moderation/moderation.sqlite`.

A text is known by the hash of what it says and where it was asked, so one that says the same is
decided once, and one whose redaction changes waits for people again. Only a released text is ever
read by whoever builds a release; everything else stays here.
"""

from __future__ import annotations

import datetime
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final, Literal

from warehouse.paths import Store
from warehouse.tables.columns import Column, Table

Verdict = Literal["released", "refused", "reworded"]
TextState = Literal["waiting", "released", "refused", "conflict"]
VERDICTS: Final[tuple[Verdict, ...]] = ("released", "refused", "reworded")

MODERATED_TEXT: Final = Table(
    "moderated_text",
    "a redacted text that people decide about",
    ("text_id",),
    (
        Column("text_id", "text", "Hash of wave, source, question, answer, side and the text."),
        Column("wave_id", "text", "The wave."),
        Column("source", "text", "dialogue, comment or explanation."),
        Column("question_id", "text", "The question it answers."),
        Column("answer_id", "text", "The answer of the dialogue it belongs to; empty: none."),
        Column("side", "text", "The author's side."),
        Column("redacted", "text", "The text without what says who somebody is."),
        Column("taken_out", "text", "What was taken out, by kind, with how often."),
        Column("reviews", "text", "Why two people must look at it; empty: no reason."),
        Column("people_needed", "integer", "How many people must say the same.", "count"),
        Column("aspect_id", "text", "Suggested aspect; NULL: none."),
        Column("aspect_source", "text", "coder, lexicon or none."),
        Column("confidence", "real", "Of the suggested aspect, 0-1.", "share 0-1"),
        Column("kind", "text", "enabler, barrier or intervention; NULL: not known."),
        Column("sphere", "text", "own or commissioner."),
        Column("stance", "text", "space or control; NULL: neither."),
        Column("reason", "text", "Reason for a grade, in the questionnaire's words."),
    ),
)
DECISION: Final = Table(
    "decision",
    "what one person decided about a text",
    ("text_id", "moderator"),
    (
        Column("text_id", "text", "The text."),
        Column("moderator", "text", "Who decided."),
        Column("verdict", "text", "released, refused or reworded."),
        Column("wording", "text", "The text as it may be shown; NULL: refused."),
        Column("aspect_id", "text", "The aspect this person gives it; NULL: the suggested one."),
        Column("decided_at", "text", "When it was taken in, ISO 8601 UTC."),
    ),
)
MODERATION_TABLES: Final = (MODERATED_TEXT, DECISION)


@dataclass(frozen=True)
class ModeratedText:
    """A row of `moderated_text`."""

    text_id: str
    wave_id: str
    source: str
    question_id: str
    answer_id: str
    side: str
    redacted: str
    taken_out: str
    reviews: str
    people_needed: int
    aspect_id: str | None
    aspect_source: str
    confidence: float
    kind: str | None
    sphere: str | None
    stance: str | None
    reason: str | None


@dataclass(frozen=True)
class Decision:
    """A row of `decision`."""

    text_id: str
    moderator: str
    verdict: Verdict
    wording: str | None
    aspect_id: str | None
    decided_at: str


@dataclass(frozen=True)
class ReleasedText:
    """A text that may be shown, with its codes; the coder's or moderators' aspect goes first."""

    wave_id: str
    source: str
    question_id: str
    answer_id: str
    side: str
    text: str
    aspect_id: str | None
    aspect_source: str
    kind: str | None
    sphere: str | None
    stance: str | None


def text_id_of(*parts: str) -> str:
    """Return the id of a text: a hash of where it was asked and what it says."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def moderation_path(store: Store) -> Path:
    """Return where decisions stand."""
    return store.moderation / "moderation.sqlite"


@contextmanager
def open_moderation(store: Store) -> Iterator[sqlite3.Connection]:
    """Return the decisions of a store within one transaction, created when absent."""
    store.create()
    path = moderation_path(store)
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        for table in MODERATION_TABLES:
            body = table.ddl.removeprefix(f"create table {table.name} ").removesuffix(")")
            keys = ", ".join(table.key)
            create = f"create table if not exists {table.name} {body}, primary key ({keys}))"
            connection.execute(create)
        with connection:
            yield connection


def put_texts(connection: sqlite3.Connection, texts: Iterable[ModeratedText]) -> None:
    """Write texts in the place of those with their ids; decisions stay."""
    marks = ", ".join("?" for _ in MODERATED_TEXT.columns)
    rows = [astuple(text) for text in texts]
    connection.executemany(f"INSERT OR REPLACE INTO moderated_text VALUES ({marks})", rows)


def put_decisions(connection: sqlite3.Connection, decisions: Iterable[Decision]) -> None:
    """Write decisions; a person's later one takes the place of the earlier."""
    marks = ", ".join("?" for _ in DECISION.columns)
    rows = [astuple(decision) for decision in decisions]
    connection.executemany(f"INSERT OR REPLACE INTO decision VALUES ({marks})", rows)


def texts_of(connection: sqlite3.Connection, wave_id: str) -> list[ModeratedText]:
    """Return the texts of a wave, in the order of their ids, which says nothing of them."""
    query = "SELECT * FROM moderated_text WHERE wave_id = ? ORDER BY text_id"
    return [ModeratedText(*row) for row in connection.execute(query, (wave_id,)).fetchall()]


def decisions_of(connection: sqlite3.Connection, wave_id: str) -> dict[str, list[Decision]]:
    """Return the decisions about a wave's texts by text, each text's in the order of names."""
    query = """SELECT d.* FROM decision d JOIN moderated_text t USING (text_id)
        WHERE t.wave_id = ? ORDER BY d.text_id, d.moderator"""
    found: dict[str, list[Decision]] = {}
    for row in connection.execute(query, (wave_id,)).fetchall():
        found.setdefault(row[0], []).append(Decision(*row))
    return found


def state_of(decisions: Sequence[Decision], people_needed: int) -> TextState:
    """Return what is to be done with a text.

    Released: as many people as needed, all the same wording. Refused: one refusal, and nobody who
    would show it. Conflict: people do not say the same. Waiting: too few have said anything.
    """
    refused = [one for one in decisions if one.verdict == "refused"]
    wordings = {one.wording for one in decisions if one.verdict != "refused"}
    if refused:
        return "conflict" if wordings else "refused"
    if len(wordings) > 1:
        return "conflict"
    return "released" if wordings and len(decisions) >= people_needed else "waiting"


def agreed_aspect(text: ModeratedText, decisions: Sequence[Decision]) -> tuple[str | None, str]:
    """Return the aspect of a text and its source.

    What all moderators who name one agree on goes first, then the suggestion.
    """
    named = {one.aspect_id for one in decisions if one.aspect_id is not None}
    if len(named) == 1:
        return named.pop(), "moderator"
    return (None, "none") if named else (text.aspect_id, text.aspect_source)


def released_texts(store: Store, wave_id: str) -> list[ReleasedText]:
    """Return the texts of a wave that may be shown; none when nobody moderated anything."""
    if not moderation_path(store).exists():
        return []
    with open_moderation(store) as connection:
        decided = decisions_of(connection, wave_id)
        texts = [(text, decided.get(text.text_id, [])) for text in texts_of(connection, wave_id)]
    return [
        released_text(text, decisions)
        for text, decisions in texts
        if state_of(decisions, text.people_needed) == "released"
    ]


def released_text(text: ModeratedText, decisions: Sequence[Decision]) -> ReleasedText:
    """Return a text that may be shown, as its moderators word it."""
    wording = next(one.wording for one in decisions if one.wording is not None)
    aspect, source = agreed_aspect(text, decisions)
    return ReleasedText(
        wave_id=text.wave_id,
        source=text.source,
        question_id=text.question_id,
        answer_id=text.answer_id,
        side=text.side,
        text=str(wording),
        aspect_id=aspect,
        aspect_source=source,
        kind=text.kind,
        sphere=text.sphere,
        stance=text.stance,
    )


def utc_now() -> str:
    """Return this moment, ISO 8601 UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
