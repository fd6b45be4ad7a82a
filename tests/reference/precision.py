"""The rows of `representativeness`, `sector_precision` and `indicative_score` (S14)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tests.reference.ages import spread
from tests.reference.blocks import Block
from tests.reference.world import ORDER, Row

WIDEST = 0.5
LOWEST_RATE = 0.30
INVITED = 5
UNKNOWN_FEW = 5
ORGANISATIONS = 10


def evenness(participants: Mapping[str, int], register: Sequence[Row]) -> Row | str:
    """Return how evenly a response is spread over organisations, or why that is not shown."""
    asked, unknown = [], 0
    for row in register:
        people, invited = participants.get(row["organisation_id"], 0), row["employees_invited"]
        if invited:
            asked.append((invited, min(1.0, people / invited)))
        elif invited is None and people:
            unknown += 1
    if not asked or 0 < unknown < UNKNOWN_FEW:
        return "no_data"
    if len(asked) < ORGANISATIONS:
        return "too_few_organisations"
    everybody = sum(invited for invited, _ in asked)
    mean = sum(invited * rate for invited, rate in asked) / everybody
    people = [rate for invited, rate in asked for _ in range(invited)]
    variance = sum((rate - mean) ** 2 for rate in people) / (everybody - 1)
    return {
        "organisation_count": len(asked),
        "mean_propensity": mean,
        "r_indicator": 1 - 2 * math.sqrt(variance),
    }


def precision(block: Block, even: Row | str) -> Row | str:
    """Return what the weights of the sector's mean cost, or why there is none."""
    if block.sector_figure() is None:
        return "too_few_organisations"
    each = [
        w for w, a in zip(block.weights(block.atoms), block.atoms, strict=True) for _ in a.answers
    ]
    effective = sum(each) ** 2 / sum(w * w for w in each)
    sd = math.sqrt(spread(block, [ORDER]))
    bias = None
    if not isinstance(even, str):
        bias = (1 - even["r_indicator"]) * sd / (2 * even["mean_propensity"])
    return {
        "answer_count": len(each),
        "effective_count": effective,
        "weights_design_effect": len(each) / effective,
        "answer_sd": sd,
        "bias_max": bias,
    }


def indicative(score: Row, is_grade: bool, rate: float | None) -> str | None:
    """Return why a published score is indicative, None where it is not."""
    wide = is_grade and (score["ci_high"] - score["ci_low"]) / 2 > WIDEST + 1e-9
    low = rate is not None and rate < LOWEST_RATE - 1e-9
    if wide and low:
        return "both"
    return "wide_interval" if wide else "low_response" if low else None
