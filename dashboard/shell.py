"""The frame around every page, and the one callback that fills it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, dcc, html

from dashboard import ids
from dashboard.access.csrf import csrf_token
from dashboard.access.gate import current_scope
from dashboard.access.person import current_person
from dashboard.application import RegiespiegelDash
from dashboard.components.notices import notice_block
from dashboard.components.sheet import sheet
from dashboard.context import Context
from dashboard.pages.catalogue import build_page
from dashboard.pages.model import View
from dashboard.snapshot import NothingReleasedError
from dashboard.state import PAGES
from dashboard.texts import texts_of
from dashboard.theme import MANTINE

NAVBAR = {"width": 280, "breakpoint": "md", "collapsed": {"mobile": True}}


def layout() -> Any:
    """Return the frame, without a single figure or name in it."""
    burger = dmc.Burger(
        id=ids.BURGER, opened=False, hiddenFrom="md", size="sm", **{"aria-label": "Menu"}
    )
    header = dmc.AppShellHeader([burger, html.Div(id=ids.HEADER)], className="header")
    navigation = html.Nav(id=ids.NAVIGATION, **{"aria-label": "Regiespiegel"})
    parts = [
        header,
        dmc.AppShellNavbar(navigation, className="navbar", p="sm"),
        dmc.AppShellMain(html.Div(id=ids.PAGE)),
    ]
    frame = dmc.AppShell(parts, id=ids.SHELL, header={"height": 56}, navbar=NAVBAR, padding=0)
    inside = [dcc.Location(id=ids.ADDRESS, refresh=False), html.Div(id=ids.SKIP), frame]
    return dmc.MantineProvider(inside, theme=MANTINE, defaultColorScheme="auto")


def header_parts(view: View) -> Any:
    """Return the product's name, language, theme and the way out."""
    say = view.say
    other = "nl" if say.language == "en" else "en"
    language = dmc.Anchor(
        say("other_language"),
        href=replace(view.state, language=other).address,
        refresh=False,
        className="quiet",
        attributes={"root": {"lang": other, "hrefLang": other}},
    )
    theme = dmc.ColorSchemeToggle(
        lightIcon="☀", darkIcon="☾", variant="subtle", color="gray", className="theme",
        **{"aria-label": say("theme")},
    )  # fmt: skip
    brand = html.Span(say("product"), className="brand")
    return html.Div(
        [brand, html.Div([language, theme, *account_link(view), sign_out(view)], className="tools")]
    )


def account_link(view: View) -> list[Any]:
    """Return the way to one's own account; in a demonstration nobody has one."""
    if current_person().account is None:
        return []
    address = f"/account?lang={view.say.language}"
    return [html.A(view.say("account_title"), href=address, className="quiet")]


def sign_out(view: View) -> Any:
    """Return the form that ends the session."""
    token = dcc.Input(type="hidden", name="csrf", value=csrf_token())
    button = html.Button(view.say("sign_out"), type="submit", className="quiet")
    address = f"/sign-out?lang={view.say.language}"
    return html.Form([token, button], action=address, method="POST")


def navigation_parts(view: View) -> Any:
    """Return the pages in the order of the questions a director asks."""
    links = []
    for page in filter(view.scope.may_open, PAGES.values()):
        is_current = page == view.state.page
        links.append(
            dmc.NavLink(
                label=view.say(f"nav_ask_{page}"),
                description=view.say(f"page_{page}"),
                href=view.state.on(page).address,
                active=is_current,
                refresh=False,
                attributes={"root": {"aria-current": "page"}} if is_current else {},
            )
        )
    return links


def parts_of(view: View) -> tuple[Any, Any, Any, Any]:
    """Return skip link, header, navigation and page of a view."""
    skip = html.A(view.say("skip"), href=f"#{ids.PAGE}", className="skip")
    page = sheet(build_page(view), view)
    return skip, header_parts(view), navigation_parts(view), page


def register(app: RegiespiegelDash, context: Context) -> None:
    """Give the app its frame and its callbacks. The organisation comes from the session alone."""
    app.layout = layout()
    parts = (ids.SKIP, ids.HEADER, ids.NAVIGATION, ids.PAGE)
    address = (Input(ids.ADDRESS, "pathname"), Input(ids.ADDRESS, "search"))

    @app.callback([Output(part, "children") for part in parts], address)
    def show(path: object, search: object) -> tuple[Any, Any, Any, Any]:
        try:
            return parts_of(context.view(path, search, current_scope()))
        except NothingReleasedError:
            return "", "", "", notice_block(texts_of("nl"), "nothing")

    app.clientside_callback(
        ClientsideFunction("regiespiegel", "navbar"),
        Output(ids.SHELL, "navbar"),
        Input(ids.BURGER, "opened"),
    )
    app.clientside_callback(
        ClientsideFunction("regiespiegel", "close"), Output(ids.BURGER, "opened"), *address
    )
