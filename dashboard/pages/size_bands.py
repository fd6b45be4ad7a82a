"""Waarin verschillen we? The grade by size band, both sides, and the slope over size."""

from __future__ import annotations

from dashboard.figures.dots import DotRow, Mark, dot_figure
from dashboard.pages.model import Page, Section, Table, View
from dashboard.pages.parts import context_line, side_mark
from dashboard.sentences import band_name, published, slope_sentence
from dashboard.snapshot import Row
from dashboard.theme import EMPLOYEE

UNIT = "grade"


def employee_value(view: View, band: str) -> Row | None:
    """Return a band's employees: each organisation once where the band stands alone, else all.

    Shape: value, ci_low, ci_high, group_id, organisation_count, `is_mean` (of organisations).
    """
    reader = view.reader
    group = reader.group_of(band, "grade", "employee", "organisations")
    row = reader.benchmark("size_band", group, "grade")
    if row is not None and published(row):
        return {
            "value": row["mean_of_organisations"],
            "ci_low": row["mean_ci_low"],
            "ci_high": row["mean_ci_high"],
            "group_id": group,
            "organisation_count": row["organisation_count"],
            "is_mean": True,
        }
    return side_value(view, band, "employee")


def side_value(view: View, band: str, side: str) -> Row | None:
    """Return a band's respondent-level score of a side, None when it is not published."""
    group = view.reader.group_of(band, "grade", side, "respondents")
    score = view.reader.score(side, "size_band", group, "grade")
    if score is None or not published(score):
        return None
    return score | {"is_mean": False}


def band_row(view: View, band: Row) -> DotRow:
    """Return a band with the marks of both sides."""
    name, own = view.say.name(band), view.reader.organisation
    employees = employee_value(view, band["size_band_id"])
    hr = side_value(view, band["size_band_id"], "hr")
    marks: list[Mark] = []
    if employees is not None:
        marks.append(side_mark(view, employees, "employee", UNIT))
    if hr is not None:
        marks.append(side_mark(view, hr, "hr", UNIT))
    if own is not None and own["size_band_id"] == band["size_band_id"]:
        name = f"{name} — {view.say('own_band')}"
        marks += own_marks(view)
    note = "" if marks else view.say("status_too_few_organisations")
    return DotRow(name, tuple(marks), note=note)


def own_marks(view: View) -> list[Mark]:
    """Return the own organisation's dot, if it may be shown."""
    score = view.reader.own_score("grade")
    if score is None or not published(score):
        return []
    text = f"{view.say('own')}: {view.say.number(score['value'])}"
    return [Mark(score["value"], text, color=EMPLOYEE, form="own")]


def cells(view: View, band: Row, side: str) -> tuple[str, ...]:
    """Return the cells of a side of a band: value, interval, what it is a mean of."""
    say, key = view.say, band["size_band_id"]
    row = employee_value(view, key) if side == "employee" else side_value(view, key, side)
    if row is None:
        return say("status_too_few_organisations"), say("dash"), say("dash")
    what = say("of_organisations" if row["is_mean"] else f"of_people_{side}")
    if row["group_id"] != key:
        what = f"{what}; {say('together_with', band=band_name(view, row['group_id']))}"
    interval = say.interval(row["ci_low"], row["ci_high"], UNIT)
    return say.number(row["value"]), interval, what


def table(view: View) -> Table:
    """Return both sides by band."""
    say = view.say
    heads = (
        say("size_band"),
        say("side_employee"),
        say("interval_head"),
        say("mean_of"),
        say("side_hr"),
        say("interval_head"),
        say("mean_of"),
    )
    rows = tuple(
        (say.name(band), *cells(view, band, "employee"), *cells(view, band, "hr"))
        for band in view.reader.bands
    )
    return Table(say("table_bands"), heads, rows)


def build(view: View) -> Page:
    """Return the page of size bands."""
    say = view.say
    finding = slope_sentence(view, view.reader.gradient("grade"))
    chart = Section(
        figure=dot_figure([band_row(view, band) for band in view.reader.bands], UNIT, say.language),
        summary=say("bands_summary"),
        legend=say("legend_sides"),
        table=table(view),
    )
    reading = (say("reading_bands"), say("reading_bands_merged"))
    return Page(say("page_size_bands"), finding, context_line(view), (chart,), reading)
