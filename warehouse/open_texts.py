"""People's own words as they stand in the facts: private, and read by redaction alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

import duckdb

from warehouse.instrument import Instrument, Side
from warehouse.ledger import Ledger, facts_path
from warehouse.sql import identifier, quoted

Source = Literal["dialogue", "comment", "explanation"]
# An answer of a dialogue, why an answer was rated so, why a grade was given.
SOURCES: Final[tuple[Source, ...]] = ("dialogue", "comment", "explanation")


class OpenText(NamedTuple):
    """A text with what is known of who wrote it. `answer_id` is empty outside a dialogue.

    `aspect_id` is the coder's own column. Nothing that reads this may write it outside `private/`.
    """

    source: Source
    question_id: str
    answer_id: str
    side: Side
    author_id: str
    organisation_id: str | None
    aspect_id: str | None
    text: str


def open_texts(ledger: Ledger, wave_id: str, instrument: Instrument) -> list[OpenText]:
    """Return the texts of a wave in an order of their own: that of their contents.

    Shape: one row per text. An author of a dialogue belongs to the organisation of the answer's
    column, else to that of the same participant's questionnaire, else to none that is known.
    """
    ledger.create_views()
    homes = dict(respondents(ledger, wave_id))
    found = [
        *dialogue_texts(ledger.connection, wave_id),
        *explanations(ledger, wave_id, instrument),
    ]
    placed = (
        one._replace(organisation_id=one.organisation_id or homes.get((one.side, one.author_id)))
        for one in found
    )
    return sorted(placed, key=lambda one: tuple(cell or "" for cell in one))


def dialogue_texts(connection: duckdb.DuckDBPyConnection, wave_id: str) -> Iterator[OpenText]:
    """Yield what was answered in round 1, and why answers were rated so in round 2."""
    answers = """SELECT 'dialogue', dialogue_id || ':' || question_id, answer_id, side,
        participant_id, organisation_id, aspect_id, text FROM dialogue_answer WHERE wave_id = ?"""
    comments = """SELECT 'comment', dialogue_id || ':' || question_id, answer_id, side,
        participant_id, NULL, NULL, explanation FROM dialogue_rating
        WHERE wave_id = ? AND explanation IS NOT NULL"""
    for query in (answers, comments):
        for row in connection.execute(query, [wave_id]).fetchall():
            yield OpenText(*row)


def respondents(ledger: Ledger, wave_id: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield side and id of who filled in the questionnaire, and the organisation."""
    for delivery in ledger.active(wave_id):
        path = quoted(str(facts_path(ledger.store, delivery)))
        query = f"SELECT side, respondent_id, organisation_id FROM read_parquet({path})"
        for side, respondent, organisation in ledger.connection.execute(query).fetchall():
            yield (side, respondent), organisation


def explanations(ledger: Ledger, wave_id: str, instrument: Instrument) -> Iterator[OpenText]:
    """Yield the answers to the questionnaire's questions for text."""
    items = [item.item_id for item in instrument.item if item.kind == "text"]
    for delivery in ledger.active(wave_id):
        path = quoted(str(facts_path(ledger.store, delivery)))
        described = ledger.connection.execute(f"DESCRIBE FROM read_parquet({path})").fetchall()
        held = {name for name, *_ in described}
        for item in items:
            if item not in held:
                continue
            query = f"""SELECT side, respondent_id, organisation_id, {identifier(item)}
                FROM read_parquet({path}) WHERE {identifier(item)} IS NOT NULL"""
            for side, author, home, text in ledger.connection.execute(query).fetchall():
                yield OpenText("explanation", item, "", side, author, home, None, text)
