"""A page as components: finding, context, charts with their table, source line, actions."""

from __future__ import annotations

from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.figures.base import Figure
from dashboard.pages.model import Page, Section, Table, View
from dashboard.texts import Texts

NL = {"dictionary": {}, "format": {"decimal": ",", "thousands": "."}}


def graph(figure: Figure, language: str, name: str) -> Component:
    """Return a chart without mode bar."""
    config = {"displayModeBar": False, "responsive": True, "locale": language}
    config |= {"locales": {"nl": NL}, "doubleClick": False}
    height = f"{figure['layout']['height']}px"
    return dcc.Graph(figure=figure, config=config, style={"height": height}, id=f"chart-{name}")


def chart(section: Section, say: Texts, name: str) -> Component:
    """Return a chart as one picture with its summary, and its legend in words."""
    picture = html.Div(
        graph(section.figure or {}, say.language, name),
        role="img",
        **{"aria-label": section.summary},
    )
    return html.Figure(
        [picture, html.Figcaption([html.Span(section.legend), picture_button(say, name)])],
        className="chart",
    )


def picture_button(say: Texts, name: str) -> Component:
    """Return the button that saves a chart; the browser draws the picture itself."""
    return html.Button(
        say("save_picture"),
        className="quiet-button save-picture",
        type="button",
        **{"data-chart": f"chart-{name}"},
    )


def data_table(table: Table) -> Component:
    """Return a table with caption, column heads and row heads; wide ones scroll by keyboard."""
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in table.columns]))
    body = html.Tbody(
        [
            html.Tr([html.Th(row[0], scope="row"), *(html.Td(text) for text in row[1:])])
            for row in table.rows
        ]
    )
    grid = dmc.Table([html.Caption(table.caption), head, body], className="figures")
    return html.Div(
        grid, className="scroll", tabIndex=0, role="region", **{"aria-label": table.caption}
    )


def section_parts(section: Section, say: Texts, name: str) -> Component:
    """Return a section of a page."""
    parts: list[Component] = []
    if section.heading:
        parts.append(html.H2(section.heading))
    if len(section.sentences) > 1:
        parts.append(html.Ul([html.Li(sentence) for sentence in section.sentences]))
    else:
        parts += [html.P(sentence) for sentence in section.sentences]
    if section.figure is not None:
        parts.append(chart(section, say, name))
    if section.table is not None:
        parts.append(data_table(section.table))
    parts += [html.P(note, className="note") for note in section.notes]
    return html.Section(parts)


def source_line(view: View) -> Component:
    """Return where the figures come from: wave, numbers, method, release, and what is synthetic."""
    say, release, wave = view.say, view.reader.release, view.reader.wave
    text = say(
        "source",
        wave=say.name(wave),
        respondents=say.count(wave["respondent_count"]),
        organisations=say.count(wave["organisation_count"]),
        method=release["method_version"],
        date=say.date(release["created_at"]),
        release=release["release_id"][:8],
    )
    return html.P(text, className="source")


def actions(view: View) -> Component:
    """Return the downloads and the address to share."""
    query = urlencode({"wave": view.state.wave_id, "lang": view.state.language})
    data = html.A(view.say("save_data"), href=f"/download/{view.state.page}.csv?{query}")
    share = html.A(view.say("share"), href=view.state.address)
    return html.P([data, share], className="actions")


def render_page(page: Page, view: View) -> Component:
    """Return the page as components."""
    say = view.say
    parts: list[Component] = [
        html.P(page.question, className="question"),
        html.H1(page.finding),
        html.P(page.context, className="context"),
    ]
    if view.reader.release["is_synthetic"]:
        parts.append(html.P(say("synthetic"), className="synthetic"))
    parts += [section_parts(s, say, str(i)) for i, s in enumerate(page.sections)]
    if page.reading:
        words = [html.P(text) for text in page.reading]
        parts.append(html.Details([html.Summary(say("reading")), *words]))
    return html.Div([*parts, source_line(view), actions(view)], className="page")
