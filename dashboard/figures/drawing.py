"""A figure drawn on the server, from the same description that plotly draws from later.

The picture is markup of its own: it needs no script, and stands where plotly's will stand, at
every width. Across, everything is in per cent of the plot; down, in pixels, because only the
height is known here. The margins are those of the figure, as padding around the plot.

It knows what figures of this product are made of, and refuses the rest (`UnknownPartError`), so
that a new kind of mark is drawn here too and not silently left out of the first picture.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, Final

from dashboard.figures.base import Figure
from dashboard.theme import FAINT, INK, MUTED

LINE_HEIGHT: Final = 1.3
# As plotly leaves them: beside the words of an axis, between those and its name, around a label.
TICK_ROOM, TITLE_LIFT, PAD = 1, 5, 2
UPRIGHT: Final = 14  # from the edge of the picture to the name of the axis that goes up
DASHES: Final = {"dash": "9 9", "dot": "3 3", "dashdot": "9 3 3 3", "longdash": "15 6"}
ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}
PAIR = re.compile(r"(-?[\d.]+),(-?[\d.]+)")
CORNERED = re.compile(r"M (?:-?[\d.]+,-?[\d.]+)(?: L -?[\d.]+,-?[\d.]+)+ Z")
TAG = re.compile(r"(</?(?:b|i|em|strong)>)")


class UnknownPartError(ValueError):
    """A figure holds something that is not drawn on the server yet."""


def number(value: float) -> str:
    """Return a number as SVG takes it, as short as is exact enough."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def tag(name: str, inside: str = "", **attributes: Any) -> str:
    """Return an element; `_` in a name stands for `-`, None for no attribute."""
    texts = {
        key.replace("_", "-"): number(value) if isinstance(value, float) else str(value)
        for key, value in attributes.items()
        if value is not None
    }
    written = "".join(f' {key}="{escape(text)}"' for key, text in texts.items())
    return f"<{name}{written}>{inside}</{name}>"


@dataclass(frozen=True)
class Plot:
    """Where values stand: the ranges of both axes, and the height of the plot in pixels."""

    across: tuple[float, float]
    down: tuple[float, float]
    height: float

    def x(self, value: float, ref: object = "x") -> float:
        """Return how far to the right, in per cent of the plot."""
        low, high = (0.0, 1.0) if ref == "paper" else self.across
        return 100 * (value - low) / (high - low)

    def y(self, value: float, ref: object = "y") -> float:
        """Return how far down, in pixels."""
        low, high = (0.0, 1.0) if ref == "paper" else self.down
        return self.height * (1 - (value - low) / (high - low))


def plot_of(layout: Figure) -> Plot:
    """Return the plot of a layout."""
    margin = layout["margin"]
    ranges = [tuple(layout[axis]["range"]) for axis in ("xaxis", "yaxis")]
    return Plot(ranges[0], ranges[1], layout["height"] - margin["t"] - margin["b"])


def draw(figure: Figure) -> str:
    """Return a figure as markup. Errors: UnknownPartError for what it cannot draw."""
    layout, plot = figure["layout"], plot_of(figure["layout"])
    shapes = layout.get("shapes", ())
    behind = [shape(one, plot) for one in shapes if one.get("layer") == "below"]
    front = [shape(one, plot) for one in shapes if one.get("layer") != "below"]
    traces = [part for trace in figure["data"] for part in trace_parts(trace, plot)]
    words = [annotation(one, plot, layout) for one in layout.get("annotations", ())]
    parts = [*behind, *grid(layout, plot), *traces, *front, *axes(layout, plot), *words]
    margin = layout["margin"]
    padding = " ".join(f"{margin[side]}px" for side in ("t", "r", "b", "l"))
    picture = tag("svg", "".join(parts), aria_hidden="true", focusable="false")
    style = f"height:{layout['height']}px;padding:{padding}"
    return f'<div class="drawn" style="{style}">{picture}</div>'


def stroke(look: Figure | None) -> dict[str, Any]:
    """Return how a line looks."""
    look = look or {}
    width = look.get("width", 2)
    if not width:
        return {"stroke": "none"}
    dash = look.get("dash", "solid")
    if dash != "solid" and dash not in DASHES:
        raise UnknownPartError(f"dash {dash}")
    return {
        "stroke": look.get("color", MUTED),
        "stroke_width": number(float(width)),
        "stroke_dasharray": DASHES.get(dash),
    }


def percent(value: float) -> str:
    """Return a place across."""
    return f"{number(value)}%"


def segment(x: tuple[float, float], y: tuple[float, float], look: dict[str, Any]) -> str:
    """Return a straight line."""
    ends = {"x1": percent(x[0]), "x2": percent(x[1]), "y1": float(y[0]), "y2": float(y[1])}
    return tag("line", **ends, **look)


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
    size = {"width": percent(xs[1] - xs[0]), "height": abs(ys[1] - ys[0])}
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


def at(value: Any, place: int) -> Any:
    """Return the value of a point: one for all, or one for each."""
    return value[place] if isinstance(value, list | tuple) else value


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
        scaled = [{key: float(value * radius) for key, value in one.items()} for one in ends]
        inside = "".join(tag("line", **one, **stroke({**edge, "color": color})) for one in scaled)
    else:
        raise UnknownPartError(f"symbol {symbol}")
    return tag("svg", inside, x=percent(x), y=float(y))


def point_words(trace: Figure, points: Sequence[tuple[Any, Any]], plot: Plot) -> Iterator[str]:
    """Yield the words of points."""
    font = trace.get("textfont", {})
    for place, (x, y) in enumerate(points):
        down, _, across = at(trace.get("textposition", "middle center"), place).partition(" ")
        anchor = {"left": "right", "right": "left"}.get(across, "center")
        yanchor = {"top": "bottom", "bottom": "top"}.get(down, "middle")
        shift = {"xshift": {"left": 6, "right": -6}.get(anchor, 0)}
        one = {"text": str(at(trace["text"], place)), "x": x, "y": y, "font": font}
        yield words(one | shift | {"xanchor": anchor, "yanchor": yanchor}, plot, INK)


def annotation(one: Figure, plot: Plot, layout: Figure) -> str:
    """Return words of the layout."""
    if one.get("showarrow", True):
        raise UnknownPartError("annotation with an arrow")
    inward = {"left": PAD, "right": -PAD}.get(one.get("xanchor", "center"), 0)
    padded = one | {"xshift": one.get("xshift", 0) + inward}
    return words(padded, plot, layout.get("font", {}).get("color", INK))


def words(one: Figure, plot: Plot, color: str) -> str:
    """Return words at a place, in as many lines as they have."""
    font = one.get("font", {})
    size = font.get("size", 14)
    lines = str(one["text"]).split("<br>")
    step = size * LINE_HEIGHT
    start = {"top": 1.0, "middle": step * len(lines) / -2, "bottom": -step * len(lines) - 1}
    first = start[one.get("yanchor", "middle")] + step / 2 + size * 0.35
    top = plot.y(one["y"], one.get("yref")) - one.get("yshift", 0) + first
    x, shift = percent(plot.x(one["x"], one.get("xref"))), one.get("xshift", 0) or None
    inside = rich(lines[0])
    if len(lines) > 1:
        inside = "".join(
            tag("tspan", rich(line), x=x, dx=shift, dy=None if not place else float(step))
            for place, line in enumerate(lines)
        )
    anchor = ANCHORS[one.get("xanchor", "center")]
    return tag(
        "text", inside, x=x, y=float(top), dx=shift, font_size=size,
        fill=font.get("color", color), text_anchor=None if anchor == "start" else anchor,
    )  # fmt: skip


def rich(line: str) -> str:
    """Return a line of text with what is bold or slanted as such; all else is only text."""
    found = []
    for part in TAG.split(line):
        if not TAG.fullmatch(part):
            found.append(escape(unescape(part), quote=False))
        elif part.startswith("</"):
            found.append("</tspan>")
        else:
            look = "font-style" if part in ("<i>", "<em>") else "font-weight"
            found.append(f'<tspan {look}="{"italic" if look == "font-style" else "bold"}">')
    opened = "".join(found)
    lack = opened.count("<tspan") - opened.count("</tspan>")
    return opened + "</tspan>" * lack if lack >= 0 else escape(TAG.sub("", line), quote=False)


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
