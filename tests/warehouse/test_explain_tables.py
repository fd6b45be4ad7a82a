"""Every table with figures is explained: no gap, to the ninth decimal, or in words why not."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence

import duckdb
import pytest
from scipy import stats

from tests.warehouse.explaining import (
    Bundle,
    explained,
    organisation_of,
    own_organisation,
    published,
    same,
)
from tests.warehouse.explaining import demonstration as demonstration
from tests.warehouse.explaining import real as real
from warehouse.errors import UnknownFigureError
from warehouse.explain import KEYS, VALUES, Explanation, asking, explain
from warehouse.explain.kinds import KINDS, others_of
from warehouse.explain.model import OTHERS, Row
from warehouse.explain.not_recomputed import BY_DESIGN, NEVER
from warehouse.explain.source import STAFF_TABLES
from warehouse.tables import BY_NAME, TABLES

# Columns of which no small sector has a figure: a robust slope takes five waves.
FIVE_WAVES = {"theil_sen_slope", "theil_sen_low", "theil_sen_high"}
SAMPLE = 60
Seen = Counter[tuple[str, bool]]
Part = tuple[str, float, float | None, str, str]


def test_every_table_with_a_status_or_a_number_is_known() -> None:
    has_figures = {
        table.name
        for table in TABLES
        if any(column.type == "double" or column.name == "status" for column in table.columns)
    }
    assert has_figures == set(KINDS)
    assert set(KEYS) == set(VALUES) == set(KINDS)
    for name, kind in KINDS.items():
        assert set(KEYS[name]) == set(BY_NAME[name].key)
        doubles = {column.name for column in BY_NAME[name].columns if column.type == "double"}
        assert {*kind.values, *others_of(name)} == doubles
    for table, column in BY_DESIGN:
        assert column in (*KINDS[table].values, *others_of(table))


def parts_of(table: str, found: Explanation) -> Iterator[Part]:
    """Yield every figure of a row: column, released, recomputed, and why it is not."""
    words = (found.note_nl, found.note_en)
    for column, part in zip(VALUES[table], ("value", "low", "high"), strict=False):
        released, recomputed = getattr(found.released, part), getattr(found.recomputed, part)
        if released is not None:
            yield column, released, recomputed, *words
    for cell in found.cells:
        yield cell.column, cell.released, cell.recomputed, cell.nl, cell.en


def spread(rows: Sequence[Row], most: int) -> Sequence[Row]:
    """Return some rows from all over a table, and of each column one that has a figure."""
    some = list(rows[:: max(1, len(rows) // most)])
    for column in rows[0] if rows else ():
        some += [row for row in rows if row[column] is not None][:1]
    return some


def examine(bundle: Bundle, table: str, rows: Sequence[Row], seen: Seen) -> None:
    """Hold every figure of some rows against the recomputed one, or ask for words."""
    for row in rows:
        found = explained(bundle, table, row)
        assert found.anchor
        assert found.formula_nl
        for column, released, recomputed, nl, en in parts_of(table, found):
            seen[column, recomputed is not None] += 1
            if recomputed is None:
                assert (table, column) in BY_DESIGN or column in VALUES[table][1:], (column, row)
                assert nl, (column, row)
                assert en
            else:
                assert same(released, recomputed), (column, released, recomputed, row)


# Half a minute of sectors, and every table of them: `make test-all`.
@pytest.mark.slow
@pytest.mark.parametrize("table", KINDS)
def test_every_figure_is_recomputed_or_says_why_not(
    real: Bundle, demonstration: Bundle, table: str
) -> None:
    seen: Seen = Counter()
    for bundle in (real, demonstration):
        examine(bundle, table, spread(published(bundle, table), SAMPLE), seen)
    for column in (*VALUES[table], *others_of(table)):
        if column not in FIVE_WAVES:
            assert bool(seen[column, True]) == ((table, column) not in NEVER), column
            assert seen[column, True] or seen[column, False], column


@pytest.mark.slow
@pytest.mark.parametrize("table", KINDS)
def test_every_published_row_is_recomputed_or_says_why_not(
    real: Bundle, demonstration: Bundle, table: str
) -> None:
    for bundle in (real, demonstration):
        examine(bundle, table, published(bundle, table), Counter())


def test_most_slopes_over_size_are_recomputed(real: Bundle) -> None:
    found = [explained(real, "size_gradient", row) for row in published(real, "size_gradient")]
    done = [one for one in found if one.recomputed.value is not None]
    assert len(done) > 0.8 * len(found) > 0


@pytest.mark.parametrize("table", [name for name in KINDS if name not in STAFF_TABLES])
def test_a_director_gets_no_line_of_another_and_words_for_the_rest(
    real: Bundle, demonstration: Bundle, table: str
) -> None:
    tried = 0
    for bundle in (real, demonstration):
        own = own_organisation(bundle)
        mine = [row for row in published(bundle, table) if organisation_of(row) in (None, own)]
        for row in spread(mine, SAMPLE):
            check_director(table, own, explained(bundle, table, row, shown=frozenset({own})))
            tried += 1
    # Only who merged has predecessors.
    assert tried or table == "predecessor"


def check_director(table: str, own: str, found: Explanation) -> None:
    """Check one explanation as the director of an organisation gets it."""
    names = {one.group_id for one in found.inputs if one.group_kind == "organisation"}
    assert names <= {own}
    for one in found.inputs:
        if one.group_kind == OTHERS:
            assert (one.total, one.total_squares, one.headcount) == (None, None, None)
            assert one.organisation_count is not None
            assert one.organisation_count >= 4
    for column, released, recomputed, nl, _ in parts_of(table, found):
        if recomputed is not None:
            assert same(released, recomputed), (column, found)
        else:
            assert nl or column in VALUES[table][1:], (column, found)
    is_own_line = table == "trend_line" and found.key["group_kind"] == "organisation"
    if not KINDS[table].is_open and not is_own_line:
        assert not [cell for cell in found.cells if cell.recomputed is not None]


LIMITED = ("size_gradient", "sector_precision", "representativeness", "order_agreement")


@pytest.mark.parametrize("table", LIMITED)
def test_a_director_gets_formula_and_released_figure_alone(
    demonstration: Bundle, table: str
) -> None:
    own = frozenset({own_organisation(demonstration)})
    found = explained(demonstration, table, published(demonstration, table)[0], shown=own)
    assert found.inputs == ()
    assert (found.recomputed.value, found.recomputed.low) == (None, None)
    assert "alleen medewerkers van de sector" in found.note_nl


@pytest.mark.parametrize("table", STAFF_TABLES)
def test_where_organisations_stand_is_for_staff(real: Bundle, table: str) -> None:
    row = published(real, table)[0]
    own = frozenset({str(row.get("organisation_id", own_organisation(real)))})
    with pytest.raises(UnknownFigureError) as refused:
        explained(real, table, row, shown=own)
    assert table not in str(refused.value).partition("there are")[2]


def test_what_a_wave_counts_in_a_line_of_many_is_for_staff(real: Bundle) -> None:
    """It depends on the spread between all of them; of the own organisation it does not."""
    rows = published(real, "trend_line")
    own = own_organisation(real)
    seen: Seen = Counter()
    for row in rows:
        if organisation_of(row) in (None, own) and row["side"] == "employee":
            found = explained(real, "trend_line", row, shown=frozenset({own}))
            seen[row["group_kind"], bool(found.inputs)] += 1
    assert seen["organisation", True]
    assert seen["sector", False]
    assert not seen["organisation", False]
    assert not seen["sector", True]


def test_the_parts_of_a_change_add_up_line_by_line(real: Bundle) -> None:
    rows = [row for row in published(real, "change_part") if row["item_id"] == "grade"]
    found = {row["part"]: explained(real, "change_part", row).recomputed.value for row in rows}
    if {"total", "matched", "composition"} <= found.keys():
        assert same(found["total"], found["matched"] + found["composition"])
    assert same(found["total"], found["within"] + found["mix"])


GRADES = (7.0, 7.3, 7.1, 7.6, 7.7)


def five_waves() -> duckdb.DuckDBPyConnection:
    """Return a release by hand: one organisation's grade of ten answers at five waves."""
    connection = duckdb.connect()
    for name in ("wave", "score", "protected_total", "parameter", "item", "size_band",
                 "organisation", "trend_line"):  # fmt: skip
        connection.execute(BY_NAME[name].ddl)

    def put(table: str, **cells: object) -> None:
        names, holes = ", ".join(cells), ", ".join("?" for _ in cells)
        connection.execute(f"insert into {table} ({names}) values ({holes})", list(cells.values()))

    put("item", item_id="grade", unit="grade", kind="grade")
    own = {"side": "employee", "item_id": "grade", "group_kind": "organisation", "group_id": "A"}
    for year, grade in enumerate(GRADES, 2021):
        wave = {"wave_id": str(year)}
        put("wave", **wave, position=year, fieldwork_start=f"{year}-03-01",
            fieldwork_end=f"{year}-03-31")  # fmt: skip
        put("score", **wave, **own, value=grade, status="published")
        put("protected_total", **wave, **own, answer_count=10, total=10 * grade, headcount=60)
        for name, value in {
            "pooled_variance": 1,
            "pooled_df": 9,
            "scale_min": 1,
            "scale_max": 10,
        }.items():
            put("parameter", **wave, side="employee", item_id="grade", name=name, value=value)
    put("trend_line", wave_from="2021", wave_to="2025", **own, slope_per_year=0.17,
        theil_sen_slope=0.2, theil_sen_low=0.0, theil_sen_high=0.5, status="published")  # fmt: skip
    return connection


def test_a_robust_slope_over_five_waves() -> None:
    with five_waves() as connection:
        ask = asking(connection)
        [row] = ask("select * from trend_line")
        found = explain(ask, "trend_line", row)
    days = [datetime.date(year, 3, 16).toordinal() for year in range(2021, 2026)]
    expected = stats.theilslopes(GRADES, [day / 365.25 for day in days])
    cells = {cell.column: cell.recomputed for cell in found.cells}
    assert cells["theil_sen_slope"] == pytest.approx(expected.slope)
    assert cells["theil_sen_low"] == pytest.approx(expected.low_slope)
    assert cells["theil_sen_high"] == pytest.approx(expected.high_slope)
    assert [one.wave_id for one in found.inputs] == ["2021", "2022", "2023", "2024", "2025"]
