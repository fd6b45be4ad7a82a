"""The frame around every page: what stands around it, and how it is divided."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from dash import Input, Output, dcc
from dash import html as dash_html

from dashboard import ids
from dashboard.access.person import current_person
from dashboard.application import RegiespiegelDash
from dashboard.components.markup import hidden_field, html
from dashboard.components.sheet import inside, sheet
from dashboard.pages.catalogue import build_page
from dashboard.pages.model import View
from dashboard.state import PAGES, State
from dashboard.texts import texts_of

PARTS = (ids.SKIP, ids.HEADER, ids.NAVIGATION, ids.PAGE)
# Dash says of a callback what it fills; its answer is `dashboard.answers`.
SHOWN = ".." + "...".join(f"{part}.children" for part in PARTS) + ".."


def frame(element: Any, parts: tuple[Any, Any, Any, Any]) -> Any:
    """Return the frame with its parts, made of the elements that `element` gives.

    The server writes it as HTML and Dash builds it from its layout: one description, so nothing
    moves when the second takes the place of the first.
    """
    skip, header, navigation, page = parts
    lines = element.Span(className="burger-lines", **{"aria-hidden": "true"})
    expanded = {"aria-label": "Menu", "aria-expanded": "false", "aria-controls": ids.NAVIGATION}
    burger = element.Button(lines, id=ids.BURGER, type="button", className="burger", **expanded)
    top = element.Header([burger, element.Div(header, id=ids.HEADER)], className="header")
    label = {"aria-label": "Regiespiegel"}
    menu = element.Nav(navigation, id=ids.NAVIGATION, className="navbar", **label)
    main = element.Main(element.Div(page, id=ids.PAGE), className="main")
    return element.Div([element.Div(skip, id=ids.SKIP), top, menu, main], id=ids.SHELL)


def layout() -> Any:
    """Return the frame as Dash takes it, without a single figure or name in it."""
    empty = (None, None, None, None)
    address = dcc.Location(id=ids.ADDRESS, refresh=False)
    return dash_html.Div([address, frame(dash_html, empty)])


def header_parts(view: View) -> Any:
    """Return the product's name, language, theme and the way out."""
    say = view.say
    other = "nl" if say.language == "en" else "en"
    address = replace(view.state, language=other).address
    about = {"className": "quiet", "lang": other, "hrefLang": other}
    language = html.A(say("other_language"), href=address, **about, **inside())
    brand = html.Span(say("product"), className="brand")
    tools = [language, theme(view), *account_link(view), sign_out(view)]
    return html.Div([brand, html.Div(tools, className="tools")])


def theme(view: View) -> Any:
    """Return the switch between light and dark."""
    mark = html.Span(className="theme-mark", **{"aria-hidden": "true"})
    about = {"type": "button", "className": "theme", "data-theme-switch": "yes"}
    return html.Button(mark, **about, **{"aria-label": view.say("theme")})


def account_link(view: View) -> list[Any]:
    """Return the way to one's own account; in a demonstration nobody has one."""
    if current_person().account is None:
        return []
    address = f"/account?lang={view.say.language}"
    return [html.A(view.say("account_title"), href=address, className="quiet")]


def sign_out(view: View) -> Any:
    """Return the form that ends the session.

    The session's token is no part of a page, which is remembered for everybody of a scope: the
    first HTML fills it in, and afterwards a script does, from the cookie.
    """
    button = html.Button(view.say("sign_out"), type="submit", className="quiet")
    address = f"/sign-out?lang={view.say.language}"
    return html.Form([hidden_field("csrf", ""), button], action=address, method="POST")


def navigation_parts(view: View) -> Any:
    """Return the pages in the order of the questions a director asks."""
    return links_from(view.state, tuple(filter(view.scope.may_open, PAGES.values())))


@lru_cache(maxsize=512)
def links_from(state: State, pages: tuple[str, ...]) -> list[Any]:
    """Return the links of a view to pages: everybody of a role has the same."""
    links, say = [], texts_of(state.language)
    for page in pages:
        current = {"aria-current": "page"} if page == state.page else {}
        words = [
            html.Span(say(f"nav_ask_{page}"), className="nav-ask"),
            html.Span(say(f"page_{page}"), className="nav-page"),
        ]
        address = state.on(page).address
        links.append(html.A(words, href=address, className="nav-link", **current, **inside()))
    return links


def parts_of(view: View) -> tuple[Any, Any, Any, Any]:
    """Return skip link, header, navigation and page of a view."""
    skip = html.A(view.say("skip"), href=f"#{ids.PAGE}", className="skip")
    page = sheet(build_page(view), view)
    return skip, header_parts(view), navigation_parts(view), page


def register(app: RegiespiegelDash) -> None:
    """Give the app its frame and the one callback that fills it."""
    app.layout = layout()
    address = (Input(ids.ADDRESS, "pathname"), Input(ids.ADDRESS, "search"))

    @app.callback([Output(part, "children") for part in PARTS], address)
    def show(_path: object, _search: object) -> tuple[Any, Any, Any, Any]:
        """Dash knows from this what fills what; `answers` answers before Dash does."""
        raise AssertionError
