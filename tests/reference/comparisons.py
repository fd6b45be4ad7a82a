"""The rows of `comparison`: an organisation against the mean of others (S3)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tests.reference.blocks import Block
from tests.reference.verdicts import normal, verdicts
from tests.reference.world import DELTA, ORDER, Z95, Atom, Row


def comparison_rows(block: Block) -> list[Row]:
    """Return each organisation against the others, not yet corrected for multiplicity."""
    groups = [("size_band", "+".join(g), g) for g in block.groups(block.organisations_pass)]
    rows = []
    for against, name, bands in [*groups, ("sector", "sector", ORDER)]:
        own = block.own(bands)
        if own and block.organisations_pass(bands):
            for atom in own:
                others = [other for other in own if other is not atom]
                row = compare(block, atom, others)
                rows.append(row | {"against": against, "group_id": name})
    return rows


def compare(block: Block, atom: Atom, others: Sequence[Atom]) -> Row:
    """Return an organisation against the mean of others (S3)."""
    k, variance = len(others), block.pooled_variance
    difference = atom.mean - sum(other.mean for other in others) / k
    rest = sum(variance / other.n for other in others) / k**2
    se = math.sqrt(variance / atom.n + rest)
    return {
        "item_id": block.item.item_id,
        "organisation_id": atom.name,
        "difference": difference,
        "ci_low": difference - Z95 * se,
        "ci_high": difference + Z95 * se,
        "se": se,
        "delta": DELTA[block.item.kind],
        "family": block.item.family,
    }


def judged(rows: Sequence[Row]) -> list[Row]:
    """Return the comparisons of a wave with q-value and verdict, per organisation (S4)."""
    names = ("organisation_id", "against", "family")
    words = verdicts(
        {
            place: normal(row["difference"], row["se"], row["delta"], tuple(row[n] for n in names))
            for place, row in enumerate(rows)
        }
    )
    return [row | words[place] for place, row in enumerate(rows)]
