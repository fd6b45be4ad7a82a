"""Hoe staan we ervoor? The own grade beside band and sector; below the floor, what is known."""

from __future__ import annotations

from dataclasses import replace

from dashboard.figures.dots import TALL, DotRow, dot_figure
from dashboard.grouped import Row
from dashboard.pages import standing_out, took_part
from dashboard.pages.given_size import given_size_sections
from dashboard.pages.model import Chart, Linked, Page, Section, Table, View
from dashboard.pages.parts import (
    band_mark,
    canvas,
    context_line,
    count_cell,
    interval_cell,
    own_band,
    own_mark,
    quartile_box,
    sector_mark,
    side_mark,
    status_words,
    value_cell,
)
from dashboard.pages.precision import (
    bias_reading,
    careless_section,
    indicative_notes,
    marked,
)
from dashboard.sentences import (
    answers_sentence,
    band_name,
    below_floor_sentence,
    change_sentence,
    has_own_results,
    is_too_small,
    own_grade_sentence,
    published,
    response_sentence,
    sector_sentence,
)

UNIT = "grade"


def own_row(view: View) -> DotRow:
    """Return the own organisation on its row, or why it is not there."""
    own, band = view.reader.own_score("grade"), view.reader.band_benchmark("grade")
    if own is None or not published(own):
        status = own["status"] if own else "no_data"
        return DotRow(view.say("own"), note=status_words(view, status))
    # The value stands on the side away from the band, clear of its tick.
    is_left = published(band) and band is not None and own["value"] < band["mean_of_organisations"]
    marks = [replace(own_mark(view, own, UNIT), place="left" if is_left else "right")]
    sector = view.reader.benchmark("sector", "sector", "grade")
    if band is not None and published(band):
        marks.insert(0, band_mark(view, band, UNIT))
    if sector is not None and published(sector):
        marks.insert(0, sector_mark(view, sector["mean_of_organisations"], UNIT))
    return DotRow(view.say("own"), marks, quartile_box(band))


def band_row(view: View) -> DotRow:
    """Return the row of comparable organisations."""
    band = view.reader.band_benchmark("grade")
    if band is None or not published(band):
        return DotRow(view.say("band"), note=view.say("status_too_few_organisations"))
    label = view.say("band_of", band=band_name(view, band["group_id"]))
    return DotRow(label, (band_mark(view, band, UNIT, label=True),), quartile_box(band))


def rest_score(view: View) -> Row | None:
    """Return the score of the small organisations of the own band together."""
    score = view.reader.score("employee", "size_band_rest", own_band(view), "grade")
    return score if published(score) else None


def rest_row(view: View) -> DotRow | None:
    """Return the row of the small organisations of the band together."""
    score = rest_score(view)
    if score is None:
        return None
    return DotRow(view.say("rest_of_band"), (side_mark(view, score, "employee", UNIT),))


def sector_row(view: View, side: str) -> DotRow | None:
    """Return a side's sector row, everybody counted once."""
    score = view.reader.score(side, "sector", "sector", "grade")
    if score is None or not published(score):
        return None
    return DotRow(view.say(f"sector_{side}"), (side_mark(view, score, side, UNIT),))


def rows_of(view: View) -> list[DotRow]:
    """Return the rows of the picture: own, comparable organisations, the sector's two sides."""
    rows: list[DotRow | None] = [sector_row(view, "employee"), sector_row(view, "hr")]
    if view.scope.organisation_id is not None:
        is_own = published(view.reader.own_score("grade"))
        rows = [own_row(view), band_row(view), None if is_own else rest_row(view), *rows]
    return [row for row in rows if row is not None]


def key(view: View) -> tuple[tuple[str, str], ...]:
    """Return the key of what the rows do not name themselves."""
    is_own = published(view.reader.own_score("grade"))
    has_box = quartile_box(view.reader.band_benchmark("grade")) is not None
    shown = (
        ("band", "key_band", is_own),
        ("box", "key_box" if is_own else "key_box_sector", has_box),
        ("sector", "key_sector", is_own),
        ("interval", "key_interval", True),
    )
    return tuple((glyph, view.say(words)) for glyph, words, is_drawn in shown if is_drawn)


def grade_section(view: View, finding: str) -> Section:
    """Return the picture of the grade with its table."""
    figure = dot_figure(rows_of(view), canvas(view, UNIT, TALL))
    summary = view.say("summary_of", chart=view.say("overview_chart"), finding=finding)
    notes = indicative_notes(view, shown_scores(view))
    # The staff's finding says it already; everybody else reads it below the picture.
    said = () if view.scope.organisation_id is None else (sector_words(view),)
    chart = Chart(figure, summary, key(view))
    return Section(sentences=said, chart=chart, table=grade_table(view), notes=notes)


def shown_scores(view: View) -> list[Row | None]:
    """Return the scores that the picture and its table show."""
    reader = view.reader
    sector = [reader.score(side, "sector", "sector", UNIT) for side in ("employee", "hr")]
    if view.scope.organisation_id is None:
        return sector
    return [reader.own_score(UNIT), rest_score(view), *sector]


def grade_table(view: View) -> Table:
    """Return the grades with interval, respondents and organisations."""
    say, rows = view.say, []
    if view.scope.organisation_id is not None:
        rows.append(score_cells(view, say("own"), view.reader.own_score("grade")))
        rows.append(benchmark_cells(view, view.reader.band_benchmark("grade")))
        rest = rest_score(view)
        if rest is not None:
            rows.append(score_cells(view, say("rest_of_band"), rest))
    for side in ("employee", "hr"):
        score = view.reader.score(side, "sector", "sector", "grade")
        # A side that was not asked is no side that stayed away.
        is_asked = side == "employee" or view.reader.wave["has_hr"]
        row = score if score is not None or is_asked else {"status": "not_asked"}
        rows.append(score_cells(view, say(f"sector_{side}"), row))
    heads = (say("group"), say("grade"), say("interval_head"), say("answers"), say("organisations"))
    return Table(say("table_grade"), heads, tuple(rows))


def score_cells(view: View, label: str, score: Row | None) -> tuple[str, ...]:
    """Return the cells of a score."""
    return (
        label,
        marked(view, value_cell(view, score, UNIT), score),
        interval_cell(view, score, UNIT),
        count_cell(view, score, "respondent_count"),
        count_cell(view, score, "organisation_count"),
    )


def benchmark_cells(view: View, band: Row | None) -> tuple[str, ...]:
    """Return the cells of the mean of comparable organisations."""
    say = view.say
    if band is None or not published(band):
        empty = say("status_too_few_organisations")
        return (say("band"), empty, say("dash"), say("dash"), say("dash"))
    return (
        say("band_of", band=band_name(view, band["group_id"])),
        say.number(band["mean_of_organisations"]),
        say.interval(band["mean_ci_low"], band["mean_ci_high"], UNIT),
        say("dash"),
        say.count(band["organisation_count"]),
    )


def sector_words(view: View) -> str:
    """Return the sentence about the sector's two sides."""
    gap = view.reader.gaps("sector", "sector").get("grade")
    employees = view.reader.score("employee", "sector", "sector", "grade")
    return sector_sentence(view, gap, employees)


def build(view: View) -> Page:
    """Return the overview."""
    if view.scope.organisation_id is None:
        return page(view, sector_words(view), sector_sections(view), "reading_sector")
    own = view.reader.own_score("grade")
    if own is None or not published(own):
        finding = below_floor_sentence(view)
        return page(view, finding, floor_sections(view), "reading_floor")
    comparison = view.reader.comparison("size_band", "grade")
    band = view.reader.band_benchmark("grade")
    finding = own_grade_sentence(view, own, band, comparison)
    return page(view, finding, own_sections(view), "reading_overview")


def page(view: View, finding: str, after: tuple[Section, ...], reading: str) -> Page:
    """Return the overview with its picture first and `after` below."""
    context = f"{context_line(view)} {response_sentence(view)}"
    careless = careless_section(view)
    sections = (grade_section(view, finding), *([] if careless is None else [careless]), *after)
    words = (view.say(reading), *bias_reading(view))
    return Page(view.say("page_overview"), finding, context, sections, words)


def changed(view: View, who: str) -> Section:
    """Return what changed since the wave before: the grade, the questions, who took part."""
    own = view.scope.organisation_id
    kind, group = ("organisation", own) if who == "own" else ("sector", "sector")
    changes = view.reader.trend(kind, group, "grade", "employee")
    sentences = (
        change_sentence(view, changes, who),
        took_part.moved_sentence(view, who),
        took_part.answers_moved(view),
    )
    return Section(view.say("changed"), tuple(one for one in sentences if one is not None))


def own_sections(view: View) -> tuple[Section, ...]:
    """Return what stands out, who took part and what changed, with a result of one's own."""
    return (
        standing_out.own_section(view),
        *given_size_sections(view),
        changed(view, "own"),
        took_part.section(view),
    )


def sector_sections(view: View) -> tuple[Section, ...]:
    """Return the same of the sector."""
    return (
        standing_out.group_section(view),
        changed(view, "sector"),
        took_part.section(view, is_whole=True),
    )


def floor_sections(view: View) -> tuple[Section, ...]:
    """Return what an organisation without an own result may know, and what would help."""
    say = view.say
    can_plan = has_own_results(view) and not is_too_small(view)
    plan = "floor_plan" if can_plan else "floor_plan_none"
    known = (say("floor_may"), say("floor_may_not"))
    return (
        Section(say("floor_next"), (answers_sentence(view), Linked(say(plan), "floor"))),
        standing_out.group_section(view),
        Section(say("floor_known"), known),
        took_part.section(view),
    )
