"""The Dash class of this product: its first HTML is the page itself, before any script."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import dash
from flask import request
from markupsafe import escape

from dashboard.components.markup import packed
from dashboard.state import LANGUAGES
from dashboard.texts import texts_of

INDEX = """<!DOCTYPE html>
<html lang="{%language%}"{%scheme%}>
<head>
{%metas%}
<meta name="color-scheme" content="light dark">
<title>{%title%}</title>
{%favicon%}
{%css%}
</head>
<body>
{%app_entry%}
<footer>
{%config%}
{%scripts%}
{%renderer%}
</footer>
</body>
</html>"""
SCHEME: Final = "regiespiegel-scheme"
# What Dash asks first; the page holds the answers, so that it need not ask.
LAYOUT, DEPENDENCIES, SHOWN = "_dash-layout", "_dash-dependencies", "_dash-update-component"
TROUBLES: Final = ("waiting", "offline", "failed", "retry")
# Dash's frame is laid out unseen while the first HTML is read, and takes its place when it is done.
FRAME: Final = """<div id="waiting" role="status"></div><div id="trouble" role="alert"></div>
<div id="react-entry-point"></div>"""
ASSET = re.compile(r"(/assets/([\w.-]+))\?m=[\d.]+")


@dataclass(frozen=True)
class First:
    """The first HTML of a view: language, title, the page, and the same page as Dash asks it."""

    language: str
    title: str
    page: str
    parts: bytes


class RegiespiegelDash(dash.Dash):
    """Dash whose first HTML shows the page; its scripts take over what stands there already."""

    first: Callable[[], First | None] = staticmethod(lambda: None)
    mark_of: Callable[[str], str] = staticmethod(lambda _name: "")
    _scripts: str | None = None
    _styles: str | None = None
    _always: str = ""

    def interpolate_index(self, **parts: Any) -> str:
        """Return the first HTML of every page."""
        found = self.first()
        language = "en" if request.args.get("lang") == "en" else "nl"
        first = found or First(language, texts_of(language)("product"), "", b"")
        entry = f'<div id="first">{first.page}</div>{self.told(first)}{FRAME}' if found else FRAME
        made = parts | {"app_entry": entry, "title": escape(first.title)}
        page = str(super().interpolate_index(**made))
        return page.replace("{%language%}", first.language, 1).replace("{%scheme%}", scheme(), 1)

    def told(self, first: First) -> str:
        """Return what Dash asks first, as data inside the page."""
        answer = f'"{SHOWN}":{first.parts.decode()}'
        return f'<script id="told" type="application/json">{{{self._always},{answer}}}</script>'

    def always_told(self) -> str:
        """Return what is the same for everybody: the frame, what fills it, and words."""
        words = {
            name: {kind: texts_of(name)(f"trouble_{kind}") for kind in TROUBLES}
            for name in LANGUAGES
        }
        asked = {
            LAYOUT: self.serve_layout().get_data().decode(),
            DEPENDENCIES: self.dependencies().get_data().decode(),
            "words": packed(words).decode(),
        }
        return ",".join(f'"{name}":{told}' for name, told in asked.items())

    def _generate_scripts_html(self) -> str:
        """Return the scripts, as they were found once."""
        if self._scripts is not None:
            return self._scripts
        found = ASSET.sub(self._marked, str(super()._generate_scripts_html())).split("\n")
        # What links, menu and folds need is small: it comes before Dash's own half a megabyte.
        return "\n".join(sorted(found, key=lambda one: "/assets/behaviour.js" not in one))

    def _generate_css_dist_html(self) -> str:
        """Return the style sheets, as they were found once."""
        if self._styles is not None:
            return self._styles
        return ASSET.sub(self._marked, str(super()._generate_css_dist_html()))

    def _marked(self, found: re.Match[str]) -> str:
        """Return the address of a file with the mark of its content."""
        return f"{found[1]}?m={self.mark_of(found[2])}"

    def register_scripts(self, mark_of: Callable[[str], str]) -> None:
        """Make the first HTML once, which is when Dash learns which scripts it may hand out.

        Without it a worker that has not yet served a page refuses the scripts of a page that
        another worker served. `mark_of` gives the mark of an asset's content.
        """
        self.mark_of = mark_of
        with self.server.test_request_context("/"):
            self._setup_server()
            self.index()
            self._scripts = self._generate_scripts_html()
            self._styles = self._generate_css_dist_html()
            self._always = self.always_told()


def scheme() -> str:
    """Return light or dark as an attribute where somebody chose, else what their system says."""
    chosen = request.cookies.get(SCHEME)
    return f' data-scheme="{chosen}"' if chosen in ("light", "dark") else ""
