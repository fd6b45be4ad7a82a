"""Whether two weightings of the same organisations give one of them away (docs/decisions/004).

Readers know the headcounts, so a respondent-level mean is one equation on the organisations' means
with known weights, and the mean of organisations of each of their groups another. Subtracting a
multiple of the second from the first leaves `sum((w - multiple) * mean)`: an organisation whose
weight differs from all others' would stand there alone. So the others' terms, without those of a
coalition, must be able to hide each organisation's mean within the width the policy asks for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from warehouse.benchmark.blocks import Block, Bools, Floats

Labels = NDArray[np.int64]
ALONE = -1
ROUNDING = 1e-9


def weights(block: Block) -> Floats:
    """Return each atom's weight in a respondent-level mean (S10)."""
    heads = block.frame.band_headcounts
    covered = {band: block.headcounts[block.bands == band].sum() for band in set(block.bands)}
    scale = np.array([heads[str(band)] / covered[band] for band in block.bands])
    return np.asarray(block.headcounts * scale, dtype=np.float64)


def labels_of(block: Block, inside: Bools, groups: Sequence[Sequence[str]]) -> Labels:
    """Return the group whose mean of organisations is published, per atom; ALONE where none is.

    A group that reaches outside says nothing of the atoms inside alone.
    """
    found = np.full(len(block.n), ALONE, dtype=np.int64)
    for label, bands in enumerate(groups):
        members = block.own & block.within(bands)
        if not (members & ~inside).any():
            found[members] = label
    return found


def least_terms(values: Floats, label: int) -> Floats:
    """Return the weights left of a group by the multiple that hides least."""
    return values if label == ALONE else np.abs(values - np.median(values))


def largest_others(terms: Floats, rest: Floats, count: int) -> Floats:
    """Return, per row and own term, the sum of the `count` largest terms of the others.

    Shape: as `terms` (multiples, organisations); `rest` are terms of other groups.
    """
    everybody = np.hstack(
        [terms, np.tile(rest, (len(terms), 1)), np.zeros((len(terms), count + 1))]
    )
    top = -np.sort(-everybody, axis=1)[:, : count + 1]
    first = top[:, :count].sum(axis=1, keepdims=True)
    is_among = terms >= top[:, count - 1 : count]
    sums: Floats = np.where(is_among, top.sum(axis=1, keepdims=True) - terms, first)
    return sums


def group_hides(mine: Floats, rest: Floats, label: int, coalition: int, share: float) -> bool:
    """Return whether every organisation of one group stays hidden, whatever the multiple."""
    multiples = np.zeros(1) if label == ALONE else np.unique(np.append(mine, 0.0))
    terms = np.abs(mine[None, :] - multiples[:, None])
    total = terms.sum(axis=1, keepdims=True) + rest.sum()
    hiding = total - terms - largest_others(terms, rest, coalition)
    return bool((hiding - share * terms >= -ROUNDING * total).all())


def hides_everyone(block: Block, inside: Bools, groups: Sequence[Sequence[str]]) -> bool:
    """Return whether a respondent-level mean of these atoms gives no organisation away.

    `groups` are those with a published mean of organisations. The reader and the coalition know
    their own means; rest atoms are published by themselves and hide nothing.
    """
    policy = block.frame.settings.disclosure
    own = inside & block.own
    label_of, weight = labels_of(block, inside, groups)[own], weights(block)[own]
    share = policy.interval_width_min / 9
    for label in np.unique(label_of):
        others = [
            least_terms(weight[label_of == other], int(other))
            for other in np.unique(label_of)
            if other != label
        ]
        rest = np.concatenate([*others, np.zeros(0)])
        mine = weight[label_of == label]
        if not group_hides(mine, rest, int(label), policy.coalition_size + 1, share):
            return False
    return True
