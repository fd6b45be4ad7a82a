"""Attack on leavers and joiners: what matched changes say of few organisations (O).

A matched change beside the benchmarks of both waves is one equation on the leavers of the earlier
wave and the joiners of the later one. The attack is given more: the mean of either by itself. It
is exhaustive, in fractions, and uses no solver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import polars as pl

from warehouse.audit.blocks import Block, weights_of
from warehouse.audit.derived import World, own_means, shown
from warehouse.audit.organisations import NOBODY, partition, unequal
from warehouse.audit.reading import Bools, Floats, Ints, Tables
from warehouse.audit.report import Place, Trail

HOLDS = ("matched", "composition")
PAIR = ("wave_from", "wave_to", "side", "item_id", "group_id")
DIGITS = 12
Vectors = list[list[Fraction]]
Sets = dict[Place, list[Bools]]
Movers = tuple[Place, frozenset[str]]


class Pair(NamedTuple):
    """Two waves between which a matched change of a group is known."""

    wave_from: str
    wave_to: str
    side: str
    item_id: str
    group_id: str


def attack_movers(world: World, outside: Sequence[Movers], trail: Trail) -> None:
    """Try what all matched changes say together, wave by wave.

    `outside` are leavers and joiners that other releases tell of, against waves not in this one.
    """
    sets: Sets = defaultdict(list)
    for pair in sorted(matched_pairs(world.tables)):
        trail.count("matched changes")
        for place, names in [*movers(world, pair, trail)]:
            add_set(world, sets, place, names)
    for place, names in outside:
        trail.count("matched changes of other releases")
        add_set(world, sets, place, names)
    for place, found in sorted(sets.items()):
        attack_wave(world, world.blocks[place], found, trail)


def add_set(world: World, sets: Sets, place: Place, names: frozenset[str]) -> None:
    """Add organisations to what is known of a wave, nobody left out."""
    block = world.blocks.get(place)
    if block is None:
        return
    members = np.isin(np.array(block.structure.organisations), sorted(names))
    if members.any():
        sets[place].append(members)


def matched_pairs(tables: Tables) -> set[Pair]:
    """Return the pairs of waves whose matched change follows from a release."""
    found: set[Pair] = set()
    for name, condition in (
        ("change_part", pl.col("part").is_in(HOLDS) & (pl.col("status") == "published")),
        ("trend", pl.col("matched_change").is_not_null()),
    ):
        frame = tables.get(name)
        # A release from before either was told has no such table or column.
        if frame is not None and (name != "trend" or "matched_change" in frame.columns):
            found |= {Pair(*row) for row in frame.filter(condition).select(PAIR).iter_rows()}
    return found


def movers(world: World, pair: Pair, trail: Trail) -> Iterator[Movers]:
    """Yield who left, at the earlier wave, and who joined, at the later one."""
    places = [Place(wave, pair.side, pair.item_id) for wave in (pair.wave_from, pair.wave_to)]
    blocks = [world.blocks.get(place) for place in places]
    if blocks[0] is None or blocks[1] is None:
        trail.find(places[1], "unexplained", "a matched change without its waves")
        return
    before, after = (frozenset(own_means(b, pair.group_id)) for b in blocks if b is not None)
    check_enough(pair, blocks[1], (before, after), trail)
    yield places[0], before - after
    yield places[1], after - before


def check_enough(pair: Pair, block: Block, own: Sequence[frozenset[str]], trail: Trail) -> None:
    """Find a matched change of few organisations, or with few that left or joined."""
    few, both = block.sector.policy.benchmark_organisations_min, len(own[0] & own[1])
    moved = [len(part) - both for part in own]
    if both < few or any(0 < count < few for count in moved):
        said = f"matched change of {pair.group_id}: {both} stayed, {moved[0]} left and "
        trail.find(block.place, "few organisations", f"{said}{moved[1]} joined")


def attack_wave(world: World, block: Block, sets: Sequence[Bools], trail: Trail) -> None:
    """Find a combination of what is known of one wave and item that a coalition solves."""
    own, policy = np.flatnonzero(block.own), block.sector.policy
    plain = [group[own] for group in [*benchmark_sets(world, block), *sets]]
    most = max(policy.coalition_size + 2, policy.benchmark_organisations_min - 1)
    trail.count("waves attacked with leavers and joiners")
    fewest = fewest_about(np.array(plain), most)
    if fewest <= most:
        said = f"leavers, joiners and benchmarks together are about {fewest} organisations"
        trail.find(block.place, "coalition", said)
    told_apart = cells(plain)
    for label in weighted_labels(block):
        left = fewest_of_cells(known_weights(block), label[own], told_apart)
        if left <= most:
            said = f"leavers, joiners and respondents together may be about {left} organisations"
            trail.find(block.place, "coalition", said)


def benchmark_sets(world: World, block: Block) -> list[Bools]:
    """Return the organisations behind each published benchmark of a wave and item."""
    mine = [pl.col(name) == value for name, value in block.place._asdict().items()]
    names = shown(world, "benchmark").filter(*mine)["group_id"].to_list()
    return [block.own & block.in_bands(block.sector.bands_in(name)) for name in sorted(names)]


def fewest_about(sets: Bools, most: int) -> int:
    """Return the fewest organisations that a combination of the sets' means is about.

    Missing: `most` + 1 stands for more than `most`. Organisations in the same sets cannot be told
    apart, so whole classes are looked at.
    """
    classes, sizes = np.unique(sets, axis=1, return_counts=True)
    rows = independent([[Fraction(int(cell)) for cell in row] for row in classes])
    return fewest_from(rows, sizes.tolist(), 0, most)


def fewest_from(rows: Vectors, sizes: Sequence[int], start: int, left: int) -> int:
    """Return the fewest organisations of classes from `start` on; `left` + 1 where that is more.

    Every class is either left out, which takes one from the rows, or it may count, which takes
    its size from what is left; so there are few ways, and all are tried.
    """
    if not rows:
        return left + 1
    classes = range(start, len(sizes))
    column = next((place for place in classes if any(row[place] for row in rows)), None)
    if column is None:
        return 0
    least = fewest_from(leaving_out(rows, column), sizes, column + 1, left)
    size = sizes[column]
    if size <= left:
        least = min(least, size + fewest_from(rows, sizes, column + 1, left - size))
    return least


def leaving_out(rows: Vectors, column: int) -> Vectors:
    """Return a basis of the combinations of rows that are 0 in a column."""
    place = next((place for place, row in enumerate(rows) if row[column]), None)
    if place is None:
        return rows
    lead, others = rows[place], [*rows[:place], *rows[place + 1 :]]
    return [
        [cell - row[column] / lead[column] * first for cell, first in zip(row, lead, strict=True)]
        if row[column]
        else row
        for row in others
    ]


def independent(rows: Vectors) -> Vectors:
    """Return rows that span the same, none of them a combination of the others."""
    found: Vectors = []
    left = rows
    while left:
        lead, left = left[0], left[1:]
        column = next((place for place, cell in enumerate(lead) if cell), None)
        if column is not None:
            found.append(lead)
            left = leaving_out([lead, *left], column)
    return found


def cells(sets: Sequence[Bools]) -> Ints:
    """Return, per organisation, which others are in the same sets; NOBODY for those in none."""
    _, labels = np.unique(np.array(sets), axis=1, return_inverse=True)
    inside = np.any(np.array(sets), axis=0)
    return np.where(inside, labels.reshape(-1), NOBODY)


def weighted_labels(block: Block) -> Iterator[Bools]:
    """Yield each published mean of respondents without those inside it, as organisations."""
    groups = [group.members & block.own for group in block.unions]
    labels = partition([members for members in groups if members.any()], len(block.own))
    for label in np.unique(labels[labels != NOBODY]):
        yield np.asarray(labels == label)


def known_weights(block: Block) -> Floats:
    """Return the weight of each own result in a mean of respondents, in the order of `own`."""
    parts = block.parts(block.sector.bands)
    weight = weights_of(block, parts)[parts.is_own]
    return np.asarray(np.round(weight / weight.max(), DIGITS))


def fewest_of_cells(weight: Floats, inside: Bools, told_apart: Ints) -> int:
    """Return the fewest organisations a mean of respondents is about, cells taken for known.

    In every cell the multiple of its mean that takes out most takes out those who weigh the same.
    """
    return sum(
        unequal(weight, inside, told_apart, int(label)) for label in np.unique(told_apart[inside])
    )


def outside_movers(mine: Tables, theirs: Tables, trail: Trail) -> list[Movers]:
    """Return who left or joined my waves by the matched changes of another release.

    Of pairs of which one wave is not in mine, such as a withdrawn one: their readers know both.
    """
    waves, own = set(mine["wave"]["wave_id"].to_list()), own_results(theirs)
    found = []
    for pair in sorted(matched_pairs(theirs)):
        places = [Place(wave, pair.side, pair.item_id) for wave in (pair.wave_from, pair.wave_to)]
        inside = [place for place in places if place.wave_id in waves]
        if len(inside) != 1:
            continue
        if pair.group_id != "sector":
            said = f"another release has a matched change of {pair.group_id}"
            trail.find(inside[0], "unknown", said)
        outside = next(place for place in places if place != inside[0])
        found.append((inside[0], own[inside[0]] - own[outside]))
    return found


def own_results(tables: Tables) -> Mapping[Place, frozenset[str]]:
    """Return the organisations with a published result, per wave, side and item."""
    rows = tables["score"].filter(
        (pl.col("group_kind") == "organisation") & (pl.col("status") == "published")
    )
    parts = rows.group_by("wave_id", "side", "item_id").agg("group_id").iter_rows()
    found = {Place(*place): frozenset(names) for *place, names in parts}
    return defaultdict(frozenset, found)
