"""Made-up employer statements: what a few large organisations of the sector say as employers."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Final

import duckdb

from warehouse.paths import Store
from warehouse.rounding import rounded_half_up
from warehouse.statements import Statement, add_statements

MADE_UP: Final = "directeur-bestuurder (verzonnen)"
HOW_MANY: Final = 5
# The smallest of the largest band whose own grade is shown: a demonstration account is among them.
SPEAKERS: Final = """
    select o.organisation_id from organisation o join score s on s.wave_id = o.wave_id
        and s.group_kind = 'organisation' and s.group_id = o.organisation_id
        and s.side = 'employee' and s.item_id = 'grade' and s.status = 'published'
    where o.wave_id = ? and o.size_band_id = (
        select size_band_id from size_band order by position desc limit 1)
    order by o.headcount, o.organisation_id limit ?"""
ANSWERS: Final = """
    select s.item_id, s.value from score s join item i on i.item_id = s.item_id
    where s.wave_id = ? and s.side = 'hr' and s.group_kind = 'sector' and s.status = 'published'
        and i.unit in ('grade', 'likert') and (i.item_id = 'grade' or i.aspect_id is not null)
    order by i.position"""


def say_as_employers(store: Store, release: Path, consented: datetime.date) -> int:
    """Return how many organisations of a release say something as an employer at its last wave.

    They say what hr in the sector says; the first of them, and every other, to the fund as well.
    """
    with duckdb.connect(str(release), read_only=True) as file:
        last = file.execute("select wave_id from wave order by position desc limit 1").fetchone()
        wave = "" if last is None else str(last[0])
        speakers = [row[0] for row in file.execute(SPEAKERS, [wave, HOW_MANY]).fetchall()]
        rows = file.execute(ANSWERS, [wave]).fetchall()
    answers = tuple((item_id, rounded_half_up(value, 0)) for item_id, value in rows)
    if not answers:  # hr was not asked
        return 0
    statements = [
        Statement(
            organisation, wave, "organisation" if number % 2 else "organisation_and_fund",
            MADE_UP, consented, answers,
        )
        for number, organisation in enumerate(speakers)
    ]  # fmt: skip
    now = datetime.datetime.now(datetime.UTC)
    return len(add_statements(store, statements, "demonstration", now))
