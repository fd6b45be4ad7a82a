"""Tables expected_range, organisation_place and sector_spread: where an organisation stands.

What is expected at a size follows from the published size gradient and the headcount, so an
organisation may read its own (docs/decisions/009). Distances from the centre, estimates that borrow
from the others, and ranks are further equations on other organisations: for sector staff only.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import special

from warehouse.benchmark.blocks import Block, Floats, once_per_block
from warehouse.benchmark.scores import Row, keys, shrinkage, shrunken_values, size_line
from warehouse.stats.funnel import INNER, OUTER, Funnel, funnel, unusual_word
from warehouse.stats.gradient import SizeGradient, expected_at, expected_range
from warehouse.stats.rank import RankIntervals, bonferroni_rank_intervals
from warehouse.stats.shrink import constraint_factor

# The levels of ±1.96 and ±3.09 standard errors, as funnel plots draw them.
INNER_LEVEL: Final = 2 * float(special.ndtr(INNER)) - 1
OUTER_LEVEL: Final = 2 * float(special.ndtr(OUTER)) - 1
ESTIMATE_HALF: Final = float(special.ndtri(0.975))


def place_rows(block: Block) -> dict[str, list[Row]]:
    """Return the rows of the three tables of an employee block."""
    return {
        "expected_range": list(range_rows(block)),
        "organisation_place": list(organisation_rows(block)),
        "sector_spread": [spread_row(block)],
    }


def organisation_keys(block: Block) -> list[Row]:
    """Return the key columns of each organisation with an own result."""
    return [keys(block) | {"organisation_id": str(name)} for name in block.ids[block.own]]


def unpublished(rows: list[Row]) -> list[Row]:
    """Return rows without values."""
    return [row | {"status": "too_few_organisations"} for row in rows]


def filled(rows: list[Row], columns: dict[str, Floats]) -> list[Row]:
    """Return published rows with their figures; a figure that is missing is NULL."""
    cells = [column.tolist() for column in columns.values()]
    return [
        row | dict(zip(columns, found, strict=True)) | {"status": "published"}
        for row, *found in zip(rows, *cells, strict=True)
    ]


def range_rows(block: Block) -> list[Row]:
    """Return what is expected of each organisation at its size, without values where no line is."""
    rows, line = organisation_keys(block), size_line(block)
    if line is None:
        return unpublished(rows)
    size, variances = block.log10_headcounts[block.own], block.variances[block.own]
    fit, _ = expected_at(line, size)
    low, high = expected_range(line, size, variances, INNER_LEVEL)
    outer_low, outer_high = expected_range(line, size, variances, OUTER_LEVEL)
    z = (block.means[block.own] - fit) / ((high - low) / (2 * INNER))
    least, most = block.scale
    figures = {
        "expected_value": np.clip(fit, least, most),
        "range_low": np.clip(low, least, most),
        "range_high": np.clip(high, least, most),
        "outer_low": np.clip(outer_low, least, most),
        "outer_high": np.clip(outer_high, least, most),
    }
    return with_places(filled(rows, figures), z)


def with_places(rows: list[Row], z: Floats) -> list[Row]:
    """Return rows with the word for how far each lies from what is expected."""
    words = unusual_word(z)
    return [row | {"place": str(word)} for row, word in zip(rows, words, strict=True)]


def is_spread_known(block: Block) -> bool:
    """Return whether organisations may be placed: enough of them, and answers that vary."""
    enough = block.own.sum() >= block.frame.settings.disclosure.benchmark_organisations_min
    return bool(enough and block.pooled.variance > 0)


@once_per_block
def placed(block: Block) -> tuple[Funnel, RankIntervals]:
    """Return distances from the centre and rank intervals of the own atoms (S11, S13)."""
    means, variances = block.means[block.own], block.variances[block.own]
    return funnel(means, variances), bonferroni_rank_intervals(means, variances)


def organisation_rows(block: Block) -> list[Row]:
    """Return where each organisation stands among all, without values where too few."""
    rows = organisation_keys(block)
    if not is_spread_known(block):
        return unpublished(rows)
    found, ranks = placed(block)
    figures = {"funnel_z": found.z, "funnel_z_adjusted": found.z_adjusted}
    figures |= estimates(block)
    placed_rows = with_places(filled(rows, figures), found.z_adjusted)
    return [
        row | {"rank_low": int(low), "rank_high": int(high)}
        for row, low, high in zip(placed_rows, ranks.low, ranks.high, strict=True)
    ]


def estimates(block: Block) -> dict[str, Floats]:
    """Return the empirical-Bayes value of each organisation with its interval, and constrained."""
    found = shrinkage(block)
    if found is None:
        return {}
    half = ESTIMATE_HALF * np.sqrt(found.posterior_variances)
    return {
        "estimate": found.values,
        "estimate_low": np.maximum(block.scale[0], found.values - half),
        "estimate_high": np.minimum(block.scale[1], found.values + half),
        "constrained_estimate": shrunken_values(block)[block.own],
    }


def spread_row(block: Block) -> Row:
    """Return the spread between organisations, as far as it is known."""
    if not is_spread_known(block):
        return keys(block) | {"status": "too_few_organisations"}
    found, _ = placed(block)
    row = keys(block) | {
        "organisation_count": int(block.own.sum()),
        "funnel_centre": float(found.centre),
        "over_dispersion": float(found.phi),
        "funnel_variance": float(found.tau2),
        "status": "published",
    }
    shrunk, line = shrinkage(block), size_line(block)
    if shrunk is not None:
        row["between_variance"] = shrunk.tau2
        row["constraint_factor"] = constraint_factor(shrunk.values, shrunk.posterior_variances)
    return row | ({} if line is None else line_variances(line))


def line_variances(line: SizeGradient) -> Row:
    """Return what, beside the size gradient, an expected range is made of."""
    return {
        "line_variance": line.tau2,
        "intercept_variance": float(line.covariance[0, 0]),
        "slope_variance": float(line.covariance[1, 1]),
        "intercept_slope_covariance": float(line.covariance[0, 1]),
    }
