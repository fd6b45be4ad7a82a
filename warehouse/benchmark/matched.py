"""Which matched changes may stand in a release (statistics §8.3 rule 6, docs/decisions/008).

Total and matched change together give one equation on the leavers of the earlier wave and the
joiners of the later one. A later pair of waves adds the leavers of the same wave, so joiners and
leavers overlap, with each other and with the groups of bands. Here both are treated as if their
means were published by themselves, which is more than a reader has, wave by wave: no combination
of all that is known of a wave's organisations may be about so few that a coalition solves it.

Pairs are decided in order of time and each from its own and earlier waves alone, so what was
published once stays when a wave is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from warehouse.benchmark.blocks import Block, Bools, Floats, Frame
from warehouse.benchmark.collusion import group_hides, labels_of, least_terms, weights
from warehouse.benchmark.groups import (
    organisation_groups,
    respondent_group_passes,
    respondent_groups,
)
from warehouse.disclosure.attack import find_small_support
from warehouse.disclosure.families import Ints, merge_units
from warehouse.disclosure.solver import NotCertainError
from warehouse.settings import DisclosurePolicy
from warehouse.stats.change import matched_may_be_shown

Chain = Sequence[Block | None]
Memory = dict[tuple[object, ...], list[bool]]


def complete(frames: Sequence[Frame]) -> list[bool]:
    """Return, per released wave, whether its series stands in the release from its beginning.

    Where a wave before it is missing, such as a withdrawn one, another release may have shown a
    matched change with it, which cannot be taken into account here.
    """
    found: dict[str, bool] = {}
    classes = {wave.wave_id: wave.comparability_class for wave in frames[0].settings.waves}
    order = list(classes)
    for wave in (frame.wave.wave_id for frame in frames):
        before = order[order.index(wave) - 1] if order.index(wave) else None
        begins = before is None or classes[before] != classes[wave]
        found[wave] = begins or (before is not None and found.get(before, False))
    return list(found.values())


def moved(earlier: Block, later: Block) -> tuple[Bools, Bools]:
    """Return which atoms of the earlier wave left and which of the later one joined."""
    gone = earlier.own & ~np.isin(earlier.ids, later.ids[later.own])
    come = later.own & ~np.isin(later.ids, earlier.ids[earlier.own])
    return gone, come


def fewest_allowed(policy: DisclosurePolicy) -> int:
    """Return how many organisations a combination must be about: no small group, no coalition."""
    return max(policy.benchmark_organisations_min, policy.coalition_size + 3)


def equal_rows(block: Block, sets: Sequence[Bools]) -> Bools:
    """Return the means of organisations known of a wave, one row each: groups of bands and sets.

    The sector's is the sum of the groups'. Shape: (rows, organisations with an own result).
    """
    groups = [block.own & block.within(bands) for bands in organisation_groups(block)]
    rows = np.array([*groups, *sets], dtype=bool)[:, block.own]
    return np.asarray(rows[rows.any(axis=1)])


def is_proven(membership: Bools, sizes: Ints, fewest: int) -> bool:
    """Return whether it is certain that every combination of rows is about `fewest` or more.

    A combination about fewer leaves out every class of that many. Where the classes that large
    tell all rows apart, there is none, and no solver is needed.
    """
    large = membership[:, sizes >= fewest].astype(np.float64)
    rows = membership.astype(np.float64)
    if large.size and np.linalg.matrix_rank(large) == np.linalg.matrix_rank(rows):
        return True
    try:
        return find_small_support(rows, sizes, fewest - 1) is None
    except NotCertainError:
        return False


def cells(block: Block, inside: Bools, sets: Sequence[Bools]) -> Ints:
    """Return labels of own results that no published mean of organisations tells apart.

    ALONE stays for those in no mean. Every other cell is taken for published by itself, which is
    more than readers have.
    """
    labels = labels_of(block, inside, organisation_groups(block))
    code = sum(members.astype(np.int64) << place for place, members in enumerate(sets, 1))
    both = np.stack([labels, np.broadcast_to(code, labels.shape)])
    _, found = np.unique(both, axis=1, return_inverse=True)
    alone = (labels < 0) & (both[1] == 0)
    return np.where(alone, -1, found.reshape(-1))


def weighted_groups(block: Block) -> Iterator[Bools]:
    """Yield the atoms of each published mean of respondents with own results in it."""
    for bands in [*respondent_groups(block), block.frame.bands]:
        inside = block.within(bands)
        if (inside & block.own).any() and respondent_group_passes(block, bands):
            yield inside


def unlike(weight: Floats, labels: Ints) -> int:
    """Return how many keep a weight when the commonest one of each cell is taken out."""
    left = 0
    for label in np.unique(labels):
        mine = weight[labels == label]
        commonest = np.unique(mine, return_counts=True)[1].max() if label >= 0 else 0
        left += len(mine) - int(commonest)
    return left


def hidden_sum(terms: Floats, count: int) -> float:
    """Return the sum of terms without the `count` largest."""
    return float(np.sort(terms)[: max(len(terms) - count, 0)].sum())


def cell_hides(mine: Floats, rest: Floats, label: int, policy: DisclosurePolicy) -> bool:
    """Return whether every organisation of a cell stays hidden beside a mean of respondents."""
    share, coalition = policy.interval_width_min / 9, policy.coalition_size + 1
    # No multiple leaves more than the largest weight; what others hide alone often covers that.
    if hidden_sum(rest, coalition) >= share * mine.max():
        return True
    return group_hides(mine, rest, label, coalition, share)


def weighting_hides(block: Block, inside: Bools, sets: Sequence[Bools]) -> bool:
    """Return whether a mean of respondents gives nobody away beside the cells' own means."""
    policy, own = block.frame.settings.disclosure, inside & block.own
    weight, label_of = weights(block)[own], cells(block, inside, sets)[own]
    if unlike(weight, label_of) < fewest_allowed(policy):
        return False
    terms = {
        int(label): least_terms(weight[label_of == label], int(label))
        for label in np.unique(label_of)
    }
    return all(
        cell_hides(
            weight[label_of == label],
            np.concatenate([np.zeros(0), *(terms[other] for other in terms if other != label)]),
            label,
            policy,
        )
        for label in terms
    )


def hides(block: Block, sets: Sequence[Bools]) -> bool:
    """Return whether the means of these sets may be known beside all else known of a wave."""
    rows = equal_rows(block, sets)
    classes = merge_units(rows, np.ones(rows.shape[1], dtype=np.int64))
    fewest = fewest_allowed(block.frame.settings.disclosure)
    if not is_proven(classes.membership, classes.sizes, fewest):
        return False
    return all(weighting_hides(block, inside, sets) for inside in weighted_groups(block))


def enough(earlier: Block, later: Block) -> bool:
    """Return whether a benchmark's minimum stayed, and nobody or as many left, and joined."""
    fewest = earlier.frame.settings.disclosure.benchmark_organisations_min
    left, come = (int(members.sum()) for members in moved(earlier, later))
    stayed = int(earlier.own.sum()) - left
    return stayed >= fewest and bool(matched_may_be_shown(left, come, fewest))


def decide(chain: Chain, is_complete: Sequence[bool]) -> list[bool]:
    """Return, per pair of consecutive waves of one item, whether its matched change is shown.

    `chain` has the item's block per released wave, None where there is none; `is_complete` is
    that of the waves. A pair across a change of comparability class is not shown.
    """
    found: list[bool] = []
    joined: list[Bools] = []
    for (earlier, later), is_whole in zip(pairwise(chain), is_complete[1:], strict=True):
        shown = False
        if earlier is not None and later is not None and is_whole and comparable(earlier, later):
            left, come = moved(earlier, later)
            shown = enough(earlier, later)
            shown = shown and hides(earlier, [*joined, left]) and hides(later, [come])
            joined = [come] if shown else []
        else:
            joined = []
        found.append(shown)
    return found


def comparable(earlier: Block, later: Block) -> bool:
    """Return whether two waves are of one comparability class."""
    classes = [block.frame.wave.comparability_class for block in (earlier, later)]
    return classes[0] == classes[1]


def family_of(chain: Chain) -> tuple[object, ...]:
    """Return all that decides: items with the same organisations have the same answer."""
    return tuple(
        block
        and (
            tuple(block.ids[block.own].tolist()),
            weights(block)[block.own].tobytes(),
            tuple(organisation_groups(block)),
            tuple(respondent_groups(block)),
            respondent_group_passes(block, block.frame.bands),
        )
        for block in chain
    )


def shown_pairs(chain: Chain, is_complete: Sequence[bool], memory: Memory) -> list[bool]:
    """Return what `decide` says, worked out once per family of items."""
    key = family_of(chain)
    if key not in memory:
        memory[key] = decide(chain, is_complete)
    return memory[key]
