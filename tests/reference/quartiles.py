"""Quartiles of a group of organisations: Harrell and Davis over constrained values (S9, S12)."""

from __future__ import annotations

from collections.abc import Sequence

from scipy import stats

from tests.reference.blocks import Block
from tests.reference.places import shrunken
from tests.reference.world import Group, Row

ORGANISATIONS = 10
PARTS = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}


def constrained(block: Block) -> dict[str, float] | None:
    """Return values that lie as far apart as organisations really do; None for too few."""
    found = shrunken(block) if block.pooled_variance > 0 else None
    if found is None:
        return None
    middle, factor = found["middle"], found["factor"]
    return {name: middle + factor * (value - middle) for name, value in found["values"].items()}


def harrell_davis(values: Sequence[float], part: float) -> float:
    """Return a quantile as the mean of all order statistics, weighted by a beta distribution."""
    k = len(values)
    law = stats.beta((k + 1) * part, (k + 1) * (1 - part))
    return sum(
        float(law.cdf((place + 1) / k) - law.cdf(place / k)) * value
        for place, value in enumerate(sorted(values))
    )


def quartiles(block: Block, values: dict[str, float] | None, bands: Group) -> Row:
    """Return the quartiles of a group of bands, if it has the organisations for them."""
    own = block.own(bands)
    if values is None or len(own) < ORGANISATIONS:
        return dict.fromkeys(PARTS)
    inside = [values[atom.name] for atom in own]
    return {name: harrell_davis(inside, part) for name, part in PARTS.items()}
