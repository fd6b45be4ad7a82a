"""Waarin verschillen we? Every question beside band, sector and what is expected at this size."""

from __future__ import annotations

from dataclasses import replace

from dashboard.figures.dots import TIGHT, DotRow, dot_figure
from dashboard.figures.heat import HeatCell, HeatRow, heat_figure
from dashboard.grouped import Row
from dashboard.pages import ages, strip
from dashboard.pages.beside import Beside, beside, row_of
from dashboard.pages.model import Chart, Page, Section, Table, View
from dashboard.pages.parts import canvas, context_line, status_words
from dashboard.sentences import DEMONSTRABLE, answers_taken, published

UNIT = "likert"


def score_cells(view: View, one: Beside) -> tuple[str, ...]:
    """Return a question's cells."""
    say, peers, found = view.say, one.peers, one.compared
    if view.scope.organisation_id is None:
        return peers.name, peers.sector_words
    verdict = say("word_too_few" if found is None else f"word_{found['verdict']}")
    place = say("dash" if found is None else f"position_{found['position']}")
    values = (one.words, one.interval, peers.band_words, peers.sector_words)
    return peers.name, *values, verdict, place


def score_table(view: View, asked: list[Beside]) -> Table:
    """Return every question with its value, interval, peers, verdict and place."""
    say = view.say
    heads: tuple[str, ...] = (say("statement"), say("all_organisations"))
    if view.scope.organisation_id is not None:
        heads = (say("statement"), say("own"), say("interval_head"), say("band"))
        heads += (say("all_organisations"), say("verdict_head"), say("position_head"))
    rows = tuple(score_cells(view, one) for one in asked)
    return Table(say("table_scores"), heads, rows)


def key(view: View, rows: list[DotRow]) -> tuple[tuple[str, str], ...]:
    """Return the key of what a picture of scores draws."""
    forms = {mark.form for row in rows for mark in row.marks}
    is_own = view.scope.organisation_id is not None
    shown = (
        ("own", "key_own", "own" in forms),
        ("own-pale", "key_own_pale", any(row.is_pale for row in rows)),
        ("interval", "key_interval", "own" in forms),
        ("band", "key_band", "band" in forms),
        (
            "box",
            "key_box" if is_own else "key_box_sector",
            any(row.box and row.box[0] < row.box[1] for row in rows),
        ),
        ("sector", "key_sector", "sector" in forms),
        ("expected", "key_expected", "expected" in forms),
    )
    return tuple((glyph, view.say(words)) for glyph, words, is_drawn in shown if is_drawn)


def score_section(view: View, asked: list[Beside]) -> Section:
    """Return chart and table of the statements, own beside band and sector."""
    rows = [row_of(view, one) for one in asked]
    figure = dot_figure(rows, canvas(view, UNIT, TIGHT))
    chart = Chart(figure, view.say("scores_chart"), key(view, rows))
    has_control = any(one.item["item_id"].startswith("autonomy_control") for one in asked)
    notes = (view.say("autonomy_note"),) if has_control else ()
    return Section("", (), chart, score_table(view, asked), notes)


def heat_cell(view: View, row: Row | None, column: str) -> HeatCell:
    """Return a mean on the absolute scale, or the mark of its kind of empty."""
    if row is None or not published(row):
        words = status_words(view, row["status"] if row else "too_few_organisations")
        return HeatCell(words.split(" ", 1)[0])
    return HeatCell(view.say.number(row[column]), value=row[column])


def difference_cell(view: View, row: Row | None) -> HeatCell:
    """Return own minus band: solid where it is demonstrable, else in the neutral zone."""
    if row is None:
        return HeatCell(view.say("word_too_few_mark"))
    is_shown = row["verdict"] in DEMONSTRABLE
    words = view.say.difference(row["difference"], UNIT)
    return HeatCell(words, is_solid=is_shown, is_neutral=not is_shown)


def heat_row(view: View, one: Beside) -> HeatRow:
    """Return an aspect over own, band and sector, with the difference from the band."""
    cells = [heat_cell(view, one.own, "value")]
    peers = (one.peers.band, one.peers.sector)
    cells += [heat_cell(view, row, "mean_of_organisations") for row in peers]
    return HeatRow(one.peers.name, (*cells, difference_cell(view, one.compared)))


def heat_section(view: View, asked: list[Beside]) -> Section:
    """Return the same means as a map, its shades fixed to the scale of the answers."""
    say = view.say
    heads = (say("own"), say("band"), say("all_organisations"), say("heat_difference"))
    figure = heat_figure([heat_row(view, one) for one in asked], heads, say.language)
    glyphs = (("heat-low", "key_heat_low"), ("heat-high", "key_heat_high"))
    zones = (("gap-solid", "key_gap_solid"), ("gap-pale", "key_gap_pale"))
    marks = tuple((glyph, say(words)) for glyph, words in (*glyphs, *zones))
    picture = Chart(figure, say("heat_chart"), marks)
    return Section(say("heat_head"), (say("heat_sentence"),), picture, is_spare=True)


def mention_sections(view: View) -> list[Section]:
    """Return what employees name as priority beside band and sector; nothing where not asked."""
    say, asked = view.say, beside(view, "mention")
    if not asked:
        return []
    rows = [row_of(view, one) for one in asked]
    figure = dot_figure(rows, canvas(view, "share", TIGHT))
    chart = Chart(figure, say("mentions_compare_chart"), key(view, rows))
    table = replace(score_table(view, asked), caption=say("table_mention_scores"))
    is_compared = any(one.compared for one in asked)
    said = (apart_sentence(view, asked, "mentions_compare"),) if is_compared else ()
    heading = say("mentions_compare_head")
    return [Section(heading, said, chart, table, is_folded=True, is_tucked=True)]


def apart_sentence(view: View, asked: list[Beside], what: str) -> str:
    """Return on how many items the own organisation demonstrably differs, and which way."""
    verdicts = [one.compared["verdict"] for one in asked if one.compared is not None]
    ways = {way: verdicts.count(way) for way in DEMONSTRABLE}
    apart = sum(ways.values())
    count = {"count": apart, "items": len(verdicts), **ways}
    words = {name: str(number) for name, number in count.items()}
    return view.say(f"{what}_none" if apart == 0 else f"{what}_some", **words)


def finding(view: View, asked: list[Beside]) -> str:
    """Return on how many questions the own organisation differs; for staff the two ends."""
    if not asked:
        return view.say("compare_nothing")
    if view.scope.organisation_id is None:
        return sector_finding(view, asked)
    if not any(one.compared for one in asked):
        return without_comparison(view, asked)
    return apart_sentence(view, asked, "compare")


def without_comparison(view: View, asked: list[Beside]) -> str:
    """Return why nothing is compared: nobody took part, no own score, or too few to set beside."""
    if answers_taken(view) == 0:
        return view.say("floor_not_there")
    is_own = any(published(one.own) for one in asked)
    return view.say("compare_alone" if is_own else "compare_withheld")


def sector_finding(view: View, asked: list[Beside]) -> str:
    """Return the aspects with the highest and the lowest mean of organisations."""
    means = {
        one.peers.name: one.peers.sector["mean_of_organisations"]
        for one in asked
        if one.item["aspect_id"] is not None and published(one.peers.sector)
    }
    if len(means) < 2:
        return view.say("compare_nothing")
    highest, lowest = max(means, key=lambda n: means[n]), min(means, key=lambda n: means[n])
    values = {"high": view.say.number(means[highest]), "low": view.say.number(means[lowest])}
    return view.say("compare_sector", highest=highest, lowest=lowest, **values)


def build(view: View) -> Page:
    """Return the page that compares."""
    say, asked = view.say, beside(view, UNIT)
    sections: list[Section] = []
    if asked:
        spread = replace(strip.section(view), is_tucked=True)
        sections += [score_section(view, asked), spread]
        aspects = [one for one in asked if one.item["aspect_id"] is not None]
        if view.scope.organisation_id is not None and aspects:
            sections.append(heat_section(view, aspects))
    sections += [*mention_sections(view), *ages.sections(view)]
    is_own = view.scope.organisation_id is not None
    reading = ("reading_compare", "reading_heat") if is_own else ("reading_compare_sector",)
    return Page(
        say("page_compare"),
        finding(view, asked),
        context_line(view),
        tuple(sections),
        tuple(say(name) for name in reading),
    )
