"""Pages in words: how the figures are made, and how people stay unknown."""

from __future__ import annotations

from dashboard.pages.model import Page, Section, View
from dashboard.pages.parts import context_line

METHOD = ("grade", "interval", "benchmark", "verdict", "mentions", "gap", "floor", "trend", "demo")
ANONYMITY = ("promise", "how", "hr", "employer", "limits")


def chapters(view: View, page: str, names: tuple[str, ...]) -> tuple[Section, ...]:
    """Return headed sections of words."""
    return tuple(
        Section(view.say(f"{page}_{name}_head"), (view.say(f"{page}_{name}"),)) for name in names
    )


def method(view: View) -> Page:
    """Return the method page."""
    sections = chapters(view, "method", METHOD)
    say = view.say
    return Page(say("page_method"), say("method_finding"), context_line(view), sections)


def anonymity(view: View) -> Page:
    """Return the page for employees and works council."""
    sections = chapters(view, "anonymity", ANONYMITY)
    say = view.say
    return Page(say("page_anonymity"), say("anonymity_finding"), context_line(view), sections)
