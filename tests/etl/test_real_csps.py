"""A published benchmark of organisations, recomputed from the workbook it was published in."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import duckdb
import numpy as np
import pytest

from etl.read import read_table
from tests.shared_data import shared
from warehouse.instrument import TableShape

PUBLISHED = "CS_MEDIAN"
# Not organisations: the published figures themselves, and two aggregates of organisations.
AGGREGATES = {PUBLISHED, "CS_MEAN", "MOJ_GROUP", "UKSA_GROUP"}
FIRST_MEASURE = 4
HIDDEN = "[c]"
THREE_DECIMALS = 0.000501
Measures = dict[str, dict[str, str]]


def measures_in(path: Path, room: Path, header_row: int) -> Measures:
    """Return the cells of every measure by organisation, as the product reads the sheet."""
    shape = TableShape(sheet="Table_3", header_row=header_row)
    table = read_table(path, room, path.name, shape)
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT * FROM {table.relation}").fetchall()
    return {
        header: {row[0]: row[place] or "" for row in rows if row[0]}
        for place, header in enumerate(table.headers)
        if place >= FIRST_MEASURE
    }


def block_of(header: str) -> str:
    """Return which question a measure belongs to: its code, which the options of it share."""
    code = re.match(r"\w+", header)
    return code[0] if code else header


def not_asked(measures: Measures) -> set[tuple[str, str]]:
    """Return the blocks (block, organisation) of which every share is zero: they were not asked."""
    cells: dict[tuple[str, str], list[str]] = defaultdict(list)
    for header, column in measures.items():
        for organisation, cell in column.items():
            cells[block_of(header), organisation].append(cell)
    return {
        key
        for key, found in cells.items()
        if len(found) > 1 and all(re.fullmatch(r"0(\.0+)?", cell) for cell in found)
    }


def medians(measures: Measures) -> tuple[dict[str, float], dict[str, float]]:
    """Return the published and the recomputed median of every measure without hidden cells."""
    absent = not_asked(measures)
    published, found = {}, {}
    for header, column in measures.items():
        answers = [
            float(cell)
            for organisation, cell in column.items()
            if organisation not in AGGREGATES
            and re.fullmatch(r"-?\d+(\.\d+)?", cell)
            and (block_of(header), organisation) not in absent
        ]
        if HIDDEN in column.values() or not re.fullmatch(r"\d+(\.\d+)?", column[PUBLISHED]):
            continue
        published[header] = float(column[PUBLISHED])
        found[header] = float(np.median(answers))
    return published, found


@pytest.mark.parametrize(
    ("name", "header_row", "count", "engagement"),
    [("benchmarks_2009_2021", 5, 126, 65.717), ("benchmarks_2024", 6, 101, 64.076)],
)
def test_every_published_median_comes_back(
    name: str, header_row: int, count: int, engagement: float, tmp_path: Path
) -> None:
    measures = measures_in(shared("data", "csps", f"{name}.ods"), tmp_path, header_row)
    published, found = medians(measures)
    wrong = [key for key, median in found.items() if abs(published[key] - median) > THREE_DECIMALS]
    assert wrong == []
    assert len(found) == count
    assert any(abs(median - engagement) <= THREE_DECIMALS for median in found.values())
