"""Waarin verschillen we? The grade by size band, both sides, and the slope over size."""

from __future__ import annotations

from dataclasses import replace

from dashboard.figures.lines import Ground, Point, Series, line_figure, shifted
from dashboard.grouped import Row
from dashboard.pages import size_curve
from dashboard.pages.model import Chart, Page, Section, Table, View
from dashboard.pages.parts import context_line
from dashboard.sentences import band_short, published, size_words, slope_evidence, slope_sentence
from dashboard.theme import EMPLOYEE, HR

UNIT = "grade"
SIDES = ("employee", "hr")


def employee_value(view: View, band: str) -> Row | None:
    """Return a band's employees: each organisation once where the band stands alone, else all.

    Shape: keys value, ci_low, ci_high, group_id and `is_mean` (of organisations).
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
            "is_mean": True,
        }
    return side_value(view, band, "employee")


def side_value(view: View, band: str, side: str) -> Row | None:
    """Return a band's respondent-level score of a side, None when it is not published."""
    group = view.reader.group_of(band, "grade", side, "respondents")
    score = view.reader.score(side, "size_band", group, "grade")
    return score | {"is_mean": False} if score is not None and published(score) else None


def value_of(view: View, band: str, side: str) -> Row | None:
    """Return a band's value of a side."""
    return employee_value(view, band) if side == "employee" else side_value(view, band, side)


def points(view: View, side: str) -> list[Point]:
    """Return a side's points, one per published group of bands."""
    order = [band["size_band_id"] for band in view.reader.bands]
    found: dict[str, Point] = {}
    for band in order:
        row = value_of(view, band, side)
        if row is None or row["group_id"] in found:
            continue
        places = [order.index(part) for part in view.reader.bands_of(row["group_id"])]
        number = view.say.number(row["value"])
        words = f"{view.say('side_' + side)}, {band_short(view, row['group_id'])}: {number}"
        middle = sum(places) / len(places)
        ends = (float(places[0]), float(places[-1]))
        found[row["group_id"]] = Point(
            middle, row["value"], row["ci_low"], row["ci_high"], words, number, *ends
        )
    return sorted(found.values(), key=lambda point: point.place)


def own_series(view: View) -> list[Series]:
    """Return the own organisation in its band, if it may be shown."""
    score, own = view.reader.own_score("grade"), view.reader.organisation
    order = [band["size_band_id"] for band in view.reader.bands]
    if score is None or own is None or not published(score) or own["size_band_id"] not in order:
        return []
    number = view.say.number(score["value"])
    words = f"{view.say('own')}: {number}"
    place = order.index(own["size_band_id"]) - 0.3
    point = Point(place, score["value"], score["ci_low"], score["ci_high"], words)
    return [Series("", "own", EMPLOYEE, [[point]])]


def figure_series(view: View) -> list[Series]:
    """Return both sides and the own organisation; where they cross, hr stands to the right."""
    employees, hr = apart(points(view, "employee"), points(view, "hr"))
    found = [Series("", "side", EMPLOYEE, [employees])] if employees else []
    # Hr has no slope to show: its points are not joined.
    found += [Series("", "side", HR, [[point]]) for point in shifted(hr, 0.2)]
    return found + own_series(view)


def apart(employees: list[Point], hr: list[Point]) -> tuple[list[Point], list[Point]]:
    """Return both sides with the label of the lower value below, so that none covers the other."""
    values = {point.place: point.value for point in hr}
    highest = {point.place: point.value for point in employees}
    return (
        [replace(p, is_below=values.get(p.place, p.value) > p.value) for p in employees],
        [replace(p, is_below=highest.get(p.place, p.value) >= p.value) for p in hr],
    )


def key(view: View) -> tuple[tuple[str, str], ...]:
    """Return the key of the picture."""
    glyphs = [("employee", view.say("key_band_employee"))]
    if view.reader.wave["has_hr"]:
        glyphs.append(("hr", view.say("key_band_hr")))
    for series in own_series(view):
        glyphs.insert(0, ("own", series.runs[0][0].words))
    return (*glyphs, ("interval", view.say("key_interval")))


def axis_name(view: View, band: Row) -> str:
    """Return a band as short as a phone needs it."""
    low, high = band["headcount_min"], band["headcount_max"]
    if high is None:
        return f"{view.say.count(low)}+"
    return f"<{view.say.count(high + 1)}" if low <= 1 else size_words(view, band)


def cells(view: View, band: Row, side: str) -> tuple[str, ...]:
    """Return the cells of a side of a band: value, interval, what it is a mean of."""
    say, band_id = view.say, band["size_band_id"]
    row = value_of(view, band_id, side)
    if row is None:
        is_asked = side == "employee" or view.reader.wave["has_hr"]
        empty = "status_too_few_organisations" if is_asked else "status_not_asked"
        return say(empty), say("dash"), say("dash")
    what = say("of_organisations" if row["is_mean"] else f"of_people_{side}")
    if row["group_id"] != band_id:
        what = f"{what}; {say('together', band=band_short(view, row['group_id']))}"
    interval = say.interval(row["ci_low"], row["ci_high"], UNIT)
    return say.number(row["value"]), interval, what


def table(view: View) -> Table:
    """Return both sides by band."""
    say = view.say
    sides = ((say(f"head_{side}"), say("interval_head"), say("mean_of")) for side in SIDES)
    heads = (say("size_band"), *(head for side in sides for head in side))
    rows = tuple(
        (
            band_short(view, band["size_band_id"]),
            *cells(view, band, "employee"),
            *cells(view, band, "hr"),
        )
        for band in view.reader.bands
    )
    return Table(say("table_bands"), heads, rows)


def build(view: View) -> Page:
    """Return the page of size bands."""
    say = view.say
    slope = view.reader.gradient("grade")
    finding = slope_sentence(view, slope)
    context = f"{slope_evidence(view, slope)} {context_line(view)}".strip()
    names = [axis_name(view, band) for band in view.reader.bands]
    ground = Ground(names, UNIT, say("axis_bands"), say.language)
    summary = say("summary_of", chart=say("bands_chart"), finding=finding)
    chart = Chart(line_figure(figure_series(view), ground), summary, key(view))
    curve = size_curve.section(view)
    sections = (Section(chart=chart, table=table(view)), *([] if curve is None else [curve]))
    reading = (say("reading_bands"), say("reading_bands_merged"))
    return Page(say("page_size_bands"), finding, context, sections, reading)
