"""What every figure shares: axes in the unit's fixed window, no ornament, language's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.theme import FAINT, NEUTRAL, WINDOWS

Figure = dict[str, Any]
FONT = {"family": "system-ui, sans-serif", "size": 14, "color": NEUTRAL}


def window_of(unit: str, highest: float | None = None) -> tuple[float, float]:
    """Return the fixed window of a unit; shares widen to 0-100 % when they must."""
    low, high = WINDOWS[unit]
    if unit == "share" and highest is not None and highest > high:
        return 0.0, 1.0
    return low, high


def value_axis(unit: str, window: tuple[float, float], language: str) -> Figure:
    """Return the axis of a unit."""
    low, high = window
    room = (high - low) * 0.04
    axis: Figure = {
        "range": [low - room, high + room],
        "gridcolor": FAINT,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 13},
        "automargin": True,
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
        "margin": {"l": 12, "r": 16, "t": 12, "b": 32},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": FONT,
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "separators": ",." if language == "nl" else ".,",
        "shapes": [],
        "annotations": [],
    }


def line(x: Sequence[float], y: Sequence[float], color: str, width: float = 2) -> Figure:
    """Return a line that is not hovered."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "line": {"color": color, "width": width},
        "hoverinfo": "skip",
    }
