"""Reken dit na: the figures of a page as a workbook that computes them again.

Every figure has its lines, a cell with a formula over those lines, and the released value beside
it. Texts are written as texts, so nothing a release holds is taken for a formula.
"""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell as cell_at

from dashboard.check_words import group_words, hidden_words, note_words, title_of, words_of
from dashboard.pages.behind import figures_of
from dashboard.pages.model import View
from dashboard.pages.source import source_lines
from warehouse.explain import Explanation
from warehouse.explain.model import OTHERS, Input

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
HEADS = (
    "check_line", "group", "check_organisation_count", "check_answers_head", "check_headcount",
    "check_factor", "check_total", "check_squares", "check_weight", "check_weighted",
)  # fmt: skip
ANSWERS, HEADCOUNT, FACTOR, TOTAL, WEIGHT, WEIGHTED = 3, 4, 5, 6, 8, 9
WIDTHS = (30, 34, 14, 16, 14, 14, 16, 16, 18, 18)


def check_file(view: View) -> bytes:
    """Return the workbook of a page; the same view of the same release gives the same bytes."""
    found = [view.reader.explain(table, row) for table, row in figures_of(view)]
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as book:
        created = datetime.datetime.fromisoformat(view.reader.release["created_at"])
        book.set_properties({"created": created.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        figures = Page(book.add_worksheet(view.say("check_sheet")), bold)
        write_figures(figures, view, found)
        words = Page(book.add_worksheet(view.say("check_words")), bold)
        write_words(words, view, found)
    return content.getvalue()


@dataclass
class Page:
    """A sheet that is filled from the top."""

    sheet: Any
    bold: Any
    row: int = 0
    named: dict[str, str] = field(default_factory=dict)

    def texts(self, *texts: str, is_head: bool = False) -> None:
        """Write a line of texts."""
        for column, text in enumerate(texts):
            self.sheet.write_string(self.row, column, text, self.bold if is_head else None)
        self.row += 1

    def number(self, column: int, number: float | None) -> None:
        """Write a number; nothing where there is none."""
        if number is not None:
            self.sheet.write_number(self.row, column, number)

    def formula(self, column: int, formula: str, value: float) -> None:
        """Write a formula with its value, for readers that do not compute."""
        self.sheet.write_formula(self.row, column, f"={formula}", None, value)


def write_figures(page: Page, view: View, found: list[Explanation]) -> None:
    """Write every figure with its lines."""
    for column, width in enumerate(WIDTHS):
        page.sheet.set_column(column, column, width)
    page.texts(view.say("check_intro"))
    if not found:
        page.texts(view.say("check_no_figures"))
    for one in found:
        page.row += 1
        page.texts(title_of(view, one), is_head=True)
        write_figure(page, view, one)


def write_figure(page: Page, view: View, found: Explanation) -> None:
    """Write one figure: why it is hidden, or its lines, its formula and the released value."""
    say = view.say
    if not found.is_published:
        page.texts(hidden_words(view, found))
        return
    if not found.inputs:
        page.texts(note_words(view, found) or say("check_no_inputs"))
        released = found.released
        write_value(page, say("check_released"), released.value, released.low, released.high)
        write_cells(page, view, found)
        return
    page.texts(*(say(head) for head in HEADS), is_head=True)
    ranges = write_lines(page, view, found.inputs)
    for name, value in found.parameters.items():
        page.named[name] = cell_at(page.row, 1)
        write_value(page, name, value)
    write_result(page, view, found, formula_of(found, ranges, page.named.get("k", "")))
    write_cells(page, view, found)


def write_cells(page: Page, view: View, found: Explanation) -> None:
    """Write the other figures of the row: released, recomputed, or why not."""
    say = view.say
    if not found.cells:
        return
    heads = ("check_more", "check_released", "check_recomputed")
    page.texts(*(say(head) for head in heads), is_head=True)
    for cell in found.cells:
        page.sheet.write_string(page.row, 3, cell.nl if say.language == "nl" else cell.en)
        write_value(page, cell.column, cell.released, cell.recomputed)


def write_lines(page: Page, view: View, inputs: tuple[Input, ...]) -> dict[str, tuple[int, int]]:
    """Write the lines and return the first and last row of each role."""
    ranges: dict[str, tuple[int, int]] = {}
    for one in inputs:
        first, _ = ranges.get(one.role, (page.row, page.row))
        ranges[one.role] = (first, page.row)
        write_line(page, view, one)
    return ranges


def write_line(page: Page, view: View, one: Input) -> None:
    """Write a line; weight and weighted sum are formulas where the totals are there."""
    sheet, row = page.sheet, page.row
    sheet.write_string(row, 0, view.say(f"check_role_{one.role}"))
    where = group_words(view, one.group_kind, one.group_id)
    sheet.write_string(row, 1, f"{where} · {one.wave_id}" if one.wave_id else where)
    numbers = (one.organisation_count, one.answer_count, one.headcount, one.factor, one.total,
               one.total_squares)  # fmt: skip
    for column, number in enumerate(numbers, 2):
        page.number(column, number)
    if one.factor is None:
        page.number(WEIGHT, one.weight)
    else:
        formula = f"{cell_at(row, HEADCOUNT)}*{cell_at(row, FACTOR)}"
        page.formula(WEIGHT, formula, one.weight)
    if one.total is None:
        page.number(WEIGHTED, one.weighted_sum)
    else:
        # A line that is a figure by itself has no answers to divide by.
        mean = "" if one.answer_count is None else f"/{cell_at(row, ANSWERS)}"
        formula = f"{cell_at(row, WEIGHT)}*{cell_at(row, TOTAL)}{mean}"
        page.formula(WEIGHTED, formula, one.weighted_sum)
    page.row += 1


def mean_formula(rows: tuple[int, int]) -> str:
    """Return the formula of the weighted mean of some rows."""
    sums = (
        f"SUM({cell_at(rows[0], column)}:{cell_at(rows[1], column)})"
        for column in (WEIGHTED, WEIGHT)
    )
    return "/".join(sums)


def formula_of(found: Explanation, ranges: dict[str, tuple[int, int]], k: str) -> str:
    """Return the formula of a figure over its lines."""
    if found.form == "sum":
        first = min(start for start, _ in ranges.values())
        last = max(end for _, end in ranges.values())
        return f"SUM({cell_at(first, WEIGHTED)}:{cell_at(last, WEIGHTED)})"
    means = [mean_formula(rows) for rows in ranges.values()]
    if found.form == "one":
        return means[0]
    if found.form == "rate":
        return f"MIN(1,{means[0]})"
    difference = "-".join(means)
    return difference if found.form == "minus" else f"{k}/({k}-1)*({difference})"


def write_value(page: Page, label: str, *numbers: float | None) -> None:
    """Write a name and its numbers."""
    page.sheet.write_string(page.row, 0, label)
    for column, number in enumerate(numbers, 1):
        page.number(column, number)
    page.row += 1


def write_result(page: Page, view: View, found: Explanation, formula: str) -> None:
    """Write the released value, the recomputed one as a formula, and the difference."""
    say = view.say
    page.texts("", say("check_figure"), say("check_low"), say("check_high"), is_head=True)
    released, recomputed = found.released, found.recomputed
    write_value(page, say("check_released"), released.value, released.low, released.high)
    if recomputed.value is not None:
        page.formula(1, formula, recomputed.value)
    write_value(page, say("check_recomputed"), None, recomputed.low, recomputed.high)
    if released.value is not None and recomputed.value is not None:
        both = f"{cell_at(page.row - 1, 1)}-{cell_at(page.row - 2, 1)}"
        page.formula(1, both, recomputed.value - released.value)
    write_value(page, say("check_difference"), None)


def write_words(page: Page, view: View, found: list[Explanation]) -> None:
    """Write formula, method and parameters of every figure, and the source."""
    say = view.say
    page.sheet.set_column(0, 0, 60)
    page.sheet.set_column(1, 2, 90)
    for line in source_lines(view):
        page.texts(say("check_source"), line)
    if any(one.group_kind == OTHERS for each in found for one in each.inputs):
        page.texts(say("check_others_note"))
    page.row += 1
    page.texts(say("check_figure"), say("check_formula"), say("check_method"), is_head=True)
    for each in found:
        page.texts(title_of(view, each), words_of(view, each), f"docs/methods.md, {each.anchor}")
