"""How a table is written: its first rows, the others folded, and cells that name their column."""

from __future__ import annotations

import re

from dashboard.components.markup import html_of
from dashboard.components.tables import folded_table, long_table
from dashboard.pages.model import Section, Table
from dashboard.texts import texts_of

SAY = texts_of("nl")
ROWS = tuple((f"Rij {place}", str(place)) for place in range(1, 6))
TABLE = Table("Wat er staat", ("Naam", "Getal"), ROWS)


def test_a_long_table_shows_its_first_rows_and_folds_the_others() -> None:
    section = Section("Kop", table=TABLE, lead=3)
    first, rest = long_table(TABLE, section, SAY)
    assert re.findall("Rij [0-9]", html_of(first)) == ["Rij 1", "Rij 2", "Rij 3"]
    written = html_of(rest)
    assert re.findall("Rij [0-9]", written) == ["Rij 4", "Rij 5"]
    assert written.startswith("<details")
    assert "<summary>Nog 2 rijen</summary>" in written


def test_a_table_that_is_not_longer_than_its_lead_stays_whole() -> None:
    assert len(long_table(TABLE, Section("Kop", table=TABLE, lead=5), SAY)) == 1
    assert len(long_table(TABLE, Section("Kop", table=TABLE), SAY)) == 1


def test_a_folded_table_holds_every_row() -> None:
    written = html_of(folded_table(TABLE, Section("Kop", table=TABLE, lead=3), SAY))
    assert len(re.findall("Rij [0-9]", written)) == len(ROWS)


def test_the_cells_of_a_table_of_words_name_their_column_and_keep_their_roles() -> None:
    wordy = Table(TABLE.caption, TABLE.columns, ROWS[:1], is_wordy=True)
    written = html_of(long_table(wordy, Section("Kop"), SAY))
    assert '<td data-head="Getal" role="cell">1</td>' in written
    for role in ("table", "rowgroup", "row", "columnheader", "rowheader"):
        assert f'role="{role}"' in written
    assert "data-head" not in html_of(long_table(TABLE, Section("Kop"), SAY))


def test_a_caption_that_repeats_the_heading_is_only_heard() -> None:
    assert 'class="caption unseen"' in html_of(long_table(TABLE, Section(TABLE.caption), SAY))
    assert "unseen" not in html_of(long_table(TABLE, Section("Kop"), SAY))
