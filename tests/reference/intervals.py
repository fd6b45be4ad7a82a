"""Wilson's interval, sampling variances and sums of squares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from tests.reference.world import Z95


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return the Wilson interval of a share."""
    if math.isinf(n):
        return share, share
    centre = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    spread = share * (1 - share) / n + Z95**2 / (4 * n**2)
    half = Z95 * math.sqrt(max(spread, 0.0)) / (1 + Z95**2 / n)
    low = 0.0 if share <= 0 else max(0.0, centre - half)
    return low, 1.0 if share >= 1 else min(1.0, centre + half)


def newcombe(
    one: tuple[float, float, float], other: tuple[float, float, float]
) -> tuple[float, float]:
    """Return Newcombe's interval of one minus other, each a value with its interval."""
    (a, low_a, high_a), (b, low_b, high_b) = one, other
    below, above = math.hypot(a - low_a, high_b - b), math.hypot(high_a - a, b - low_b)
    return a - b - below, a - b + above


def share_variance(share: float, n: float) -> float:
    """Return the sampling variance of a share, with two answers of either sort added."""
    centre = (share * n + 2) / (n + 4)
    return centre * (1 - centre) / (n + 4)


def squared_deviations(answers: Sequence[int]) -> Fraction:
    """Return the exact sum of squared distances to the mean."""
    n, total = len(answers), sum(answers)
    return Fraction(n * sum(answer * answer for answer in answers) - total * total, n)


def stratum_variance(errors: Sequence[float]) -> float:
    """Return what one stratum adds to the variance of a design-based mean."""
    k, centre = len(errors), sum(errors) / len(errors)
    return k / (k - 1) * sum((error - centre) ** 2 for error in errors)
