"""Wat vinden wij en wat vindt hr? Grade and aspects of employees beside hr."""

from __future__ import annotations

from dataclasses import replace

from dashboard.figures.dots import DENSE, TALL, dot_figure
from dashboard.grouped import Row
from dashboard.pages import statement
from dashboard.pages.agreement import order_section
from dashboard.pages.model import Chart, Page, Section, Table, View
from dashboard.pages.parts import canvas, context_line, gap_key, gap_row, own_band
from dashboard.sentences import band_name, gap_sentence, interval_of, strength

Groups = list[tuple[str, dict[str, Row]]]


def compared(view: View, gaps: dict[str, Row]) -> list[Row]:
    """Return the rows of grade and aspects, widest first, the grade on top."""
    rows = [row for item, row in gaps.items() if item.startswith("aspect_")]
    rows.sort(key=lambda row: (-strength(view, row), row["item_id"]))
    return [row for row in [gaps.get("grade"), *rows] if row is not None]


def cells(view: View, row: Row) -> tuple[str, ...]:
    """Return the cells of a gap."""
    item = view.reader.item(row["item_id"])
    unit = item["unit"]
    return (
        view.say.name(item),
        view.say.value(row["employee_value"], unit),
        view.say.value(row["hr_value"], unit),
        view.say.difference(row["difference"], unit),
        interval_of(view, row, unit),
        view.say(f"gap_word_{row['verdict']}"),
    )


def heads(view: View, first: str) -> tuple[str, ...]:
    """Return the heads of a table of gaps; `first` is what its rows are."""
    names = (first, "head_employee", "head_hr", "difference", "interval_head", "verdict_head")
    return tuple(view.say(name) for name in names)


def aspect_chart(view: View, rows: list[Row], who: str, finding: str) -> Chart | None:
    """Return the picture of the aspects; the grade has a scale and a picture of its own."""
    say = view.say
    lines = [
        gap_row(view, row, "likert", say.name(view.reader.item(row["item_id"])))
        for row in rows
        if row["item_id"] != "grade"
    ]
    if not lines:
        return None
    summary = say("summary_of", chart=say("gap_chart", group=who), finding=finding)
    return Chart(dot_figure(lines, canvas(view, "likert", DENSE)), summary, gap_key(view))


def gap_section(view: View, who: str, gaps: dict[str, Row]) -> Section | None:
    """Return chart and table of a group's gaps, folded."""
    rows, say = compared(view, gaps), view.say
    if not rows:
        return None
    finding = gap_sentence(view, gaps)
    body = tuple(cells(view, row) for row in rows)
    table = Table(say("table_gap", group=who), heads(view, "statement"), body)
    chart = aspect_chart(view, rows, who, finding)
    return Section(who, (finding,), chart, table, is_folded=True, is_tucked=True)


def grade_section(view: View, groups: Groups, finding: str) -> Section:
    """Return the grade of both sides for every group of this view."""
    say = view.say
    rows, body = [], []
    for label, gaps in groups:
        if row := gaps.get("grade"):
            # The full name of the first group is wider than a phone; the heading below gives it.
            name = say("gap_own_short") if row["group_kind"] == "organisation" else label
            rows.append(gap_row(view, row, "grade", name))
            body.append((label, *cells(view, row)[1:]))
    summary = say("summary_of", chart=say("gap_grade_chart"), finding=finding)
    chart = Chart(dot_figure(rows, canvas(view, "grade", TALL)), summary, gap_key(view))
    table = Table(say("table_gap_grade"), heads(view, "group"), tuple(body))
    return Section(chart=chart, table=table, notes=(say("gap_rounded"),), is_folded=True)


def own_groups(view: View) -> Groups:
    """Return the own employees beside the band's hr, nothing where they have no gaps."""
    own = view.reader.gaps("organisation", view.scope.organisation_id)
    if not own:
        return []
    bands = {row["hr_group_id"] for row in own.values()}
    if len(bands) > 1:  # hr of a question may stand together with that of a neighbouring band
        return [(view.say("gap_own_short"), own)]
    return [(view.say("gap_own", band=band_name(view, bands.pop())), own)]


def shared_groups(view: View, band: str | None) -> Groups:
    """Return a size band and the sector, those that have gaps."""
    groups: Groups = []
    ours = view.reader.gaps_of_band(band)
    if ours:
        row = ours.get("grade") or next(iter(ours.values()))
        groups.append((view.say("band_of", band=band_name(view, row["group_id"])), ours))
    groups.append((view.say("sector"), view.reader.gaps("sector", "sector")))
    return [(label, gaps) for label, gaps in groups if gaps]


def groups_of(view: View) -> Groups:
    """Return the groups a view may see: own beside the band's hr, band, sector."""
    return own_groups(view) + shared_groups(view, own_band(view))


def of_band(view: View, band: str | None) -> list[Section]:
    """Return the sections of a size band and the sector, folded."""
    found = [gap_section(view, *group) for group in shared_groups(view, band)]
    return [section for section in found if section is not None]


def sections_of(view: View) -> list[Section]:
    """Return a section per group that a view may see, only the first of them open."""
    own = [gap_section(view, *group) for group in own_groups(view)]
    found = [section for section in own if section is not None]
    found += view.shared_sections("gaps", own_band(view), of_band)
    return [replace(one, is_folded=False, is_tucked=False) for one in found[:1]] + found[1:]


def build(view: View) -> Page:
    """Return the page of the perception gap."""
    say = view.say
    groups, said = groups_of(view), statement.sections(view)
    if not groups:
        note = Section("", (say("gap_not_asked_why"),))
        return Page(say("page_gap"), say("gap_not_asked"), context_line(view), (note, *said))
    finding = grade_finding(view, groups[0][1])
    order = order_section(view)
    sections = [grade_section(view, groups, finding), *([] if order is None else [order])]
    sections += [*said, *sections_of(view)]
    reading = (say("reading_gap"), say("reading_gap_hr"))
    return Page(say("page_gap"), finding, context_line(view), tuple(sections), reading)


def grade_finding(view: View, gaps: dict[str, Row]) -> str:
    """Return the finding about the grade of the first group."""
    row = gaps.get("grade")
    if row is None:
        return gap_sentence(view, gaps)
    kind = {"organisation": "own", "size_band": "band", "sector": "sector"}[row["group_kind"]]
    return view.say(
        f"{kind}_gap_{row['verdict']}",
        employee=view.say.number(row["employee_value"]),
        hr=view.say.number(row["hr_value"]),
    )
