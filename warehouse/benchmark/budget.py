"""How many figures may be made of the results of few organisations (docs/decisions/011).

Whoever knows the formulas reads every figure that several organisations stand behind as an equation
on their means, curved or not: a quantile, a standard error, a slope. A director and colluding ones
know their own means. What is left must outnumber the figures, else they can be solved for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from warehouse.benchmark.blocks import Block, Bools, once_per_block
from warehouse.benchmark.groups import (
    organisation_group_passes,
    organisation_groups,
    respondent_group_passes,
    respondent_groups,
)

# A mean of respondents comes with its error; quartiles are three; a line has slope, intercept and
# error; the sector's organisations are also in a matched change with the wave before and after.
COUNTS = {"each once": 1, "respondents": 2, "quartiles": 3, "gradient": 3, "matched": 2}
Figures = tuple[str, Bools]


@dataclass
class Budget:
    """The figures on the own results of one wave, side and item, and how many more there may be."""

    own: Bools
    known: int
    free: int
    figures: list[Figures] = field(default_factory=list)

    def room(self, members: Bools) -> int:
        """Return how many figures these organisations still have room for."""
        told = sum(COUNTS[kind] for kind, inside in self.figures if not (inside & ~members).any())
        return int(members.sum()) - self.known - self.free - told

    def admits(self, kind: str, members: Bools) -> bool:
        """Return whether figures on these organisations may be added, and add them.

        The same figures on the same organisations say nothing new.
        """
        if any(kind == other and (inside == members).all() for other, inside in self.figures):
            return True
        if min(self.room(members), self.room(self.own)) < COUNTS[kind]:
            return False
        self.figures.append((kind, members))
        return True


def told_anyway(block: Block) -> Iterator[Figures]:
    """Yield the figures whose own rules decide: means of groups of bands, and of the sector.

    The sector's mean of organisations follows from those of the groups.
    """
    for bands in organisation_groups(block):
        if organisation_group_passes(block, bands):
            yield "each once", block.own & block.within(bands)
    for bands in dict.fromkeys((*respondent_groups(block), block.frame.bands)):
        if respondent_group_passes(block, bands):
            yield "respondents", block.own & block.within(bands)
    yield "matched", block.own


@dataclass(frozen=True)
class Admitted:
    """Which figures on few organisations may be published."""

    gradient: bool
    quartiles: frozenset[tuple[str, ...]]


@once_per_block
def admitted(block: Block) -> Admitted:
    """Return which quartiles may be published, and whether the size gradient may.

    The gradient comes first, then the quartiles of the sector, then those of groups of bands.
    """
    policy = block.frame.settings.disclosure
    told = [figures for figures in told_anyway(block) if figures[1].any()]
    budget = Budget(block.own, policy.coalition_size + 1, policy.free_organisations_min, told)
    gradient = budget.admits("gradient", block.own)
    groups = [block.frame.bands, *organisation_groups(block)]
    quartiles = {
        bands for bands in groups if budget.admits("quartiles", block.own & block.within(bands))
    }
    return Admitted(gradient, frozenset(quartiles))
