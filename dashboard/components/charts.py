"""A chart: picture with one sentence for who cannot see it, its key, and a way to take it along."""

from __future__ import annotations

from typing import Any

from dashboard.components.markup import graph, html
from dashboard.pages.model import Chart
from dashboard.texts import Texts

NUMBERS = {"decimal": ",", "thousands": "."}
LOCALES = {"nl": {"dictionary": {}, "format": NUMBERS}}


def graph_config(say: Texts) -> dict[str, Any]:
    """Return plotly's settings: no buttons of its own, numbers as the language writes them."""
    return {
        "displayModeBar": False,
        "responsive": True,
        "scrollZoom": False,
        "doubleClick": False,
        "showTips": False,
        "locale": say.language,
        "locales": LOCALES,
    }


def key_list(chart: Chart) -> list[Any]:
    """Return the key of a chart: a drawn mark and its words."""
    if not chart.key:
        return []
    items = [
        html.Li([html.Span(className=f"glyph glyph-{glyph}", **{"aria-hidden": "true"}), words])
        for glyph, words in chart.key
    ]
    return [html.Ul(items, className="key")]


def chart_block(chart: Chart, say: Texts) -> Any:
    """Return a chart as a figure with a text alternative."""
    height = chart.figure["layout"]["height"]
    drawn = graph(
        figure=chart.figure,
        config=graph_config(say),
        responsive=True,
        style={"height": f"{height}px"},
    )
    picture = html.Figure(drawn, role="img", className="picture", **{"aria-label": chart.summary})
    label = say("download_picture")
    button = html.Button(label, className="quiet", type="button", **{"data-picture": "png"})
    return html.Div([*key_list(chart), picture, button], className="chart")
