"""Rows and cells that several pages show the same way."""

from __future__ import annotations

from dashboard.figures.dots import DotRow, Mark
from dashboard.pages.model import View
from dashboard.sentences import published
from dashboard.snapshot import Row
from dashboard.theme import EMPLOYEE, HR, NEUTRAL

WITHHELD = ("withheld_small", "withheld_complement", "withheld_homogeneous")


def status_words(view: View, status: str) -> str:
    """Return why a value is not there; the three kinds of withheld look the same to a reader."""
    return view.say("status_withheld" if status in WITHHELD else f"status_{status}")


def value_cell(view: View, row: Row | None, unit: str) -> str:
    """Return a value, or the mark and words of the kind of empty it is."""
    if row is None:
        return view.say("status_no_data")
    if not published(row):
        return status_words(view, row["status"])
    return view.say.value(row["value"], unit)


def interval_cell(view: View, row: Row | None, unit: str) -> str:
    """Return an interval, a dash where there is no value."""
    if row is None or not published(row):
        return view.say("dash")
    return view.say.interval(row["ci_low"], row["ci_high"], unit)


def count_cell(view: View, row: Row | None, column: str) -> str:
    """Return a count, a dash where there is none."""
    if row is None or row.get(column) is None:
        return view.say("dash")
    return view.say.count(row[column])


def side_mark(view: View, row: Row, side: str, unit: str) -> Mark:
    """Return a side's value with its interval as a mark."""
    text = view.say.value(row["value"], unit)
    return Mark(
        value=row["value"],
        text=f"{view.say('side_' + side)}: {text}",
        low=row["ci_low"],
        high=row["ci_high"],
        color=EMPLOYEE if side == "employee" else HR,
        label=text,
        above=side == "employee",
    )


def own_mark(view: View, row: Row, unit: str) -> Mark:
    """Return the own organisation as a large dot with its value beside it."""
    text = view.say.value(row["value"], unit)
    return Mark(
        value=row["value"],
        text=f"{view.say('own')}: {text}",
        low=row["ci_low"],
        high=row["ci_high"],
        color=EMPLOYEE,
        form="own",
        label=text,
    )


def band_mark(view: View, row: Row, unit: str, label: bool = False) -> Mark:
    """Return a band's mean of organisations as a tick."""
    text = view.say.value(row["mean_of_organisations"], unit)
    return Mark(
        value=row["mean_of_organisations"],
        text=f"{view.say('band')}: {text}",
        color=NEUTRAL,
        form="band",
        label=text if label else "",
        above=False,
    )


def sector_mark(view: View, value: float, unit: str, label: bool = False) -> Mark:
    """Return the sector as a thin line."""
    text = view.say.value(value, unit)
    return Mark(
        value=value,
        text=f"{view.say('sector')}: {text}",
        color=NEUTRAL,
        form="sector",
        label=text if label else "",
        above=False,
    )


def quartile_box(row: Row | None) -> tuple[float, float] | None:
    """Return the quartile box of a benchmark, None without quartiles."""
    if row is None or row.get("lower_quartile") is None:
        return None
    return row["lower_quartile"], row["upper_quartile"]


def gap_row(view: View, row: Row, unit: str, label: str) -> DotRow:
    """Return both sides of a gap on one row; pale where they cannot be told apart."""
    pale = row["verdict"] not in ("higher", "lower")
    marks = []
    for side, color in (("employee", EMPLOYEE), ("hr", HR)):
        value = row[f"{side}_value"]
        text = view.say.value(value, unit)
        above = side == "employee"
        words = f"{view.say('side_' + side)}: {text}"
        marks.append(Mark(value, words, color=color, label=text, above=above, is_pale=pale))
    return DotRow(label, tuple(marks))


def context_line(view: View) -> str:
    """Return wave, respondents and organisations of the view."""
    wave = view.reader.wave
    return view.say(
        "context",
        wave=view.say.name(wave),
        respondents=view.say.count(wave["respondent_count"]),
        organisations=view.say.count(wave["organisation_count"]),
    )
