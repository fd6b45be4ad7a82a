"""Which function builds which page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dashboard.pages import aspects, codebook, explain, gap, overview, size_bands, trends
from dashboard.pages.model import Page, View

BUILDERS: Final[dict[str, Callable[[View], Page]]] = {
    "overview": overview.build,
    "size_bands": size_bands.build,
    "aspects": aspects.build,
    "gap": gap.build,
    "trends": trends.build,
    "codebook": codebook.build,
    "method": explain.method,
    "anonymity": explain.anonymity,
}


def build_page(view: View) -> Page:
    """Return the page of a view, remembered by release, scope and state."""
    key = ("page", view.scope, view.state)
    return view.reader.snapshot.remember(key, lambda: BUILDERS[view.state.page](view))
