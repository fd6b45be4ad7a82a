"""The page itself: finding, context, picture, table, reading, source, what one may take along."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from dashboard.components.charts import chart_block
from dashboard.components.markup import Ready, html, packed
from dashboard.components.prose import contents, inside_part, prose_blocks
from dashboard.components.tables import folded_table, long_table
from dashboard.pages.behind import BEHIND
from dashboard.pages.method import SECTION_OF
from dashboard.pages.model import Linked, Page, Section, ToFillIn, View, language_of
from dashboard.pages.source import source_lines
from dashboard.state import (
    GROUPS,
    GUIDE,
    OF_ALL_WAVES,
    PILLARS,
    SECTOR_TABLES,
    SORTS,
    WITH_GROUPS,
    WITH_PILLARS,
    WITH_SORTS,
    State,
)


def inside() -> dict[str, str]:
    """Return the mark of a link to another view, which a script follows without a new page."""
    return {"data-inside": "yes"}


def choice(label: str, state: State, is_current: bool) -> Any:
    """Return a choice that is an address: it can be shared and gone back to."""
    current = {"aria-current": "true"} if is_current else {}
    name = "choice current" if is_current else "choice"
    return html.A(label, href=state.address, className=name, **current, **inside())


def choices(label: str, links: list[Any]) -> Any:
    """Return a named list of choices."""
    items = [html.Li(link) for link in links]
    parts = [html.Span(label, className="choices-label"), html.Ul(items)]
    return html.Nav(parts, className="choices", **{"aria-label": label})


def toolbar(view: View) -> Any:
    """Return whose page this is, and the choice of wave and, where it matters, of group."""
    say, state = view.say, view.state
    waves = wave_links(state, tuple(wave["wave_id"] for wave in view.reader.waves))
    parts = [html.P(whose(view), className="whose")]
    if state.page not in OF_ALL_WAVES:
        parts.append(choices(say("waves_label"), waves))
    if state.page in WITH_GROUPS and view.reader.organisation is not None:
        groups = [
            choice(say(f"group_{group}"), replace(state, group=group), group == state.group)
            for group in GROUPS
        ]
        parts.append(choices(say("group_label"), groups))
    if state.page in WITH_PILLARS:
        parts.append(choices(say("pillar_label"), pillar_links(view)))
    if state.page in WITH_SORTS:
        sorts = [
            choice(say(f"sort_{sort}"), replace(state, sort=sort), sort == state.sort)
            for sort in SORTS
        ]
        parts.append(choices(say("sort_label"), sorts))
    return html.Div(parts, className="toolbar")


@lru_cache(maxsize=512)
def wave_links(state: State, waves: tuple[str, ...]) -> list[Any]:
    """Return the waves as choices."""
    return [choice(one, replace(state, wave_id=one), one == state.wave_id) for one in waves]


def pillar_links(view: View) -> list[Any]:
    """Return the pillars as choices, all of them first."""
    say, state = view.say, view.state
    names = {row["pillar_id"]: say.name(row) for row in view.reader.described("pillar")}
    names = {PILLARS[0]: say("pillar_all"), **names}
    return [
        choice(names[one], replace(state, pillar=one), one == state.pillar)
        for one in PILLARS
        if one in names
    ]


def whose(view: View) -> str:
    """Return the organisation's name, or that this is the sector."""
    return view.reader.own_name or view.say("sector_fund")


def spoken(text: str, view: View) -> Any:
    """Return a sentence, followed by the way to its evidence where it has one."""
    if isinstance(text, ToFillIn):
        return [str(text), html.Span(className="line")]
    if not isinstance(text, Linked):
        return text
    state = view.state.on(text.page)
    state = replace(state, group=text.group or state.group)
    return [str(text), " ", choice(view.say(f"page_{text.page}"), state, is_current=False)]


def sentences_block(section: Section, view: View) -> list[Any]:
    """Return the sentences of a section: prose, or a list when there are several findings."""
    said = [(spoken(text, view), language_of(text)) for text in section.sentences]
    if section.is_prose or len(said) == 1:
        return [html.P(text, **language) for text, language in said]
    items = [html.Li(text, **language) for text, language in said]
    return [html.Ul(items, className="findings")] if items else []


def heading_block(section: Section) -> list[Any]:
    """Return the heading of a section, which a link may lead to."""
    if not section.heading:
        return []
    heading = html.H2 if section.level == 2 else html.H3
    if not section.anchor:
        return [heading(section.heading)]
    return [heading(section.heading, id=section.anchor, tabIndex=-1)]


def block_of(section: Section, view: View, page: Page) -> Any:
    """Return a section; one that many are shown alike is drawn once, from a view of nobody."""
    drawn = section.drawn
    is_kept = drawn is not None and drawn.section is not None and drawn.section() is section
    # Where sections list one another, the page makes part of what they look like.
    if drawn is None or not is_kept or page.has_contents:
        return section_block(section, view, page)
    make = partial(section_block, section, view.of_nobody, page)
    if drawn.json is None:
        drawn.json = packed(make())
    return Ready(drawn.json, make)


def section_block(section: Section, view: View, page: Page) -> Any:
    """Return a section."""
    heading = [*heading_block(section), *inside_part(page, section)]
    parts: list[Any] = []
    if section.chart is not None:
        parts.append(chart_block(section.chart, view.say))
    parts += sentences_block(section, view) + prose_blocks(section, view.say)
    if section.table is not None and (section.chart is not None or section.is_folded):
        parts.append(folded_table(section.table, section, view.say))
    elif section.table is not None:
        parts += long_table(section.table, section, view.say)
    parts += [html.P(note, className="note") for note in section.notes]
    if section.is_tucked or section.is_spare:
        name = "tuck spare" if section.is_spare else "tuck"
        is_open = not section.is_spare
        folded = html.Details([html.Summary(heading), *parts], open=is_open, className=name)
        parts, heading = [folded], []
    parts = [*heading, *parts]
    return html.Section(parts, className="part alert" if section.is_alert else "part")


def reading_block(page: Page, view: View) -> list[Any]:
    """Return what one may conclude, folded."""
    if not page.reading:
        return []
    words = [html.P(text) for text in page.reading]
    return [html.Details([html.Summary(view.say("reading_head")), *words], className="fold")]


def foot_block(page: Page, view: View) -> Any:
    """Return what one may take along, and the source."""
    say, state = view.say, view.state
    actions: list[Any] = []
    if any(section.table for section in page.sections):
        address = f"/download/{state.page}.csv?{state.query}"
        actions.append(html.A(say("download_data"), href=address, className="quiet"))
    if state.page in BEHIND and view.reader.has_totals:
        address = f"/download/{state.page}-check.xlsx?{state.query}"
        actions.append(html.A(say("download_check"), href=address, className="quiet"))
    if state.page == "conversation" and view.scope.organisation_id is not None:
        actions.append(
            html.A(say("download_guide"), href=f"{GUIDE}?{state.query}", className="quiet")
        )
    if view.scope.is_staff or state.page == "codebook":
        tables = html.A(say("download_tables"), href=SECTOR_TABLES, className="quiet")
        actions.append(tables)
    button = {"type": "button", "data-print": "yes"}
    actions.append(html.Button(say("print"), className="quiet", **button))
    classes = ("source", "synthetic")
    source = [
        html.P(line, className=name)
        for line, name in zip(source_lines(view), classes, strict=False)
    ]
    hint = html.P(say("share_hint"), className="note")
    return html.Footer([html.Div(actions, className="actions"), hint, *source, *how(view)])


def how(view: View) -> list[Any]:
    """Return the way to how the figures of a page are computed."""
    anchor = SECTION_OF.get(view.state.page)
    if anchor is None:
        return []
    address = f"{view.state.on('method').address}#{anchor}"
    return [html.P(html.A(view.say("method_link"), href=address, **inside()))]


def sheet(page: Page, view: View) -> Any:
    """Return the page of a view."""
    first, rest = page.sections[:1], page.sections[1:]
    parts = [
        toolbar(view),
        html.P(page.question, className="question"),
        html.H1(page.finding, tabIndex=-1),
        html.P(page.context, className="context"),
        *contents(page, view.say),
        *(block_of(section, view, page) for section in first),
        *reading_block(page, view),
        *(block_of(section, view, page) for section in rest),
        foot_block(page, view),
    ]
    title = f"{page.question} – {view.say('product')}"
    marks = {"data-view": view.state.address, "data-lang": view.say.language, "data-title": title}
    return html.Article(parts, className="sheet", **marks)
