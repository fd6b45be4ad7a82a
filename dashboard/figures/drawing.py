"""A figure drawn on the server, from the same description that plotly draws from later.

The picture is markup of its own: it needs no script, and stands where plotly's will stand, at
every width. Across, everything is in per cent of the plot; down, in pixels, because only the
height is known here. The margins are those of the figure, as padding around the plot.

It knows what figures of this product are made of, and refuses the rest (`UnknownPartError`), so
that a new kind of mark is drawn here too and not silently left out of the first picture.
"""

from __future__ import annotations

from dashboard.figures.axes import axes, grid
from dashboard.figures.base import Figure
from dashboard.figures.shapes import shape
from dashboard.figures.svg import plot_of, tag
from dashboard.figures.traces import trace_parts
from dashboard.figures.words import annotation


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
