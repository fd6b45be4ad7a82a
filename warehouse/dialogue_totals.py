"""A dialogue's totals: how often each answer was rated what, frozen when a wave closes.

One row per question, answer, rater's side and stage with the number of ratings −3 … +3. Ratings of
one's own answer are left out, and of a person's ratings of an answer the last one counts. Beside
them stands who took part, never with what: authors, raters, how often an answer was shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import duckdb
import polars as pl

from warehouse.dialogue import Dialogue
from warehouse.ledger import Ledger
from warehouse.open_texts import OpenText, open_texts
from warehouse.settings import Settings
from warehouse.totals import Schema

PLACES: Final = 7
# Parts of the totals that count answers, not people: nothing of them is in a structure.
WITHOUT_STRUCTURE: Final = ("scheme", "coded", "mention")
# Columns: what a row counts, of what, and how many. `counts` is of ratings only.
SPOKEN_SCHEMA: Final[Schema] = {
    "part": pl.String,
    "source": pl.String,
    "question_id": pl.String,
    "answer_id": pl.String,
    "side": pl.String,
    "stage": pl.String,
    "n": pl.Int64,
    "organisation_count": pl.Int64,
    "counts": pl.List(pl.Int64),
}
Row = dict[str, object]


class Rated(NamedTuple):
    """Whose ratings are counted together: `stage` is wrote (in round 1 too) or new."""

    question_id: str
    answer_id: str
    side: str
    stage: str


def place_of(rating: int, dialogue: Dialogue) -> int:
    """Return the place, 0 to 6, of a rating among −3 … +3; the ends of a scale are its ends."""
    return 3 + rating * 3 // dialogue.rating.highest


def rating_rows(
    connection: duckdb.DuckDBPyConnection, wave_id: str, dialogues: Mapping[str, Dialogue]
) -> Iterator[Row]:
    """Yield the counts of ratings."""
    query = """SELECT r.dialogue_id, r.question_id, r.answer_id, r.side,
            CASE WHEN r.participant_id IN (SELECT participant_id FROM dialogue_answer a
                WHERE a.wave_id = r.wave_id AND a.dialogue_id = r.dialogue_id
                AND coalesce(a.round, 1) = 1)
            THEN 'wrote' ELSE 'new' END AS stage, r.rating, count(*)
        FROM dialogue_rating r WHERE r.wave_id = ? AND NOT r.is_own GROUP BY ALL"""
    found: dict[Rated, list[int]] = defaultdict(lambda: [0] * PLACES)
    for dialogue, question, answer, side, stage, rating, count in connection.execute(
        query, [wave_id]
    ).fetchall():
        key = Rated(f"{dialogue}:{question}", answer, side, stage)
        found[key][place_of(rating, dialogues[dialogue])] += count
    for key, counts in found.items():
        yield {"part": "rating", **key._asdict(), "n": sum(counts), "counts": counts}


def mention_rows(connection: duckdb.DuckDBPyConnection, wave_id: str) -> Iterator[Row]:
    """Yield how many people wrote in each round, and how many of them about each aspect.

    `source` is the aspect in the coder's own column, empty for everybody who wrote with one.
    """
    query = """SELECT dialogue_id || ':' || question_id,
            CASE WHEN coalesce(round, 1) = 1 THEN 'first' ELSE 'second' END AS stage,
            coalesce(aspect_id, '') AS aspect, count(DISTINCT participant_id)
        FROM dialogue_answer WHERE wave_id = ? AND aspect_id IS NOT NULL
        GROUP BY GROUPING SETS ((1, 2, aspect_id), (1, 2))"""
    for question, stage, aspect, n in connection.execute(query, [wave_id]).fetchall():
        key = {"source": aspect, "question_id": question, "stage": stage}
        yield {"part": "mention", **key, "n": n}


def exposure_rows(connection: duckdb.DuckDBPyConnection, wave_id: str) -> Iterator[Row]:
    """Yield to how many people each answer was shown."""
    query = """SELECT dialogue_id || ':' || question_id, answer_id, count(DISTINCT participant_id)
        FROM dialogue_exposure WHERE wave_id = ? GROUP BY ALL"""
    for question, answer, n in connection.execute(query, [wave_id]).fetchall():
        yield {"part": "exposure", "question_id": question, "answer_id": answer, "n": n}


def people_rows(connection: duckdb.DuckDBPyConnection, wave_id: str) -> Iterator[Row]:
    """Yield how many people of a side wrote, rated, were shown answers, or did any of it."""
    parts = {"wrote": "dialogue_answer", "rated": "dialogue_rating", "saw": "dialogue_exposure"}
    columns = "wave_id, dialogue_id || ':' || question_id AS question_id, side, participant_id"
    everybody = " UNION ALL ".join(f"SELECT {columns} FROM {view}" for view in parts.values())
    sources = parts | {"took_part": f"({everybody})"}
    for stage, source in sources.items():
        inner = source if stage == "took_part" else f"(SELECT {columns} FROM {source})"
        query = f"""SELECT question_id, side, count(DISTINCT participant_id) FROM {inner}
            WHERE wave_id = ? GROUP BY ALL"""
        for question, side, n in connection.execute(query, [wave_id]).fetchall():
            yield {"part": "people", "question_id": question, "side": side, "stage": stage, "n": n}


def author_rows(texts: Iterable[OpenText]) -> Iterator[Row]:
    """Yield how many people of a side wrote an answer, and how many wrote on a question at all.

    `organisation_count` is of the organisations that are known to be behind the latter.
    """
    answers: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    authors: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    homes: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for text in texts:
        key = (text.source, text.question_id, text.side)
        authors[key].add(text.author_id)
        if text.organisation_id is not None:
            homes[key].add(text.organisation_id)
        if text.source == "dialogue":
            answers[text.question_id, text.answer_id, text.side].add(text.author_id)
    for (question, answer, side), people in answers.items():
        key_row = {"question_id": question, "answer_id": answer, "side": side}
        yield {"part": "author", **key_row, "n": len(people)}
    for (source, question, side), people in authors.items():
        yield {
            "part": "voice",
            "source": source,
            "question_id": question,
            "side": side,
            "n": len(people),
            "organisation_count": len(homes[source, question, side]),
        }


def spoken_totals(ledger: Ledger, wave_id: str, settings: Settings) -> pl.DataFrame:
    """Return the totals of a wave's dialogues and open answers.

    Shape: see SPOKEN_SCHEMA; sorted by its keys. Missing: no row where nobody said anything.
    """
    texts = open_texts(ledger, wave_id, settings.instrument_of(wave_id))
    connection = ledger.connection
    rows = [
        *rating_rows(connection, wave_id, settings.dialogues),
        *mention_rows(connection, wave_id),
        *exposure_rows(connection, wave_id),
        *people_rows(connection, wave_id),
        *author_rows(texts),
    ]
    frame = pl.DataFrame(rows, schema=SPOKEN_SCHEMA, orient="row")
    return frame.sort("part", "source", "question_id", "answer_id", "side", "stage")


def spoken_structure(totals: pl.DataFrame) -> pl.DataFrame:
    """Return the totals without what anybody answered, for the audit."""
    return totals.filter(~pl.col("part").is_in(WITHOUT_STRUCTURE)).drop("counts")
