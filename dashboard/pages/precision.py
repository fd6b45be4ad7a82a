"""How far figures can be trusted, in words: indicative, uneven response, careless answers."""

from __future__ import annotations

import math
from collections.abc import Iterable

from dashboard.grouped import Row
from dashboard.pages.model import Section, View

GRADE = "grade"


def marked(view: View, text: str, score: Row | None) -> str:
    """Return a value with the word that says it is indicative, where it is."""
    if view.reader.indicative(score) is None:
        return text
    return view.say("value_indicative", value=text)


def indicative_notes(view: View, scores: Iterable[Row | None]) -> tuple[str, ...]:
    """Return why some of these scores are indicative, each reason once."""
    method = view.settings.method
    reasons = [view.reader.indicative(score) for score in scores]
    half = view.say.number(method.indicative_half_width)
    rate = view.say.percent(method.indicative_rate_min)
    return tuple(
        view.say(f"indicative_{reason}", half=half, rate=rate)
        for reason in dict.fromkeys(reasons)
        if reason is not None
    )


def bias_reading(view: View) -> tuple[str, ...]:
    """Return how far uneven response could move the sector's grade, nothing where not known."""
    row = view.reader.precision(GRADE)
    if row is None or row["bias_max"] is None:
        return ()
    at_most = math.ceil(row["bias_max"] * 10) / 10
    return (view.say("reading_bias", bias=view.say.number(at_most)),)


def careless_section(view: View) -> Section | None:
    """Return the notice that answers given without care move the grade, None where they do not."""
    row, say = view.reader.sensitivity(GRADE), view.say
    if row is None or not row["is_large"]:
        return None
    moved = say.signed(row["difference"])
    limit = say.number(view.settings.quality.sensitivity_max)
    sentence = say("careless", difference=moved, limit=limit)
    return Section(say("careless_head"), (sentence,), is_alert=True)
