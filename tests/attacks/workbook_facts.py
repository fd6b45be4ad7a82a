"""What the figures of a workbook say, each known by its title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.attacks.facts import ORGANISATION, SECTOR, Fact
from tests.attacks.payloads import Seen
from tests.attacks.shown_words import WORDS, Key
from tests.dashboard.workbooks import Sheet, read_workbook

SIDES = {WORDS[f"check_role_{side}"]: side for side in ("employee", "hr")}
MEASURES = {"check_table_score": "mean", "check_table_benchmark": "organisations"}
ROLES = {"group", "own", "employee", "hr", "later", "earlier"}


def sheet_rows(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the rows of a sheet: cells by column, formulas with the values they had."""
    found: dict[int, dict[str, Any]] = {}
    for cells in (sheet.texts, sheet.numbers):
        for at, cell in cells.items():
            found.setdefault(int(at[1:]), {})[at[0]] = cell
    return [found.get(row, {}) for row in range(1, max(found, default=0) + 2)]


def figures(sheet: Sheet) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the title of each figure and its rows."""
    title, rows = "", []
    for row in sheet_rows(sheet):
        if not row:
            if title:
                yield title, rows
            title, rows = "", []
        elif not title and " · " in row.get("A", ""):
            title = row["A"]
        else:
            rows.append(row)


def group_of_words(key: Key, text: str) -> tuple[str, str]:
    """Return kind and group that a line or title names; the own organisation has its name."""
    for name in ("organisation", "size_band_rest", "size_band_age", "size_band", "sector_age"):
        pattern = re.escape(WORDS[f"check_group_{name}"]).replace(r"\{group\}", "(.+)")
        found = re.fullmatch(pattern, text)
        # A size band and a category of it are called the same; only the second names both.
        if found is not None and (name == "size_band_age") == ("|" in found[1]):
            return name, found[1]
    if text == WORDS["check_group_sector"]:
        return SECTOR, SECTOR
    return ORGANISATION, key.account.organisation_id or ""


def most(rows: Sequence[Mapping[str, Any]]) -> float:
    """Return the highest mean of the lines of a figure that does not name its scale."""
    means = [r["G"] / r["D"] for r in rows if is_line(r)]
    return max(means, default=2.0)


def is_line(row: Mapping[str, Any]) -> bool:
    """Return whether a row is of a group with its answers and their total."""
    return row.get("A") in ROLE_WORDS and {"D", "G"} <= row.keys()


def figure_facts(
    key: Key, address: str, title: str, rows: Sequence[Mapping[str, Any]]
) -> Iterator[Fact]:
    """Yield what a figure of a workbook says: the released value, and each line with a total."""
    table, *labels, waves = title.split(" · ")
    if table == WORDS["check_table_response"] or rows[0].get("A") != WORDS["check_line"]:
        return
    constants = {row["A"]: row["B"] for row in rows if isinstance(row.get("B"), float)}
    kind = "share" if constants.get("scale_max", most(rows)) <= 1.0 else "mean"
    item, sides = key.names[kind, labels[0]], [SIDES[word] for word in labels if word in SIDES]
    side = sides[0] if sides else "employee"
    for row in rows:
        if is_line(row):
            yield line_fact(key, address, (waves, side, item), row)
    measure = next((MEASURES[name] for name in MEASURES if WORDS[name] == table), None)
    if measure is None:
        return
    group = group_of_words(key, labels[-1])
    value, low, high = (
        next(r for r in rows if r.get("A") == WORDS["check_released"]).get(c) for c in "BCD"
    )
    label = (waves, side, *group, item, measure)
    yield Fact(address, *label, value, low=low, high=high)


ROLE_WORDS = {WORDS[f"check_role_{role}"]: role for role in sorted(ROLES)}


def line_fact(key: Key, address: str, label: tuple[str, str, str], row: Mapping[str, Any]) -> Fact:
    """Return one line of a figure: a group with its total."""
    waves, side, item = label
    role = ROLE_WORDS[row["A"]]
    wave = waves.split("–")[0 if role == "earlier" else -1]
    there = role if role in ("employee", "hr") else side
    group = group_of_words(key, row["B"])
    people = int(row["D"])
    return Fact(
        address, wave, there, *group, item, "mean", row["G"] / people, people, int(row["C"])
    )


def workbook_facts(key: Key, seen: Seen) -> Iterator[Fact]:
    """Yield what a workbook says."""
    for title, rows in figures(read_workbook(seen.content)[0]):
        yield from figure_facts(key, seen.address, title, rows)
