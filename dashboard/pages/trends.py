"""Hoe verandert het? The grade over waves: own, band and sector, breaks marked."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.figures.lines import Ground, Point, Series, line_figure, shifted
from dashboard.grouped import Row
from dashboard.pages import events
from dashboard.pages.changes import item_section, parts_section, trend_sentences
from dashboard.pages.model import Chart, Page, Section, Table, View
from dashboard.pages.parts import context_line, own_band, status_words
from dashboard.sentences import change_sentence, interval_of, published
from dashboard.theme import EMPLOYEE, HR, NEUTRAL

RIGHT = 138  # room for the names at the end of the lines, in pixels
LETTER = 7.3  # of a bold letter, in pixels
STYLES = {
    "own": ("own", EMPLOYEE),
    "former": ("former", EMPLOYEE),
    "band": ("band", NEUTRAL),
    "sector": ("sector", EMPLOYEE),
    "sector_hr": ("sector", HR),
}
# A little apart, so that no interval covers another.
ASIDE = {"own": 0.0, "former": 0.0, "band": -0.06, "sector": 0.06, "sector_hr": 0.12}


@dataclass(frozen=True)
class Line:
    """A group over the waves: who, its name and a row (or None) per wave."""

    who: str
    label: str
    values: tuple[Row | None, ...]


def wave_value(view: View, wave_id: str, who: str) -> Row | None:
    """Return a group's grade at a wave, hidden rows included."""
    reader = view.reader.at(wave_id)
    if who == "own":
        return reader.own_score("grade")
    if who == "former":
        return reader.predecessor("grade")
    if who == "band":
        return as_score(reader.band_benchmark("grade"))
    return reader.score("hr" if who == "sector_hr" else "employee", "sector", "sector", "grade")


def as_score(row: Row | None) -> Row | None:
    """Return a benchmark's mean of organisations in the columns of a score."""
    if row is None:
        return None
    renamed = {"value": "mean_of_organisations", "ci_low": "mean_ci_low", "ci_high": "mean_ci_high"}
    return row | {new: row[old] for new, old in renamed.items()}


def lines_of(view: View) -> list[Line]:
    """Return the lines of this view."""
    whos = ["sector", "sector_hr"]
    if view.scope.organisation_id is not None:
        whos = ["own", "band", *whos]
    lines = [line_of(view, who) for who in whos]
    former = line_of(view, "former")
    # Only an organisation that began as a merger has predecessors.
    return [lines[0], former, *lines[1:]] if any(former.values) else lines


def line_of(view: View, who: str) -> Line:
    """Return a group's values at every wave."""
    values = tuple(wave_value(view, wave["wave_id"], who) for wave in view.reader.waves_so_far)
    return Line(who, view.say(f"line_{who}"), values)


def classes(view: View) -> list[str]:
    """Return the comparability class of each wave."""
    return [wave["comparability_class"] for wave in view.reader.waves_so_far]


def runs(view: View, line: Line) -> list[list[Point]]:
    """Return the stretches that may be joined: published values of one class, side by side."""
    found: list[list[Point]] = [[]]
    kinds = classes(view)
    for place, row in enumerate(line.values):
        if row is None or not published(row) or (place and kinds[place] != kinds[place - 1]):
            found.append([])
        if row is not None and published(row):
            words = f"{line.label}: {view.say.number(row['value'])}"
            found[-1].append(Point(place, row["value"], row["ci_low"], row["ci_high"], words))
    return [run for run in found if run]


def series_of(view: View, line: Line) -> Series:
    """Return a line as a series, its last value beside its name."""
    form, color = STYLES[line.who]
    stretches = runs(view, line)
    moved = [shifted(run, ASIDE[line.who]) for run in stretches]
    return Series(line.label + last_value(view, stretches), form, color, moved)


def last_value(view: View, stretches: list[list[Point]]) -> str:
    """Return the last value as it stands beside a line, with its wave where that is not the last.

    The name of a line stands at the edge, beside the last wave.
    """
    if not stretches:
        return ""
    last, waves = stretches[-1][-1], view.reader.waves_so_far
    number, place = view.say.number(last.value), round(last.place)
    return f" {number}" if place == len(waves) - 1 else f" {number} ({waves[place]['wave_id']})"


def breaks(view: View) -> list[tuple[float, str]]:
    """Return the places where the questionnaire changed."""
    kinds = classes(view)
    words = view.say("trend_break")
    return [(i - 0.5, words) for i in range(1, len(kinds)) if kinds[i] != kinds[i - 1]]


def cell(view: View, place: int, line: Line) -> str:
    """Return a value with its interval, or why there is none."""
    row = line.values[place]
    if row is None:
        has_side = line.who != "sector_hr" or view.reader.waves_so_far[place]["has_hr"]
        return view.say("status_no_data" if has_side else "status_not_asked")
    if not published(row):
        return status_words(view, row["status"])
    interval = view.say.interval(row["ci_low"], row["ci_high"], "grade")
    return f"{view.say.number(row['value'])} ({interval})"


def change_cells(view: View, line: Line, row: Row) -> tuple[str, ...]:
    """Return a change between two waves."""
    when = view.say("from_to", old=row["wave_from"], new=row["wave_to"])
    if not published(row):
        return line.label, when, status_words(view, row["status"]), *[view.say("dash")] * 2
    return (
        line.label,
        when,
        view.say.signed(row["change"]),
        interval_of(view, row, "grade"),
        view.say(f"change_word_{row['verdict']}"),
    )


def changes_of(view: View, who: str) -> tuple[Row, ...]:
    """Return the changes of a line's group up to this wave, the band's as it is called now."""
    reader, side = view.reader, "hr" if who == "sector_hr" else "employee"
    if who == "former":
        return ()  # a merged organisation starts a new series
    groups = {
        "own": ("organisation", view.scope.organisation_id),
        "band": ("size_band", own_band(view)),
    }
    rows = reader.trend(*groups.get(who, ("sector", "sector")), "grade", side)
    seen = {wave["wave_id"] for wave in reader.waves_so_far}
    return tuple(row for row in rows if row["wave_to"] in seen)


def change_table(view: View, lines: list[Line]) -> Table:
    """Return what changed between waves, group by group."""
    say = view.say
    heads = (
        say("group"),
        say("between"),
        say("change"),
        say("interval_head"),
        say("verdict_head"),
    )
    rows = tuple(
        change_cells(view, line, row) for line in lines for row in changes_of(view, line.who)
    )
    return Table(say("table_changes"), heads, rows)


def chart_section(view: View, lines: list[Line], finding: str) -> Section:
    """Return the picture of the lines with the values as a table."""
    say, waves = view.say, view.reader.waves_so_far
    short = [wave["wave_id"] for wave in waves]
    marks = events.marks(view)
    series = [series_of(view, line) for line in lines]
    room = max(RIGHT, *(round(LETTER * len(one.label)) + 8 for one in series))
    ground = Ground(short, "grade", "", say.language, breaks(view), room, marks)
    figure = line_figure(series, ground)
    summary = say("summary_of", chart=say("trends_chart"), finding=finding)
    rows = tuple(
        (line.label, *(cell(view, place, line) for place in range(len(waves)))) for line in lines
    )
    table = Table(say("table_trends"), (say("group"), *(say.name(w) for w in waves)), rows)
    chart = Chart(figure, summary, (("interval", say("key_interval")),))
    return Section(chart=chart, sentences=trend_sentences(view), table=table)


def build(view: View) -> Page:
    """Return the page of trends."""
    say, lines = view.say, lines_of(view)
    own = changes_of(view, "own") if view.scope.organisation_id is not None else ()
    who = "own" if any(row["wave_to"] == view.state.wave_id for row in own) else "sector"
    finding = change_sentence(view, own if who == "own" else changes_of(view, "sector"), who)
    changes = Section(say("changes_heading"), table=change_table(view, lines), is_tucked=True)
    more = (events.section(view), parts_section(view), changes, item_section(view))
    sections = (chart_section(view, lines, finding), *(one for one in more if one is not None))
    former = [say("reading_former")] if any(line.who == "former" for line in lines) else []
    reading = (say("reading_trends"), say("reading_break"), *former)
    return Page(say("page_trends"), finding, context_line(view), sections, reading)
