"""Rounding as on screen: a module of its own, because who only rounds needs no statistics."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final

# Closer than this to halfway between two steps, decimals decide. The ninth decimal that counts is
# half of it in steps of a thousandth: with more decimals than three they always do.
TIE: Final = 1e-6
MOST: Final = 3
LARGE: Final = 1e9  # steps: beyond it a binary number is too coarse to see how close a tie is


def rounded_half_up(value: float, decimals: int) -> float:
    """Return a number rounded as on screen; noise in its last digits decides no tie."""
    value = float(value)
    factor: float = 10**decimals
    steps = value * factor
    if decimals <= MOST and -LARGE < steps < LARGE:
        nearest = round(steps)
        # Far from a tie the nearest step is the answer in any arithmetic, and this is far quicker.
        # Nought is left to decimals, which keep its sign.
        if nearest and abs(abs(steps - nearest) - 0.5) > TIE:
            return nearest / factor
    clean = Decimal(repr(round(value, 9)))
    return float(clean.quantize(step_of(decimals), rounding=ROUND_HALF_UP))


@cache
def step_of(decimals: int) -> Decimal:
    """Return the smallest difference between two numbers with so many decimals."""
    return Decimal(1).scaleb(-decimals)
