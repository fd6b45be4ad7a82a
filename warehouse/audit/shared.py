"""Distributions that say, with the means beside them, that everybody of one group answered alike.

The distribution of a rest is also about organisations that have a mean of their own. Few groups
are put to the solver exactly; of many, each is put beside all others taken together, which allows
more than there can be.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from warehouse.audit.blocks import Block
from warehouse.audit.reading import Bools, Floats, Ints
from warehouse.audit.report import Trail
from warehouse.disclosure.shared import Shared
from warehouse.disclosure.solver import NotCertainError

EXACT_GROUPS_MAX = 3


def attack_shared(
    block: Block, name: str, members: Bools, ends: Floats, counts: Floats, trail: Trail
) -> None:
    """Find groups behind a rest's distribution all of whose people must have answered alike."""
    groups = groups_with_mean(block, name, members)
    if len(groups) < 2:
        return
    low, steps = block.scale.low, steps_in_unit(ends)
    shared = Shared(
        sizes=np.array([n for n, _ in groups]),
        sums=np.array([round((total - n * low) * steps) for n, total in groups]),
        counts=counts.astype(np.int64),
        ends=np.rint((ends - low) * steps).astype(np.int64),
    )
    trail.count("groups behind a shared distribution", len(groups))
    wanted = block.scale.part(block.sector.policy.homogeneity_width_min)
    try:
        width = narrowest(shared) / steps
    except NotCertainError as error:
        trail.find(block.place, "not certain", str(error))
        return
    if width < wanted:
        said = f"distribution of the rest of {name}: a group's answers lie within {width:g}"
        trail.find(block.place, "homogeneity", said)


def steps_in_unit(ends: Floats) -> int:
    """Return how many steps of the scale a unit has, so that every class ends at a whole one."""
    whole = (n for n in range(1, 101) if np.allclose(ends * n, np.rint(ends * n)))
    return next(whole)


def groups_with_mean(block: Block, name: str, members: Bools) -> Sequence[tuple[int, float]]:
    """Return answers and sum of each group with a published mean behind a distribution."""
    alone = np.flatnonzero(members & block.own & (block.n > 0))
    found = [(int(block.n[place]), float(block.n[place] * block.means[place])) for place in alone]
    rests = [rest for rest in block.rests if rest.name == name]
    if rests and (members & ~block.own & (block.n > 0)).any():
        found += [(rest.people, rest.people * rest.value) for rest in rests]
    return found


def narrowest(shared: Shared) -> int:
    """Return the narrowest range of answers, in steps, that any group is left."""
    if len(shared.sizes) <= EXACT_GROUPS_MAX:
        ranges = [shared.answer_range(group) for group in range(len(shared.sizes))]
    else:
        ranges = [loose_range(shared, group) for group in range(len(shared.sizes))]
    return min(last - first for first, last in ranges)


def loose_range(shared: Shared, group: int) -> tuple[int, int]:
    """Return between which answers a group must be when the others may share out as they like."""
    places = np.flatnonzero(shared.counts)
    fit = [place for place in places if fits(shared, group, int(place))]
    if not fit:
        return 0, 0
    return int(shared.ends[fit[0], 0]), int(shared.ends[fit[-1], 1])


def fits(shared: Shared, group: int, place: int) -> bool:
    """Return whether a group's sum allows that one of it answered in a class."""
    left = shared.counts.copy()
    left[place] -= 1
    others = int(shared.sizes[group]) - 1
    least = shared.ends[place, 0] + sum_of_first(left, shared.ends[:, 0], others)
    most = shared.ends[place, 1] + sum_of_first(left[::-1], shared.ends[::-1, 1], others)
    return bool(least <= shared.sums[group] <= most)


def sum_of_first(counts: Ints, values: Ints, people: int) -> int:
    """Return the sum of the first `people` answers, class by class."""
    taken = np.diff(np.minimum(np.concatenate([[0], counts.cumsum()]), people))
    return int(taken @ values)
