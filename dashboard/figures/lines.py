"""Values over ordered places (waves or size bands), each series named at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from dashboard.figures.base import Figure, layout, line, text, value_axis, window_of
from dashboard.theme import MUTED

STYLES = {
    "own": ("solid", 3, 13),
    "former": ("dash", 2, 9),
    "side": ("solid", 2, 10),
    "band": ("dash", 2, 8),
    "sector": ("solid", 1.5, 6),
}
HEIGHT = 400
LINE_OF_TEXT = 0.27  # how much of a grade a line of text needs at this height


@dataclass(frozen=True)
class Point:
    """A value at a place, its interval, its words and the places it stands for.

    `is_below` where its label stands below its interval, clear of a higher value beside it.
    """

    place: float
    value: float
    low: float | None
    high: float | None
    words: str
    label: str = ""
    first: float | None = None
    last: float | None = None
    is_below: bool = False


@dataclass(frozen=True)
class Series:
    """A group over places; `runs` are the stretches that may be joined."""

    label: str
    form: str
    color: str
    runs: Sequence[Sequence[Point]]


@dataclass(frozen=True)
class Ground:
    """What series are drawn on: names of the places, breaks between them, unit and words.

    `events` are drawn as breaks are, lower down and dotted: a line goes on across them.
    """

    places: Sequence[str]
    unit: str
    title: str
    language: str
    breaks: Sequence[tuple[float, str]] = ()
    right: int = 12
    events: Sequence[tuple[float, str]] = ()


def run_trace(series: Series, run: Sequence[Point]) -> Figure:
    """Return one unbroken stretch of a series with its intervals."""
    dash, width, size = STYLES[series.form]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [point.place for point in run],
        "y": [point.value for point in run],
        "line": {"color": series.color, "width": width, "dash": dash},
        "marker": {"color": series.color, "size": size},
        "error_y": error_bars(series, run),
        "hovertemplate": [f"{point.words}<extra></extra>" for point in run],
        "cliponaxis": False,
    }


def error_bars(series: Series, run: Sequence[Point]) -> Figure:
    """Return the intervals of a stretch as thin lines."""
    ends = [
        (p.value if p.low is None else p.low, p.value if p.high is None else p.high) for p in run
    ]
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - p.value for p, (_, high) in zip(run, ends, strict=True)],
        "arrayminus": [p.value - low for p, (low, _) in zip(run, ends, strict=True)],
        "thickness": 1.5,
        "width": 0,
        "color": series.color,
    }


def span_traces(series: Series) -> list[Figure]:
    """Return a level line under every point that stands for several places together."""
    points = [point for run in series.runs for point in run if point.first != point.last]
    return [
        line([p.first, p.last], [p.value, p.value], series.color, 5)
        for p in points
        if p.first is not None and p.last is not None
    ]


def break_marks(place: float, words: str, high: float) -> tuple[Figure, Figure]:
    """Return the dashed line of a trend break and its words."""
    stroke = {"color": MUTED, "width": 1, "dash": "dash"}
    shape = {"type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1, "yref": "paper"}
    look = {"size": 12, "color": MUTED}
    note = text(words, place, high, yanchor="top", xanchor="left", xshift=5, font=look)
    return shape | {"line": stroke}, note | {"align": "left"}


def event_marks(place: float, words: str, low: float) -> tuple[Figure, Figure]:
    """Return the dotted line of what happened to an organisation and its words."""
    shape, note = break_marks(place, words, low)
    return shape | {"line": shape["line"] | {"dash": "dot"}}, note | {"yanchor": "bottom"}


def spread(places: Sequence[float], distance: float) -> list[float]:
    """Return places of labels, moved apart until none is nearer than `distance` to the next."""
    order = sorted(range(len(places)), key=lambda i: -places[i])
    moved = list(places)
    for _ in range(50):
        for upper, lower in pairwise(order):
            lack = distance - (moved[upper] - moved[lower])
            if lack > 1e-9:
                moved[upper] += lack / 2
                moved[lower] -= lack / 2
    return moved


def point_labels(series: Sequence[Series]) -> list[Figure]:
    """Return the values of points, above the interval or below it."""
    found = []
    for one in series:
        for point in (p for run in one.runs for p in run if p.label):
            edge = {"yanchor": "top"} if point.is_below else {"yanchor": "bottom", "yshift": 2}
            end = point.low if point.is_below else point.high
            level = point.value if end is None else end
            found.append(text(f"<b>{point.label}</b>", point.place, level, **edge))
    return found


def end_labels(series: Sequence[Series]) -> list[Figure]:
    """Return the names of the series beside their last points, none on top of another."""
    named = [one for one in series if one.label and one.runs]
    ends = [one.runs[-1][-1] for one in named]
    heights = spread([end.value for end in ends], LINE_OF_TEXT)
    edge = max((end.place for end in ends), default=0.0)
    look = {"xanchor": "left", "xshift": 14, "font": {"size": 13}}
    return [
        text(f"<b>{one.label}</b>" if one.form == "own" else one.label, edge, height, **look)
        for one, height in zip(named, heights, strict=True)
    ]


def line_figure(series: Sequence[Series], ground: Ground) -> Figure:
    """Return a figure of series over places as a plain dict."""
    window = window_of(ground.unit, (p.value for one in series for run in one.runs for p in run))
    figure = layout(HEIGHT, ground.language)
    figure["margin"] |= {"l": 34, "r": ground.right, "t": 12}
    for place, words in ground.breaks:
        shape, note = break_marks(place, words, window[1])
        figure["shapes"].append(shape)
        figure["annotations"].append(note)
    for place, words in ground.events:
        shape, note = event_marks(place, words, window[0])
        figure["shapes"].append(shape)
        figure["annotations"].append(note)
    figure["annotations"] += [*end_labels(series), *point_labels(series)]
    figure["yaxis"] = value_axis(ground.unit, window, "", ground.language)
    figure["xaxis"] = place_axis(ground)
    traces = [trace for one in series for trace in span_traces(one)]
    traces += [run_trace(one, run) for one in series for run in one.runs if run]
    return {"data": traces or [line([0], [window[0]], MUTED)], "layout": figure}


def place_axis(ground: Ground) -> Figure:
    """Return the axis of the places."""
    return {
        "tickvals": list(range(len(ground.places))),
        "ticktext": list(ground.places),
        "range": [-0.4, len(ground.places) - 0.6],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "tickfont": {"size": 12, "color": MUTED},
        "title": {"text": ground.title, "font": {"size": 12, "color": MUTED}, "standoff": 8},
    }


def shifted(run: Sequence[Point], by: float) -> list[Point]:
    """Return a stretch a little to the side, so that two series do not cover each other."""
    return [replace(point, place=point.place + by) for point in run]
