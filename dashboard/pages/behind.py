"""Which published rows stand behind a page: those that its file of figures recomputes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from dashboard.grouped import Row
from dashboard.pages import ages, aspects, changes, compare, gap, strip, themes, trends
from dashboard.pages.beside import beside
from dashboard.pages.model import View
from dashboard.pages.overview import rest_score
from dashboard.pages.parts import band_asked_for, own_band
from dashboard.sentences import published

Figure = tuple[str, Row]
SIDES = ("employee", "hr")


def each(table: str, rows: Iterable[Row | None]) -> Iterator[Figure]:
    """Yield the rows that are there, with their table."""
    yield from ((table, row) for row in rows if row is not None)


def overview_figures(view: View) -> Iterator[Figure]:
    """Yield the grade of own, band and sector, its comparison, gap, changes and the response."""
    reader, own = view.reader, view.scope.organisation_id
    yield from each("score", [reader.own_score("grade")])
    yield from each("comparison", [reader.comparison("size_band", "grade")])
    yield from each("benchmark", [reader.band_benchmark("grade")])
    if own is not None and not published(reader.own_score("grade")):
        yield from each("score", [rest_score(view)])
    yield from each("score", [reader.score(s, "sector", "sector", "grade") for s in SIDES])
    yield from each("gap", [reader.gaps("sector", "sector").get("grade")])
    yield from each("benchmark", [reader.benchmark("sector", "sector", "grade")])
    kind, group = ("sector", "sector") if own is None else ("organisation", own)
    yield from each("trend", reader.trend(kind, group, "grade", "employee"))
    yield from each("response", [reader.response(kind, group)])
    yield from each("expected_range", [reader.expected_range("grade")])


def floor_figures(view: View) -> Iterator[Figure]:
    """Yield what the overview stands on; for staff the small organisations of every band too."""
    yield from overview_figures(view)
    if view.scope.organisation_id is None:
        bands = [band["size_band_id"] for band in view.reader.bands]
        rest = (view.reader.score("employee", "size_band_rest", b, "grade") for b in bands)
        yield from each("score", rest)
        yield from band_responses(view)


def band_responses(view: View) -> Iterator[Figure]:
    """Yield the response of every size band."""
    bands = (band["size_band_id"] for band in view.reader.bands)
    yield from each("response", (view.reader.response("size_band", band) for band in bands))


def monitor_figures(view: View) -> Iterator[Figure]:
    """Yield the spread of organisations, the response, and the differences of groups."""
    yield from each("benchmark", [row for _, _, row in strip.groups(view)])
    yield from each("response", [view.reader.response("sector", "sector")])
    yield from band_responses(view)
    for one in themes.themes(view)[: themes.MOST]:
        table = {"gap": "gap", "change": "trend"}.get(one.kind)
        yield from each(table, [one.row]) if table is not None else ()


def band_figures(view: View) -> Iterator[Figure]:
    """Yield the own grade, and both sides of every published group of size bands."""
    reader, bands = view.reader, [band["size_band_id"] for band in view.reader.bands]
    yield from each("score", [reader.own_score("grade")])
    groups = [reader.group_of(band, "grade", "employee", "organisations") for band in bands]
    for group in dict.fromkeys(groups):
        yield from each("benchmark", [reader.benchmark("size_band", group, "grade")])
    for side in SIDES:
        groups = [reader.group_of(band, "grade", side, "respondents") for band in bands]
        for group in dict.fromkeys(groups):
            yield from each("score", [reader.score(side, "size_band", group, "grade")])
    yield from each("size_gradient", [reader.gradient("grade")])


def aspect_figures(view: View) -> Iterator[Figure]:
    """Yield the mentions of both sides."""
    own = view.reader.gaps("organisation", view.scope.organisation_id)
    for gaps in (aspects.group_of(view, band_asked_for(view))[1], aspects.mentions_of(own)):
        yield from each("gap", gaps.values())


def compare_figures(view: View) -> Iterator[Figure]:
    """Yield own, band and sector of every question, then the age groups."""
    reader = view.reader
    for one in (*beside(view, compare.UNIT), *beside(view, "mention")):
        item = one.item["item_id"]
        yield from each("score", [one.own])
        yield from each("comparison", [one.compared])
        yield from each("benchmark", [one.peers.band, one.peers.sector])
        if one.expected is not None:
            yield from each("size_gradient", [reader.gradient(item)])
            yield from each("expected_range", [reader.expected_range(item)])
    yield from each("benchmark", [row for _, _, row in strip.groups(view)])
    yield from each("comparison", [reader.comparison("size_band", "grade")])
    for group in ages.groups(view, own_band(view)):
        for _, rows in ages.asked(view, group):
            yield from each("score", rows)


def gap_figures(view: View) -> Iterator[Figure]:
    """Yield the gap of every group of the page, grade and aspects."""
    for _, gaps in gap.groups_of(view):
        yield from each("gap", gap.compared(view, gaps))


def trend_figures(view: View) -> Iterator[Figure]:
    """Yield the changes of the grade, what they are made of, and the values they lie between."""
    own = view.scope.organisation_id
    for who in dict.fromkeys(line.who for line in trends.lines_of(view)):
        yield from each("trend", trends.changes_of(view, who))
    yield from each("trend", view.reader.changes_to(view.state.wave_id))
    parts = changes.parts_of(view)
    yield from each("change_part", (parts.get(name) for name in changes.PARTS))
    for kind, group in (("organisation", own), ("sector", "sector")):
        yield from each("trend_line", [view.reader.trend_line(kind, group, "grade", "employee")])
    for wave in view.reader.waves:
        reader = view.reader.at(wave["wave_id"])
        yield from each("score", [reader.own_score("grade")] if own is not None else [])
        yield from each("benchmark", [reader.band_benchmark("grade")])
        yield from each("benchmark", [reader.benchmark("sector", "sector", "grade")])
        yield from each("score", [reader.score(s, "sector", "sector", "grade") for s in SIDES])


BEHIND: Final[dict[str, Callable[[View], Iterator[Figure]]]] = {
    "overview": overview_figures,
    "floor": floor_figures,
    "compare": compare_figures,
    "size_bands": band_figures,
    "aspects": aspect_figures,
    "gap": gap_figures,
    "trends": trend_figures,
    "monitor": monitor_figures,
}


def figures_of(view: View) -> list[Figure]:
    """Return the rows behind a page, each once, in the order of the page."""
    found: list[Figure] = []
    for figure in BEHIND[view.state.page](view):
        if figure not in found:
            found.append(figure)
    return found
