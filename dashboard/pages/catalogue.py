"""Which function builds which page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dashboard.pages import (
    aspects,
    codebook,
    compare,
    conversation,
    deliveries,
    dialogue,
    explain,
    findings,
    floor,
    gap,
    method,
    monitor,
    overview,
    publications,
    schemes,
    size_bands,
    trends,
)
from dashboard.pages.model import Page, View

BUILDERS: Final[dict[str, Callable[[View], Page]]] = {
    "overview": overview.build,
    "floor": floor.build,
    "compare": compare.build,
    "size_bands": size_bands.build,
    "aspects": aspects.build,
    "gap": gap.build,
    "trends": trends.build,
    "findings": findings.build,
    "schemes": schemes.build,
    "dialogue": dialogue.build,
    "conversation": conversation.build,
    "monitor": monitor.build,
    "codebook": codebook.build,
    "deliveries": deliveries.build,
    "publications": publications.build,
    "method": method.build,
    "anonymity": explain.anonymity,
}


def build_page(view: View) -> Page:
    """Return the page of a view. What was sent of it is remembered (`dashboard.answers`)."""
    return BUILDERS[view.state.page](view)
