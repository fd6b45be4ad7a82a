"""Rows, cells and keys that several pages show the same way."""

from __future__ import annotations

from dashboard.figures.dots import LIFT, Canvas, DotRow, Mark
from dashboard.grouped import Row
from dashboard.pages.model import View
from dashboard.sentences import DEMONSTRABLE, published
from dashboard.theme import EMPLOYEE, HR, NEUTRAL

WITHHELD = ("withheld_small", "withheld_complement", "withheld_homogeneous")
SIDE_COLORS = {"employee": EMPLOYEE, "hr": HR}


def own_band(view: View) -> str | None:
    """Return the size band of the own organisation at this wave."""
    organisation = view.reader.organisation
    return organisation["size_band_id"] if organisation else None


def band_asked_for(view: View) -> str | None:
    """Return the own size band where the view asks for it, None where it asks for the sector."""
    return own_band(view) if view.state.group == "band" else None


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


def mean_cell(view: View, row: Row | None, unit: str) -> str:
    """Return a benchmark's mean of organisations."""
    if row is None or not published(row):
        return view.say("status_too_few_organisations")
    return view.say.value(row["mean_of_organisations"], unit)


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


def words_of(view: View, label: str, row: Row, unit: str) -> str:
    """Return what a mark says when it is pointed at."""
    value = view.say.value(row["value"], unit)
    return f"{label}: {value} ({view.say.interval(row['ci_low'], row['ci_high'], unit)})"


def side_mark(view: View, row: Row, side: str, unit: str) -> Mark:
    """Return a side's value with its interval as a mark."""
    return Mark(
        value=row["value"],
        words=words_of(view, view.say(f"side_{side}"), row, unit),
        low=row["ci_low"],
        high=row["ci_high"],
        color=SIDE_COLORS[side],
        label=view.say.value(row["value"], unit),
    )


def own_mark(view: View, row: Row, unit: str) -> Mark:
    """Return the own organisation as a large dot with its value beside it."""
    return Mark(
        value=row["value"],
        words=words_of(view, view.say("own"), row, unit),
        low=row["ci_low"],
        high=row["ci_high"],
        color=EMPLOYEE,
        form="own",
        label=view.say.value(row["value"], unit),
    )


def band_mark(view: View, row: Row, unit: str, label: bool = False) -> Mark:
    """Return a band's mean of organisations as a tick, with its interval where it is named."""
    text = view.say.value(row["mean_of_organisations"], unit)
    return Mark(
        value=row["mean_of_organisations"],
        words=f"{view.say('band')}: {text}",
        low=row["mean_ci_low"] if label else None,
        high=row["mean_ci_high"] if label else None,
        color=NEUTRAL,
        form="band",
        label=text if label else "",
    )


def sector_mark(view: View, value: float, unit: str) -> Mark:
    """Return the mean of all organisations as a thin line."""
    words = f"{view.say('all_organisations')}: {view.say.value(value, unit)}"
    return Mark(value=value, words=words, color=NEUTRAL, form="sector")


def expected_mark(view: View, value: float, unit: str) -> Mark:
    """Return the hollow ring of what is expected at the own size."""
    words = f"{view.say('expected')}: {view.say.value(value, unit)}"
    return Mark(value=value, words=words, color=NEUTRAL, form="expected")


def quartile_box(row: Row | None) -> tuple[float, float] | None:
    """Return the quartile box of a benchmark, None without quartiles."""
    if row is None or row.get("lower_quartile") is None:
        return None
    return row["lower_quartile"], row["upper_quartile"]


def gap_mark(view: View, row: Row, side: str, unit: str) -> Mark:
    """Return one side of a gap on its own lane, so that no value covers another."""
    score = view.reader.side_of_gap(row, side)
    value = row[f"{side}_value"]
    label = view.say.value(value, unit)
    return Mark(
        value=value,
        words=f"{view.say('side_' + side)}: {label}",
        low=score["ci_low"] if score else None,
        high=score["ci_high"] if score else None,
        color=SIDE_COLORS[side],
        label=label,
        lift=LIFT if side == "employee" else -LIFT,
    )


def gap_row(view: View, row: Row, unit: str, label: str) -> DotRow:
    """Return both sides of a gap on one row; pale where they cannot be told apart."""
    marks = tuple(gap_mark(view, row, side, unit) for side in ("employee", "hr"))
    return DotRow(label, marks, gap="solid" if row["verdict"] in DEMONSTRABLE else "pale")


def canvas(view: View, unit: str, row_height: int) -> Canvas:
    """Return where rows of a unit are drawn."""
    # The ends of the axis are known once its rows are.
    title = view.say(f"axis_{unit}", low="{low}", high="{high}")
    return Canvas(unit, title, view.say.language, row_height)


def gap_key(view: View) -> tuple[tuple[str, str], ...]:
    """Return the key of a picture of both sides."""
    glyphs = (("employee", "side_employee"), ("hr", "side_hr"), ("interval", "key_interval"))
    zones = (("gap-solid", "key_gap_solid"), ("gap-pale", "key_gap_pale"))
    return tuple((glyph, view.say(words)) for glyph, words in (*glyphs, *zones))


def context_line(view: View) -> str:
    """Return wave, respondents and organisations of the view."""
    wave = view.reader.wave
    return view.say(
        "context",
        wave=view.say.name(wave),
        respondents=view.say.count(wave["respondent_count"]),
        organisations=view.say.count(wave["organisation_count"]),
    )
