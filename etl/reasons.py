"""Why a row is refused, in words that never quote the row."""

from __future__ import annotations

from warehouse.instrument import Scale

RULES = (
    "respondent_missing",
    "organisation_missing",
    "organisation_unknown",
    "side_unknown",
    "not_a_number_or_label",
    "off_scale",
    "not_asked_of_side",
    "too_many_choices",
    "no_answers",
    "duplicate_respondent",
    "duplicate_in_other_delivery",
    "sped_and_gave_one_answer",
    "participant_missing",
    "answer_missing",
    "question_unknown",
    "round_unknown",
    "time_unreadable",
    "text_missing",
    "rating_missing",
    "place_unreadable",
    "unexplained",
)
REASONS = {
    "respondent_missing": "there is no respondent id; every row needs one.",
    "organisation_missing": "there is no organisation id; every row needs one.",
    "organisation_unknown": "this organisation is not in the register for the wave; add it to "
    "register/headcounts.csv or correct the id.",
    "no_answers": "not one question was answered; the row says nothing.",
    "duplicate_respondent": "this respondent stands in the file more than once; the last "
    "completed row counts.",
    "duplicate_in_other_delivery": "this respondent is already in another delivery of the wave.",
    "sped_and_gave_one_answer": "this was filled in faster than it can be read, with one answer "
    "throughout; such a row does not count.",
    "participant_missing": "there is no participant id; every row needs one.",
    "answer_missing": "there is no id of the answer this row is about.",
    "round_unknown": "a dialogue has rounds 1 and 2.",
    "time_unreadable": "this is no moment; use a number of milliseconds, or 2026-11-24T09:30:00.",
    "text_missing": "there is no text; an answer needs one.",
    "rating_missing": "there is no rating; leave the row out if the answer was not rated.",
    "place_unreadable": "the place at which an answer was shown is a whole number.",
    "unexplained": "a rule refused this row without a reason; please report this as a fault.",
}


class CellError(ValueError):
    """A cell that breaks a rule."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


def not_a_code_reason(scale: Scale) -> str:
    """Return what a scale accepts."""
    known = [*scale.labels, *scale.not_applicable, *(text for text in scale.missing if text)]
    listed = f", or one of: {'; '.join(known)}" if known else ""
    return f"this is no answer on the scale; use a number {span(scale)}{listed}."


def off_scale_reason(scale: Scale) -> str:
    """Return where a scale ends."""
    return f"this number is not on the scale; use {span(scale)} in steps of {scale.step:g}."


def span(scale: Scale) -> str:
    """Return the ends of a scale in words."""
    return f"{scale.minimum} to {scale.maximum}"


def masked(value: str, longest: int = 12) -> str:
    """Return the shape of a value: letters as x, digits as 9. Nobody's answer can be read in it."""
    shape = "".join("9" if c.isdigit() else "x" if c.isalpha() else c for c in value[:longest])
    return shape + ("…" if len(value) > longest else "")
