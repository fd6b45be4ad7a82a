"""Hoe staan we ervoor? The own grade beside band and sector; below the floor, what is known."""

from __future__ import annotations

from dashboard.figures.dots import DotRow, dot_figure
from dashboard.pages.model import Page, Section, Table, View
from dashboard.pages.parts import (
    band_mark,
    context_line,
    count_cell,
    interval_cell,
    own_mark,
    quartile_box,
    sector_mark,
    side_mark,
    value_cell,
)
from dashboard.sentences import (
    band_name,
    own_grade_sentence,
    published,
    sector_sentence,
    standouts,
)
from dashboard.snapshot import Row

UNIT = "grade"


def own_band(view: View) -> str | None:
    """Return the size band of the own organisation at this wave."""
    organisation = view.reader.organisation
    return organisation["size_band_id"] if organisation else None


def benchmark_row(view: View, band: Row | None) -> DotRow:
    """Return the row of comparable organisations."""
    label = view.say("band_of", band=band_name(view, band["group_id"])) if band else ""
    if not published(band) or band is None:
        return DotRow(view.say("band"), note=view.say("status_too_few_organisations"))
    return DotRow(label, (band_mark(view, band, UNIT, label=True),), quartile_box(band))


def rest_row(view: View, score: Row | None) -> DotRow | None:
    """Return the row of the small organisations of the band together."""
    if score is None or not published(score):
        return None
    return DotRow(view.say("rest_of_band"), (side_mark(view, score, "employee", UNIT),))


def sector_row(view: View, side: str) -> DotRow | None:
    """Return a side's sector row."""
    score = view.reader.score(side, "sector", "sector", "grade")
    if score is None or not published(score):
        return None
    return DotRow(view.say(f"sector_{side}"), (side_mark(view, score, side, UNIT),))


def rest_score(view: View) -> Row | None:
    """Return the score of the small organisations of the own band together."""
    return view.reader.score("employee", "size_band_rest", own_band(view), "grade")


def chart(view: View) -> Section:
    """Return the chart of the grade: own, band, sector."""
    own, band = view.reader.own_score("grade"), view.reader.band_benchmark("grade")
    rows: list[DotRow | None] = []
    if own is not None and published(own):
        rows.append(own_row(view, own, band))
    elif view.scope.organisation_id is not None:
        rows.append(DotRow(view.say("own"), note=view.say("status_withheld")))
    if view.scope.organisation_id is not None:
        rows.append(benchmark_row(view, band))
        rows.append(rest_row(view, rest_score(view)))
    rows += [sector_row(view, "employee"), sector_row(view, "hr")]
    shown = [row for row in rows if row is not None]
    return Section(
        figure=dot_figure(shown, UNIT, view.say.language),
        summary=view.say("overview_summary"),
        legend=view.say("legend_overview"),
        table=grade_table(view, own, band),
    )


def own_row(view: View, own: Row, band: Row | None) -> DotRow:
    """Return the own organisation, the band's tick and the sector's line on one row."""
    marks = []
    sector = view.reader.benchmark("sector", "sector", "grade")
    if sector is not None and published(sector):
        marks.append(sector_mark(view, sector["mean_of_organisations"], UNIT))
    if band is not None and published(band):
        marks.append(band_mark(view, band, UNIT))
    return DotRow(view.say("own"), (*marks, own_mark(view, own, UNIT)), quartile_box(band))


def grade_table(view: View, own: Row | None, band: Row | None) -> Table:
    """Return the grades with interval, respondents and organisations."""
    say, rows = view.say, []
    if view.scope.organisation_id is not None:
        rows.append(score_cells(view, say("own"), own))
        rows.append(benchmark_cells(view, band))
        rest = rest_score(view)
        if rest is not None:
            rows.append(score_cells(view, say("rest_of_band"), rest))
    for side in ("employee", "hr"):
        score = view.reader.score(side, "sector", "sector", "grade")
        rows.append(score_cells(view, say(f"sector_{side}"), score))
    heads = (say("group"), say("grade"), say("interval_head"), say("answers"), say("organisations"))
    return Table(say("table_grade"), heads, tuple(rows))


def score_cells(view: View, label: str, score: Row | None) -> tuple[str, ...]:
    """Return the cells of a score."""
    return (
        label,
        value_cell(view, score, UNIT),
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


def response_sentence(view: View) -> str:
    """Return how many of those invited took part."""
    kind = "sector" if view.scope.organisation_id is None else "organisation"
    group = view.scope.organisation_id or "sector"
    row = view.reader.response(kind, group)
    if row is None or not row["respondent_count"]:
        return view.say("response_nothing")
    if row["response_rate"] is None:
        return view.say("response_count", count=view.say.count(row["respondent_count"]))
    return view.say(
        "response",
        count=view.say.count(row["respondent_count"]),
        invited=view.say.count(row["invited"]),
        rate=view.say.share(row["response_rate"]),
    )


def answers_given(view: View) -> int:
    """Return how many employees of the own organisation took part."""
    row = view.reader.response("organisation", view.scope.organisation_id)
    return int(row["respondent_count"] or 0) if row else 0


def below_floor_sentence(view: View) -> str:
    """Return what an organisation without an own result is told first."""
    if own_band(view) == "0-9":
        return view.say("floor_smallest_band")
    given = answers_given(view)
    if given == 0:
        return view.say("floor_took_no_part")
    needed = 10 - given
    if needed <= 0:
        return view.say("floor_protects_others")
    return view.say("floor_needed_one" if needed == 1 else "floor_needed", count=str(needed))


def build(view: View) -> Page:
    """Return the overview."""
    say = view.say
    own = view.reader.own_score("grade")
    if view.scope.organisation_id is None:
        return sector_page(view)
    if own is None or not published(own):
        return below_floor_page(view)
    comparisons = view.reader.comparisons("size_band")
    band = view.reader.band_benchmark("grade")
    finding = own_grade_sentence(view, own, band, comparisons.get("grade"))
    found = standouts(view, comparisons) or [say("standout_none")]
    sections = (chart(view), Section(say("standouts"), tuple(found)))
    context = f"{context_line(view)} {response_sentence(view)}"
    return Page(say("page_overview"), finding, context, sections, (say("reading_overview"),))


def sector_page(view: View) -> Page:
    """Return the overview of the sector, for staff."""
    gap = view.reader.gaps("sector", "sector").get("grade")
    employees = view.reader.score("employee", "sector", "sector", "grade")
    finding = sector_sentence(view, gap, employees)
    context = f"{context_line(view)} {response_sentence(view)}"
    say = view.say
    return Page(say("page_overview"), finding, context, (chart(view),), (say("reading_sector"),))


def below_floor_page(view: View) -> Page:
    """Return the page that helps an organisation without an own result."""
    say = view.say
    gap = view.reader.gaps("sector", "sector").get("grade")
    employees = view.reader.score("employee", "sector", "sector", "grade")
    known = Section(
        say("floor_known"),
        (sector_sentence(view, gap, employees), say("floor_may"), say("floor_may_not")),
    )
    context = f"{context_line(view)} {response_sentence(view)}"
    sections = (chart(view), known)
    finding = below_floor_sentence(view)
    return Page(say("page_overview"), finding, context, sections, (say("floor_why"),))
