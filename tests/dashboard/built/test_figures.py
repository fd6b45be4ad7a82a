"""Figures are plain dicts that carry their values as text and stay in the unit's window."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from dashboard.access.scope import Scope
from dashboard.context import Context
from dashboard.figures.base import window_of
from dashboard.figures.dots import Canvas, DotRow, Mark, dot_figure
from dashboard.figures.lines import Ground, Point, Series, line_figure, spread
from dashboard.pages.catalogue import build_page
from dashboard.pages.model import Chart
from dashboard.snapshot import Snapshots
from dashboard.state import PAGES
from dashboard.theme import EMPLOYEE, HR, NEUTRAL
from tests.dashboard.release_builder import ORGANISATIONS, WAVES
from warehouse.paths import Store
from warehouse.settings import Settings

CANVAS = Canvas("grade", "as", "nl")
PLAIN = (dict, list, str, int, float, bool, type(None))


def texts_of(figure: dict[str, Any]) -> str:
    """Return every word drawn in a figure."""
    return " ".join(note["text"] for note in figure["layout"]["annotations"])


def all_plain(part: Any) -> bool:
    """Return whether a value is made of plain Python only."""
    if isinstance(part, dict):
        return all(all_plain(one) for one in part.values())
    if isinstance(part, list):
        return all(all_plain(one) for one in part)
    return type(part) in PLAIN


def charts(store: Store, settings: Settings) -> Iterator[Chart]:
    """Yield every chart of every page, account and wave."""
    context = Context(Snapshots(store), settings, True)
    for organisation in (None, *ORGANISATIONS):
        scope = Scope("hr_director" if organisation else "sector_staff", organisation)
        for path in PAGES:
            for wave in WAVES:
                page = build_page(context.view(path, f"?wave={wave}", scope))
                yield from (section.chart for section in page.sections if section.chart)


def test_every_figure_is_plain_and_has_a_sentence(store: Store, settings: Settings) -> None:
    count = 0
    for chart in charts(store, settings):
        assert all_plain(chart.figure)
        json.dumps(chart.figure, allow_nan=False)
        assert chart.summary.endswith(".")
        assert chart.figure["layout"]["separators"] == ",."
        assert not chart.figure["layout"]["showlegend"]
        count += 1
    assert count > 100


def test_a_value_stands_beside_its_mark() -> None:
    mark = Mark(7.3, "uw medewerkers: 7,3", 7.0, 7.6, EMPLOYEE, "own", "7,3")
    figure = dot_figure([DotRow("Uw medewerkers", (mark,))], CANVAS)
    assert "7,3" in texts_of(figure)
    assert "Uw medewerkers" in texts_of(figure)
    assert {trace["mode"] for trace in figure["data"]} == {"lines", "markers"}


def test_what_is_withheld_is_drawn_as_such_and_has_no_number() -> None:
    figure = dot_figure([DotRow("Uw medewerkers", note="▨ afgeschermd")], CANVAS)
    assert "▨ afgeschermd" in texts_of(figure)
    assert [trace["mode"] for trace in figure["data"]] == ["lines"]


def test_an_interval_that_leaves_the_window_ends_in_an_arrow() -> None:
    mark = Mark(8.6, "hr", 8.1, 9.6, HR)
    figure = dot_figure([DotRow("hr", (mark,))], CANVAS)
    arrows = [t for t in figure["data"] if t.get("marker", {}).get("symbol") == "triangle-right"]
    assert arrows[0]["x"] == [9.0]


@pytest.mark.parametrize(
    ("unit", "values", "window"),
    [
        ("grade", [7.2, 8.1], (5.0, 9.0)),
        ("grade", [4.6], (4, 9.0)),
        ("grade", [9.4], (5.0, 10)),
        ("likert", [], (1.0, 5.0)),
        ("share", [0.3], (0.0, 0.6)),
        ("share", [0.7], (0.0, 1.0)),
    ],
)
def test_windows_are_fixed_until_a_value_would_fall_out(
    unit: str, values: list[float], window: tuple[float, float]
) -> None:
    assert window_of(unit, values) == window


@pytest.mark.parametrize("gap", ["solid", "pale"])
def test_a_gap_is_solid_when_demonstrable_and_pale_when_not(gap: Any) -> None:
    marks = (Mark(7.0, "a", color=EMPLOYEE), Mark(7.6, "b", color=HR))
    shapes = dot_figure([DotRow("Cijfer", marks, gap=gap)], CANVAS)["layout"]["shapes"]
    assert len(shapes) == 1
    assert ("0.45" in shapes[0]["fillcolor"]) == (gap == "solid")


@pytest.mark.parametrize(("lower", "anchor"), [(7.0, "right"), (5.2, "left")])
def test_the_lower_side_is_labelled_clear_of_the_gap_where_there_is_room(
    lower: float, anchor: str
) -> None:
    marks = (Mark(lower, "a", label="lower"), Mark(8.0, "b", label="higher"))
    notes = dot_figure([DotRow("rij", marks, gap="solid")], CANVAS)["layout"]["annotations"]
    found = {note["text"]: note["xanchor"] for note in notes}
    assert found["<b>lower</b>"] == anchor
    assert found["<b>higher</b>"] == "left"


def test_a_break_is_drawn_and_never_joined() -> None:
    runs = [[Point(0, 7.4, 7.2, 7.6, "2023")], [Point(1, 7.3, 7.0, 7.6, "2024")]]
    ground = Ground(["2023", "2024"], "grade", "", "nl", [(0.5, "andere vragenlijst")])
    figure = line_figure([Series("Sector 7,3", "sector", NEUTRAL, runs)], ground)
    assert [trace["x"] for trace in figure["data"]] == [[0], [1]]
    assert "andere vragenlijst" in texts_of(figure)
    assert "Sector 7,3" in texts_of(figure)


def test_names_of_lines_do_not_cover_each_other() -> None:
    moved = spread([7.5, 7.52, 7.51, 6.0], 0.27)
    ordered = sorted(moved)
    assert all(upper - lower > 0.26 for lower, upper in pairwise(ordered))


def test_a_long_label_takes_a_second_line_and_lifts_what_stands_above() -> None:
    long = "Tevredenheid over ontwikkelmogelijkheden"
    rows = [DotRow("Boven"), DotRow(long, figure_text="3,0"), DotRow("Onder")]
    short = dot_figure([DotRow(name) for name in ("Boven", "Midden", "Onder")], CANVAS)
    figure = dot_figure(rows, CANVAS)
    assert "<b>Tevredenheid over</b><br><b>ontwikkelmogelijkheden</b>" in texts_of(figure)
    layout, plain = figure["layout"], short["layout"]
    assert layout["height"] == plain["height"] + 18
    # As many pixels to a row as before, so that nothing else moves.
    spans = [
        (one["height"] - one["margin"]["t"] - one["margin"]["b"])
        / (one["yaxis"]["range"][1] - one["yaxis"]["range"][0])
        for one in (layout, plain)
    ]
    assert spans[0] == pytest.approx(spans[1])
    tops = {note["text"]: note["y"] for note in layout["annotations"]}
    assert tops["<b>Boven</b>"] - tops["<b>Onder</b>"] == pytest.approx(2 + 18 / CANVAS.row_height)


def test_an_own_dot_that_cannot_be_told_apart_is_pale_and_keeps_its_edge() -> None:
    own = Mark(value=7.0, words="uw medewerkers: 7,0", color=EMPLOYEE, form="own")
    solid, pale = (
        dot_figure([DotRow("Vraag", (own,), is_pale=is_pale)], CANVAS)["data"][-1]["marker"]
        for is_pale in (False, True)
    )
    assert solid["color"] == pale["line"]["color"] == EMPLOYEE
    assert pale["color"] != EMPLOYEE
    assert (solid["line"]["width"], pale["line"]["width"]) == (0, 2)


def test_the_words_under_an_axis_name_its_own_ends() -> None:
    canvas = Canvas("grade", "van {low} tot {high}", "nl")
    for value, words in ((7.0, "van 5 tot 9"), (4.2, "van 4 tot 9")):
        figure = dot_figure([DotRow("Vraag", (Mark(value=value, words="x"),))], canvas)
        assert figure["layout"]["xaxis"]["title"]["text"] == words
