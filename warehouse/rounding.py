"""Rounding as on screen: a module of its own, because who only rounds needs no statistics."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def rounded_half_up(value: float, decimals: int) -> float:
    """Return a number rounded as on screen; noise in its last digits decides no tie."""
    step = Decimal(1).scaleb(-decimals)
    return float(Decimal(repr(round(float(value), 9))).quantize(step, rounding=ROUND_HALF_UP))
