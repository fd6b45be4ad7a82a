"""Rounding as on screen: a module of its own, because who only rounds needs no statistics."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache


def rounded_half_up(value: float, decimals: int) -> float:
    """Return a number rounded as on screen; noise in its last digits decides no tie."""
    clean = Decimal(repr(round(float(value), 9)))
    return float(clean.quantize(step_of(decimals), rounding=ROUND_HALF_UP))


@cache
def step_of(decimals: int) -> Decimal:
    """Return the smallest difference between two numbers with so many decimals."""
    return Decimal(1).scaleb(-decimals)
