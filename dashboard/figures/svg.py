"""Elements of SVG on a plot: across in per cent of its width, down in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, Final

from dashboard.figures.base import Figure
from dashboard.theme import MUTED

DASHES: Final = {"dash": "9 9", "dot": "3 3", "dashdot": "9 3 3 3", "longdash": "15 6"}


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
    ends: dict[str, Any] = {
        "x1": percent(x[0]),
        "x2": percent(x[1]),
        "y1": float(y[0]),
        "y2": float(y[1]),
    }
    return tag("line", **ends, **look)


def at(value: Any, place: int) -> Any:
    """Return the value of a point: one for all, or one for each."""
    return value[place] if isinstance(value, list | tuple) else value
