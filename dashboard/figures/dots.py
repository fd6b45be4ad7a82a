"""Rows of marks on one scale: own dot, band tick with its quartile box, sector line, two sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from dashboard.figures.base import Figure, layout, line, value_axis, window_of
from dashboard.theme import FAINT, NEUTRAL

Form = Literal["own", "band", "sector", "dot"]
ROW_HEIGHT = 76
SYMBOLS = {
    "own": {"symbol": "circle", "size": 15},
    "dot": {"symbol": "circle", "size": 12},
    "band": {"symbol": "line-ns-open", "size": 20},
    "sector": {"symbol": "line-ns-open", "size": 26},
}


@dataclass(frozen=True)
class Mark:
    """One value: its text, interval, colour (side) and form (group)."""

    value: float
    text: str
    low: float | None = None
    high: float | None = None
    color: str = NEUTRAL
    form: Form = "dot"
    label: str = ""
    above: bool = True
    is_pale: bool = False


@dataclass(frozen=True)
class DotRow:
    """A labelled row of marks; `box` holds quartiles, `note` words where nothing is drawn."""

    label: str
    marks: Sequence[Mark] = field(default_factory=tuple)
    box: tuple[float, float] | None = None
    note: str = ""


def mark_trace(mark: Mark, y: float) -> Figure:
    """Return the trace of a mark with its value beside it."""
    width = {"band": 4, "sector": 2}.get(mark.form, 0)
    style = SYMBOLS[mark.form] | {
        "color": mark.color,
        "opacity": 0.55 if mark.is_pale else 1,
        "line": {"color": mark.color, "width": width},
    }
    return {
        "type": "scatter",
        "mode": "markers+text" if mark.label else "markers",
        "x": [mark.value],
        "y": [y],
        "text": [mark.label],
        "textposition": "top center" if mark.above else "bottom center",
        "textfont": {"size": 14},
        "marker": style,
        "hovertemplate": f"{mark.text}<extra></extra>",
        "cliponaxis": False,
    }


def interval_trace(mark: Mark, y: float, window: tuple[float, float]) -> Figure | None:
    """Return the thin line of an interval, cut at the window."""
    if mark.low is None or mark.high is None:
        return None
    ends = [min(max(end, window[0]), window[1]) for end in (mark.low, mark.high)]
    return line(ends, [y, y], mark.color)


def box_shape(box: tuple[float, float], y: float) -> Figure:
    """Return the quartile box behind a row."""
    return {
        "type": "rect",
        "x0": box[0],
        "x1": box[1],
        "y0": y - 0.2,
        "y1": y + 0.2,
        "fillcolor": FAINT,
        "line": {"width": 0},
        "layer": "below",
    }


def row_label(row: DotRow, y: float, left: float) -> Figure:
    """Return the label above a row, so that a phone needs no wide margin."""
    text = f"<b>{row.label}</b>" + (f"  {row.note}" if row.note else "")
    return {
        "x": left,
        "y": y + 0.47,
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "top",
        "align": "left",
        "font": {"size": 14},
    }


def dot_figure(rows: Sequence[DotRow], unit: str, language: str) -> Figure:
    """Return a figure of rows from top to bottom as a plain dict."""
    highs = [m.high or m.value for row in rows for m in row.marks]
    window = window_of(unit, max(highs, default=None))
    figure = layout(ROW_HEIGHT * len(rows) + 48, language)
    traces: list[Figure] = []
    for index, row in enumerate(rows):
        y = float(len(rows) - index) - 0.12
        if row.box:
            figure["shapes"].append(box_shape(row.box, y))
        figure["annotations"].append(row_label(row, y + 0.12, window[0]))
        for mark in row.marks:
            interval = interval_trace(mark, y, window)
            traces += [interval] if interval else []
        traces += [mark_trace(mark, y) for mark in row.marks]
    figure["xaxis"] = value_axis(unit, window, language)
    figure["yaxis"] = {
        "range": [0.45, len(rows) + 0.55],
        "visible": False,
        "fixedrange": True,
    }
    return {"data": traces, "layout": figure}
