"""Points on two scales: priorities of both sides, grade over size, margin over answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from dashboard.figures.base import Figure, layout, line, text
from dashboard.theme import FAINT, MUTED, NEUTRAL

Form = Literal["own", "many", "few", "more_employee", "more_hr", "alike", "expected"]
SYMBOLS = {
    "own": ("circle", 17, 0.0),
    "many": ("circle", 5, 0.0),
    "few": ("diamond", 9, 0.0),
    "more_employee": ("triangle-up", 13, 0.0),
    "more_hr": ("triangle-right", 13, 0.0),
    "alike": ("circle-open", 11, 2.0),
    "expected": ("circle-open", 17, 2.0),
}
# Where a label may stand beside its point, in the order of preference: pixels to the right and up.
BESIDE = ((16, 0), (-16, 0), (0, 17), (0, -17), (14, 13), (-14, 13), (14, -13), (-14, -13))
PHONE = 290.0  # pixels between the axes of a phone: labels that are apart there are apart anywhere
NEAR = 15.0  # pixels within which a label and a point would touch
REACH = NEAR + max(abs(way) for place in BESIDE for way in place)  # how far a label may touch one


@dataclass(frozen=True)
class Scale:
    """An axis: its ends, its words, and where its ticks stand with what words."""

    low: float
    high: float
    title: str
    ticks: Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Dot:
    """A point: words, form and colour; `label` is drawn beside it, `low` to `high` its margin."""

    x: float
    y: float
    words: str
    form: Form
    color: str = NEUTRAL
    label: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Curve:
    """A line through places, solid or dashed, with words at its end."""

    x: Sequence[float]
    y: Sequence[float]
    is_dashed: bool = False
    label: str = ""


@dataclass(frozen=True)
class Plane:
    """What points are drawn on: both scales, language, height, and what lies behind them.

    `words` are place, text and anchor; `zone` the corners of a shaded polygon; `guides` thin lines.
    """

    x: Scale
    y: Scale
    language: str
    height: int = 420
    words: Sequence[tuple[float, float, str, str]] = ()
    zone: Sequence[tuple[float, float]] = ()
    guides: Sequence[Curve] = ()


def axis(scale: Scale) -> Figure:
    """Return an axis."""
    room = (scale.high - scale.low) * 0.02
    small = {"size": 12, "color": MUTED}
    return {
        "range": [scale.low - room, scale.high + room],
        "tickvals": [value for value, _ in scale.ticks],
        "ticktext": [words for _, words in scale.ticks],
        "gridcolor": FAINT,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": small,
        "title": {"text": scale.title, "font": small, "standoff": 8},
    }


def curve_trace(curve: Curve, width: float = 1.5) -> Figure:
    """Return the trace of a curve."""
    drawn = line(curve.x, curve.y, NEUTRAL, width)
    drawn["line"]["dash"] = "dash" if curve.is_dashed else "solid"
    return drawn


def dot_traces(dots: Sequence[Dot]) -> Iterator[Figure]:
    """Yield a trace per look, in the order of their first points."""
    looks = dict.fromkeys((dot.form, dot.color) for dot in dots)
    for form, color in looks:
        these = [dot for dot in dots if (dot.form, dot.color) == (form, color)]
        symbol, size, width = SYMBOLS[form]
        marker = {"symbol": symbol, "size": size, "color": color}
        yield {
            "type": "scatter",
            "mode": "markers",
            "x": [dot.x for dot in these],
            "y": [dot.y for dot in these],
            "marker": marker | {"line": {"color": color, "width": width}},
            "hovertemplate": [f"{dot.words}<extra></extra>" for dot in these],
            "cliponaxis": False,
        }


def margin_traces(dots: Sequence[Dot]) -> Iterator[Figure]:
    """Yield the thin line of each point's margin."""
    for dot in dots:
        if dot.low is not None and dot.high is not None:
            yield line([dot.x, dot.x], [dot.low, dot.high], dot.color)


def zone_traces(corners: Sequence[tuple[float, float]]) -> Iterator[Figure]:
    """Yield the shaded polygon, nothing without corners."""
    if corners:
        xs, ys = [x for x, _ in (*corners, corners[0])], [y for _, y in (*corners, corners[0])]
        yield line(xs, ys, FAINT, 0) | {"fill": "toself", "fillcolor": FAINT}


def pixels(dot: Dot, plane: Plane) -> tuple[float, float]:
    """Return where a point lies on a phone, in pixels to the right and up."""
    x = (dot.x - plane.x.low) / (plane.x.high - plane.x.low) * PHONE
    y = (dot.y - plane.y.low) / (plane.y.high - plane.y.low) * (plane.height - 80)
    return x, y


def crowd(at: tuple[float, float], others: Sequence[tuple[float, float]]) -> int:
    """Return how many points or labels a label at a place would touch."""
    return sum(abs(at[0] - x) < NEAR and abs(at[1] - y) < NEAR for x, y in others)


def labels(dots: Sequence[Dot], plane: Plane) -> Iterator[Figure]:
    """Yield the label of each point where it touches the fewest others."""
    taken = [pixels(dot, plane) for dot in dots]
    for dot in dots:
        if not dot.label:
            continue
        x, y = pixels(dot, plane)
        near = [one for one in taken if abs(one[0] - x) < REACH and abs(one[1] - y) < REACH]
        free = min(BESIDE, key=lambda by: crowd((x + by[0], y + by[1]), near))
        taken.append((x + free[0], y + free[1]))
        by = 1.5 if dot.form == "own" else 1.0
        shift = {"xshift": free[0] * by, "yshift": free[1] * by, "font": {"size": 13}}
        yield text(f"<b>{dot.label}</b>", dot.x, dot.y, **shift)


def plane_figure(dots: Sequence[Dot], curves: Sequence[Curve], plane: Plane) -> Figure:
    """Return a figure of points and curves as a plain dict."""
    figure = layout(plane.height, plane.language)
    figure["margin"] |= {"l": 56, "r": 16, "t": 26}
    muted = {"size": 12, "color": MUTED}
    for x, y, words, anchor in plane.words:
        yanchor, xanchor = anchor.split(" ")
        edge = {"xanchor": xanchor, "yanchor": yanchor, "font": muted}
        figure["annotations"].append(text(words, x, y, **edge))
    for curve in curves:
        if curve.label:
            end = {"xanchor": "right", "yanchor": "bottom", "font": muted}
            figure["annotations"].append(text(curve.label, curve.x[-1], curve.y[-1], **end))
    figure["annotations"] += labels(dots, plane)
    traces = [*zone_traces(plane.zone), *(curve_trace(one, 1) for one in plane.guides)]
    traces += [curve_trace(one) for one in curves]
    figure["xaxis"], figure["yaxis"] = axis(plane.x), axis(plane.y)
    traces += [*margin_traces(dots), *dot_traces(dots)]
    return {"data": traces, "layout": figure}
