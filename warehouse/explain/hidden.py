"""Kinds of hidden in words, in Dutch and English."""

from __future__ import annotations

from typing import Final

WITHHELD: Final = (
    "Afgeschermd om mensen te beschermen. Meer antwoorden in deze groep kunnen helpen.",
    "Withheld to protect people. More answers in this group may help.",
)
HIDDEN: Final = {
    # The three kinds look the same to a reader: which one it is may say something of the answers.
    "withheld_small": WITHHELD,
    "withheld_complement": WITHHELD,
    "withheld_homogeneous": WITHHELD,
    "too_few_organisations": (
        "Te weinig organisaties om te zeggen. Het helpt als meer organisaties meedoen.",
        "Too few organisations to say. More organisations that take part would help.",
    ),
    "low_precision": (
        "Te weinig antwoorden om te zeggen. Meer antwoorden helpen.",
        "Too few answers to say. More answers would help.",
    ),
    "not_asked": (
        "In deze meting niet gevraagd.",
        "Not asked in this wave.",
    ),
    "not_offered": (
        "De organisatie biedt deze regeling niet aan.",
        "The organisation does not offer this scheme.",
    ),
    "not_comparable": (
        "Trendbreuk: de vragenlijst is veranderd, dus er is geen verandering te berekenen.",
        "Trend break: the questionnaire changed, so no change can be computed.",
    ),
    "too_few_waves": (
        "Te weinig metingen om te zeggen. Een trend heeft er drie nodig.",
        "Too few waves to say. A trend needs three.",
    ),
    "no_data": (
        "Hier zijn geen antwoorden.",
        "There are no answers here.",
    ),
}
