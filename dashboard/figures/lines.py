"""Values over waves, with a break wherever the questionnaire changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.base import Figure, layout, value_axis, window_of

DASHES = {"own": "solid", "band": "dash", "sector": "dot"}


@dataclass(frozen=True)
class Point:
    """A value at a wave (its place, from 0)."""

    place: int
    value: float
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Series:
    """A group over waves; `runs` are the stretches that may be joined."""

    label: str
    form: str
    color: str
    runs: Sequence[Sequence[Point]]


def run_trace(series: Series, run: Sequence[Point], is_last: bool) -> Figure:
    """Return one unbroken stretch of a series, its intervals and, at the end, its name."""
    labels = [""] * len(run)
    if is_last and run:
        labels[-1] = series.label
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": [point.place for point in run],
        "y": [point.value for point in run],
        "text": labels,
        "textposition": "top center",
        "textfont": {"size": 13},
        "line": {"color": series.color, "width": 2, "dash": DASHES[series.form]},
        "marker": {"color": series.color, "size": 10 if series.form == "own" else 7},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, (p.high or p.value) - p.value) for p in run],
            "arrayminus": [max(0.0, p.value - (p.low or p.value)) for p in run],
            "thickness": 1,
            "width": 0,
            "color": series.color,
        },
        "hovertemplate": [f"{point.text}<extra></extra>" for point in run],
        "cliponaxis": False,
    }


def break_shape(place: float, text: str, high: float) -> tuple[Figure, Figure]:
    """Return the dashed line of a trend break and its words."""
    shape = {
        "type": "line",
        "x0": place,
        "x1": place,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": "#64748b", "width": 1, "dash": "dash"},
    }
    words = {"x": place, "y": high, "text": text, "showarrow": False, "yanchor": "top"}
    return shape, words | {"font": {"size": 13}}


def line_figure(
    series: Sequence[Series],
    waves: Sequence[str],
    breaks: Sequence[tuple[float, str]],
    unit: str,
    language: str,
) -> Figure:
    """Return a figure of series over waves as a plain dict."""
    window = window_of(unit)
    figure = layout(380, language)
    for place, text in breaks:
        shape, words = break_shape(place, text, window[1])
        figure["shapes"].append(shape)
        figure["annotations"].append(words)
    figure["yaxis"] = value_axis(unit, window, language)
    figure["xaxis"] = {
        "tickvals": list(range(len(waves))),
        "ticktext": list(waves),
        "range": [-0.35, len(waves) - 0.65],
        "fixedrange": True,
        "showgrid": False,
    }
    traces = [
        run_trace(one, run, index == len(one.runs) - 1)
        for one in series
        for index, run in enumerate(one.runs)
        if run
    ]
    return {"data": traces, "layout": figure}
