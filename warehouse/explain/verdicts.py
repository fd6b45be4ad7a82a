"""Why a difference is called what it is called: the rule, and what its own interval says."""

from __future__ import annotations

from typing import Final

from warehouse.explain.model import Row
from warehouse.explain.not_recomputed import Words

CALLED: Final = ("higher", "lower")
NONE: Final[Words] = ("", "")
RULE: Final[Words] = (
    "Hoger of lager vraagt q onder de grens (S4), ten minste het kleinste verschil dat telt, en "
    "een marge die 0 erbuiten laat.",
    "Higher or lower needs q below the limit (S4), at least the smallest difference that counts, "
    "and an interval that leaves 0 out.",
)
OUT: Final[Words] = ("Hier laat de marge 0 erbuiten.", "Here the interval leaves 0 out.")
OVER: Final[Words] = (
    "Hier ligt 0 in de marge: niet hoger en niet lager.",
    "Here 0 lies in the interval: neither higher nor lower.",
)
BEFORE: Final[Words] = (
    "Hier ligt 0 in de marge: een uitgave van nu zou dit verschil niet hoger of lager noemen.",
    "Here 0 lies in the interval: a release of today would call this neither higher nor lower.",
)


def verdict_words(row: Row) -> Words:
    """Return the rule of a row's verdict and how its own interval decides; empty without one.

    How large a difference must be, and the limit of q, are settings and stand in no release.
    """
    low, high = row.get("ci_low"), row.get("ci_high")
    if row.get("verdict") is None or low is None or high is None:
        return NONE
    said = OUT if low > 0 or high < 0 else BEFORE if row["verdict"] in CALLED else OVER
    return f"{RULE[0]} {said[0]}", f"{RULE[1]} {said[1]}"
