"""Wat vinden wij en wat vindt hr? Grade and aspects of employees beside hr."""

from __future__ import annotations

from dashboard.figures.dots import dot_figure
from dashboard.pages.model import Page, Section, Table, View
from dashboard.pages.parts import context_line, gap_row
from dashboard.sentences import band_name, gap_sentence, interval_of, split_group, strength
from dashboard.snapshot import Row


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


def gap_section(view: View, heading: str, gaps: dict[str, Row], caption: str) -> Section | None:
    """Return charts and table of a group's gaps; the grade has its own scale."""
    rows, say = compared(view, gaps), view.say
    if not rows:
        return None
    aspects = [row for row in rows if row["item_id"] != "grade"]
    lines = [
        gap_row(view, row, "likert", say.name(view.reader.item(row["item_id"]))) for row in aspects
    ]
    heads = (say("statement"), say("side_employee"), say("side_hr"))
    heads += (say("difference"), say("interval_head"), say("verdict_head"))
    return Section(
        heading,
        (gap_sentence(view, gaps),),
        dot_figure(lines, "likert", say.language) if lines else None,
        say("gap_summary"),
        say("legend_gap"),
        Table(caption, heads, tuple(cells(view, row) for row in rows)),
    )


def grade_section(view: View, groups: list[tuple[str, dict[str, Row]]]) -> Section:
    """Return the grade of both sides for every group of this view."""
    rows = [
        gap_row(view, gaps["grade"], "grade", label) for label, gaps in groups if "grade" in gaps
    ]
    say = view.say
    return Section(
        say("gap_grade"),
        (),
        dot_figure(rows, "grade", say.language),
        say("gap_grade_summary"),
        say("legend_gap"),
    )


def hr_words(view: View, gaps: dict[str, Row]) -> str:
    """Return beside whose hr side the own employees stand."""
    group = next(iter(gaps.values()))["hr_group_id"]
    return view.say("gap_own", band=band_name(view, group))


def groups_of(view: View) -> list[tuple[str, dict[str, Row]]]:
    """Return the groups a view may see: own beside the band's hr, band, sector."""
    reader, say = view.reader, view.say
    groups = []
    own = reader.gaps("organisation", view.scope.organisation_id)
    if own:
        groups.append((hr_words(view, own), own))
    organisation = reader.organisation
    if organisation is not None:
        band = band_gaps(view, organisation["size_band_id"])
        if band:
            name = band_name(view, next(iter(band.values()))["group_id"])
            groups.append((say("band_of", band=name), band))
    groups.append((say("sector"), reader.gaps("sector", "sector")))
    return groups


def band_gaps(view: View, band: str | None) -> dict[str, Row]:
    """Return the gaps of the group of bands a size band belongs to; per item it may differ."""
    if band is None:
        return {}
    query = "select distinct group_id from gap where wave_id = ? and group_kind = 'size_band'"
    groups = [row["group_id"] for row in view.reader.snapshot.rows(query, view.state.wave_id)]
    mine = sorted(group for group in groups if band in split_group(view, group))
    found: dict[str, Row] = {}
    for group in mine:
        found |= view.reader.gaps("size_band", group)
    return found


def build(view: View) -> Page:
    """Return the page of the perception gap."""
    say = view.say
    groups = [(label, gaps) for label, gaps in groups_of(view) if gaps]
    if not groups:
        note = Section("", (say("gap_not_asked_why"),))
        return Page(say("page_gap"), say("gap_not_asked"), context_line(view), (note,))
    sections: list[Section | None] = [grade_section(view, groups)]
    for label, gaps in groups:
        sections.append(gap_section(view, label, gaps, f"{say('table_gap')}: {label}"))
    finding = sector_finding(view, groups[0][1])
    shown = tuple(section for section in sections if section is not None)
    return Page(say("page_gap"), finding, context_line(view), shown, (say("reading_gap"),))


def sector_finding(view: View, gaps: dict[str, Row]) -> str:
    """Return the finding about the grade of the first group."""
    row = gaps.get("grade")
    if row is None:
        return gap_sentence(view, gaps)
    kind = {"organisation": "own", "size_band": "band"}.get(row["group_kind"], "sector")
    return view.say(
        f"{kind}_gap_{row['verdict']}",
        employee=view.say.number(row["employee_value"]),
        hr=view.say.number(row["hr_value"]),
    )
