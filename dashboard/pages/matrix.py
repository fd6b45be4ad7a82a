"""The priority matrix: what employees name against what hr names, its form saying who more."""

from __future__ import annotations

from dashboard.figures.base import window_of
from dashboard.figures.plane import Curve, Dot, Form, Plane, Scale, plane_figure
from dashboard.grouped import Row
from dashboard.pages.model import Chart, Section, Table, View
from dashboard.sentences import DEMONSTRABLE, interval_of

QUADRANTS = ("both", "employee", "hr", "neither")
HEIGHT = 460


def form_of(row: Row) -> Form:
    """Return the form of an aspect: who demonstrably names it more, if anybody does."""
    if row["verdict"] not in DEMONSTRABLE:
        return "alike"
    return "more_employee" if row["difference"] > 0 else "more_hr"


def border(view: View) -> float:
    """Return from which share on a side counts as naming an aspect often, for the quadrants."""
    return view.settings.method.rarely_ceiling


def quadrant(view: View, row: Row) -> str:
    """Return the quadrant of an aspect, by both shares alone."""
    line = border(view)
    if row["employee_value"] >= line:
        return "both" if row["hr_value"] >= line else "employee"
    return "hr" if row["hr_value"] >= line else "neither"


def dot(view: View, number: int, item: Row, row: Row) -> Dot:
    """Return an aspect as a point with its number; ten names would cover each other on a phone."""
    say = view.say
    words = say(
        "matrix_words",
        item=say.name(item),
        employee=say.share(row["employee_value"]),
        hr=say.share(row["hr_value"]),
    )
    place = (row["hr_value"], row["employee_value"])
    return Dot(*place, words, form_of(row), label=str(number))


def scale(view: View, high: float, title: str) -> Scale:
    """Return an axis of shares, the same on both sides."""
    step = 0.2 if high <= 0.6 else 0.25
    ticks = [step * k for k in range(round(high / step) + 1)]
    return Scale(0.0, high, title, [(tick, view.say.percent(tick)) for tick in ticks])


def zone(view: View, high: float) -> tuple[tuple[float, float], ...]:
    """Return the corners of where both sides differ less than counts as a difference."""
    half = view.settings.method.smallest_difference.share
    return ((0, 0), (0, half), (high - half, high), (high, high), (high, high - half), (half, 0))


def guides(view: View, high: float) -> tuple[Curve, ...]:
    """Return the lines between the quadrants."""
    at = border(view)
    return (Curve((at, at), (0, high), True), Curve((0, high), (at, at), True))


def chart(view: View, items: list[Row], gaps: dict[str, Row], who: str) -> Chart:
    """Return the picture of the matrix."""
    say = view.say
    rows = [gaps[item["item_id"]] for item in items]
    values = [row[f"{side}_value"] for row in rows for side in ("employee", "hr")]
    high = window_of("share", values)[1]
    corners = (
        (0.0, high, say("matrix_employee"), "bottom left"),
        (high, 0.0, say("matrix_hr"), "bottom right"),
    )
    plane = Plane(
        scale(view, high, say("matrix_axis_hr")),
        scale(view, high, say("matrix_axis_employee")),
        say.language,
        HEIGHT,
        corners,
        zone(view, high),
        guides(view, high),
    )
    dots = [dot(view, at, item, gaps[item["item_id"]]) for at, item in enumerate(items, start=1)]
    key = tuple((f"matrix-{name}", say(f"matrix_key_{name}")) for name in ("up", "right", "open"))
    key += (("box", say("matrix_key_zone")),)
    key += tuple(("number", numbered(view, at, item)) for at, item in enumerate(items, start=1))
    return Chart(plane_figure(dots, (), plane), say("matrix_chart", group=who), key)


def numbered(view: View, number: int, item: Row) -> str:
    """Return an aspect with the number that it has in the picture; no rank, only a name."""
    return f"{number}\u00a0= {view.say.name(item)}"


def cells(view: View, number: int, item: Row, row: Row) -> tuple[str, ...]:
    """Return an aspect's cells."""
    say = view.say
    return (
        numbered(view, number, item),
        say(f"matrix_quadrant_{quadrant(view, row)}"),
        say.share(row["employee_value"]),
        say.share(row["hr_value"]),
        say.difference(row["difference"], "share"),
        interval_of(view, row, "share"),
        say(f"mention_word_{row['verdict']}"),
    )


def section(view: View, items: list[Row], gaps: dict[str, Row], who: str) -> Section:
    """Return the matrix with its table, and how many aspects lie in each quadrant."""
    say = view.say
    heads = (
        "aspect",
        "matrix_quadrant_head",
        "head_employee",
        "head_hr",
        "difference",
        "interval_head",
        "verdict_head",
    )
    table = Table(
        say("table_matrix", group=who),
        tuple(say(head) for head in heads),
        tuple(cells(view, at, one, gaps[one["item_id"]]) for at, one in enumerate(items, start=1)),
    )
    notes = (say("matrix_note", border=say.percent(border(view))),)
    sentence = sentence_of(view, items, gaps)
    picture = chart(view, items, gaps, who)
    heading = say("matrix_head")
    return Section(heading, (sentence,), picture, table, notes, is_folded=True, is_tucked=True)


def sentence_of(view: View, items: list[Row], gaps: dict[str, Row]) -> str:
    """Return which aspects both sides name often, in words."""
    names = [
        view.say.name(item).lower()
        for item in items
        if quadrant(view, gaps[item["item_id"]]) == "both"
    ]
    if not names:
        return view.say("matrix_none")
    return view.say("matrix_both", items=view.say.listed(names), count=view.say.count(len(names)))
