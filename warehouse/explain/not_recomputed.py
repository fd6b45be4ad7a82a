"""Which published figures a release gives no way to recompute, and why, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Words = tuple[str, str]

SPREAD: Final = (
    "Niet na te rekenen: hoe ver antwoorden binnen een groep uiteenlopen is beschermd.",
    "Cannot be recomputed: how far answers inside a group lie apart is protected.",
)
RATINGS: Final = (
    "Niet na te rekenen: hoe vaak elk cijfer is gegeven is beschermd.",
    "Cannot be recomputed: how often each rating was given is protected.",
)
FLAGGED: Final = (
    "Niet na te rekenen: wat gemarkeerde antwoorden samen zijn, volgt alleen uit dit cijfer.",
    "Cannot be recomputed: what flagged answers add up to follows from this figure alone.",
)
SHOWN: Final = (
    "Niet na te rekenen: hoe vaak elk antwoord is getoond staat niet in een uitgave.",
    "Cannot be recomputed: how often each answer was shown is not in a release.",
)
QUESTIONNAIRE: Final = (
    "Niet berekend: het staat in de vragenlijst.",
    "Not computed: it stands in the questionnaire.",
)
SETTING: Final = (
    "Niet na te rekenen uit de uitgave alleen: het kleinste verschil dat telt is een instelling.",
    "Cannot be recomputed from the release alone: the smallest difference that counts is a "
    "setting.",
)
REST_SIZE: Final = (
    "Hier niet na te rekenen: hoe groot de kleine organisaties samen zijn, volgt niet uit de "
    "uitgave.",
    "Cannot be recomputed here: the size of the small organisations does not follow from the "
    "release.",
)
SQUARES: Final = (
    "Zelf een totaal: de som van de kwadraten van de hr-waarden.",
    "Itself a total: the sum of the squared hr values.",
)
FEW_ANSWERS: Final = (
    "Te weinig antwoorden met een cijfer om dit na te rekenen.",
    "Too few rated answers to recompute this.",
)
# What is not recomputed for whoever may not see every organisation.
FOR_STAFF: Final = (
    "Nagerekend uit resultaten per organisatie, die alleen medewerkers van de sector zien. "
    "De formule en de parameters staan hier wel.",
    "Recomputed from results per organisation, which sector staff alone see. "
    "Formula and parameters are given.",
)
NO_TOTALS: Final = (
    "Deze uitgave heeft niet de totalen achter dit cijfer.",
    "This release holds no totals behind this figure.",
)
# By table and column: never recomputed, or (REST_SIZE, FEW_ANSWERS) not always.
BY_DESIGN: Final[Mapping[tuple[str, str], Words]] = {
    ("sensitivity", "difference"): FLAGGED,
    ("finding", "strength"): SETTING,
    ("protected_total", "total_squares"): SQUARES,
    ("parameter", "value"): SPREAD,
    ("item", "scale_min"): QUESTIONNAIRE,
    ("item", "scale_max"): QUESTIONNAIRE,
    ("instrument_scale", "scale_min"): QUESTIONNAIRE,
    ("instrument_scale", "scale_max"): QUESTIONNAIRE,
    ("instrument_scale", "step"): QUESTIONNAIRE,
    ("dialogue_answer", "mean_rating"): RATINGS,
    ("dialogue_answer", "consensus"): RATINGS,
    ("dialogue_answer", "polarisation"): RATINGS,
    ("dialogue_answer", "shift"): RATINGS,
    ("dialogue_answer", "support"): FEW_ANSWERS,
    ("dialogue_parameter", "within_variance"): RATINGS,
    ("dialogue_parameter", "mean"): FEW_ANSWERS,
    ("dialogue_question", "exposure_statistic"): SHOWN,
    ("dialogue_question", "exposure_df"): SHOWN,
    ("dialogue_question", "exposure_ratio"): SHOWN,
    ("dialogue_question", "shown_per_rater"): SHOWN,
    ("size_gradient", "slope_per_tenfold"): REST_SIZE,
    ("size_gradient", "intercept"): REST_SIZE,
    ("size_gradient", "p_value"): REST_SIZE,
    ("sector_spread", "line_variance"): REST_SIZE,
    ("sector_spread", "intercept_variance"): REST_SIZE,
    ("sector_spread", "slope_variance"): REST_SIZE,
    ("sector_spread", "intercept_slope_covariance"): REST_SIZE,
}
# Of these no release has what it takes; of the others some have.
NEVER: Final = frozenset(
    (table, column)
    for (table, column), words in BY_DESIGN.items()
    if words not in (REST_SIZE, FEW_ANSWERS) and table != "parameter"
)
