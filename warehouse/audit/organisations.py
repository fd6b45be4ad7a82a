"""Attacks on organisations: too few, one that dominates, and coalitions of directors (O)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from warehouse.audit.blocks import EXACT, Block, Group, as_float, check_value
from warehouse.audit.reading import Bools, Floats, Ints
from warehouse.audit.report import Trail
from warehouse.disclosure.attack import find_small_support
from warehouse.disclosure.solver import NotCertainError

NOBODY = -1
MILP_UNITS_MAX = 60


def attack_organisations(block: Block, benchmarks: pl.DataFrame, trail: Trail) -> None:
    """Check the benchmarks of one wave and item, and what directors make of them together."""
    shown = benchmarks.filter(pl.col("status") == "published")
    trail.count("equations", shown.height)
    counted: list[Bools] = []
    for row in shown.iter_rows(named=True):
        inside = check_benchmark(block, row, trail)
        if inside is not None:
            counted.append(inside)
    weighted = [group for group in block.unions if (group.members & block.own).any()]
    for group in weighted:
        check_dominance(block, group, trail)
        check_enough(block, group, trail)
    check_left_over(block, counted, trail)
    attack_coalition(block, counted, weighted, trail)


def check_benchmark(block: Block, row: dict[str, object], trail: Trail) -> Bools | None:
    """Check a row of `benchmark`; return the organisations of its mean, None when unknown."""
    name, policy = str(row["group_id"]), block.sector.policy
    what = f"benchmark of {name}"
    bands = block.sector.bands_in(name)
    inside = block.own & block.in_bands(bands)
    k = int(inside.sum())
    if not k or row["organisation_count"] != k:
        said = f"{what}: {row['organisation_count']} organisations, {k} have a published result"
        trail.find(block.place, "unexplained", said)
        return None
    if k < policy.benchmark_organisations_min:
        trail.find(block.place, "few organisations", f"{what} stands on {k}")
    mean = as_float(row["mean_of_organisations"])
    if not abs(mean - block.means[inside].mean()) <= EXACT * (1 + abs(mean)):
        trail.find(block.place, "unexplained", f"{what} is not the mean of published results")
    quartiles = [row[column] for column in ("median", "lower_quartile", "upper_quartile")]
    if k < policy.quartile_organisations_min and any(cell is not None for cell in quartiles):
        trail.find(block.place, "few organisations", f"{what} has quartiles of {k}")
    if row["respondent_mean"] is not None:
        check_value(block, bands, as_float(row["respondent_mean"]), f"{what}, respondents", trail)
        if not any(group.name == name for group in block.unions):
            trail.find(block.place, "unexplained", f"{what}: a mean of respondents of its own")
    return inside


def check_dominance(block: Block, group: Group, trail: Trail) -> None:
    """Find a group of which one organisation is more than the permitted share."""
    parts = block.parts(group.band.split("|"))
    alone = parts.is_own
    limit = block.sector.policy.largest_share_max
    trail.count("groups weighed")
    shares = (
        parts.people[alone].max() / parts.people.sum(),
        parts.heads[alone].max() / parts.heads.sum(),
    )
    if max(shares) > limit:
        said = f"one organisation is {max(shares):.0%} of {group.kind} {group.name}"
        trail.find(block.place, "dominance", said)


def check_enough(block: Block, group: Group, trail: Trail) -> None:
    """Find a mean of respondents on too few own results to stand beside their own mean."""
    k = int((group.members & block.own).sum())
    if k < block.sector.policy.quartile_organisations_min:
        said = f"respondents of {group.kind} {group.name} stand on {k} own results"
        trail.find(block.place, "few organisations", said)


def check_left_over(block: Block, counted: Sequence[Bools], trail: Trail) -> None:
    """Find groups of organisations that leave fewer than a benchmark needs between them."""
    for outer in counted:
        inner = [part for part in counted if (part <= outer).all() and part.sum() < outer.sum()]
        left = int((outer & ~np.any([*inner, np.zeros(len(outer), dtype=bool)], axis=0)).sum())
        trail.count("differences of benchmarks")
        if 0 < left < block.sector.policy.benchmark_organisations_min and inner:
            said = f"benchmarks leave {left} organisations between them"
            trail.find(block.place, "few organisations", said)


def attack_coalition(
    block: Block, counted: Sequence[Bools], weighted: Sequence[Group], trail: Trail
) -> None:
    """Find a mean of another organisation that a director and colluding ones work out.

    Unknown are the means of organisations. Known are the means of organisations, one row each with
    equal weights, and of respondents, one row each with weights that follow from headcounts; rests
    are published. A coalition of c solves for one more when a combination is about c + 1.
    """
    size = block.sector.policy.coalition_size + 1
    own = np.flatnonzero(block.own)
    if not own.size or not (counted or weighted):
        return
    weight = block.heads[own]
    plain = partition([members[own] for members in counted], own.size)
    heavy = partition([group.members[own] for group in weighted], own.size)
    trail.count("organisations under coalitions", own.size)
    fewest = fewest_about(plain, heavy, weight)
    if fewest > size + 1:
        return
    certain = own.size > MILP_UNITS_MAX or confirmed(plain, heavy, weight, size + 1, trail, block)
    if certain:
        said = f"a combination of benchmarks may be about {fewest}; a coalition of {size} solves it"
        trail.find(block.place, "coalition", said)


def partition(sets: Sequence[Bools], count: int) -> Ints:
    """Return, per organisation, which published set without the sets inside it holds it."""
    labels = np.full(count, NOBODY, dtype=np.int64)
    for label, members in sorted(enumerate(sets), key=lambda pair: -int(pair[1].sum())):
        labels[members] = label
    return labels


def fewest_about(plain: Ints, heavy: Ints, weight: Floats) -> int:
    """Return a lower bound of the number of organisations any combination is about.

    With equal weights only: a whole group. With the weights of one group of respondents: in every
    group of organisations it meets, the multiple that takes out most takes out those who weigh the
    same; the others stay, whatever other rows are added.
    """
    bounds = [int(count) for count in np.unique(plain[plain != NOBODY], return_counts=True)[1]]
    for label in np.unique(heavy[heavy != NOBODY]):
        inside = heavy == label
        bounds.append(
            sum(unequal(weight, inside, plain, other) for other in np.unique(plain[inside]))
        )
    return min(bounds, default=len(plain))


def unequal(weight: Floats, inside: Bools, plain: Ints, label: int) -> int:
    """Return how many organisations of a group keep a weight when the commonest is taken out."""
    mine = weight[inside & (plain == label)]
    if label == NOBODY:
        return len(mine)
    return len(mine) - int(np.unique(mine, return_counts=True)[1].max())


def confirmed(
    plain: Ints, heavy: Ints, weight: Floats, limit: int, trail: Trail, block: Block
) -> bool:
    """Return whether the solver finds a combination about so few too, or cannot say."""
    rows = [np.where(plain == label, 1.0, 0.0) for label in np.unique(plain[plain != NOBODY])]
    rows += [np.where(heavy == label, weight, 0.0) for label in np.unique(heavy[heavy != NOBODY])]
    trail.count("solver calls")
    ones = np.ones(len(plain), dtype=np.int64)
    try:
        return find_small_support(np.array(rows), ones, limit) is not None
    except NotCertainError as error:
        trail.find(block.place, "not certain", str(error))
        return False
