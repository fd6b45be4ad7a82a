"""The Dash class of this product: its first HTML, in the language of the address."""

from __future__ import annotations

from typing import Any

import dash
from flask import request

from dashboard.texts import texts_of

INDEX = """<!DOCTYPE html>
<html lang="{%language%}">
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


class RegiespiegelDash(dash.Dash):
    """Dash with a first page that names its language and does not say `Loading...`."""

    def interpolate_index(self, **parts: Any) -> str:
        """Return the first HTML of every page."""
        language = "en" if request.args.get("lang") == "en" else "nl"
        say = texts_of(language)
        loading = f'<div class="first">{say("product")}</div>'
        entry = f'<div id="react-entry-point">{loading}</div>'
        self_made = parts | {"app_entry": entry, "title": say("product")}
        return super().interpolate_index(**self_made).replace("{%language%}", language)

    def register_scripts(self) -> None:
        """Make the first HTML once, which is when Dash learns which scripts it may hand out.

        Without it a worker that has not yet served a page refuses the scripts of a page that
        another worker served.
        """
        with self.server.test_request_context("/"):
            self.index()
