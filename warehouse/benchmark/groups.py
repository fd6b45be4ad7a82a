"""Which size bands are published together, per item, so that no figure singles anyone out.

Organisation-level figures (each organisation counts once) need no own results, or at least
`benchmark_organisations_min`; what a band has between those is merged with its neighbour, for
everybody alike (statistics §8.3 step 6).

Respondent-level figures are a second weighting of the same organisations. Own plus two colluding
organisations leave only k - 3 unknown ones, so those figures need k = 0 or the minimum for
quartiles, no organisation that holds more than the largest permitted share, and weights among which
nobody stands alone (docs/decisions/004-groups-of-bands.md). The sector is held to the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from warehouse.atoms import merge_neighbours
from warehouse.band_groups import bands_of as bands_of
from warehouse.band_groups import group_id as group_id
from warehouse.benchmark.blocks import Block, once_per_block
from warehouse.benchmark.collusion import hides_everyone

Groups = list[tuple[str, ...]]


def own_count(block: Block, bands: Sequence[str]) -> int:
    """Return how many organisations of these bands have an own result."""
    return int((block.own & block.within(bands)).sum())


def is_dominated(block: Block, bands: Sequence[str]) -> bool:
    """Return whether one organisation holds more than the permitted share of a group.

    Both of its respondents and of the headcount it is weighted by.
    """
    inside = block.within(bands)
    alone = inside & block.own
    if not alone.any():
        return False
    limit = block.frame.settings.disclosure.largest_share_max
    people = block.n[alone].max() / block.n[inside].sum()
    heads = block.headcounts[alone].max() / block.headcounts[inside].sum()
    return bool(max(people, heads) > limit)


def organisation_group_passes(block: Block, bands: Sequence[str]) -> bool:
    """Return whether organisation-level figures of these bands may be published together."""
    k = own_count(block, bands)
    return k == 0 or k >= block.frame.settings.disclosure.benchmark_organisations_min


@once_per_block
def respondent_group_passes(block: Block, bands: Sequence[str]) -> bool:
    """Return whether respondent-level figures of these bands may be published together."""
    k = own_count(block, bands)
    enough = k == 0 or k >= block.frame.settings.disclosure.quartile_organisations_min
    if not enough or is_dominated(block, bands):
        return False
    return k == 0 or hides_everyone(block, block.within(bands), organisation_groups(block))


def merged_bands(block: Block, passes: Callable[[Block, Sequence[str]], bool]) -> Groups:
    """Return the size bands merged with neighbours until each group passes."""
    bands = block.frame.bands
    sizes = [float(block.n[block.within([band])].sum()) for band in bands]

    def group_passes(positions: tuple[int, ...]) -> bool:
        return passes(block, [bands[position] for position in positions])

    groups = merge_neighbours([int(size) for size in sizes], group_passes)
    return [tuple(bands[position] for position in group) for group in groups]


@once_per_block
def organisation_groups(block: Block) -> Groups:
    """Return the groups of bands for organisation-level figures."""
    return merged_bands(block, organisation_group_passes)


@once_per_block
def respondent_groups(block: Block) -> Groups:
    """Return the groups of bands for respondent-level figures."""
    return merged_bands(block, respondent_group_passes)


def hr_groups(block: Block) -> Groups:
    """Return the groups of bands of an hr block: its atoms, and bands without any, alone."""
    atoms = [bands_of(str(group), block.frame.bands) for group in block.bands]
    covered = {band for atom in atoms for band in atom}
    groups = atoms + [(band,) for band in block.frame.bands if band not in covered]
    return sorted(groups, key=lambda group: block.frame.bands.index(group[0]))


def joined_groups(first: Groups, second: Groups, order: Sequence[str]) -> Groups:
    """Return the finest groups of which both arguments are refinements."""
    cuts = np.ones(len(order) + 1, dtype=bool)
    for groups in (first, second):
        edges = {0} | {order.index(group[-1]) + 1 for group in groups}
        cuts &= np.isin(np.arange(len(order) + 1), sorted(edges))
    places = np.flatnonzero(cuts).tolist()
    return [tuple(order[first:last]) for first, last in itertools.pairwise(places)]
