"""How large a difference from the others is, in standard deviations of the answers (S5)."""

from __future__ import annotations

import numpy as np

from warehouse.benchmark.blocks import Block, Bools, Floats
from warehouse.benchmark.scores import Row
from warehouse.stats.effect import hedges_g


def others_count(n: Floats) -> Floats:
    """Return how many answers of one organisation would be as exact as the mean of the others.

    (k−1)²/Σ 1/n_j over the others: with the pooled variance that is the standard error of the
    published comparison (S3), so the interval of an effect holds no number that this does not hold.
    """
    inverse = 1 / n
    return np.asarray((n.size - 1) ** 2 / (inverse.sum() - inverse), dtype=np.float64)


def effect_columns(block: Block, inside: Bools, difference: Floats) -> list[Row]:
    """Return the columns of `comparison` about the size of each organisation's difference.

    Shape: one row per organisation inside, in the block's order.
    Missing: {} for shares, whose differences are in points already, and where nobody's answers
    vary.
    """
    n = block.n[inside]
    variance, df = block.pooled
    if block.is_share or not variance > 0:
        return [{}] * n.size
    found = hedges_g(difference, n, others_count(n), variance=variance, df=df)
    columns = (found.g.tolist(), found.low.tolist(), found.high.tolist(), found.word.tolist())
    names = ("effect_size", "effect_low", "effect_high", "effect")
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]
