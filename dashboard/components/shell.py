"""The frame around a page: name, wave, language and theme above; the questions at the left."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.pages.model import View
from dashboard.state import LANGUAGES, State
from dashboard.theme import MANTINE

QUESTIONS = (
    ("question_standing", ("overview",)),
    ("question_differences", ("size_bands",)),
    ("question_sides", ("gap",)),
    ("question_matters", ("aspects",)),
    ("question_change", ("trends",)),
    ("question_trust", ("method", "anonymity")),
)


def layout(language: str) -> Component:
    """Return the empty frame; one callback fills it for the address."""
    skip = {"nl": "Naar de inhoud", "en": "Skip to content"}[language]
    menu = {"nl": "Menu", "en": "Menu"}[language]
    burger = dmc.Burger(
        id=ids.BURGER, opened=False, hiddenFrom="sm", size="sm", **{"aria-label": menu}
    )
    frame = dmc.AppShell(
        [
            dmc.AppShellHeader(
                html.Div([burger, html.Div(id=ids.HEADER, className="head")], className="bar")
            ),
            dmc.AppShellNavbar(html.Nav(id=ids.NAVBAR, **{"aria-label": menu})),
            dmc.AppShellMain(html.Div(id=ids.MAIN, tabIndex=-1)),
        ],
        id=ids.SHELL,
        header={"height": {"base": 132, "sm": 64}},
        navbar={"width": 264, "breakpoint": "sm", "collapsed": {"mobile": True}},
        padding="md",
    )
    link = html.A(skip, href=f"#{ids.MAIN}", className="skip")
    address = dcc.Location(id=ids.ADDRESS)
    return dmc.MantineProvider([address, link, frame], theme=MANTINE, defaultColorScheme="auto")


def wave_links(view: View) -> Component:
    """Return the waves as links, the one shown marked."""
    links = [
        dcc.Link(
            wave["wave_id"],
            href=State(view.state.page, wave["wave_id"], view.state.language).address,
            className="choice" + (" chosen" if wave["wave_id"] == view.state.wave_id else ""),
        )
        for wave in view.reader.waves
    ]
    return html.Span([html.Span(view.say("wave"), className="label"), *links], className="choices")


def language_links(view: View) -> Component:
    """Return the languages as links that load the page anew, so that `lang` is right."""
    links = [
        html.A(
            language.upper(),
            href=State(view.state.page, view.state.wave_id, language).address,
            lang=language,
            className="choice" + (" chosen" if language == view.state.language else ""),
        )
        for language in LANGUAGES
    ]
    return html.Span(links, className="choices")


def header(view: View) -> list[Component]:
    """Return the head: product, organisation, wave, language, theme, sign-out."""
    say = view.say
    who = view.reader.own_name or say("sector_view")
    toggle = dmc.ColorSchemeToggle(
        lightIcon="☀", darkIcon="☾", variant="subtle", size="lg", **{"aria-label": say("theme")}
    )
    leave = html.Form(
        html.Button(say("sign_out"), type="submit", className="quiet-button"),
        action="/sign-out",
        method="post",
    )
    name = html.Span([html.Strong("Regiespiegel"), html.Span(who, className="who")])
    return [name, wave_links(view), language_links(view), toggle, leave]


def navigation(view: View) -> list[Component]:
    """Return the pages in the order of the questions a director asks."""
    parts: list[Component] = []
    for question, pages in QUESTIONS:
        parts.append(html.P(view.say(question), className="nav-question"))
        for page in pages:
            chosen = " chosen" if page == view.state.page else ""
            href = view.state.on(page).address
            link = dcc.Link(view.say(f"page_{page}"), href=href, className=f"nav-link{chosen}")
            parts.append(link)
    return parts
