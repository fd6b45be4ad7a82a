"""The views over landed dialogues: `dialogue_answer`, `dialogue_rating`, `dialogue_exposure`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from warehouse.dialogue import PARTS, Part
from warehouse.sql import quoted

Columns = dict[str, str]

KEYS: Columns = {
    "row_number": "INTEGER",
    "participant_id": "VARCHAR",
    "side": "VARCHAR",
    "round": "SMALLINT",
    "question_id": "VARCHAR",
    "answer_id": "VARCHAR",
    "given_at": "BIGINT",
}
# What a facts file of each part holds. `given_at` counts milliseconds and only sorts.
SPOKEN_COLUMNS: dict[Part, Columns] = {
    "answers": KEYS | {"aspect_id": "VARCHAR", "organisation_id": "VARCHAR", "text": "VARCHAR"},
    "ratings": KEYS | {"rating": "SMALLINT", "explanation": "VARCHAR"},
    "exposures": KEYS | {"place": "SMALLINT"},
}
FILED = ("wave_id", "dialogue_id", "delivery_id")


@dataclass(frozen=True)
class SpokenFile:
    """A landed part of a dialogue; files are read in the order they were loaded in."""

    path: Path
    part: Part
    wave_id: str
    dialogue_id: str
    delivery_id: str


def dialogue_views_sql(files: Iterable[SpokenFile]) -> dict[str, str]:
    """Return the queries of the dialogue's views over exactly these files.

    Shape: one row per answer given in round 1; one per participant and rated answer, of which the
    last rating counts; one per answer shown. `is_own` marks ratings of one's own answer, which
    no score may count.
    """
    known = list(files)
    raw = {part: part_sql(part, [file for file in known if file.part == part]) for part in PARTS}
    return {
        "dialogue_answer": f"SELECT * EXCLUDE load_order FROM ({raw['answers']})",
        "dialogue_rating": rating_sql(raw["ratings"]),
        "dialogue_exposure": f"SELECT * EXCLUDE load_order FROM ({raw['exposures']})",
    }


def part_sql(part: Part, files: Iterable[SpokenFile]) -> str:
    """Return the query of all rows of a part; without files it has the columns and no row."""
    columns = SPOKEN_COLUMNS[part]
    empty = [f"NULL::VARCHAR AS {name}" for name in FILED]
    empty += [f"NULL::{kind} AS {name}" for name, kind in columns.items()]
    queries = [f"SELECT {', '.join(empty)}, 0 AS load_order WHERE false"]
    queries += [file_sql(file, order, columns) for order, file in enumerate(files)]
    return "\nUNION ALL\n".join(queries)


def file_sql(file: SpokenFile, order: int, columns: Iterable[str]) -> str:
    """Return the query of the rows of one file."""
    filed = (file.wave_id, file.dialogue_id, file.delivery_id)
    named = [f"{quoted(value)} AS {name}" for name, value in zip(FILED, filed, strict=True)]
    source = f"read_parquet({quoted(str(file.path))})"
    return f"SELECT {', '.join([*named, *columns])}, {order} AS load_order FROM {source}"


def rating_sql(ratings: str) -> str:
    """Return the query of the ratings that stand: per person and answer the last."""
    key = "wave_id, dialogue_id, question_id, answer_id, participant_id"
    return f"""SELECT r.* EXCLUDE load_order, EXISTS (
            SELECT 1 FROM dialogue_answer a WHERE a.wave_id = r.wave_id
            AND a.dialogue_id = r.dialogue_id AND a.question_id = r.question_id
            AND a.answer_id = r.answer_id AND a.participant_id = r.participant_id) AS is_own
        FROM ({ratings}) r
        QUALIFY row_number() OVER (PARTITION BY {key}
            ORDER BY given_at DESC NULLS LAST, load_order DESC, row_number DESC) = 1"""
