"""The grade over the size of organisations, with the own place on the line."""

from __future__ import annotations

import math

from dashboard.figures.base import window_of
from dashboard.figures.plane import Curve, Dot, Plane, Scale, plane_figure
from dashboard.grouped import Row
from dashboard.pages.given_size import given_size_sentence
from dashboard.pages.model import Chart, Section, Table, View
from dashboard.sentences import DEMONSTRABLE, published
from dashboard.theme import EMPLOYEE, NEUTRAL

ITEM = "grade"
SIZES = (5, 10, 50, 100, 250, 1000, 4000)
ASIDE = 0.035  # in powers of ten, so that the ring's margin does not cover the own one


def expected(slope: Row, headcount: float) -> float:
    """Return what the line gives at a headcount."""
    return float(slope["intercept"] + slope["slope_per_tenfold"] * math.log10(headcount))


def own_dots(view: View) -> list[Dot]:
    """Return the own organisation on the line and beside what is expected at its size."""
    own, place = view.reader.own_score(ITEM), view.reader.organisation
    if own is None or place is None or not place["headcount"] or not published(own):
        return []
    say, x = view.say, math.log10(place["headcount"])
    number = say.number(own["value"])
    dots = [
        Dot(x, own["value"], f"{say('own')}: {number}", "own", EMPLOYEE, number, own["ci_low"],
            own["ci_high"])
    ]  # fmt: skip
    row = view.reader.expected_range(ITEM)
    if row is not None and published(row):
        words = f"{say('expected')}: {say.number(row['expected_value'])}"
        dots.insert(0, Dot(x - ASIDE, row["expected_value"], words, "expected", NEUTRAL, "",
                           row["range_low"], row["range_high"]))  # fmt: skip
    return dots


def sentence(view: View) -> tuple[str, ...]:
    """Return the own place beside what is expected, for who has a grade of their own."""
    row, own = view.reader.expected_range(ITEM), view.reader.own_score(ITEM)
    place = view.reader.organisation
    if row is None or own is None or place is None or not published(own):
        return ()
    return (given_size_sentence(view, row, own["value"], place["headcount"] or 0),)


def section(view: View) -> Section | None:
    """Return the line over size; None where too few organisations have a grade for one."""
    slope, say = view.reader.gradient(ITEM), view.say
    if slope is None:
        return None
    xs = [math.log10(size) for size in SIZES]
    ys = [expected(slope, size) for size in SIZES]
    is_dashed = slope["verdict"] not in DEMONSTRABLE
    dots = own_dots(view)
    low, high = window_of(ITEM, [*ys, *(dot.y for dot in dots)])
    ticks = [(float(value), say.number(value, 0)) for value in range(int(low), int(high) + 1)]
    plane = Plane(
        Scale(xs[0], xs[-1], say("axis_headcount"),
              [(x, say.count(size)) for x, size in zip(xs, SIZES, strict=True)]),
        Scale(low, high, "", ticks),
        say.language,
        360,
    )  # fmt: skip
    figure = plane_figure(dots, [Curve(xs, ys, is_dashed)], plane)
    glyphs = [("dashed" if is_dashed else "line", "key_size_line")]
    if dots:
        glyphs = [("own", "key_own"), *glyphs]
        glyphs += [("expected", "key_expected_range")] if len(dots) > 1 else []
    key = tuple((glyph, say(words)) for glyph, words in glyphs)
    chart = Chart(figure, say("curve_chart"), key)
    body = tuple((say.count(size), say.number(y)) for size, y in zip(SIZES, ys, strict=True))
    table = Table(say("table_curve"), (say("axis_headcount"), say("expected_head")), body)
    notes = (say("curve_note"),)
    return Section(say("curve_head"), sentence(view), chart, table, notes, is_folded=True)
