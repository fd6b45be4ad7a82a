"""Findings as sentences, in Dutch and English: what, how sure, among how many; no causes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

Language = Literal["nl", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")
SENTENCES: Final[Mapping[str, Mapping[Language, str]]] = {
    "one_sided_employee": {
        "nl": "Medewerkers noemen als maatregel {intervention} ({employee}); "
        "hr-vertegenwoordigers noemen dit zelden ({hr}).",
        "en": "Employees name as an intervention {intervention} ({employee}); "
        "HR representatives rarely do ({hr}).",
    },
    "one_sided_hr": {
        "nl": "Hr-vertegenwoordigers noemen als maatregel {intervention} ({hr}); "
        "medewerkers noemen dit zelden ({employee}).",
        "en": "HR representatives name as an intervention {intervention} ({hr}); "
        "employees rarely do ({employee}).",
    },
    "shared_priority": {
        "nl": "Beide zijden noemen {intervention}: medewerkers {employee}, "
        "hr-vertegenwoordigers {hr}, zonder aantoonbaar verschil.",
        "en": "Both sides name {intervention}: employees {employee}, "
        "HR representatives {hr}, without a demonstrable difference.",
    },
    "widest_gap_lower": {
        "nl": "{item}: medewerkers {employee}, aantoonbaar lager dan hr-vertegenwoordigers {hr}.",
        "en": "{item}: employees {employee}, demonstrably lower than HR representatives {hr}.",
    },
    "widest_gap_higher": {
        "nl": "{item}: medewerkers {employee}, aantoonbaar hoger dan hr-vertegenwoordigers {hr}.",
        "en": "{item}: employees {employee}, demonstrably higher than HR representatives {hr}.",
    },
    "information_gap_lower": {
        "nl": "{item}: {employee} van de medewerkers zegt ja, minder dan bij hr ({hr}).",
        "en": "{item}: {employee} of employees say yes, fewer than at HR ({hr}).",
    },
    "information_gap_higher": {
        "nl": "{item}: {employee} van de medewerkers zegt ja, meer dan bij hr ({hr}).",
        "en": "{item}: {employee} of employees say yes, more than at HR ({hr}).",
    },
    "band_differs_lower": {
        "nl": "{item}, {who}: bij organisaties met {smaller} {value}, aantoonbaar lager dan bij "
        "organisaties met {larger} {other_value}; een samenhang, geen oorzaak.",
        "en": "{item}, {who}: {value} at organisations with {smaller}, demonstrably lower than "
        "{other_value} at organisations with {larger}; an association, not a cause.",
    },
    "band_differs_higher": {
        "nl": "{item}, {who}: bij organisaties met {smaller} {value}, aantoonbaar hoger dan bij "
        "organisaties met {larger} {other_value}; een samenhang, geen oorzaak.",
        "en": "{item}, {who}: {value} at organisations with {smaller}, demonstrably higher than "
        "{other_value} at organisations with {larger}; an association, not a cause.",
    },
    "size_slope_lower": {
        "nl": "{item}: in grotere organisaties aantoonbaar lager; een samenhang, geen oorzaak.",
        "en": "{item}: demonstrably lower in larger organisations; an association, not a cause.",
    },
    "size_slope_higher": {
        "nl": "{item}: in grotere organisaties aantoonbaar hoger; een samenhang, geen oorzaak.",
        "en": "{item}: demonstrably higher in larger organisations; an association, not a cause.",
    },
    "real_change_lower": {
        "nl": "{item}, {who}: aantoonbaar lager dan bij {before}.",
        "en": "{item}, {who}: demonstrably lower than at {before}.",
    },
    "real_change_higher": {
        "nl": "{item}, {who}: aantoonbaar hoger dan bij {before}.",
        "en": "{item}, {who}: demonstrably higher than at {before}.",
    },
}
EVIDENCE: Final[Mapping[Language, str]] = {
    "nl": "{text} Verschil {difference} ({low} tot {high}), uit {count} vergelijkingen.",
    "en": "{text} Difference {difference} ({low} to {high}), out of {count} comparisons.",
}
SLOPE: Final[Mapping[Language, str]] = {
    "nl": "{text} Bij tien keer zo veel medewerkers {difference} ({low} tot {high}), "
    "uit {count} vergelijkingen.",
    "en": "{text} At ten times as many employees {difference} ({low} to {high}), "
    "out of {count} comparisons.",
}
SIZES: Final[Mapping[str, Mapping[Language, str]]] = {
    "below": {"nl": "minder dan {above} medewerkers", "en": "fewer than {above} employees"},
    "between": {"nl": "{low} tot en met {high} medewerkers", "en": "{low} to {high} employees"},
    "open": {"nl": "{low} of meer medewerkers", "en": "{low} or more employees"},
}
ABOVE: Final[Mapping[Language, str]] = {"nl": "net boven 0", "en": "just above 0"}
BELOW: Final[Mapping[Language, str]] = {"nl": "net onder 0", "en": "just below 0"}
POINT: Final[Mapping[Language, str]] = {"nl": "procentpunt", "en": "percentage point"}
POINTS: Final[Mapping[Language, str]] = {"nl": "procentpunt", "en": "percentage points"}


def plain(value: float, digits: int, language: Language) -> str:
    """Return a number rounded half-up, with a decimal comma in Dutch and a true minus."""
    step = Decimal(1).scaleb(-digits)
    text = str(Decimal(repr(float(abs(value)))).quantize(step, rounding=ROUND_HALF_UP))
    sign = "−" if value < 0 and float(text) != 0 else ""
    return sign + (text.replace(".", ",") if language == "nl" else text)


def value_words(value: float, unit: str, language: Language) -> str:
    """Return a figure in its unit; the ends of a share are bounded, not exact."""
    if unit != "share":
        return plain(value, 1, language)
    percent = "\u00a0%" if language == "nl" else "%"
    if value < 0.05:
        return f"<5{percent}"
    return f">95{percent}" if value > 0.95 else plain(100 * value, 0, language) + percent


def difference_words(value: float, unit: str, language: Language) -> str:
    """Return a difference with its sign, shares in percentage points."""
    is_share = unit == "share"
    text = plain(100 * value if is_share else value, 0 if is_share else 1, language)
    if value > 0 and any(sign in text for sign in "123456789"):
        text = f"+{text}"
    words = POINT if text.lstrip("+−") == "1" else POINTS
    return f"{text} {words[language]}" if is_share else text


def bound_words(value: float, unit: str, language: Language, up: bool) -> str:
    """Return a bound of an interval, rounded outward; one that only so becomes 0 says where it is.

    An interval from 0.04 leaves 0 out, and one from 0.0 would not.
    """
    factor = 100 if unit == "share" else 10
    whole = math.ceil(value * factor - 1e-9) if up else math.floor(value * factor + 1e-9)
    if whole == 0 and abs(value) > 1e-9:
        return (BELOW if up else ABOVE)[language]
    scaled = float(whole) if unit == "share" else whole / 10
    return plain(scaled, 0 if unit == "share" else 1, language)
