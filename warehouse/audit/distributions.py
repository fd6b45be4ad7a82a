"""Attacks on distributions: too few, derived by subtraction, finer than may be, all the same.

A row of `distribution` has no count. It is explained by the people its organisations have in the
structure, of whom every share must be a whole number.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.audit.blocks import Block, as_float, gone_ones, without, without_moved
from warehouse.audit.people import attack_sets
from warehouse.audit.reading import Bools, Floats, Ints
from warehouse.audit.report import Trail
from warehouse.audit.shared import attack_shared

WHOLE = 1e-6
NOWHERE = -1
TRIES_MAX = 1000
ALTERNATIVES_MAX = 8


@dataclass(frozen=True)
class Distribution:
    """The classes of answers of one group and how many people are in each."""

    kind: str
    name: str
    members: Bools
    ends: Floats
    counts: Floats

    @property
    def people(self) -> int:
        """How many answered."""
        return int(self.counts.sum())

    @property
    def is_full(self) -> bool:
        """Whether every answer is a class of its own."""
        return bool((self.ends[:, 0] == self.ends[:, 1]).all())


def class_ends(answer: str) -> tuple[float, float]:
    """Return the lowest and highest answer of a class such as `7` or `1-5`."""
    low, _, high = answer.partition("-")
    return float(low), float(high or low)


def attack_distributions(block: Block, rows: pl.DataFrame, trail: Trail) -> list[Bools]:
    """Try the distributions of one item; return the sets whose mean follows from them too."""
    shown = rows.filter(pl.col("status") == "published")
    trail.count("equations", shown.height)
    own, sums = own_distributions(block, shown, trail)
    rests: list[tuple[str, pl.DataFrame]] = []
    groups: list[Distribution] = []
    for name, part in groups_of(shown, "size_band_rest"):
        found = next(explain_rest(block, name, part, own), None)
        if found is None:
            trail.find(block.place, "unexplained", f"distribution of the rest of {name}")
            continue
        rests.append((name, part))
        groups.append(found)
    for _, part in groups_of(shown, "sector"):
        # Only where the likeliest sets do not add up is it worth looking for others.
        likely = [[one] for one in groups]
        if explain_sum(block, part, sums, likely) is None:
            likely = [
                list(itertools.islice(explain_rest(block, name, rest, own), ALTERNATIVES_MAX))
                for name, rest in rests
            ]
        together = explain_sum(block, part, sums, likely) or explain_all(block, part, groups)
        if together is None:
            trail.find(block.place, "unexplained", "distribution of the sector")
        groups = together or groups
    for one in groups:
        check_one(block, one, trail)
        if one.kind == "size_band_rest":
            attack_shared(block, one.name, one.members, one.ends, one.counts, trail)
    attack_families(block, [*sums, *groups], own, trail)
    return [one.members for one in groups]


def groups_of(shown: pl.DataFrame, kind: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the distributions of one kind of group, classes in order."""
    mine = shown.filter(pl.col("group_kind") == kind).sort("group_id", "position")
    for (name,), part in mine.partition_by("group_id", as_dict=True).items():
        yield str(name), part


def explain_sum(
    block: Block,
    part: pl.DataFrame,
    sums: Sequence[Distribution],
    options: Sequence[Sequence[Distribution]],
) -> list[Distribution] | None:
    """Return the rests' distributions and the sector's if they add up with one choice of sets."""
    for chosen in itertools.islice(itertools.product(*options), TRIES_MAX):
        together = np.any([one.members for one in (*sums, *chosen)], axis=0)
        found = next(explain("sector", "sector", part, iter([together]), block), None)
        if found is not None and is_sum(found, [*sums, *chosen]):
            return [*chosen, found]
    return None


def explain_all(
    block: Block, part: pl.DataFrame, groups: Sequence[Distribution]
) -> list[Distribution] | None:
    """Return the distributions with a sector that is about everybody, if that is possible."""
    everybody = np.ones(len(block.own), dtype=bool)
    candidates = iter([block.in_bands(block.sector.bands), everybody])
    found = next(explain("sector", "sector", part, candidates, block), None)
    return None if found is None else [*groups, found]


def own_distributions(
    block: Block, shown: pl.DataFrame, trail: Trail
) -> tuple[Bools, list[Distribution]]:
    """Check the distributions of organisations; return whose there are, and their sums.

    The sums: of those that show every answer, and of those in classes.
    """
    mine = shown.filter(pl.col("group_kind") == "organisation").sort("group_id")
    names = mine["group_id"].to_numpy()
    heads, first, place = np.unique(names, return_index=True, return_inverse=True)
    position = block.structure.position
    places = np.array([position.get(name, NOWHERE) for name in heads], dtype=np.int64)
    n = np.where(places == NOWHERE, 0, block.n[places])
    ends = ends_of(mine)
    counts = mine["share"].to_numpy() * n[place]
    whole = np.abs(counts - np.rint(counts)) < WHOLE * np.maximum(1.0, counts)
    total = np.bincount(place, weights=counts, minlength=len(heads))
    sound = np.bincount(place, weights=~whole, minlength=len(heads)) == 0
    sound &= (np.abs(total - n) < WHOLE * np.maximum(1.0, n)) & (n > 0)
    for name in heads[~sound]:
        trail.find(block.place, "unexplained", f"distribution of organisation {name}")
    full = np.bincount(place, weights=ends[:, 0] != ends[:, 1], minlength=len(heads)) == 0
    given = counts > WHOLE
    if len(heads):
        most = np.maximum.reduceat(np.where(given, ends[:, 1], -np.inf), first)
        least = np.minimum.reduceat(np.where(given, ends[:, 0], np.inf), first)
        check_many(block, heads[sound], n[sound], full[sound], (most - least)[sound], trail)
    own = np.zeros(len(block.own), dtype=bool)
    own[places[sound]] = True
    sums = []
    for chosen in (full & sound, ~full & sound):
        members = np.zeros(len(own), dtype=bool)
        members[places[chosen]] = True
        rows = chosen[place] if len(heads) else np.zeros(0, dtype=bool)
        sums.append(summed(members, ends[rows], np.rint(counts[rows])))
    return own, sums


def ends_of(part: pl.DataFrame) -> Floats:
    """Return the lowest and highest answer of each row's class, (rows, 2)."""
    known = {answer: class_ends(answer) for answer in part["answer"].unique()}
    return np.array([known[answer] for answer in part["answer"]]).reshape(-1, 2)


def summed(members: Bools, ends: Floats, counts: Floats) -> Distribution:
    """Return distributions of organisations added up class by class."""
    classes, place = np.unique(ends, axis=0, return_inverse=True)
    total = np.bincount(place.reshape(-1), weights=counts, minlength=len(classes))
    return Distribution("organisation", "all", members, classes, total.astype(np.float64))


def explain_rest(block: Block, name: str, part: pl.DataFrame, own: Bools) -> Iterator[Distribution]:
    """Yield what the distribution of a band's rest may be about, likeliest first."""
    candidates = itertools.islice(rest_members(block, name, own), TRIES_MAX)
    yield from explain("size_band_rest", name, part, candidates, block)


def rest_members(block: Block, name: str, own: Bools) -> Iterator[Bools]:
    """Yield the sets of organisations the distribution of a rest may be about, likeliest first.

    A distribution needs more people than a mean, so its rest is that of the mean and organisations
    with a mean of their own, perhaps without some that were moved on.
    """
    likely = block.members_in([name]) & ~own
    yield likely
    yield from (without(likely, gone) for gone in gone_ones(likely & block.own, 2))
    yield from without_moved(block, block.in_bands([name]) & ~own, name)


def explain(
    kind: str, name: str, part: pl.DataFrame, candidates: Iterator[Bools], block: Block
) -> Iterator[Distribution]:
    """Yield a distribution with each number of people, of the candidates, its shares divide."""
    shares = np.array([as_float(share) for share in part["share"]])
    ends, seen = ends_of(part), {0}
    for members in candidates if abs(shares.sum() - 1) <= WHOLE else ():
        people = int(block.n[members].sum())
        counts = shares * people
        whole = np.abs(counts - np.rint(counts)) < WHOLE * np.maximum(1.0, counts)
        if people not in seen and whole.all():
            yield Distribution(kind, name, members, ends, np.rint(counts))
        seen.add(people)


def check_one(block: Block, one: Distribution, trail: Trail) -> None:
    """Check a distribution by itself: people behind it, classes, answers that are all alike."""
    given = one.ends[one.counts > 0]
    spread = np.array([given[:, 1].max() - given[:, 0].min()])
    what = np.array([f"of {one.kind} {one.name}"], dtype=object)
    check_many(block, what, np.array([one.people]), np.array([one.is_full]), spread, trail)


def check_many(
    block: Block, names: NDArray[np.object_], n: Ints, full: Bools, spread: Floats, trail: Trail
) -> None:
    """Check distributions by themselves; `spread` is from the lowest to the highest answer."""
    policy = block.sector.policy
    trail.count("distributions", len(names))
    for place in np.flatnonzero(n < policy.distribution_persons_min):
        trail.find(block.place, "small", f"distribution {names[place]}: {n[place]} answers")
    for place in np.flatnonzero(full & (n < policy.distribution_full_min)):
        said = f"distribution {names[place]}: every answer of {n[place]} people"
        trail.find(block.place, "small", said)
    wanted = block.scale.part(policy.homogeneity_width_min) - WHOLE
    for place in np.flatnonzero(spread < wanted):
        said = f"distribution {names[place]}: all answers within {spread[place]:g}"
        trail.find(block.place, "homogeneity", said)


def attack_families(block: Block, found: Sequence[Distribution], own: Bools, trail: Trail) -> None:
    """Find a distribution, or a finer one, that subtracting published ones gives."""
    policy = block.sector.policy
    groups = [one for one in found if one.kind != "organisation"]
    atoms = [one for one in found if one.kind != "sector"]
    sets = [one.members & ~own for one in groups if not is_sum(one, atoms)]
    sets += [one.members for one in groups if one.kind == "size_band_rest"]
    kept = np.array(sets, dtype=bool).reshape(len(sets), len(own))
    kept = kept[(kept & (block.n > 0)).any(axis=1)]
    attack_sets(block.place, kept, block.n, policy.distribution_persons_min, trail)
    for one in groups:
        if one.kind == "sector" and one.is_full:
            check_finer(block, atoms, trail)


def is_sum(whole: Distribution, parts: Sequence[Distribution]) -> bool:
    """Return whether a distribution is the sum of others, as far as their classes go."""
    if whole.kind != "sector" or sum(part.people for part in parts) != whole.people:
        return False
    parts = [part for part in parts if part.people]
    borders = sorted({float(high) for part in parts for high in part.ends[:, 1]})
    shared = [b for b in borders if all(b in one.ends[:, 1] for one in (whole, *parts))]
    return all(
        below(whole, border) == sum(below(part, border) for part in parts) for border in shared
    )


def below(one: Distribution, border: float) -> int:
    """Return how many answers of a distribution are at most `border`."""
    return int(one.counts[one.ends[:, 1] <= border].sum())


def check_finer(block: Block, atoms: Sequence[Distribution], trail: Trail) -> None:
    """Find the single answers of groups that are shown in classes, by subtracting the others."""
    coarse = sum(part.people for part in atoms if not part.is_full)
    trail.count("distributions subtracted")
    if 0 < coarse < block.sector.policy.distribution_full_min:
        said = f"the sector minus others gives every answer of {coarse} people shown in classes"
        trail.find(block.place, "difference", said)
