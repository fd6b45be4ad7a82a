"""The funnel, for staff: grades of organisations over their answers, and what is usual there."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final, NamedTuple

from dashboard.figures.base import window_of
from dashboard.figures.plane import Curve, Dot, Form, Plane, Scale, plane_figure
from dashboard.grouped import Row
from dashboard.pages.model import Chart, Section, Table, View
from dashboard.sentences import band_short, published
from dashboard.theme import EMPLOYEE

ITEM: Final = "grade"
COUNTS: Final = (10, 20, 50, 100, 200, 500, 1000, 2000)
OUTSIDE: Final = ("unusual", "very_unusual")
# Where 95 % and 99.8 % of organisations lie: the limits that the release's places stand on.
LEVELS: Final = (0.95, 0.998)
LEAD: Final = 12  # organisations before the fold


class Usual(NamedTuple):
    """The centre of the funnel, variance inside organisations and the usual one between them."""

    centre: float
    within: float
    between: float

    def limit(self, answers: float, level: float) -> float:
        """Return how far from the centre an organisation with so many answers usually lies."""
        quantile = NormalDist().inv_cdf(0.5 + level / 2)
        return quantile * math.sqrt(self.within / answers + self.between)


def usual(view: View) -> Usual | None:
    """Return the funnel of the grade; None for who may not read it, or without one."""
    rows = view.reader.places("sector_spread", ITEM)
    variance = view.reader.parameter("employee", ITEM, "pooled_variance")
    if not rows or not published(rows[0]) or variance is None:
        return None
    return Usual(rows[0]["funnel_centre"], variance, rows[0]["funnel_variance"])


def joined(view: View) -> list[Row]:
    """Return the organisations with a published grade and where they stand, by size and name.

    Not by how far out they lie: the data leave no order of organisations.
    """
    places = {row["organisation_id"]: row for row in view.reader.places("organisation_place", ITEM)}
    rows = [
        row | {"place": place["place"]}
        for row in view.reader.organisation_scores(ITEM)
        if (place := places.get(row["organisation_id"])) is not None and published(place)
    ]
    bands = [band["size_band_id"] for band in view.reader.bands]
    sizes = {band: place for place, band in enumerate(bands)}
    return sorted(rows, key=lambda row: (sizes.get(row["size_band_id"], len(sizes)), row["name"]))


def curves(found: Usual, last: float) -> list[Curve]:
    """Return the limits on both sides of the centre, the outer ones dashed."""
    xs = [math.log10(10) + (last - 1) * step / 40 for step in range(41)]
    lines = [Curve((xs[0], xs[-1]), (found.centre, found.centre))]
    for level in LEVELS:
        for sign in (-1, 1):
            ys = [found.centre + sign * found.limit(10**x, level) for x in xs]
            lines.append(Curve(xs, ys, level == LEVELS[1]))
    return lines


def dot(view: View, row: Row) -> Dot:
    """Return an organisation as a point, its form saying whether it is outside what is usual."""
    say = view.say
    words = say(
        "funnel_words",
        name=row["name"],
        grade=say.number(row["value"]),
        count=say.count(row["respondent_count"]),
        place=say(f"place_{row['place']}"),
    )
    x = math.log10(row["respondent_count"])
    form: Form = "few" if row["place"] in OUTSIDE else "many"
    return Dot(x, row["value"], words, form, EMPLOYEE)


def chart(view: View, rows: list[Row], found: Usual) -> Chart:
    """Return the picture of the funnel."""
    say, most = view.say, max(row["respondent_count"] for row in rows)
    ends = [one for one in COUNTS if one <= most] or [COUNTS[0]]
    last = math.log10(max(most, 20))
    low, high = window_of(ITEM, [row["value"] for row in rows])
    grades = [(float(value), say.number(value, 0)) for value in range(int(low), int(high) + 1)]
    plane = Plane(
        Scale(1.0, last, say("axis_funnel"), [(math.log10(one), say.count(one)) for one in ends]),
        Scale(low, high, "", grades),
        say.language,
        460,
    )
    clipped = [inside(curve, low, high) for curve in curves(found, last)]
    figure = plane_figure([dot(view, row) for row in rows], clipped, plane)
    glyphs = ("many", "few", "line", "dashed")
    key = tuple((glyph, say(f"funnel_key_{glyph}")) for glyph in glyphs)
    return Chart(figure, say("funnel_chart"), key)


def inside(curve: Curve, low: float, high: float) -> Curve:
    """Return the part of a limit that lies in the window."""
    kept = [(x, y) for x, y in zip(curve.x, curve.y, strict=True) if low <= y <= high]
    return Curve([x for x, _ in kept], [y for _, y in kept], curve.is_dashed)


def cells(view: View, row: Row, ranges: dict[str, Row]) -> tuple[str, ...]:
    """Return an organisation's cells, with what is expected at its size."""
    say, expected = view.say, ranges.get(row["organisation_id"])
    at_size = say("dash")
    if expected is not None and published(expected):
        at_size = say.interval(expected["range_low"], expected["range_high"], ITEM)
    band = row["size_band_id"]
    return (
        row["name"],
        band_short(view, band) if band else say("dash"),
        say.count(row["respondent_count"]),
        say.number(row["value"]),
        say.interval(row["ci_low"], row["ci_high"], ITEM),
        at_size,
        say(f"place_{row['place']}"),
    )


def fits_size(row: Row, expected: Row | None) -> bool:
    """Return whether a grade lies where it is expected at the size of its organisation."""
    if expected is None or not published(expected):
        return False
    return bool(expected["range_low"] <= row["value"] <= expected["range_high"])


def section(view: View) -> Section | None:
    """Return the funnel with a table of those outside; None for who may not read it."""
    found, say = usual(view), view.say
    rows = joined(view) if found is not None else []
    if found is None or not rows:
        return None
    outside = [row for row in rows if row["place"] in OUTSIDE]
    ranges = {row["organisation_id"]: row for row in view.reader.places("expected_range", ITEM)}
    heads = (
        "organisation",
        "size_band",
        "answers",
        "grade",
        "interval_head",
        "range_head",
        "place_head",
    )
    body = tuple(cells(view, row, ranges) for row in outside)
    table = Table(say("table_funnel"), tuple(say(head) for head in heads), body)
    count = {"count": say.count(len(outside)), "all": say.count(len(rows))}
    fitting = [row for row in outside if fits_size(row, ranges.get(row["organisation_id"]))]
    sentences = [say("funnel_sentence", **count)]
    if outside:
        sentences.append(say("funnel_fitting", count=say.count(len(fitting))))
    notes = (say("funnel_note"),)
    picture = chart(view, rows, found)
    shown = table if body else None
    return Section(say("funnel_head"), tuple(sentences), picture, shown, notes, lead=LEAD)
