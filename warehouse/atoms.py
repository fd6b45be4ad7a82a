"""Safe atoms: the trust boundary (statistics §8.3).

Respondents of one wave and side are partitioned into disjoint atoms of at least `persons_min`
people. Every published number is a function of atom totals only, so permuting complete answer
vectors inside an atom changes nothing that is published (Theorem 1). For that to hold, no decision
here may look at how people inside a rest atom answered: it looks at who took part (`participants`,
which stays with the organisation) and at totals of whole atoms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from warehouse.disclosure.shared import Shared, class_places, exchanged_range
from warehouse.instrument import Scale
from warehouse.settings import DisclosurePolicy
from warehouse.stats.homogeneity import single_answer_width
from warehouse.units import ItemCounts, Units

SECTOR_REST: Final = "*"
ABSENT: Final = ""
ROUNDING: Final = 1e-9
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sizes:
    """What the partition may look at, per unit.

    `n` answers to the item; `ceiling` the largest `n` a unit can have given who took part: equal to
    `n` where a unit's answers stay with it (an atom of its own), the participants elsewhere.
    `counts` per answer, for a distribution only: it says between which answers everybody is, and
    `full_from` from how many people it shows every answer.
    """

    n: Ints
    total: Ints
    ceiling: Ints
    counts: Ints | None = None
    full_from: int = 0


@dataclass(frozen=True)
class Floor:
    """What an atom must have before a statistic of an item is published for it."""

    persons: int
    homogeneity_width: float
    scale: tuple[int, int]
    low_end_is_harmless: bool
    interval_width: float = 0.0

    def hides(self, n: int, total: int, largest: int) -> bool:
        """Return whether the mean of `largest` of the `n` answers stays open wide enough (A4).

        Near an end of the scale a total narrows it down further than the number of others does.
        """
        low, high = self.scale
        others = n - largest
        least = max(low, (total - high * others) / largest)
        most = min(high, (total - low * others) / largest)
        if self.low_end_is_harmless and least <= low:
            return True
        return most - least >= self.interval_width - ROUNDING

    def holds(self, n: int, total: int) -> bool:
        """Return whether an atom of `n` answers summing to `total` may be published."""
        return bool(self.hold_each(np.array([n]), np.array([total]))[0])

    def hold_each(self, n: Ints, total: Ints) -> NDArray[np.bool_]:
        """Return whether each of several atoms may be published."""
        enough = n >= self.persons
        is_harmless = self.low_end_is_harmless & (total == self.scale[0] * n)
        counts, sums = np.maximum(n, 1).astype(float), total.astype(float)
        is_wide = single_answer_width(counts, sums, scale=self.scale) >= self.homogeneity_width
        return np.asarray(enough & (is_harmless | is_wide), dtype=np.bool_)


def floor_of(policy: DisclosurePolicy, scale: Scale, kind: str, persons: int) -> Floor:
    """Return the conditions of an item; widths are in proportion to the scale's width."""
    low, high = scale.lowest, scale.highest
    part = (high - low) / 9
    return Floor(
        persons,
        policy.homogeneity_width_min * part,
        (low, high),
        low_end_is_harmless=kind == "mention",
        interval_width=policy.interval_width_min * part,
    )


@dataclass
class Partition:
    """The atom of each unit: its own id, its band's rest, `*`, or absent (no answers).

    A label is `("own", organisation_id)`, `("rest", size_band_id)` or `("rest", "*")`.
    """

    labels: list[tuple[str, str]] = field(default_factory=list)

    def members(self, label: tuple[str, str]) -> list[int]:
        """Return the units of an atom."""
        return [unit for unit, other in enumerate(self.labels) if other == label]

    def atoms(self) -> dict[tuple[str, str], list[int]]:
        """Return the units of every atom, atoms sorted by label."""
        found: dict[tuple[str, str], list[int]] = {}
        for unit, label in enumerate(self.labels):
            found.setdefault(label, []).append(unit)
        return dict(sorted(found.items()))

    def own(self, units: Units, band: str | None = None) -> list[int]:
        """Return the units that are atoms of their own, of one band if given."""
        return [
            unit
            for unit, (kind, _) in enumerate(self.labels)
            if kind == "own" and (band is None or units.size_band_ids[unit] == band)
        ]


class Partitioner:
    """Builds one partition; `sizes` and `floor` belong to one item and statistic."""

    def __init__(self, units: Units, sizes: Sizes, floor: Floor) -> None:
        self.units, self.sizes, self.floor = units, sizes, floor

    def build(self, start: Sequence[tuple[str, str]]) -> Partition:
        """Return the coarsest-needed partition that refines to `start` and is safe.

        Steps 1 to 3 of the rule, repeated until nothing moves; each move only merges.
        """
        partition = Partition(list(start))
        self.drop_small_own(partition)
        bands = sorted({band for band in self.units.size_band_ids if band is not None})
        for band in bands:
            self.fill_band_rest(partition, band)
            self.move_pinned_rest(partition, band, start)
        self.fill_sector_rest(partition)
        return partition

    def amount(self, members: Sequence[int]) -> tuple[int, int]:
        """Return answers and their sum over units."""
        picked = list(members)
        return int(self.sizes.n[picked].sum()), int(self.sizes.total[picked].sum())

    def is_publishable(self, members: Sequence[int]) -> bool:
        """Return whether units together meet the floor, and spread wide enough if that is shown."""
        if not self.floor.holds(*self.amount(members)):
            return False
        if self.sizes.counts is None:
            return True
        given = np.flatnonzero(self.sizes.counts[list(members)].sum(axis=0))
        return bool(given[-1] - given[0] >= self.floor.homogeneity_width)

    def holds(self, members: Sequence[int]) -> bool:
        """Return whether units together make a publishable rest (A4's width rule included)."""
        n, total = self.amount(members)
        largest = int(self.sizes.ceiling[list(members)].max())
        is_wide = 3 * (n - largest) >= largest and self.floor.hides(n, total, largest)
        return is_wide and self.is_publishable(members)

    def move_pinned_rest(
        self, partition: Partition, band: str, start: Sequence[tuple[str, str]]
    ) -> None:
        """Move a band's rest to the sector rest when its distribution pins somebody down.

        Atoms of `start` have a mean of their own.
        """
        members = partition.members(("rest", band))
        if self.sizes.counts is None or not members or not self.amount(members)[0]:
            return
        atoms: dict[tuple[str, str], list[int]] = {}
        for unit in members:
            atoms.setdefault(start[unit], []).append(unit)
        if self.pins_somebody([units for units in atoms.values() if self.amount(units)[0]]):
            for unit in members:
                partition.labels[unit] = ("rest", SECTOR_REST)

    def pins_somebody(self, atoms: Sequence[Sequence[int]]) -> bool:
        """Return whether a distribution and the means of its atoms say that one answered alike.

        The true answers are possible, so where they lie far apart nothing is left to ask; nor
        where an exchange with another atom does. What is left goes to the solver.
        """
        assert self.sizes.counts is not None  # noqa: S101
        counts = np.array([self.sizes.counts[list(units)].sum(axis=0) for units in atoms])
        given = counts > 0
        spread = given.shape[1] - 1 - given[:, ::-1].argmax(axis=1) - given.argmax(axis=1)
        alike = np.flatnonzero(spread < self.floor.homogeneity_width)
        if not alike.size:
            return False
        places = class_places(counts.shape[1], int(counts.sum()), self.sizes.full_from)
        ends = np.array(places).repeat([last - first + 1 for first, last in places], axis=0)
        shown = (exchanged_range(counts, int(atom)) for atom in alike)
        width = self.floor.homogeneity_width
        alike = alike[[ends[last, 1] - ends[first, 0] < width for first, last in shown]]
        if not alike.size:
            return False
        whole = counts.sum(axis=0)
        classes = [int(whole[first : last + 1].sum()) for first, last in places]
        sizes = [self.amount(units) for units in atoms]
        shared = Shared(
            sizes=np.array([n for n, _ in sizes]),
            sums=np.array([total - self.floor.scale[0] * n for n, total in sizes]),
            counts=np.array(classes),
            ends=np.array(places),
        )
        ranges = (shared.answer_range(int(atom)) for atom in alike)
        return any(last - first < width for first, last in ranges)

    def drop_small_own(self, partition: Partition) -> None:
        """Move every own atom that fails its condition into the rest of its band."""
        holds = self.floor.hold_each(self.sizes.n, self.sizes.total) & self.spread_wide()
        for unit in partition.own(self.units):
            if self.sizes.n[unit] == 0:
                partition.labels[unit] = ("absent", ABSENT)
            elif not holds[unit]:
                partition.labels[unit] = ("rest", self.units.size_band_ids[unit] or SECTOR_REST)

    def spread_wide(self) -> NDArray[np.bool_]:
        """Return whether each unit's answers lie far enough apart, where that would be shown."""
        counts = self.sizes.counts
        if counts is None:
            return np.ones(len(self.sizes.n), dtype=np.bool_)
        given = counts > 0
        last = given.shape[1] - 1 - given[:, ::-1].argmax(axis=1)
        return np.asarray(last - given.argmax(axis=1) >= self.floor.homogeneity_width)

    def smallest(self, candidates: Sequence[int]) -> int:
        """Return the unit with the fewest answers; ties by id."""
        ids = self.units.organisation_ids
        return min(candidates, key=lambda unit: (int(self.sizes.n[unit]), ids[unit]))

    def fill_band_rest(self, partition: Partition, band: str) -> None:
        """Move own atoms into a band's rest until it holds; without enough, to the sector rest."""
        rest = ("rest", band)
        while members := partition.members(rest):
            if self.amount(members)[0] == 0 or self.holds(members):
                return
            own = partition.own(self.units, band)
            if not own:
                for unit in members:
                    partition.labels[unit] = ("rest", SECTOR_REST)
                return
            partition.labels[self.smallest(own)] = rest

    def fill_sector_rest(self, partition: Partition) -> None:
        """Dissolve the smallest atom into the sector rest until it holds; else publish nothing."""
        rest = ("rest", SECTOR_REST)
        while members := partition.members(rest):
            if self.amount(members)[0] == 0 or self.holds(members):
                return
            atoms = {
                label: units
                for label, units in partition.atoms().items()
                if label[0] != "absent" and label != rest
            }
            if not atoms:
                partition.labels[:] = [("absent", ABSENT)] * len(partition.labels)
                return
            sizes = {label: self.amount(units)[0] for label, units in atoms.items()}
            for unit in atoms[min(atoms, key=lambda atom: (sizes[atom], atom[1]))]:
                partition.labels[unit] = rest


def base_partition(units: Units, policy: DisclosurePolicy, own_bands: set[str]) -> Partition:
    """Return the atoms of a wave's employees by who took part, whatever they answered.

    Bands outside `own_bands` (fewer than ten people) never have own atoms; an organisation without
    a band belongs to the sector rest.
    """
    start = [
        ("own", organisation)
        if band in own_bands and n >= policy.persons_min
        else ("rest", band or SECTOR_REST)
        for organisation, band, n in zip(
            units.organisation_ids, units.size_band_ids, units.participants, strict=True
        )
    ]
    people = units.participants
    # Presence has no scale: a wide one makes the homogeneity condition hold for any count.
    anything = Floor(policy.persons_min, 0.0, (0, 1), low_end_is_harmless=True)
    sizes = Sizes(n=people, total=np.zeros_like(people), ceiling=people)
    return Partitioner(units, sizes, anything).build(start)


def item_partition(
    units: Units,
    item: ItemCounts,
    base: Partition,
    start: Partition,
    floor: Floor,
    full_from: int | None = None,
) -> Partition:
    """Return the atoms of one item and statistic: `start`, merged where the item needs it.

    A distribution, which shows every answer from `full_from` people, is also merged where all its
    answers lie close together.
    """
    own = np.array([label[0] == "own" for label in base.labels], dtype=bool)
    ceiling = np.where(own, item.n, units.participants)
    if full_from is None:
        sizes = Sizes(n=item.n, total=item.totals, ceiling=ceiling)
    else:
        sizes = Sizes(item.n, item.totals, ceiling, item.counts, full_from)
    return Partitioner(units, sizes, floor).build(start.labels)


def merge_neighbours(
    sizes: Sequence[int], passes: Callable[[tuple[int, ...]], bool]
) -> list[tuple[int, ...]]:
    """Return positions 0..len-1 merged with neighbours until every group passes.

    A failing group (the smallest, ties to the first) joins the neighbour with which it passes,
    else the smaller one, ties to the first. One group may be left that fails; the caller
    publishes nothing then.
    """
    groups: list[tuple[int, ...]] = [(position,) for position in range(len(sizes))]

    def size(group: tuple[int, ...]) -> int:
        return sum(sizes[position] for position in group)

    while len(groups) > 1:
        failing = [index for index, group in enumerate(groups) if not passes(group)]
        if not failing:
            break
        index = min(failing, key=lambda i: (size(groups[i]), i))
        # Each candidate is the place of the left one of two neighbours that would become one.
        places = [i for i in (index - 1, index) if 0 <= i < len(groups) - 1]
        joined = {i: groups[i] + groups[i + 1] for i in places}
        place = min(places, key=lambda i: (not passes(joined[i]), size(joined[i]), i))
        groups[place : place + 2] = [joined[place]]
    return groups
