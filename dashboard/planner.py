"""How many answers a margin asks for: a plan before a wave, from what was published of the last."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple

from warehouse.settings import Method


class Plan(NamedTuple):
    """What a wave is planned from.

    `variance` is the pooled variance of the published intervals, `headcount` None where not known.
    """

    variance: float
    headcount: int | None
    quantile: float


def plan_of(variance: float, headcount: int | None, method: Method) -> Plan:
    """Return a plan at the confidence of the published intervals."""
    return Plan(variance, headcount, NormalDist().inv_cdf(0.5 + method.confidence_level / 2))


def half_width(plan: Plan, answers: int) -> float:
    """Return half the interval that so many answers would probably have (S1b).

    Units: those of the variance's root. Errors: ZeroDivisionError without answers.
    Source: docs/methods.md, planner.
    """
    missing = 1.0 if plan.headcount is None else max(0.0, 1.0 - answers / plan.headcount)
    return plan.quantile * math.sqrt(missing * plan.variance / answers)


def answers_for(plan: Plan, half: float) -> int:
    """Return the fewest answers whose interval is no wider than plus or minus `half`.

    Missing: never more than there are people. Source: docs/methods.md, planner.
    """
    wanted = (half / plan.quantile) ** 2 / plan.variance
    if plan.headcount is not None:
        wanted += 1.0 / plan.headcount
    # A whole number that rounding made a hair more is still that number.
    found = math.ceil(1.0 / wanted - 1e-9)
    return found if plan.headcount is None else min(found, plan.headcount)
