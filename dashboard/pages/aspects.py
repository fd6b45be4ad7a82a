"""Wat gaat er om? What employees and hr name first, and how the aspects score."""

from __future__ import annotations

from dashboard.figures.dots import DotRow, dot_figure
from dashboard.pages.model import Page, Section, Table, View
from dashboard.pages.parts import (
    band_mark,
    context_line,
    gap_row,
    interval_cell,
    own_mark,
    quartile_box,
    sector_mark,
    status_words,
    value_cell,
)
from dashboard.sentences import one_sided_sentences, published
from dashboard.snapshot import Row

ORDER = {"named": 0, "uncertain": 1, "rarely_named": 2}


def mention_cell(view: View, row: Row | None, side: str) -> str:
    """Return a side's mention state with its own mark and words; no cell is blank."""
    if row is None:
        return view.say("mention_hidden")
    share = view.say.share(row[f"{side}_value"])
    return view.say(f"mention_{row[f'{side}_mention_state']}", share=share)


def widest_first(view: View, gaps: dict[str, Row]) -> list[Row]:
    """Return the aspects by how often employees name them, most first."""
    items = [item for item in view.reader.items("mention") if item["item_id"] in gaps]
    return sorted(items, key=lambda item: -gaps[item["item_id"]]["employee_value"])


def mention_section(view: View, heading: str, gaps: dict[str, Row], caption: str) -> Section:
    """Return chart and table of what both sides name."""
    say, items = view.say, widest_first(view, gaps)
    rows = [gap_row(view, gaps[i["item_id"]], "share", say.name(i)) for i in items]
    table_rows = tuple(
        (
            say.name(item),
            mention_cell(view, gaps[item["item_id"]], "employee"),
            mention_cell(view, gaps[item["item_id"]], "hr"),
        )
        for item in items
    )
    heads = (say("aspect"), say("side_employee"), say("side_hr"))
    return Section(
        heading,
        tuple(one_sided_sentences(view, gaps)),
        dot_figure(rows, "share", say.language),
        say("mentions_summary"),
        say("legend_gap"),
        Table(caption, heads, table_rows),
        (say("legend_empty"),),
    )


def score_row(view: View, item: Row) -> DotRow:
    """Return an aspect's row: own, band and sector."""
    reader, marks = view.reader, []
    band = reader.band_benchmark(item["item_id"])
    sector = reader.benchmark("sector", "sector", item["item_id"])
    own = reader.own_score(item["item_id"])
    if sector is not None and published(sector):
        value = sector["mean_of_organisations"]
        marks.append(sector_mark(view, value, item["unit"], label=own is None))
    if band is not None and published(band):
        marks.append(band_mark(view, band, item["unit"]))
    note = ""
    if own is not None and published(own):
        marks.append(own_mark(view, own, item["unit"]))
    elif own is not None:
        note = status_words(view, own["status"])
    return DotRow(view.say.name(item), tuple(marks), quartile_box(band), note)


def verdict_cell(view: View, item_id: str) -> str:
    """Return what may be said of own against band."""
    row = view.reader.comparisons("size_band").get(item_id)
    return view.say("dash") if row is None else view.say(f"word_{row['verdict']}")


def mean_cell(view: View, row: Row | None, unit: str) -> str:
    """Return a benchmark's mean of organisations."""
    if row is None or not published(row):
        return view.say("status_too_few_organisations")
    return view.say.value(row["mean_of_organisations"], unit)


def score_cells(view: View, item: Row) -> tuple[str, ...]:
    """Return an aspect's cells."""
    reader, unit = view.reader, item["unit"]
    sector = mean_cell(view, reader.benchmark("sector", "sector", item["item_id"]), unit)
    if view.scope.organisation_id is None:
        return view.say.name(item), sector
    own = reader.own_score(item["item_id"])
    return (
        view.say.name(item),
        value_cell(view, own, unit),
        interval_cell(view, own, unit),
        mean_cell(view, reader.band_benchmark(item["item_id"]), unit),
        sector,
        verdict_cell(view, item["item_id"]),
    )


def asked_items(view: View) -> list[Row]:
    """Return the statements asked in this wave."""
    found = []
    for item in view.reader.items("likert"):
        if view.reader.benchmark("sector", "sector", item["item_id"]) is not None:
            found.append(item)
    return found


def score_section(view: View) -> Section:
    """Return chart and table of the statements, own beside band and sector."""
    say, items = view.say, asked_items(view)
    heads: tuple[str, ...] = (say("statement"), say("sector"))
    if view.scope.organisation_id is not None:
        heads = (say("statement"), say("own"), say("interval_head"))
        heads += (say("band"), say("sector"), say("verdict_head"))
    return Section(
        say("aspect_scores"),
        (),
        dot_figure([score_row(view, item) for item in items], "likert", say.language),
        say("aspects_summary"),
        say("legend_overview"),
        Table(say("table_aspects"), heads, tuple(score_cells(view, item) for item in items)),
    )


def build(view: View) -> Page:
    """Return the page of aspects and priorities."""
    say = view.say
    sector = view.reader.gaps("sector", "sector")
    mentions = {i: row for i, row in sector.items() if i.startswith("priority_")}
    sections: list[Section] = []
    if mentions:
        heading, caption = say("mentions_sector"), say("table_mentions_sector")
        sections.append(mention_section(view, heading, mentions, caption))
    own = view.reader.gaps("organisation", view.scope.organisation_id)
    ours = {i: row for i, row in own.items() if i.startswith("priority_")}
    if ours:
        caption = say("table_mentions_own")
        sections.append(mention_section(view, say("mentions_own"), ours, caption))
    sections.append(score_section(view))
    finding = aspects_finding(view, mentions)
    reading = (say("reading_aspects"),)
    return Page(say("page_aspects"), finding, context_line(view), tuple(sections), reading)


def aspects_finding(view: View, mentions: dict[str, Row]) -> str:
    """Return the finding: how many aspects only one side names."""
    if not mentions:
        return view.say("aspects_no_mentions")
    sided = [row for row in mentions.values() if row["one_sided"]]
    if not sided:
        return view.say("aspects_none_sided")
    employees = [r for r in sided if r["one_sided"] == "employee"]
    return view.say(
        "aspects_sided", employee=str(len(employees)), hr=str(len(sided) - len(employees))
    )
