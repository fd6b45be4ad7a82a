"""Gegeven uw omvang: the own grade beside what the size of the organisation lets expect."""

from __future__ import annotations

import math

from dashboard.grouped import Row
from dashboard.pages.model import Section, View
from dashboard.sentences import published

MOST_DIGITS = 4


def given_size_sections(view: View) -> tuple[Section, ...]:
    """Return the section for an organisation with an own grade; none where a release says nothing.

    A release from before this was told, or without the organisation, has no such row.
    """
    row = view.reader.expected_range("grade")
    own, organisation = view.reader.own_score("grade"), view.reader.organisation
    if row is None or own is None or organisation is None or not published(own):
        return ()
    sentence = given_size_sentence(view, row, own["value"], organisation["headcount"])
    # Lower than the mean of peers, and not unusual among them: two questions, two answers.
    notes = (view.say("given_size_note"),) if published(row) else ()
    return (Section(view.say("given_size"), (sentence,), notes=notes),)


def given_size_sentence(view: View, row: Row, own: float, headcount: int) -> str:
    """Return whether the own grade lies in the range expected at this size, in one sentence."""
    say = view.say
    if not published(row):
        return say("given_size_nothing")
    where = where_it_lies(row, own)
    digits = digits_apart(row, own, where)
    step = 10.0**digits
    return say(
        f"given_size_{where}",
        headcount=say.count(headcount),
        expected=say.number(row["expected_value"]),
        low=say.number(math.floor(row["range_low"] * step) / step, digits),
        high=say.number(math.ceil(row["range_high"] * step) / step, digits),
        own=say.number(own, digits),
    )


def where_it_lies(row: Row, own: float) -> str:
    """Return `usual`, `above` or `below`."""
    if row["place"] == "usual":
        return "usual"
    return "above" if own > row["expected_value"] else "below"


def digits_apart(row: Row, own: float, where: str) -> int:
    """Return how many decimals show what the words say.

    Bounds are rounded outward, so a grade just outside them would seem to lie inside.
    """
    for digits in range(1, MOST_DIGITS):
        step = 10.0**digits
        shown = math.floor(own * step + 0.5)
        is_below = shown < math.floor(row["range_low"] * step)
        is_above = shown > math.ceil(row["range_high"] * step)
        if where == "usual" or is_below or is_above:
            return digits
    return MOST_DIGITS
