"""How evenly the response is spread over organisations."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from warehouse.stats.types import broadcast


class Representativeness(NamedTuple):
    """R-indicator and mean propensity to take part, over how many organisations and people."""

    r_indicator: float
    mean_propensity: float
    organisation_count: int
    invited: int


def r_indicator(respondents: ArrayLike, invited: ArrayLike) -> Representativeness:
    """Return R = 1 − 2·S(ρ), with an organisation's response rate as its people's propensity.

    S²(ρ) = Σ M_i(ρ_i−ρ̄)²/(ΣM − 1), ρ_i = r_i/M_i, ρ̄ = ΣM_iρ_i/ΣM. R is 1 where every organisation
    responds alike. It says nothing of who took part inside an organisation, and chance alone keeps
    it below 1, so that what is made of it errs on the wide side.

    Shape: one element per organisation, in any order.
    Units: none; R and ρ̄ between 0 and 1. A rate above 1 counts as 1.
    Missing: an organisation of which is not known how many were invited (nan), or that invited
    nobody, is left out; fewer than two organisations give nan.
    Source: methods.md#s14-bias, Schouten, Cobben and Bethlehem (2009), Survey Methodology 35,
    101–113.
    """
    took_part, asked = broadcast(respondents, invited)
    kept = (asked > 0) & ~np.isnan(took_part)
    people, rates = asked[kept], np.minimum(took_part[kept] / asked[kept], 1.0)
    total = float(people.sum())
    if people.size < 2:
        return Representativeness(np.nan, np.nan, int(people.size), int(total))
    mean = float(people @ rates) / total
    spread = float(np.sqrt(people @ (rates - mean) ** 2 / (total - 1)))
    return Representativeness(max(0.0, 1 - 2 * spread), mean, int(people.size), int(total))
