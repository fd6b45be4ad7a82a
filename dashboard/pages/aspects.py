"""Wat gaat er om? What employees and hr name first, and how the aspects score."""

from __future__ import annotations

from dashboard.figures.dots import DENSE, DotRow, dot_figure
from dashboard.pages.model import Chart, Page, Section, Table, View
from dashboard.pages.parts import (
    band_mark,
    canvas,
    context_line,
    gap_key,
    gap_row,
    interval_cell,
    own_key,
    own_mark,
    quartile_box,
    sector_mark,
    status_words,
    value_cell,
)
from dashboard.sentences import band_name, one_sided_sentences, published, strength
from dashboard.snapshot import Row


def mention_cell(view: View, row: Row, side: str) -> str:
    """Return a side's mention state with its own mark and words; no cell is blank."""
    share = view.say.share(row[f"{side}_value"])
    return view.say(f"mention_{row[f'{side}_mention_state']}", share=share)


def widest_first(view: View, gaps: dict[str, Row]) -> list[Row]:
    """Return the aspects by how far both sides are apart, widest first."""
    items = [item for item in view.reader.items("mention") if item["item_id"] in gaps]
    return sorted(items, key=lambda item: -abs(gaps[item["item_id"]]["difference"]))


def mention_table(view: View, items: list[Row], gaps: dict[str, Row], caption: str) -> Table:
    """Return the table of what both sides name."""
    rows = tuple(
        (
            view.say.name(item),
            *(mention_cell(view, gaps[item["item_id"]], side) for side in ("employee", "hr")),
        )
        for item in items
    )
    return Table(caption, (view.say("aspect"), view.say("by_employees"), view.say("by_hr")), rows)


def mention_section(view: View, heading: str, gaps: dict[str, Row], who: str) -> Section:
    """Return chart and table of what both sides name."""
    say, items = view.say, widest_first(view, gaps)
    rows = [gap_row(view, gaps[i["item_id"]], "share", say.name(i)) for i in items]
    sentences = tuple(one_sided_sentences(view, gaps)) or (say("one_sided_none"),)
    chart_name = say("mentions_chart", group=who)
    summary = say("summary_of", chart=chart_name, finding=aspects_finding(view, gaps, who))
    chart = Chart(dot_figure(rows, canvas(view, "share", DENSE)), summary, gap_key(view))
    table = mention_table(view, items, gaps, say("table_mentions", group=who))
    return Section(heading, sentences, chart, table, (say("legend_empty"),))


def score_row(view: View, item: Row) -> DotRow:
    """Return an aspect's row: own, band and sector."""
    reader, unit, marks = view.reader, item["unit"], []
    band = reader.band_benchmark(item["item_id"])
    sector = reader.benchmark("sector", "sector", item["item_id"])
    own = reader.own_score(item["item_id"])
    value = ""
    if sector is not None and published(sector):
        marks.append(sector_mark(view, sector["mean_of_organisations"], unit))
        value = view.say.value(sector["mean_of_organisations"], unit)
    if band is not None and published(band):
        marks.append(band_mark(view, band, unit))
    if own is not None and published(own):
        marks.append(own_mark(view, own, unit, label=False))
    if view.scope.organisation_id is not None:
        value = value_of(view, own, unit)
    box = quartile_box(band if view.scope.organisation_id is not None else sector)
    return DotRow(view.say.name(item), tuple(marks), box, figure_text=value)


def value_of(view: View, own: Row | None, unit: str) -> str:
    """Return the own value, or the mark of its kind of empty."""
    if own is not None and published(own):
        return view.say.value(own["value"], unit)
    return status_words(view, own["status"] if own else "no_data").split(" ", 1)[0]


def verdict_cell(view: View, row: Row | None) -> str:
    """Return what may be said of own against band."""
    return view.say("word_too_few" if row is None else f"word_{row['verdict']}")


def mean_cell(view: View, row: Row | None, unit: str) -> str:
    """Return a benchmark's mean of organisations."""
    if row is None or not published(row):
        return view.say("status_too_few_organisations")
    return view.say.value(row["mean_of_organisations"], unit)


def score_cells(view: View, item: Row) -> tuple[str, ...]:
    """Return an aspect's cells."""
    reader, unit = view.reader, item["unit"]
    name = view.say.name(item)
    sector = mean_cell(view, reader.benchmark("sector", "sector", item["item_id"]), unit)
    if view.scope.organisation_id is None:
        return name, sector
    own = reader.own_score(item["item_id"])
    verdict = reader.comparisons("size_band").get(item["item_id"])
    band = mean_cell(view, reader.band_benchmark(item["item_id"]), unit)
    interval = interval_cell(view, own, unit)
    return name, value_cell(view, own, unit), interval, band, sector, verdict_cell(view, verdict)


def asked_items(view: View) -> list[Row]:
    """Return the statements asked in this wave, the widest difference from the band first."""
    asked = [
        item
        for item in view.reader.items("likert")
        if view.reader.benchmark("sector", "sector", item["item_id"]) is not None
    ]
    found = view.reader.comparisons("size_band")
    width = {item_id: strength(view, row) for item_id, row in found.items()}
    return sorted(asked, key=lambda item: -width.get(item["item_id"], 0.0))


def score_section(view: View) -> Section:
    """Return chart and table of the statements, own beside band and sector."""
    say, items = view.say, asked_items(view)
    heads: tuple[str, ...] = (say("statement"), say("sector"))
    if view.scope.organisation_id is not None:
        heads = (say("statement"), say("own"), say("interval_head"))
        heads += (say("band"), say("sector"), say("verdict_head"))
    rows = tuple(score_cells(view, item) for item in items)
    figure = dot_figure([score_row(view, i) for i in items], canvas(view, "likert", DENSE))
    chart = Chart(figure, say("scores_chart"), own_key(view))
    note = (say("autonomy_note"),)
    return Section(say("aspect_scores"), (), chart, Table(say("table_scores"), heads, rows), note)


def mentions_of(gaps: dict[str, Row]) -> dict[str, Row]:
    """Return the gaps of what is named."""
    return {item: row for item, row in gaps.items() if item.startswith("priority_")}


def group_of(view: View) -> tuple[str, dict[str, Row]]:
    """Return name and gaps of the group that the view asks for; the sector where it has none."""
    if view.state.group == "band":
        gaps = mentions_of(view.reader.band_gaps())
        organisation = view.reader.organisation
        if gaps and organisation:
            return view.say("band_of", band=band_name(view, organisation["size_band_id"])), gaps
    return view.say("sector"), mentions_of(view.reader.gaps("sector", "sector"))


def build(view: View) -> Page:
    """Return the page of aspects and priorities."""
    say = view.say
    who, mentions = group_of(view)
    sections: list[Section] = []
    if mentions:
        sections.append(mention_section(view, "", mentions, who))
    ours = mentions_of(view.reader.gaps("organisation", view.scope.organisation_id))
    if ours:
        sections.append(mention_section(view, say("mentions_own"), ours, say("own_beside_band")))
    sections.append(score_section(view))
    finding = aspects_finding(view, mentions, who)
    reading = (say("reading_aspects"), say("reading_mentions"))
    return Page(say("page_aspects"), finding, context_line(view), tuple(sections), reading)


def aspects_finding(view: View, mentions: dict[str, Row], who: str) -> str:
    """Return the finding: which aspects only one side names."""
    if not mentions:
        return view.say("aspects_no_mentions")
    names: dict[str, list[str]] = {"employee": [], "hr": []}
    for item in widest_first(view, mentions):
        side = mentions[item["item_id"]]["one_sided"]
        if side:
            names[side].append(view.say.name(item).lower())
    key = "_".join(side for side in names if names[side])
    if not key:
        return view.say("aspects_none_sided", group=who)
    listed = {side: view.say.listed(found) for side, found in names.items()}
    return view.say(f"aspects_sided_{key}", **listed)
