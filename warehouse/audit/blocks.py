"""One wave, side and item as the audit sees it: which people stand behind each published row.

A row's people are explained from structure: the set must have the counts the row says it has. A
row that no set explains is a finding, never a guess.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.audit.reading import Bools, Floats, Ints, Structure
from warehouse.audit.report import Place, Trail
from warehouse.settings import DisclosurePolicy

# As far as values are compared: a release keeps them unrounded.
EXACT = 1e-8
# An organisation that was large enough may have joined the sector's rest, which is not published.
MOVED_MAX = 3
TRIES_MAX = 4000


@dataclass(frozen=True)
class Scale:
    """The scale of an item, and how wide an answer and an organisation must stay open on it."""

    kind: str
    low: float
    high: float

    @property
    def width(self) -> float:
        """Distance between the lowest and the highest answer."""
        return self.high - self.low

    def part(self, marks: float) -> float:
        """Return a width given in marks on 1-10, in proportion on this scale."""
        return marks * self.width / 9


@dataclass(frozen=True)
class Sector:
    """What every reader knows of a wave: organisations with headcount, bands, scales.

    `moved` holds, per band, who may have left its rest for that of the sector, likeliest first;
    `ever_own` who has a published result of its own in any item.
    """

    wave_id: str
    bands: tuple[str, ...]
    heads: Mapping[str, float]
    band_of: Mapping[str, str]
    band_heads: Mapping[str, float]
    scales: Mapping[str, Scale]
    policy: DisclosurePolicy
    moved: Mapping[str, Sequence[tuple[str, ...]]] = field(default_factory=dict)
    ever_own: frozenset[str] = frozenset()

    def bands_in(self, group: str) -> tuple[str, ...]:
        """Return the neighbouring bands a group's id joins by +; () when it is no such id."""
        if group == "sector":
            return self.bands
        for first, last in itertools.combinations(range(len(self.bands) + 1), 2):
            if "+".join(self.bands[first:last]) == group:
                return self.bands[first:last]
        return ()


@dataclass(frozen=True)
class Group:
    """A published row with the organisations behind it."""

    kind: str
    name: str
    members: Bools
    people: int
    value: float
    heads: float = float("nan")
    band: str = ""


class Parts(NamedTuple):
    """The atoms of some bands: own results, then rests (or hr groups); every array is (atoms,)."""

    people: Floats
    values: Floats
    heads: Floats
    bands: NDArray[np.str_]
    is_own: Bools


@dataclass
class Block:
    """The published rows of one wave, side and item, explained.

    Shape: own and means are (organisations,): who has a published result, and what it is.
    `rests` are the other disjoint groups without published parts (rests of bands, hr groups);
    `unions` the groups that are a function of both; `odd` those that hold somebody else too;
    `choices` the rows of rests, which more than one set may explain.
    """

    place: Place
    sector: Sector
    structure: Structure
    own: Bools
    means: Floats
    rests: list[Group] = field(default_factory=list)
    unions: list[Group] = field(default_factory=list)
    odd: list[Group] = field(default_factory=list)
    choices: dict[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def n(self) -> Ints:
        """Answers per organisation."""
        return self.structure.n[self.place.item_id]

    @property
    def scale(self) -> Scale:
        """The item's scale."""
        return self.sector.scales[self.place.item_id]

    @property
    def floor(self) -> int:
        """The fewest people, or hr organisations, a figure may be about."""
        policy = self.sector.policy
        is_hr = self.place.side == "hr"
        return policy.hr_organisations_min if is_hr else policy.persons_min

    @cached_property
    def heads(self) -> Floats:
        """Headcount per organisation; NaN where it is unknown."""
        known = self.sector.heads
        return np.array([known.get(name, np.nan) for name in self.structure.organisations])

    @cached_property
    def bands(self) -> NDArray[np.str_]:
        """Size band per organisation."""
        return self.structure.bands.astype(str)

    def in_bands(self, bands: Sequence[str]) -> Bools:
        """Return which organisations are in these bands."""
        found = np.zeros(len(self.own), dtype=bool)
        for band in bands:
            found |= self.structure.of_band.get(band, False)
        return found

    def rests_in(self, bands: Sequence[str]) -> list[Group]:
        """Return the rests, or hr groups, that lie in these bands."""
        return [rest for rest in self.rests if set(rest.band.split("|")) <= set(bands)]

    def members_in(self, bands: Sequence[str]) -> Bools:
        """Return the organisations of the atoms of these bands."""
        rests = [rest.members for rest in self.rests_in(bands)]
        return np.asarray(np.any([self.own & self.in_bands(bands), *rests], axis=0), dtype=bool)

    def parts(self, bands: Sequence[str]) -> Parts:
        """Return the atoms of these bands as arrays."""
        own, rests = self.own & self.in_bands(bands), self.rests_in(bands)
        return Parts(
            np.append(self.n[own], [rest.people for rest in rests]).astype(np.float64),
            np.append(self.means[own], [rest.value for rest in rests]),
            np.append(self.heads[own], [rest.heads for rest in rests]),
            np.append(self.bands[own], [rest.band for rest in rests]).astype(str),
            np.arange(int(own.sum()) + len(rests)) < own.sum(),
        )


def rows_of(shown: Mapping[str, pl.DataFrame], kind: str) -> Iterator[dict[str, object]]:
    """Yield the published rows of one kind of group."""
    if kind in shown:
        yield from shown[kind].iter_rows(named=True)


def block_of(
    place: Place, scores: pl.DataFrame, structure: Structure, sector: Sector, trail: Trail
) -> Block:
    """Return the explained rows of `score` of one wave, side and item."""
    count = len(structure.organisations)
    block = Block(place, sector, structure, np.zeros(count, dtype=bool), np.full(count, np.nan))
    published = scores.filter(pl.col("status") == "published")
    trail.count("equations", published.height)
    kinds = published.partition_by("group_kind", as_dict=True)
    shown = {str(kind): part for (kind,), part in kinds.items()}
    add_own(block, shown, trail)
    for row in rows_of(shown, "size_band_rest"):
        add_rest(block, row, trail)
    if place.side == "hr":
        add_hr_atoms(block, shown, trail)
    else:
        add_unions(block, shown, "size_band", trail)
    add_unions(block, shown, "sector", trail)
    return block


def add_own(block: Block, shown: Mapping[str, pl.DataFrame], trail: Trail) -> None:
    """Explain the rows of single organisations."""
    if "organisation" not in shown:
        return
    position, is_hr = block.structure.position, block.place.side == "hr"
    own = shown["organisation"].select("group_id", "respondent_count", "value")
    for name, people, value in own.iter_rows():
        place = position.get(name)
        if place is None or block.n[place] != people or is_hr or value is None:
            trail.find(block.place, "unexplained", f"organisation {name}: {people} answers")
            continue
        block.own[place], block.means[place] = True, value


def as_float(cell: object) -> float:
    """Return a figure; NaN when there is none."""
    return float("nan") if cell is None else float(str(cell))


def add_rest(block: Block, row: Mapping[str, object], trail: Trail) -> None:
    """Explain the row of a band's rest: the organisations of the band without an own result."""
    band, people = str(row["group_id"]), int(str(row["respondent_count"]))
    found = next(explained_rests(block, row), None)
    if found is None:
        said = f"rest of {band}: {people} answers of {row['organisation_count']}"
        trail.find(block.place, "unexplained", said)
        return
    block.rests.append(found)
    block.choices[band] = row


def explained_rests(block: Block, row: Mapping[str, object]) -> Iterator[Group]:
    """Yield every set of organisations that has the counts of a rest, likeliest first."""
    band, people = str(row["group_id"]), int(str(row["respondent_count"]))
    value, organisations = as_float(row["value"]), int(str(row["organisation_count"]))
    hidden = block.in_bands([band]) & ~block.own
    if band not in block.sector.bands or block.place.side == "hr":
        return
    said = block.structure.atoms.get(block.place.item_id)
    if said is not None:
        members = (said == band) & ~block.own
        if block.n[members].sum() == people and members.sum() == organisations:
            heads = float(block.heads[members].sum())
            yield Group("size_band_rest", band, members, people, value, heads, band)
        return
    for members in itertools.islice(without_moved(block, hidden, band), TRIES_MAX):
        if block.n[members].sum() == people:
            counted = counted_members(block, members, organisations)
            if counted is not None:
                heads = float(block.heads[counted].sum())
                yield Group("size_band_rest", band, members, people, value, heads, band)


def without_moved(block: Block, hidden: Bools, band: str) -> Iterator[Bools]:
    """Yield who a band's rest may have: all, or without large ones that were moved on.

    First without those that explain most other items of the wave; then without some that have
    enough answers to this item too, which one item may move; last without any two.
    """
    position = block.structure.position
    before = [[position[name] for name in names] for names in block.sector.moved.get(band, ())]
    yield from (without(hidden, gone) for gone in before)
    yield hidden
    # The rest of who took part may have been moved on whole; then others made a new one.
    ever = np.isin(np.array(block.structure.organisations), list(block.sector.ever_own))
    yield hidden & ever
    yield hidden & (block.structure.participants >= block.floor)
    enough = hidden & (block.n >= block.floor)
    for gone in [*before[:2], []]:
        left = without(hidden, gone)
        yield from (without(left, more) for more in gone_ones(enough & left, 4))
    large = hidden & (block.structure.participants >= block.floor)
    yield from (without(hidden, gone) for gone in gone_ones(large, 2))


def without(members: Bools, gone: Sequence[int]) -> Bools:
    """Return a set without some of it."""
    left = members.copy()
    left[list(gone)] = False
    return left


def gone_ones(large: Bools, most: int) -> Iterator[tuple[int, ...]]:
    """Yield every one, two, … of the large organisations."""
    places = np.flatnonzero(large).tolist()
    for size in range(1, most + 1):
        yield from itertools.combinations(places, size)


def gone_with(large: Ints, n: Ints, left: int) -> Ints:
    """Return the sets of as few large organisations as can be that have `left` answers, as rows."""
    for size in range(1, MOVED_MAX + 1):
        sets = np.array(list(itertools.combinations(large.tolist(), size)), dtype=np.int64)
        found = sets[n[sets].sum(axis=1) == left] if len(sets) else sets
        if len(found):
            return found
    return np.zeros((0, 1), dtype=np.int64)


def ever_own(scores: pl.DataFrame) -> frozenset[str]:
    """Return the organisations that have a published result of their own in any item."""
    shown = (pl.col("status") == "published") & (pl.col("group_kind") == "organisation")
    return frozenset(scores.filter(shown)["group_id"])


def moved_on(
    scores: pl.DataFrame, structure: Structure, sector: Sector
) -> dict[str, list[tuple[str, ...]]]:
    """Return, per band, who left its rest for that of the sector, by how many items it explains.

    Who took part decides that, so it is the same for nearly all items of a wave.
    """
    shown = scores.filter(pl.col("status") == "published")
    own = {
        str(item): set(part["group_id"])
        for (item,), part in shown.filter(pl.col("group_kind") == "organisation")
        .partition_by("item_id", as_dict=True)
        .items()
    }
    votes: dict[str, Counter[tuple[str, ...]]] = {band: Counter() for band in sector.bands}
    rests = shown.filter(pl.col("group_kind") == "size_band_rest")
    for item, band, people in rests.select("item_id", "group_id", "respondent_count").iter_rows():
        if item not in structure.n or band not in votes:
            continue
        alone = np.isin(np.array(structure.organisations, dtype=str), list(own.get(item, ())))
        hidden = (structure.bands.astype(str) == band) & ~alone
        left = int(structure.n[item][hidden].sum()) - people
        if left <= 0:
            continue
        large = hidden & (structure.participants >= sector.policy.persons_min)
        for gone in gone_with(np.flatnonzero(large), structure.n[item], left):
            votes[band][tuple(structure.organisations[place] for place in gone)] += 1
    return {band: [gone for gone, _ in found.most_common(5)] for band, found in votes.items()}


def counted_members(block: Block, members: Bools, organisations: int) -> Bools | None:
    """Return who of a rest's possible members it counts; None when that is another number.

    An organisation that did not answer the item is counted only if it stands in a rest in every
    item.
    """
    own = np.isin(np.array(block.structure.organisations), list(block.sector.ever_own))
    for counted in (members, members & ((block.n > 0) | ~own), members & (block.n > 0)):
        if counted.sum() == organisations:
            return counted
    return None


def add_hr_atoms(block: Block, shown: Mapping[str, pl.DataFrame], trail: Trail) -> None:
    """Explain the hr rows of groups of bands; the unit is the organisation."""
    for row in rows_of(shown, "size_band"):
        name, people = str(row["group_id"]), int(str(row["respondent_count"]))
        bands = block.sector.bands_in(name)
        members = block.in_bands(bands) & (block.n > 0)
        same = block.n[members].sum() == people == row["organisation_count"]
        if not bands or not same:
            trail.find(block.place, "unexplained", f"hr of {name}: {people} organisations")
            continue
        value, band = as_float(row["value"]), "|".join(bands)
        block.rests.append(Group("hr", name, members, people, value, float(people), band))


def add_unions(block: Block, shown: Mapping[str, pl.DataFrame], kind: str, trail: Trail) -> None:
    """Explain the rows of size bands or of the sector."""
    for row in rows_of(shown, kind):
        name, people = str(row["group_id"]), int(str(row["respondent_count"]))
        bands, value = block.sector.bands_in(name), as_float(row["value"])
        if bands and people and block.parts(bands).people.sum() == people:
            members = block.members_in(bands)
            block.unions.append(Group(kind, name, members, people, value, band="|".join(bands)))
            settle(block, bands, value)
            check_value(block, bands, value, f"{kind} {name}", trail)
        elif not add_odd(block, kind, name, people, value):
            trail.find(block.place, "unexplained", f"{kind} {name}: {people} answers")


def add_odd(block: Block, kind: str, name: str, people: int, value: float) -> bool:
    """Explain a group by everybody in its bands, published or not; return whether that fits."""
    bands = block.sector.bands_in(name)
    everyone = np.ones(len(block.own), dtype=bool)
    for members in (block.in_bands(bands), everyone if name == "sector" else block.in_bands(bands)):
        if bands and block.n[members].sum() == people:
            block.odd.append(Group(kind, name, members, people, value, band="|".join(bands)))
            return True
    return False


def settle(block: Block, bands: Sequence[str], value: float) -> None:
    """Choose, of the sets that have the counts of the rests in some bands, those that give `value`.

    Which organisations were moved on is not published; the value of the whole tells them apart.
    """
    if abs(weighted_mean(block, bands) - value) <= EXACT * (1 + abs(value)):
        return
    kept = list(block.rests)
    names = [rest.name for rest in block.rests_in(bands) if rest.name in block.choices]
    sets = [by_heads(explained_rests(block, block.choices[name])) for name in names]
    for chosen in itertools.islice(itertools.product(*sets), TRIES_MAX):
        new = dict(zip(names, chosen, strict=True))
        block.rests = [new.get(rest.name, rest) for rest in kept]
        if abs(weighted_mean(block, bands) - value) <= EXACT * (1 + abs(value)):
            return
    block.rests = kept


def by_heads(groups: Iterator[Group]) -> list[Group]:
    """Return one of each headcount, because only that makes a difference to a mean."""
    found: dict[float, Group] = {}
    for group in groups:
        found.setdefault(group.heads, group)
    return list(found.values())


def check_value(block: Block, bands: Sequence[str], value: float, what: str, trail: Trail) -> bool:
    """Find a group's value that is not the one weighting of its atoms; return whether it is.

    Another weighting of the same organisations is another equation on them (T5).
    """
    expected = weighted_mean(block, bands)
    trail.count("values worked out again")
    if abs(expected - value) <= EXACT * (1 + abs(value)):
        return True
    if np.isnan(expected):
        trail.find(block.place, "unexplained", f"{what}: a part of it has no headcount")
        return False
    parts = block.parts(bands)
    pooled = float(parts.people @ parts.values / parts.people.sum())
    is_pooled = abs(pooled - value) <= EXACT * (1 + abs(value))
    kind = "second weighting" if is_pooled else "unexplained"
    trail.find(block.place, kind, f"{what} is not the mean of its published parts")
    return False


def weighted_mean(block: Block, bands: Sequence[str]) -> float:
    """Return the mean of the atoms of bands: weighted by headcount (S10), hr by organisations.

    Missing: NaN without atoms, or where one of several has no headcount.
    """
    parts = block.parts(bands)
    if len(parts.people) <= 1:
        return float(parts.values[0]) if len(parts.people) else float("nan")
    weights = parts.people if block.place.side == "hr" else weights_of(block, parts)
    return float(weights @ parts.values / weights.sum())


def weights_of(block: Block, parts: Parts) -> Floats:
    """Return the weight of each atom: its headcount, scaled to that of its whole band."""
    names, place = np.unique(parts.bands, return_inverse=True)
    covered = np.bincount(place, weights=parts.heads)
    whole = np.array([block.sector.band_heads[name] for name in names])
    return np.asarray(parts.heads * (whole / covered)[place])
