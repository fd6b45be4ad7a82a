"""What a page asks of a release about findings, dialogues and quotes: no organisation's row.

A release from before it held these tables tells nothing.
"""

from __future__ import annotations

from typing import Final

import duckdb

from dashboard.grouped import Row
from dashboard.queries import OWN, Reader

SECTOR: Final = "sector"
GROUPS: Final = (SECTOR, "size_band")


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


def dialogue_mentions(reader: Reader, question_id: str) -> tuple[Row, ...]:
    """Return how aspects are named in both rounds, the widest shift first."""
    query = """select * from dialogue_mention where wave_id = ? and question_id = ?
        order by abs(shift) desc nulls last, aspect_id"""
    return told(reader, query, reader.wave_id, question_id)


def quotes(reader: Reader) -> tuple[Row, ...]:
    """Return the quotes of this wave, in the order of their own hash."""
    query = "select * from quote where wave_id = ? order by quote_id"
    return told(reader, query, reader.wave_id)


def scheme_answers(reader: Reader) -> dict[tuple[str, str], dict[str, Row]]:
    """Return whom each scheme applies to, by scheme and side: in the sector, and groups of bands.

    A release from before groups were counted has the sector alone.
    """
    rows = told(reader, "select * from scheme_answer where wave_id = ?", reader.wave_id)
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        key = row["scheme_id"], row["side"]
        found.setdefault(key, {})[row.get("group_id") or SECTOR] = row
    return found


def group_of_codes(reader: Reader, item_id: str, grade_class: str, band: str | None) -> str:
    """Return the group of bands around a band that both sides have codes of, else the sector.

    Where the sides are published for different groups no gap is known, so the sector is shown.
    """
    query = """select distinct group_id from coded_gap where wave_id = ? and item_id = ?
        and grade_class = ? and group_kind = 'size_band'"""
    rows = told(reader, query, reader.wave_id, item_id, grade_class)
    groups = (str(row["group_id"]) for row in rows)
    return next((name for name in groups if band in reader.bands_of(name)), SECTOR)


def coded_answers(
    reader: Reader, item_id: str, grade_class: str, group: str
) -> dict[str, dict[str, Row]]:
    """Return how often a group names each code, by code and side, in the questionnaire's order."""
    query = """select * from coded_answer where wave_id = ? and item_id = ? and grade_class = ?
        and group_id = ? order by position, side"""
    found: dict[str, dict[str, Row]] = {}
    for row in told(reader, query, reader.wave_id, item_id, grade_class, group):
        found.setdefault(row["code"], {})[row["side"]] = row
    return found


def coded_gaps(reader: Reader, item_id: str, grade_class: str, group: str) -> dict[str, Row]:
    """Return employees minus hr by code."""
    query = """select * from coded_gap where wave_id = ? and item_id = ? and grade_class = ?
        and group_id = ?"""
    rows = told(reader, query, reader.wave_id, item_id, grade_class, group)
    return {row["code"]: row for row in rows}


def code_labels(reader: Reader, item_id: str) -> dict[str, str]:
    """Return what the questionnaire calls each code of a question, in the export's language."""
    query = """select c.text as code, a.text as label from instrument_item i
        join scale_code c on c.instrument_id = i.instrument_id and c.scale_id = i.scale_id
            and c.meaning = 'category'
        join scale_code a on a.instrument_id = i.instrument_id and a.scale_id = i.scale_id
            and a.meaning = 'answer' and a.code = c.code
        where i.instrument_id = ? and i.item_id = ?"""
    rows = told(reader, query, reader.wave["instrument_id"], item_id)
    return {row["code"]: row["label"] for row in rows}


def composites(reader: Reader, side: str, kind: str, group: str) -> dict[str, Row]:
    """Return means of several questions of a group; an organisation's only of the own one."""
    if kind == OWN and group != reader.scope.organisation_id:
        return {}
    query = """select * from composite where wave_id = ? and side = ? and group_kind = ?
        and group_id = ?"""
    rows = told(reader, query, reader.wave_id, side, kind, group)
    return {row["composite_id"]: row for row in rows}


def composite_gaps(reader: Reader, band: str | None) -> dict[str, Row]:
    """Return employees minus hr of means of several questions: of the groups of bands around a
    band, and of the sector for those that no such group has.
    """
    query = """select * from composite_gap where wave_id = ?
        order by group_kind = 'sector' desc, length(group_id) desc"""
    # Narrower groups come last and so win.
    return {
        row["composite_id"]: row
        for row in told(reader, query, reader.wave_id)
        if row["group_kind"] == SECTOR
        or (band is not None and band in reader.bands_of(row["group_id"]))
    }
