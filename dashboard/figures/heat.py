"""A map of means: one shade per fixed step of the scale, so that a colour means a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.base import Figure, layout, line, text
from dashboard.figures.dots import wrapped
from dashboard.theme import FAINT, GAP_PALE, GAP_SOLID, INK, MUTED

ROW = 62
HEAD = 52
COLUMN = 10  # characters of a head that fit above its column on a phone
# Opacity of slate below each anchor of a 1-5 scale; the last is for all above it.
ANCHORS = ((2.5, 0.06), (3.0, 0.16), (3.5, 0.28), (4.0, 0.42), (5.1, 0.58))
SLATE = "71,85,105"


@dataclass(frozen=True)
class HeatCell:
    """A cell: its words, and the value its shade stands for; a difference is solid or neutral."""

    words: str
    value: float | None = None
    is_solid: bool = False
    is_neutral: bool = False


@dataclass(frozen=True)
class HeatRow:
    """A labelled row of cells."""

    label: str
    cells: Sequence[HeatCell]


def shade(cell: HeatCell) -> str:
    """Return the colour of a cell."""
    if cell.is_solid:
        return GAP_SOLID
    if cell.value is None:
        return GAP_PALE if cell.is_neutral else "rgba(0,0,0,0)"
    opacity = next(found for anchor, found in ANCHORS if cell.value < anchor)
    return f"rgba({SLATE},{opacity})"


def box(column: int, y: float, cell: HeatCell) -> Figure:
    """Return the rectangle of a cell."""
    corners = {"x0": column + 0.02, "x1": column + 0.98, "y0": y - 0.34, "y1": y + 0.12}
    edge = {"color": FAINT, "width": 1}
    return {"type": "rect", **corners, "fillcolor": shade(cell), "line": edge, "layer": "below"}


def heat_figure(rows: Sequence[HeatRow], heads: Sequence[str], language: str) -> Figure:
    """Return a figure of rows from top to bottom, labels above them, as a plain dict."""
    figure = layout(ROW * len(rows) + HEAD, language)
    figure["margin"] = {"l": 4, "r": 4, "t": 4, "b": 4}
    top = len(rows) + 0.7
    look = {"size": 12, "color": MUTED}
    for column, head in enumerate(heads):
        lines = "<br>".join(wrapped(head, COLUMN))
        figure["annotations"].append(text(lines, column + 0.5, top, font=look))
    for index, row in enumerate(rows):
        y = float(len(rows) - index)
        figure["annotations"].append(label(row.label, y))
        for column, cell in enumerate(row.cells):
            figure["shapes"].append(box(column, y, cell))
            words = f"<b>{cell.words}</b>" if cell.is_solid or cell.value else cell.words
            figure["annotations"].append(text(words, column + 0.5, y - 0.11))
    hidden = {"visible": False, "fixedrange": True}
    figure["xaxis"] = {"range": [0, len(heads)], **hidden}
    figure["yaxis"] = {"range": [0.5, len(rows) + 1.0], **hidden}
    return {"data": [line([0], [1], FAINT)], "layout": figure}


def label(words: str, y: float) -> Figure:
    """Return the label above a row."""
    look = {"size": 14, "color": INK}
    return text(words, 0.02, y + 0.28, xanchor="left", align="left", font=look)
