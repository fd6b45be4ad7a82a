"""The traces of a figure: lines, areas, intervals, bars and marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dashboard.figures.base import Figure
from dashboard.figures.shapes import shape, stretched
from dashboard.figures.svg import Plot, UnknownPartError, at, number, segment, stroke, tag
from dashboard.figures.symbols import mark
from dashboard.figures.words import point_words
from dashboard.theme import MUTED


def trace_parts(trace: Figure, plot: Plot) -> Iterator[str]:
    """Yield the parts of a trace: its area, line, intervals, marks and words."""
    if trace["type"] not in ("scatter", "bar"):
        raise UnknownPartError(f"trace {trace['type']}")
    if trace["type"] == "bar":
        yield from bars(trace, plot)
        return
    modes = trace.get("mode", "lines").split("+")
    points = list(zip(trace["x"], trace["y"], strict=True))
    if "lines" in modes or trace.get("fill"):
        yield from stretches(trace, points, plot, "lines" in modes)
    yield from intervals(trace, points, plot)
    if "markers" in modes:
        for place, point in enumerate(points):
            if None not in point:
                yield mark(trace["marker"], place, point, plot)
    if "text" in modes:
        yield from point_words(trace, points, plot)


def stretches(
    trace: Figure, points: Sequence[tuple[Any, Any]], plot: Plot, is_drawn: bool
) -> Iterator[str]:
    """Yield the unbroken stretches of a line, in a box that is stretched to the plot's width."""
    if trace.get("fill") not in (None, "none", "toself"):
        raise UnknownPartError(f"fill {trace['fill']}")
    fill = trace.get("fillcolor", "none") if trace.get("fill") == "toself" else "none"
    look = stroke(trace.get("line")) if is_drawn else {"stroke": "none"}
    for run in runs(points):
        if len(run) == 2 and fill == "none":
            ends = [(plot.x(x), plot.y(y)) for x, y in run]
            yield segment((ends[0][0], ends[1][0]), (ends[0][1], ends[1][1]), look)
        elif len(run) > 1:
            places = " ".join(f"{number(plot.x(x))},{number(plot.y(y))}" for x, y in run)
            line = tag(
                "polyline", points=places, fill=fill, vector_effect="non-scaling-stroke", **look
            )
            yield stretched(line, plot)


def runs(points: Sequence[tuple[Any, Any]]) -> Iterator[list[tuple[Any, Any]]]:
    """Yield the points between gaps."""
    run: list[tuple[Any, Any]] = []
    for point in points:
        if None in point:
            yield run
            run = []
        else:
            run.append(point)
    yield run


def intervals(trace: Figure, points: Sequence[tuple[Any, Any]], plot: Plot) -> Iterator[str]:
    """Yield the interval of every point as a thin line."""
    for name in ("error_x", "error_y"):
        bar = trace.get(name)
        if not bar or bar.get("visible") is False:
            continue
        look = stroke({"color": bar["color"], "width": bar.get("thickness", 2)})
        above = bar["array"]
        below = above if bar.get("symmetric", True) else bar["arrayminus"]
        for (x, y), more, less in zip(points, above, below, strict=True):
            if None in (x, y):
                continue
            if name == "error_y":
                yield segment((plot.x(x),) * 2, (plot.y(y - less), plot.y(y + more)), look)
            else:
                yield segment((plot.x(x - less), plot.x(x + more)), (plot.y(y),) * 2, look)


def bars(trace: Figure, plot: Plot) -> Iterator[str]:
    """Yield the bars of a trace, from zero, along either axis."""
    half, is_flat = trace.get("width", 0.8) / 2, trace.get("orientation") == "h"
    bases = trace.get("base", 0)
    for place, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        base = at(bases, place)
        color = at(trace.get("marker", {}).get("color", MUTED), place)
        ends = {"x0": base, "x1": base + x, "y0": y - half, "y1": y + half}
        if not is_flat:
            ends = {"x0": x - half, "x1": x + half, "y0": base, "y1": base + y}
        yield shape({"type": "rect", **ends, "fillcolor": color, "line": {"width": 0}}, plot)
