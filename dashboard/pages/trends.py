"""Hoe verandert het? The grade over waves: own, band and sector, breaks marked."""

from __future__ import annotations

from dashboard.figures.lines import Point, Series, line_figure
from dashboard.pages.model import Page, Section, Table, View
from dashboard.pages.parts import context_line, status_words
from dashboard.sentences import change_sentence, published
from dashboard.snapshot import Row
from dashboard.theme import EMPLOYEE, HR, NEUTRAL


def wave_values(view: View, who: str) -> list[Row | None]:
    """Return a group's grade per wave, NULL rows included."""
    found = []
    for wave in view.reader.waves:
        reader = view.reader.at(wave["wave_id"])
        if who == "own":
            found.append(reader.own_score("grade"))
        elif who == "band":
            found.append(as_score(reader.band_benchmark("grade")))
        else:
            side = "hr" if who == "sector_hr" else "employee"
            found.append(reader.score(side, "sector", "sector", "grade"))
    return found


def as_score(row: Row | None) -> Row | None:
    """Return a benchmark's mean of organisations in the columns of a score."""
    if row is None:
        return None
    renamed = {"value": "mean_of_organisations", "ci_low": "mean_ci_low", "ci_high": "mean_ci_high"}
    return row | {new: row[old] for new, old in renamed.items()}


def classes(view: View) -> list[str]:
    """Return the comparability class of each wave."""
    return [wave["comparability_class"] for wave in view.reader.waves]


def runs(view: View, label: str, values: list[Row | None]) -> list[list[Point]]:
    """Return the stretches that may be joined: published values of one class, side by side."""
    found: list[list[Point]] = [[]]
    kinds = classes(view)
    for place, row in enumerate(values):
        if place and kinds[place] != kinds[place - 1]:
            found.append([])
        if row is None or not published(row):
            found.append([])
            continue
        text = f"{label}: {view.say.number(row['value'])}"
        found[-1].append(Point(place, row["value"], row["ci_low"], row["ci_high"], text))
    return [run for run in found if run]


def series_of(view: View) -> list[tuple[str, Series, list[Row | None]]]:
    """Return the lines of this view."""
    whos = ["sector", "sector_hr"]
    if view.scope.organisation_id is not None:
        whos = ["own", "band", *whos]
    styles = {
        "own": ("own", EMPLOYEE),
        "band": ("band", NEUTRAL),
        "sector": ("sector", NEUTRAL),
        "sector_hr": ("sector", HR),
    }
    if view.scope.organisation_id is None:
        styles["sector"] = ("own", EMPLOYEE)
    found = []
    for who in whos:
        label, values = view.say(f"line_{who}"), wave_values(view, who)
        form, color = styles[who]
        found.append((who, Series(label, form, color, runs(view, label, values)), values))
    return found


def breaks(view: View) -> list[tuple[float, str]]:
    """Return the places where the questionnaire changed."""
    kinds = classes(view)
    words = view.say("trend_break")
    return [(i - 0.5, words) for i in range(1, len(kinds)) if kinds[i] != kinds[i - 1]]


def cell(view: View, row: Row | None) -> str:
    """Return a value with its interval, or why there is none."""
    if row is None:
        return view.say("status_no_data")
    if not published(row):
        return status_words(view, row["status"])
    interval = view.say.interval(row["ci_low"], row["ci_high"], "grade")
    return f"{view.say.number(row['value'])} ({interval})"


def build(view: View) -> Page:
    """Return the page of trends."""
    say, lines = view.say, series_of(view)
    names = [say.name(wave) for wave in view.reader.waves]
    short = [wave["wave_id"] for wave in view.reader.waves]
    rows = tuple(
        (series.label, *(cell(view, row) for row in values)) for _, series, values in lines
    )
    who = "sector" if view.scope.organisation_id is None else "own"
    kind = "sector" if who == "sector" else "organisation"
    group = view.scope.organisation_id or "sector"
    changes = view.reader.trend(kind, group, "grade", "employee")
    sector = view.reader.trend("sector", "sector", "grade", "employee")
    finding = change_sentence(view, changes or sector, who if changes else "sector")
    chart = Section(
        figure=line_figure(
            [series for _, series, _ in lines], short, breaks(view), "grade", say.language
        ),
        summary=say("trends_summary"),
        legend=say("legend_trends"),
        table=Table(say("table_trends"), (say("group"), *names), rows),
    )
    reading = (say("reading_trends"), say("reading_break"))
    return Page(say("page_trends"), finding, context_line(view), (chart,), reading)
