"""Wat gaat er om? What employees and hr name first."""

from __future__ import annotations

from dashboard.figures.dots import DENSE, dot_figure
from dashboard.grouped import Row
from dashboard.pages import coded, library, matrix, pillars
from dashboard.pages.model import Chart, Page, Section, Table, View
from dashboard.pages.parts import (
    band_asked_for,
    canvas,
    context_line,
    gap_key,
    gap_row,
)
from dashboard.sentences import band_name, one_sided_sentences


def mention_cell(view: View, row: Row, side: str) -> str:
    """Return a side's mention state with its own mark and words; no cell is blank."""
    share = view.say.share(row[f"{side}_value"])
    return view.say(f"mention_{row[f'{side}_mention_state']}", share=share)


def widest_first(view: View, gaps: dict[str, Row]) -> list[Row]:
    """Return the aspects by how far both sides are apart, widest first."""
    items = [item for item in view.reader.items("mention") if item["item_id"] in gaps]
    items = pillars.through_lens(view, items)
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
    kept = {item["item_id"]: gaps[item["item_id"]] for item in items}
    sentences = tuple(one_sided_sentences(view, kept)) or (say("one_sided_none"),)
    chart_name = say("mentions_chart", group=who)
    summary = say("summary_of", chart=chart_name, finding=aspects_finding(view, gaps, who))
    chart = Chart(dot_figure(rows, canvas(view, "share", DENSE)), summary, gap_key(view))
    table = mention_table(view, items, gaps, say("table_mentions", group=who))
    method = view.settings.method
    ends = {"named": method.named_floor, "rarely": method.rarely_ceiling}
    words = {name: say.percent(share) for name, share in ends.items()}
    return Section(heading, sentences, chart, table, (say("legend_empty", **words),))


def mentions_of(gaps: dict[str, Row]) -> dict[str, Row]:
    """Return the gaps of what is named."""
    return {item: row for item, row in gaps.items() if item.startswith("priority_")}


def group_of(view: View, band: str | None) -> tuple[str, dict[str, Row]]:
    """Return name and gaps of a size band; of the sector for None, or where the band has none."""
    gaps = mentions_of(view.reader.gaps_of_band(band))
    if band is not None and gaps:
        return view.say("band_of", band=band_name(view, band)), gaps
    return view.say("sector"), mentions_of(view.reader.gaps("sector", "sector"))


def of_band(view: View, band: str | None) -> list[Section]:
    """Return what both sides of a size band or the sector name."""
    who, mentions = group_of(view, band)
    return [mention_section(view, "", mentions, who)]


def build(view: View) -> Page:
    """Return the page of aspects and priorities."""
    say, band = view.say, band_asked_for(view)
    who, mentions = group_of(view, band)
    sections: list[Section] = []
    if mentions:
        sections += view.shared_sections("mentions", band, of_band)
    else:
        sections.append(Section("", (say("aspects_other_wave"),)))
    ours = mentions_of(view.reader.gaps("organisation", view.scope.organisation_id))
    if ours:
        sections.append(mention_section(view, say("mentions_own"), ours, say("own_beside_band")))
    sections += action_sections(view, who, mentions, ours)
    sections += coded.sections(view)
    finding = aspects_finding(view, mentions, who)
    reading = (say("reading_aspects"), say("reading_mentions"))
    pillar = pillars.pillar_name(view)
    seen = [] if pillar is None else [say("pillar_seen", pillar=say.inner(pillar))]
    context = " ".join([context_line(view), *seen])
    return Page(say("page_aspects"), finding, context, tuple(sections), reading)


def action_sections(
    view: View, who: str, mentions: dict[str, Row], ours: dict[str, Row]
) -> list[Section]:
    """Return the matrix, the pillars and the library; nothing where no priority was asked."""
    gaps, whose = (ours, view.say("own_beside_band")) if ours else (mentions, who)
    items = widest_first(view, gaps)
    if not items:
        return []
    lens = pillars.section(view, gaps, whose)
    kind = "own" if ours else "sector" if who == view.say("sector") else "band"
    found = [matrix.section(view, items, gaps, whose), *library.sections(view, kind, gaps)]
    return found if lens is None else [*found, lens]


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
