"""Words in a picture: annotations, the words of points, lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from typing import Any, Final

from dashboard.figures.base import Figure
from dashboard.figures.svg import Plot, UnknownPartError, at, percent, tag
from dashboard.theme import INK

LINE_HEIGHT: Final = 1.3
PAD = 2  # as plotly leaves it around a label
ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}
TAG = re.compile(r"(</?(?:b|i|em|strong)>)")


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
