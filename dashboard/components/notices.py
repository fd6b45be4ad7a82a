"""What stands in the page's place when there is nothing to show."""

from __future__ import annotations

from typing import Any

from dashboard.components.markup import html
from dashboard.texts import Texts


def notice_block(say: Texts, name: str) -> Any:
    """Return a notice: what is so, and what to do next."""
    return html.Div(
        [
            html.H1(say(f"{name}_title"), tabIndex=-1),
            html.P(say(f"{name}_text"), className="context"),
            html.P(html.A(say("to_overview"), href="/")),
        ],
        className="sheet",
        **{"data-view": name, "data-lang": say.language, "data-title": say(f"{name}_title")},
    )


def error_parts(say: Texts) -> tuple[Any, Any, Any, Any]:
    """Return the shell's parts when a view could not be made."""
    return "", html.Span(say("product"), className="brand"), "", notice_block(say, "error")
