"""Rows of marks on one scale: own dot, band tick with its quartile box, sector line, two sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from textwrap import wrap
from typing import Final, Literal

from dashboard.figures.base import Figure, layout, line, text, value_axis, window_of
from dashboard.theme import EMPLOYEE, FAINT, GAP_PALE, GAP_SOLID, MUTED, NEUTRAL, OWN_PALE

Form = Literal["own", "band", "sector", "dot", "expected", "youngest", "between", "oldest"]
Place = Literal["left", "right"]
TALL, DENSE, TIGHT = 72, 64, 56
RISE = 0.62  # how far the label stands above the middle of its row, in rows
WIDEST, BESIDE = 36, 30  # characters of a label that fit on a phone: alone, beside a value
LINE: Final = 18  # a line of a label, in pixels
FOOT = 60  # axis labels and title, in pixels
RIGHT = 44  # room for a value beside an interval that ends at the window's edge
ROOM = 0.2  # the share of the window a label needs to its left, on a phone
LIFT = 0.13  # how far the two sides stand apart from the row's middle
SYMBOLS = {
    "own": {"symbol": "circle", "size": 17},
    "dot": {"symbol": "circle", "size": 12},
    "band": {"symbol": "line-ns-open", "size": 22},
    "sector": {"symbol": "line-ns-open", "size": 26},
    "expected": {"symbol": "circle-open", "size": 15},
    "youngest": {"symbol": "diamond-open", "size": 11},
    "between": {"symbol": "circle", "size": 8},
    "oldest": {"symbol": "diamond", "size": 11},
}
WIDTHS = {"own": 0, "dot": 0, "band": 4, "sector": 1.5, "expected": 2, "youngest": 2} | {
    "between": 0,
    "oldest": 0,
}

# What lies behind what: the own dot is on top.
LAYERS: Final[tuple[Form, ...]] = (
    "sector", "band", "expected", "youngest", "between", "oldest", "dot", "own",
)  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """One value: its words, interval, colour (side), form (group) and where its label stands."""

    value: float
    words: str
    low: float | None = None
    high: float | None = None
    color: str = NEUTRAL
    form: Form = "dot"
    label: str = ""
    place: Place = "right"
    lift: float = 0.0


@dataclass(frozen=True)
class DotRow:
    """A labelled row of marks.

    `box` is a quartile box, `gap` fills what lies between two sides (solid: demonstrable), `note`
    says why nothing is drawn, `figure_text` is the value at the end of the label's line;
    `is_pale` where the own value cannot be told apart from the others.
    """

    label: str
    marks: Sequence[Mark] = ()
    box: tuple[float, float] | None = None
    gap: Literal["", "solid", "pale"] = ""
    note: str = ""
    figure_text: str = ""
    is_pale: bool = False

    @property
    def lines(self) -> list[str]:
        """The label in the lines that a phone has room for."""
        return list(wrapped(self.label, BESIDE if self.figure_text else WIDEST))


@lru_cache(2_000)
def wrapped(label: str, width: int) -> tuple[str, ...]:
    """Return a label in lines; the same labels stand on every page."""
    return tuple(wrap(label, width, break_long_words=False, break_on_hyphens=False)) or ("",)


@dataclass(frozen=True)
class Canvas:
    """Where rows are drawn: unit, words under the axis ({low} and {high} its ends) and language."""

    unit: str
    title: str
    language: str
    row_height: int = TALL


@dataclass(frozen=True)
class Placed:
    """A mark at the height of its row; pale where the row's own value cannot be told apart."""

    mark: Mark
    y: float
    is_pale: bool

    @property
    def look(self) -> tuple[Form, str, bool]:
        """Form, colour, and whether it is the own dot of a pale row."""
        is_own = self.mark.form == "own" and self.mark.color == EMPLOYEE
        return self.mark.form, self.mark.color, self.is_pale and is_own


def mark_trace(look: tuple[Form, str, bool], these: Sequence[Placed]) -> Figure:
    """Return the trace of marks of one look; a pale own dot keeps its edge, which the eye finds."""
    form, color, is_pale = look
    edge = {"color": color, "width": WIDTHS[form]}
    style = SYMBOLS[form] | {"color": color, "line": edge}
    if is_pale:
        style |= {"color": OWN_PALE, "line": edge | {"width": 2}, "size": 15}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [one.mark.value for one in these],
        "y": [one.y for one in these],
        "marker": style,
        "hovertemplate": [f"{one.mark.words}<extra></extra>" for one in these],
        "cliponaxis": False,
    }


def mark_traces(placed: Sequence[Placed]) -> list[Figure]:
    """Return a trace for each look, so that a picture is a few and a phone draws it at once."""
    found: dict[tuple[Form, str, bool], list[Placed]] = {}
    for one in placed:
        found.setdefault(one.look, []).append(one)
    looks = sorted(found, key=lambda look: LAYERS.index(look[0]))
    return [mark_trace(look, found[look]) for look in looks]


def clipped(mark: Mark, window: tuple[float, float]) -> tuple[float, float]:
    """Return the ends of what a mark draws, cut at the window."""
    low = mark.value if mark.low is None else mark.low
    high = mark.value if mark.high is None else mark.high
    return max(low, window[0]), min(high, window[1])


def interval_traces(placed: Sequence[Placed], window: tuple[float, float]) -> Iterator[Figure]:
    """Yield the thin lines of intervals, with arrows where they run out of the window."""
    lines: dict[str, tuple[list[float | None], list[float | None]]] = {}
    ends: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for one in placed:
        mark, y = one.mark, one.y
        if mark.low is None or mark.high is None:
            continue
        low, high = clipped(mark, window)
        xs, ys = lines.setdefault(mark.color, ([], []))
        xs += [low, high, None]
        ys += [y, y, None]
        if mark.low < low:
            ends.setdefault((mark.color, "triangle-left"), []).append((low, y))
        if mark.high > high:
            ends.setdefault((mark.color, "triangle-right"), []).append((high, y))
    for color, (xs, ys) in lines.items():
        yield line(xs[:-1], ys[:-1], color)
    for (color, symbol), points in ends.items():
        arrow = {"symbol": symbol, "size": 9, "color": color}
        at = ([x for x, _ in points], [y for _, y in points])
        yield line(*at, color) | {"mode": "markers", "marker": arrow}


def mark_label(mark: Mark, y: float, window: tuple[float, float]) -> Figure:
    """Return a mark's value, clear of its own dot and interval."""
    low, high = clipped(mark, window)
    size = 18 if mark.form == "own" else 14
    is_right = mark.place == "right"
    return text(
        f"<b>{mark.label}</b>",
        high if is_right else low,
        y + mark.lift,
        xanchor="left" if is_right else "right",
        xshift=(14 if mark.form == "own" else 10) * (1 if is_right else -1),
        font={"size": size},
    )


def rectangle(x: tuple[float, float], y: float, half: float, color: str) -> Figure:
    """Return a flat box behind a row."""
    box = {"type": "rect", "x0": x[0], "x1": x[1], "y0": y - half, "y1": y + half}
    return box | {"fillcolor": color, "line": {"width": 0}, "layer": "below"}


def boxes(row: DotRow, y: float) -> list[Figure]:
    """Return what lies behind the marks of a row."""
    found = [rectangle(row.box, y, 0.17, FAINT)] if row.box else []
    if row.gap and len(row.marks) == 2:
        ends = sorted(mark.value for mark in row.marks)
        color = GAP_SOLID if row.gap == "solid" else GAP_PALE
        found.append(rectangle((ends[0], ends[1]), y, LIFT, color))
    return found


def row_words(row: DotRow, y: float, start: float, top: float) -> list[Figure]:
    """Return the label above a row, so that a phone needs no wide margin, and what stands in it."""
    is_bold = row.gap != "pale" and not row.is_pale
    name = "<br>".join(f"<b>{one}</b>" if is_bold else one for one in row.lines)
    words = [text(name, 0, top, xref="paper", xanchor="left", yanchor="top", align="left")]
    if row.figure_text:
        value = f"<b>{row.figure_text}</b>"
        # In the margin, so that a long label on a phone does not run into it.
        edge = {"xref": "paper", "xanchor": "right", "xshift": RIGHT - 4}
        words.append(text(value, 1, top, yanchor="top", **edge))
    if row.note:
        look = {"size": 13, "color": MUTED}
        words.append(text(row.note, start, y, xanchor="left", font=look, align="left"))
    return words


def facing_out(row: DotRow, window: tuple[float, float]) -> DotRow:
    """Return the row with its lower side's label left of it, where that is clear of the gap."""
    if not row.gap or len(row.marks) != 2:
        return row
    lower = min(row.marks, key=lambda mark: mark.value)
    if clipped(lower, window)[0] - window[0] < ROOM * (window[1] - window[0]):
        return row
    turned = [replace(mark, place="left") if mark is lower else mark for mark in row.marks]
    return replace(row, marks=turned)


def draw_row(
    row: DotRow, place: tuple[float, float], window: tuple[float, float], figure: Figure
) -> list[Placed]:
    """Return the marks of a row in their places; boxes and words are added to the figure's layout.

    `place` is the middle of the row and the top of its label.
    """
    y, top = place
    figure["shapes"] += boxes(row, y)
    figure["annotations"] += row_words(row, y, window[0], top)
    labelled = [mark for mark in facing_out(row, window).marks if mark.label]
    figure["annotations"] += [mark_label(mark, y, window) for mark in labelled]
    return [Placed(mark, y + mark.lift, row.is_pale) for mark in row.marks]


def places(rows: Sequence[DotRow], canvas: Canvas) -> list[tuple[float, float]]:
    """Return the middle of every row and the top of its label, one unit for a row's height.

    A label of more than one line lifts all that stands above it.
    """
    found: list[tuple[float, float]] = []
    y = 1.0
    for row in reversed(rows):
        more = (len(row.lines) - 1) * LINE / canvas.row_height
        found.append((y, y + RISE + more))
        y += 1.0 + more
    return found[::-1]


def dot_figure(rows: Sequence[DotRow], canvas: Canvas) -> Figure:
    """Return a figure of rows from top to bottom as a plain dict."""
    window = window_of(canvas.unit, (mark.value for row in rows for mark in row.marks))
    extra = sum(len(row.lines) - 1 for row in rows)
    figure = layout(canvas.row_height * len(rows) + LINE * extra + FOOT, canvas.language)
    placed: list[Placed] = []
    for row, place in zip(rows, places(rows, canvas), strict=True):
        placed += draw_row(row, place, window, figure)
    figure["margin"] |= {"r": RIGHT}
    title = canvas.title.format(low=f"{window[0]:g}", high=f"{window[1]:g}")
    figure["xaxis"] = value_axis(canvas.unit, window, title, canvas.language)
    top = len(rows) + extra * LINE / canvas.row_height + 0.64
    figure["yaxis"] = {"range": [0.64, top], "visible": False, "fixedrange": True}
    # A picture without any mark still needs a trace, or its axes take plotly's own range.
    traces = [*interval_traces(placed, window), *mark_traces(placed)]
    return {"data": traces or [line([window[0]], [1], FAINT)], "layout": figure}
