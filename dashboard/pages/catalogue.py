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
# Pages that change between releases.
LIVE: Final = ("deliveries", "publications")


def build_page(view: View) -> Page:
    """Return the page of a view, remembered by release, status file, scope and state."""
    status_id = None if view.ledger is None else view.ledger.snapshot.release_id
    key = ("page", view.scope, view.state, status_id if view.state.page in LIVE else None)
    return view.reader.snapshot.remember(key, lambda: BUILDERS[view.state.page](view))
