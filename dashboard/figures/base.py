"""What every figure shares: axes in the unit's fixed window, no ornament, language's numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from dashboard.theme import FAINT, INK, MUTED, SCALES, WINDOWS

Figure = dict[str, Any]
Value = float | None
FONT = {"family": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif", "size": 14}


def window_of(unit: str, values: Iterable[float] = ()) -> tuple[float, float]:
    """Return the fixed window of a unit, wider only when a value would fall outside it."""
    low, high = WINDOWS[unit]
    bottom, top = SCALES[unit]
    known = list(values)
    if unit == "share":
        return low, top if max(known, default=0.0) > high else high
    return (
        max(bottom, min([low, *(math.floor(value) for value in known)])),
        min(top, max([high, *(math.ceil(value) for value in known)])),
    )


def value_axis(unit: str, window: tuple[float, float], title: str, language: str) -> Figure:
    """Return the axis of a unit, its window named in the title."""
    low, high = window
    room = (high - low) * 0.03
    axis: Figure = {
        "range": [low - room, high + room],
        "gridcolor": FAINT,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 12, "color": MUTED},
        "title": {"text": title, "font": {"size": 12, "color": MUTED}, "standoff": 8},
    }
    if unit == "share":
        step = 0.2 if high <= 0.6 else 0.25
        ticks = [low + step * k for k in range(round((high - low) / step) + 1)]
        sign = "%" if language == "en" else " %"
        texts = [f"{tick * 100:.0f}{sign}" for tick in ticks]
        return axis | {"tickvals": ticks, "ticktext": texts}
    return axis | {"dtick": 1}


def layout(height: int, language: str) -> Figure:
    """Return a layout without ornament; text colour follows the theme by style sheet."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 52},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": FONT | {"color": INK},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {
            "font": {"size": 14, "color": "#ffffff"},
            "bgcolor": INK,
            "bordercolor": INK,
        },
        "dragmode": False,
        "separators": ",." if language == "nl" else ".,",
        "shapes": [],
        "annotations": [],
    }


def line(x: Sequence[Value], y: Sequence[Value], color: str, width: float = 2) -> Figure:
    """Return a line that is not hovered; it is broken where a value is None."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "line": {"color": color, "width": width},
        "hoverinfo": "skip",
    }


def text(words: str, x: float, y: float, **how: Any) -> Figure:
    """Return words at a place of the picture."""
    return {"text": words, "x": x, "y": y, "showarrow": False, "font": {"size": 14}} | how
