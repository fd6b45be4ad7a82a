"""What a page asks of a release about findings, dialogues and quotes: no organisation's row.

A release from before it held these tables tells nothing.
"""

from __future__ import annotations

from typing import Final

import duckdb

from dashboard.queries import Reader
from dashboard.snapshot import Row

GROUPS: Final = ("sector", "size_band")


def told(reader: Reader, query: str, *parameters: str) -> tuple[Row, ...]:
    """Return the rows of a query, none where the release has no such table."""
    try:
        return reader.snapshot.rows(query, *parameters)
    except duckdb.CatalogException:
        return ()


def findings(reader: Reader, kind: str, band: str | None = None) -> tuple[Row, ...]:
    """Return the findings of the sector, or of the groups of size bands a band belongs to.

    Shape: the strongest of a kind first.
    """
    query = """select * from finding where wave_id = ? and group_kind = ?
        order by finding_kind, strength desc, item_id"""
    rows = told(reader, query, reader.wave_id, kind) if kind in GROUPS else ()
    return tuple(r for r in rows if band is None or band in reader.bands_of(r["group_id"]))


def dialogue_questions(reader: Reader) -> tuple[Row, ...]:
    """Return the questions of this wave's dialogue."""
    query = "select * from dialogue_question where wave_id = ? order by question_id"
    return told(reader, query, reader.wave_id)


def dialogue_answers(reader: Reader, question_id: str) -> dict[str, dict[str, Row]]:
    """Return the answers to a question, best supported first, each by whose ratings it shows."""
    query = """select * from dialogue_answer where wave_id = ? and question_id = ?
        order by position, rater_side"""
    found: dict[str, dict[str, Row]] = {}
    for row in told(reader, query, reader.wave_id, question_id):
        found.setdefault(row["answer_id"], {})[row["rater_side"]] = row
    return found


def quotes(reader: Reader) -> tuple[Row, ...]:
    """Return the quotes of this wave, in the order of their own hash."""
    query = "select * from quote where wave_id = ? order by quote_id"
    return told(reader, query, reader.wave_id)


def scheme_answers(reader: Reader) -> dict[tuple[str, str], Row]:
    """Return whom each scheme applies to in the sector, by scheme and side."""
    rows = told(reader, "select * from scheme_answer where wave_id = ?", reader.wave_id)
    return {(row["scheme_id"], row["side"]): row for row in rows}
