"""Both axes: the grid behind a picture, the words along it, and their names."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

from dashboard.figures.base import Figure
from dashboard.figures.svg import Plot, UnknownPartError, number, segment, stroke, tag
from dashboard.figures.words import LINE_HEIGHT, rich, words
from dashboard.theme import FAINT, MUTED

# As plotly leaves them: beside the words of an axis, between those and its name.
TICK_ROOM, TITLE_LIFT = 1, 5
UPRIGHT: Final = 14  # from the edge of the picture to the name of the axis that goes up


def ticks(axis: Figure) -> list[tuple[float, str]]:
    """Return where an axis has ticks, and their words."""
    low, high = sorted(axis["range"])
    if "tickvals" in axis:
        texts = axis.get("ticktext", [f"{value:g}" for value in axis["tickvals"]])
        return list(zip(axis["tickvals"], texts, strict=True))
    if "dtick" not in axis:
        raise UnknownPartError("an axis without ticks of its own")
    step = axis["dtick"]
    first, last = math.ceil(low / step), math.floor(high / step)
    return [(place * step, f"{place * step:g}") for place in range(first, last + 1)]


def is_visible(axis: Figure) -> bool:
    """Return whether an axis is drawn."""
    return axis.get("visible", True) is not False


def grid(layout: Figure, plot: Plot) -> Iterator[str]:
    """Yield the lines of the grid, and the line at zero."""
    for name, axis in (("x", layout["xaxis"]), ("y", layout["yaxis"])):
        if not is_visible(axis):
            continue
        look = stroke({"color": axis.get("gridcolor", FAINT), "width": 1})
        look["shape_rendering"] = "crispEdges"
        places = [place for place, _ in ticks(axis)] if axis.get("showgrid", True) else []
        for place in places:
            yield across_or_down(name, place, plot, look)
        if axis.get("zeroline"):
            line = {"color": axis.get("zerolinecolor", MUTED), "width": 1}
            yield across_or_down(name, 0.0, plot, stroke(line))


def across_or_down(name: str, place: float, plot: Plot, look: dict[str, Any]) -> str:
    """Return a line through the plot at a value of an axis."""
    if name == "x":
        return segment((plot.x(place),) * 2, (0.0, plot.height), look)
    return segment((0.0, 100.0), (plot.y(place),) * 2, look)


def axes(layout: Figure, plot: Plot) -> Iterator[str]:
    """Yield the words along both axes, and the names of the axes."""
    x, y = layout["xaxis"], layout["yaxis"]
    if is_visible(x) and x.get("showticklabels", True):
        for place, label in ticks(x):
            ends = {"x": place, "y": 0, "yref": "paper", "yanchor": "top"}
            yield words({"text": label, "font": x.get("tickfont", {}), **ends}, plot, MUTED)
    if is_visible(y) and y.get("showticklabels", True):
        for place, label in ticks(y):
            ends = {"x": 0, "xref": "paper", "y": place, "xanchor": "right", "xshift": -TICK_ROOM}
            yield words({"text": label, "font": y.get("tickfont", {}), **ends}, plot, MUTED)
    title = x.get("title", {}) if is_visible(x) else {}
    if title.get("text"):
        size = x.get("tickfont", {}).get("size", 12)
        below = size * LINE_HEIGHT + title.get("standoff", 8) - TITLE_LIFT
        ends = {"x": 0.5, "xref": "paper", "y": 0, "yref": "paper", "yanchor": "top"}
        yield words({**title, **ends, "yshift": -below}, plot, MUTED)
    title = y.get("title", {}) if is_visible(y) else {}
    if title.get("text"):
        yield upright(title, layout["margin"]["l"], plot)


def upright(title: Figure, margin: float, plot: Plot) -> str:
    """Return the name of the axis that goes up, along the edge of the picture."""
    font = title.get("font", {})
    turned = f"translate({number(UPRIGHT - margin)} 0) rotate(-90)"
    label = tag(
        "text", rich(title["text"]), transform=turned, text_anchor="middle",
        font_size=font.get("size", 12), fill=font.get("color", MUTED),
    )  # fmt: skip
    return tag("svg", label, x="0", y=float(plot.height / 2))
