"""Shapes of a layout, and boxes that are as wide as the plot."""

from __future__ import annotations

import re
from typing import Any

from dashboard.figures.base import Figure
from dashboard.figures.svg import Plot, UnknownPartError, number, percent, segment, stroke, tag

PAIR = re.compile(r"(-?[\d.]+),(-?[\d.]+)")
CORNERED = re.compile(r"M (?:-?[\d.]+,-?[\d.]+)(?: L -?[\d.]+,-?[\d.]+)+ Z")


def shape(one: Figure, plot: Plot) -> str:
    """Return a shape of the layout."""
    if one["type"] == "path":
        return area(one, plot)
    xs = sorted(plot.x(one[end], one.get("xref")) for end in ("x0", "x1"))
    ys = [plot.y(one[end], one.get("yref")) for end in ("y0", "y1")]
    look = stroke(one.get("line"))
    if one["type"] == "line":
        ends = (plot.x(one["x0"], one.get("xref")), plot.x(one["x1"], one.get("xref")))
        return segment(ends, (ys[0], ys[1]), look)
    if one["type"] != "rect":
        raise UnknownPartError(f"shape {one['type']}")
    size: dict[str, Any] = {"width": percent(xs[1] - xs[0]), "height": abs(ys[1] - ys[0])}
    fill = one.get("fillcolor", "none")
    return tag("rect", x=percent(xs[0]), y=float(min(ys)), **size, fill=fill, **look)


def area(one: Figure, plot: Plot) -> str:
    """Return a shape with straight sides, whose corners are values of both axes."""
    if not CORNERED.fullmatch(one["path"]):
        raise UnknownPartError(f"path {one['path'][:40]}")
    corners = [tuple(map(float, pair)) for pair in PAIR.findall(one["path"])]
    places = " ".join(f"{number(plot.x(x))},{number(plot.y(y))}" for x, y in corners)
    look = stroke(one.get("line"))
    fill = one.get("fillcolor", "none")
    inside = tag("polygon", points=places, fill=fill, vector_effect="non-scaling-stroke", **look)
    return stretched(inside, plot)


def stretched(inside: str, plot: Plot) -> str:
    """Return what is drawn over 100 units, in a box as wide as the plot."""
    return tag("svg", inside, viewBox=f"0 0 100 {number(plot.height)}", width="100%",
               height=float(plot.height), preserveAspectRatio="none")  # fmt: skip
