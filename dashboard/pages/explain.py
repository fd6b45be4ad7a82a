"""Pages in words: chapters from the catalogue, and how people stay unknown."""

from __future__ import annotations

from dashboard.pages.model import Page, Section, View
from dashboard.pages.parts import context_line

ANONYMITY = ("promise", "how", "hr", "words", "employer", "sector", "limits")


def chapters(view: View, page: str, names: tuple[str, ...], level: int = 2) -> tuple[Section, ...]:
    """Return headed sections of words, with the parameters that are in force."""
    policy, method = view.settings.disclosure, view.settings.method
    smallest = method.smallest_difference
    values = {
        "floor": str(policy.persons_min),
        "organisations": str(policy.benchmark_organisations_min),
        "quartile": str(policy.quartile_organisations_min),
        "grade": view.say.number(smallest.grade),
        "likert": view.say.number(smallest.likert),
        "points": f"{smallest.share * 100:.0f}",
        "named": view.say.percent(method.named_floor),
        "rarely": view.say.percent(method.rarely_ceiling),
    }
    return tuple(
        Section(
            view.say(f"{page}_{name}_head"),
            tuple(view.say(f"{page}_{name}", **values).split("\n")),
            is_prose=True,
            level=level,
        )
        for name in names
    )


def anonymity(view: View) -> Page:
    """Return the page for employees and works council."""
    sections = chapters(view, "anonymity", ANONYMITY)
    say = view.say
    finding = say("anonymity_finding", floor=str(view.settings.disclosure.persons_min))
    return Page(say("page_anonymity"), finding, context_line(view), sections)
