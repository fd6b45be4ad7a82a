"""The marks of points, as plotly draws them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from dashboard.figures.base import Figure
from dashboard.figures.svg import Plot, UnknownPartError, at, number, percent, stroke, tag
from dashboard.theme import MUTED


def polygon(*points: tuple[float, float]) -> Callable[[float], str]:
    """Return a mark with these corners, for a radius of one."""
    return lambda r: " ".join(f"{number(x * r)},{number(y * r)}" for x, y in points)


CORNERS: Final[dict[str, Callable[[float], str]]] = {
    "diamond": polygon((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    "square": polygon((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "triangle-left": polygon((-1.15, 0), (0.58, -1), (0.58, 1)),
    "triangle-right": polygon((1.15, 0), (-0.58, -1), (-0.58, 1)),
    "triangle-up": polygon((0, -1.15), (1, 0.58), (-1, 0.58)),
    "triangle-down": polygon((0, 1.15), (1, -0.58), (-1, -0.58)),
}
STROKES: Final = {
    "line-ns": ((0, -1, 0, 1),),
    "line-ew": ((-1, 0, 1, 0),),
    "cross-thin": ((0, -1, 0, 1), (-1, 0, 1, 0)),
    "x-thin": ((-1, -1, 1, 1), (-1, 1, 1, -1)),
}


def mark(look: Figure, place: int, point: tuple[Any, Any], plot: Plot) -> str:
    """Return the mark of a point."""
    symbol, color = at(look.get("symbol", "circle"), place), at(look.get("color", MUTED), place)
    radius = at(look.get("size", 6), place) / 2
    name, is_open = symbol.removesuffix("-open"), symbol.endswith("-open")
    edge = {key: at(value, place) for key, value in look.get("line", {"width": 0}).items()}
    edge = {"color": color, "width": 0} | edge
    if is_open:
        edge = {"width": edge["width"] or 1, "color": color}
    fill = "none" if is_open else color
    x, y = plot.x(point[0]), plot.y(point[1])
    paint = {"fill": fill, "fill_opacity": at(look.get("opacity"), place), **stroke(edge)}
    if name == "circle":
        return tag("circle", cx=percent(x), cy=float(y), r=float(radius), **paint)
    if name in CORNERS:
        inside = tag("polygon", points=CORNERS[name](radius), **paint)
    elif name in STROKES:
        lines = STROKES[name]
        ends = [dict(zip(("x1", "y1", "x2", "y2"), one, strict=True)) for one in lines]
        scaled: list[dict[str, Any]] = [
            {key: float(value * radius) for key, value in one.items()} for one in ends
        ]
        inside = "".join(tag("line", **one, **stroke({**edge, "color": color})) for one in scaled)
    else:
        raise UnknownPartError(f"symbol {symbol}")
    return tag("svg", inside, x=percent(x), y=float(y))
