"""The whole aggregation again, in boring Python: dicts, loops and literal thresholds.

It imports nothing of the product. From the rows of the exports and the register it works out which
atoms exist and what every score, benchmark, comparison, gap and distribution must be. Thresholds
are literals, so that a changed setting in `config/` turns the comparison red.

Conventions the design leaves open (docs/decisions/003 and 004): a base atom counts participants,
that is landed rows; a member of a base rest counts with its participants in the width rule of every
item; `*` is part of no band or sector figure.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median
from typing import Any

from scipy import optimize, stats

PERSONS = 10
HR_ORGANISATIONS = 10
DISTRIBUTION_PERSONS = 20
DISTRIBUTION_FULL = 50
PEERS = 5
PEERS_FOR_RESPONDENTS = 10
ALPHA = 0.05
Z95 = float(stats.norm.ppf(0.975))
Z90 = float(stats.norm.ppf(0.95))
DELTA = {"grade": 0.3, "likert": 0.2, "mention": 0.10, "yes_no": 0.10}
BANDS = {"0-9": (1, 9), "10-49": (10, 49), "50-99": (50, 99), "100-249": (100, 249)}
ORDER = (*BANDS, "250+")
WITHOUT_OWN_RESULTS = {"0-9"}
SECTOR = ("rest", "*")

Label = tuple[str, str]
Labels = dict[str, Label]
Row = dict[str, Any]
Group = tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """A question with a mean or a share."""

    item_id: str
    kind: str
    lowest: int
    highest: int
    sides: tuple[str, ...]

    @property
    def is_share(self) -> bool:
        """Whether it is answered with yes or no."""
        return self.kind in ("mention", "yes_no")

    @property
    def family(self) -> str:
        """The items that are corrected for multiplicity together."""
        return "aspect" if self.kind in ("grade", "likert") else self.kind


@dataclass(frozen=True)
class Atom:
    """One group of respondents whose answers are published as totals; hr: of organisations."""

    kind: str
    name: str
    bands: Group
    organisations: tuple[str, ...]
    headcount: int
    answers: tuple[int, ...]

    @property
    def n(self) -> int:
        """The number of answers."""
        return len(self.answers)

    @property
    def mean(self) -> float:
        """The mean answer."""
        return sum(self.answers) / self.n

    @property
    def is_own(self) -> bool:
        """Whether it is one organisation."""
        return self.kind == "own"


@dataclass(frozen=True)
class Figure:
    """A value with its interval."""

    value: float
    low: float
    high: float
    n: int
    organisations: int


@dataclass
class Wave:
    """One wave as the world has it: rows of people, and the organisations of the register.

    A row has `side`, `organisation_id` and `answers` (item_id → whole number, or None).
    """

    wave_id: str
    rows: Sequence[Row]
    headcounts: Mapping[str, int | None]
    items: Sequence[Item]
    band_of: dict[str, str | None] = field(init=False)
    participants: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        """Look up the bands and count who took part."""
        self.band_of = {name: band_of(heads) for name, heads in self.headcounts.items()}
        people = (row["organisation_id"] for row in self.rows if row["side"] == "employee")
        self.participants = Counter(people)

    def answers(self, side: str, item: Item) -> dict[str, list[int]]:
        """Return the answers on the scale, per organisation."""
        found: dict[str, list[int]] = defaultdict(list)
        for row in self.rows:
            answer = row["answers"].get(item.item_id)
            if row["side"] == side and answer is not None and item.lowest <= answer <= item.highest:
                found[row["organisation_id"]].append(answer)
        return found


def band_of(headcount: int | None) -> str | None:
    """Return the size band of a headcount."""
    if headcount is None:
        return None
    for name, (low, high) in BANDS.items():
        if low <= headcount <= high:
            return name
    return "250+"


# --- Safe atoms ----------------------------------------------------------------------------------


def is_open_enough(n: int, total: int, item: Item | None) -> bool:
    """Return whether no single answer behind a total is pinned down (homogeneity)."""
    if item is None or (item.kind == "mention" and total == 0):
        return True
    low, high = item.lowest, item.highest
    least = max(low, total - high * (n - 1))
    most = min(high, total - low * (n - 1))
    return Fraction(most - least) >= Fraction(4 * (high - low), 9)


def is_left_open(n: int, total: int, largest: int, item: Item) -> bool:
    """Return whether a third of the scale is left for the mean of the largest organisation."""
    low, high, others = item.lowest, item.highest, n - largest
    least = max(Fraction(low), Fraction(total - high * others, largest))
    most = min(Fraction(high), Fraction(total - low * others, largest))
    if item.kind == "mention" and least == low:
        return True
    return most - least >= Fraction(high - low, 3)


class Partitioning:
    """Steps 1 to 3 of the rule on one item (or on participation, when `item` is None)."""

    def __init__(
        self,
        wave: Wave,
        floor: int,
        item: Item | None = None,
        answers: Mapping[str, Sequence[int]] | None = None,
        base: Labels | None = None,
    ) -> None:
        self.wave, self.floor, self.item, self.base = wave, floor, item, base
        self.given = answers
        self.n: dict[str, int] = dict(wave.participants)
        self.total = dict.fromkeys(wave.participants, 0)
        if answers is not None:
            self.n = {name: len(answers.get(name, [])) for name in wave.participants}
            self.total = {name: sum(answers.get(name, [])) for name in wave.participants}

    def count(self, members: Iterable[str]) -> int:
        """Return the answers of organisations together."""
        return sum(self.n[name] for name in members)

    def is_safe(self, members: Sequence[str]) -> bool:
        """Return whether organisations together have enough answers, of enough different sorts."""
        n, total = self.count(members), sum(self.total[name] for name in members)
        if n < self.floor or not is_open_enough(n, total, self.item):
            return False
        return self.floor != DISTRIBUTION_PERSONS or self.is_spread(members)

    def is_spread(self, members: Sequence[str]) -> bool:
        """Return whether the answers a distribution shows lie far enough apart."""
        if self.item is None or self.given is None:
            return True
        answers = [answer for name in members for answer in self.given.get(name, [])]
        width = Fraction(4 * (self.item.highest - self.item.lowest), 9)
        return Fraction(max(answers) - min(answers)) >= width

    def is_wide(self, members: Sequence[str]) -> bool:
        """Return whether the largest organisation of a rest can hide behind the others."""
        largest = 0
        for name in members:
            in_base_rest = self.base is not None and self.base[name][0] != "own"
            largest = max(largest, self.wave.participants[name] if in_base_rest else self.n[name])
        n, total = self.count(members), sum(self.total[name] for name in members)
        if Fraction(n - largest) < Fraction(largest, 3):
            return False
        return self.item is None or is_left_open(n, total, largest, self.item)

    def settled(self, members: Sequence[str]) -> bool:
        """Return whether a rest needs nothing more."""
        if not members or self.count(members) == 0:
            return True
        return self.is_safe(members) and self.is_wide(members)

    def solve(self, labels: Labels) -> Labels:
        """Return the labels after all merging; an organisation without answers has none."""
        start, labels = labels, dict(labels)
        for name, (kind, _) in list(labels.items()):
            if kind != "own":
                continue
            if self.n[name] == 0:
                del labels[name]
            elif not self.is_safe([name]):
                labels[name] = ("rest", self.wave.band_of[name] or "*")
        for band in ORDER:
            self.settle_band(labels, band)
            rest = with_label(labels, ("rest", band))
            if self.floor == DISTRIBUTION_PERSONS and self.pins_down(rest, start):
                labels.update(dict.fromkeys(rest, SECTOR))
        return self.settle_sector(labels)

    def pins_down(self, members: Sequence[str], start: Labels) -> bool:
        """Return whether a distribution and the means of its parts say that one answered alike."""
        if self.item is None or self.given is None or not self.count(members):
            return False
        parts: dict[Label, list[int]] = {}
        for name in members:
            parts.setdefault(start.get(name, SECTOR), []).extend(self.given.get(name, []))
        groups = [sorted(given) for given in parts.values() if given]
        width = Fraction(4 * (self.item.highest - self.item.lowest), 9)
        alike = [place for place, given in enumerate(groups) if given[-1] - given[0] < width]
        return any(span_left(groups, place, self.item) < width for place in alike)

    def settle_band(self, labels: Labels, band: str) -> None:
        """Feed the rest of a band with its smallest own atoms until it is settled."""
        while not self.settled(rest := with_label(labels, ("rest", band))):
            own = [name for name in labels if labels[name] == ("own", name)]
            own = [name for name in own if self.wave.band_of[name] == band]
            if not own:
                labels.update(dict.fromkeys(rest, SECTOR))
                return
            labels[min(own, key=lambda name: (self.n[name], name))] = ("rest", band)

    def settle_sector(self, labels: Labels) -> Labels:
        """Feed the sector rest with the smallest atoms; without any left publish nothing."""
        while not self.settled(with_label(labels, SECTOR)):
            others = set(labels.values()) - {SECTOR}
            if not others:
                return {}
            sizes = {label: self.count(with_label(labels, label)) for label in others}
            smallest = min(others, key=lambda label: (sizes[label], label[1]))
            labels.update(dict.fromkeys(with_label(labels, smallest), SECTOR))
        return labels


def span_left(groups: Sequence[Sequence[int]], place: int, item: Item) -> int:
    """Return how far apart answers of one group may be, given the classes and each group's sum."""
    everything = [answer for given in groups for answer in given]
    classes = [(c, c) for c in range(item.lowest, item.highest + 1)]
    if len(everything) < 50:
        ends = (5, 7) if item.highest - item.lowest >= 9 else (2, 3)
        borders = [item.lowest - 1, *(item.lowest + end - 1 for end in ends), item.highest]
        classes = [(low + 1, high) for low, high in itertools.pairwise(borders)]
    counts = [sum(low <= answer <= high for answer in everything) for low, high in classes]
    open_to = [c for c, ends in enumerate(classes) if may_be_in(groups, place, c, classes, counts)]
    return classes[open_to[-1]][1] - classes[open_to[0]][0]


def may_be_in(
    groups: Sequence[Sequence[int]],
    place: int,
    chosen: int,
    classes: Sequence[tuple[int, int]],
    counts: Sequence[int],
) -> bool:
    """Return whether a way of sharing out the answers puts one of a group in a class."""
    wide, size = len(classes), len(groups) * len(classes)
    rows, least, most = [], [], []

    def add(cells: Mapping[int, float], low: float, high: float) -> None:
        rows.append([cells.get(cell, 0.0) for cell in range(size)])
        least.append(low)
        most.append(high)

    for c, count in enumerate(counts):
        add({g * wide + c: 1.0 for g in range(len(groups))}, count, count)
    for g, given in enumerate(groups):
        cells = range(g * wide, (g + 1) * wide)
        add(dict.fromkeys(cells, 1.0), len(given), len(given))
        add(dict(zip(cells, (low for low, _ in classes), strict=True)), -math.inf, sum(given))
        add(dict(zip(cells, (high for _, high in classes), strict=True)), sum(given), math.inf)
    lower = [float(cell == place * wide + chosen) for cell in range(size)]
    found = optimize.milp(
        [0.0] * size,
        integrality=[1] * size,
        bounds=optimize.Bounds(lower, [math.inf] * size),
        constraints=optimize.LinearConstraint(rows, least, most),
    )
    assert found.status in (0, 2), found.message
    return bool(found.status == 0)


def with_label(labels: Labels, label: Label) -> list[str]:
    """Return the organisations of an atom."""
    return sorted(name for name, other in labels.items() if other == label)


def base_atoms(wave: Wave) -> Labels:
    """Return the atom of every organisation whose employees took part."""
    start: Labels = {}
    for name, people in wave.participants.items():
        band = wave.band_of[name]
        may = band is not None and band not in WITHOUT_OWN_RESULTS and people >= PERSONS
        start[name] = ("own", name) if may else ("rest", band or "*")
    return Partitioning(wave, PERSONS).solve(start)


def atoms_of(wave: Wave, labels: Labels, answers: Mapping[str, Sequence[int]]) -> list[Atom]:
    """Return the atoms that are published: with answers, and not the sector rest."""
    found = []
    for label in sorted(set(labels.values()) - {SECTOR}):
        members = with_label(labels, label)
        given = [answer for name in members for answer in answers.get(name, [])]
        if given:
            heads = sum(wave.headcounts[name] or 0 for name in members)
            band = wave.band_of[members[0]] or ""
            found.append(Atom(label[0], label[1], (band,), tuple(members), heads, tuple(given)))
    return found


def merge_groups(
    groups: Sequence[Group],
    size: Callable[[Group], float],
    passes: Callable[[Group], bool],
) -> list[Group]:
    """Return neighbours merged until each group passes, or one group is left.

    The smallest failing group goes first. It joins a neighbour that makes it pass, else the one
    that makes the smaller whole; in a tie the first.
    """
    found = list(groups)
    while len(found) > 1 and not all(passes(group) for group in found):
        failing = [group for group in found if not passes(group)]
        worst = found.index(min(failing, key=size))
        options = []
        for left in (worst - 1, worst):
            if left >= 0 and left + 1 < len(found):
                whole = found[left] + found[left + 1]
                options.append((0 if passes(whole) else 1, size(whole), left, whole))
        _, _, left, whole = min(options)
        found = [*found[:left], whole, *found[left + 2 :]]
    return found


# --- The hr side ---------------------------------------------------------------------------------


def hr_value(answers: Sequence[int], item: Item) -> int:
    """Return one value for an organisation: any mention, else the mean rounded half-even."""
    if item.kind == "mention":
        return max(answers)
    return round(Fraction(sum(answers), len(answers)))


def hr_base_groups(wave: Wave) -> list[Group]:
    """Return the bands merged until ten organisations with an hr representative are in each."""
    present = {row["organisation_id"] for row in wave.rows if row["side"] == "hr"}
    counts = Counter(wave.band_of[name] for name in present)

    def size(group: Group) -> int:
        return sum(counts[band] for band in group)

    single = [(band,) for band in ORDER]
    return merge_groups(single, size, lambda g: size(g) == 0 or size(g) >= HR_ORGANISATIONS)


def hr_atoms(wave: Wave, item: Item) -> list[Atom]:
    """Return the hr atoms of an item; a value per organisation stands for its answers."""
    values = {name: hr_value(given, item) for name, given in wave.answers("hr", item).items()}

    def inside(group: Group) -> list[str]:
        return sorted(name for name in values if wave.band_of[name] in group)

    def is_safe(group: Group) -> bool:
        picked = [values[name] for name in inside(group)]
        enough = len(picked) >= HR_ORGANISATIONS
        return enough and is_open_enough(len(picked), sum(picked), item) and is_apart(picked, item)

    groups = merge_groups(
        hr_base_groups(wave), lambda g: len(inside(g)), lambda g: not inside(g) or is_safe(g)
    )
    return [
        Atom("hr", "+".join(g), g, tuple(inside(g)), 0, tuple(values[n] for n in inside(g)))
        for g in groups
        if is_safe(g)
    ]


def is_apart(values: Sequence[int], item: Item) -> bool:
    """Return whether hr values, whose spread is published, lie far enough apart."""
    width = Fraction(4 * (item.highest - item.lowest), 9)
    return item.is_share or Fraction(max(values) - min(values)) >= width


# --- Figures -------------------------------------------------------------------------------------


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return the Wilson interval of a share."""
    if math.isinf(n):
        return share, share
    centre = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    spread = share * (1 - share) / n + Z95**2 / (4 * n**2)
    half = Z95 * math.sqrt(max(spread, 0.0)) / (1 + Z95**2 / n)
    low = 0.0 if share <= 0 else max(0.0, centre - half)
    return low, 1.0 if share >= 1 else min(1.0, centre + half)


@dataclass
class Block:
    """The atoms of one item and one side, and every figure that follows from them."""

    wave: Wave
    item: Item
    atoms: list[Atom]
    spreads: Sequence[Atom] = ()
    pooled_variance: float = field(init=False)
    freedom: int = field(init=False)

    def __post_init__(self) -> None:
        """Pool the variance inside organisations, with the rests where those are too few (S3).

        Too few, too, where published distributions show so many of their spreads that fewer than
        five are left, but not none.
        """
        chosen = self.own() or self.atoms
        if not self.is_shared(chosen):
            chosen = self.atoms
        self.freedom = sum(atom.n - 1 for atom in chosen)
        squares = sum(map(squared_deviations, (atom.answers for atom in chosen)), Fraction(0))
        if chosen and not self.is_shared(chosen):
            squares = self.most_squares()
        self.pooled_variance = float(squares) / self.freedom if self.freedom else math.nan

    def is_shared(self, chosen: Sequence[Atom]) -> bool:
        """Return whether the spread of these atoms is that of five, whatever else is shown."""
        inside = {name for atom in chosen for name in atom.organisations}
        full = [set(atom.organisations) for atom in self.spreads if atom.n >= 50]
        seen = set().union(*(members for members in full if members <= inside))
        unseen = [atom for atom in chosen if not seen.issuperset(atom.organisations)]
        return len(chosen) >= PEERS and (not unseen or len(unseen) >= PEERS)

    def most_squares(self) -> Fraction:
        """Return the most that squared deviations from the mean can add up to on this scale."""
        answers = [answer for atom in self.atoms for answer in atom.answers]
        mean = Fraction(sum(answers), len(answers))
        return len(answers) * (mean - self.item.lowest) * (self.item.highest - mean)

    def clip(self, low: float, high: float) -> tuple[float, float]:
        """Return an interval that stays on the scale."""
        return max(self.item.lowest, low), min(self.item.highest, high)

    def own(self, bands: Iterable[str] = ORDER) -> list[Atom]:
        """Return the organisations with an own result in these bands."""
        chosen = set(bands)
        return [atom for atom in self.atoms if atom.is_own and chosen.issuperset(atom.bands)]

    def inside(self, bands: Iterable[str]) -> list[Atom]:
        """Return the atoms in these bands."""
        chosen = set(bands)
        return [atom for atom in self.atoms if chosen.issuperset(atom.bands)]

    def atom_figure(self, atom: Atom) -> Figure:
        """Return an atom's published value and interval: S1b for means, S2 for shares."""
        people = max(atom.headcount, atom.n)
        if self.item.is_share:
            unseen = people - atom.n
            effective = atom.n * (people - 1) / unseen if unseen else math.inf
            low, high = wilson(atom.mean, effective)
        else:
            half = math.sqrt((1 - atom.n / people) * self.pooled_variance / atom.n)
            half *= float(stats.t.ppf(0.975, self.freedom))
            low, high = self.clip(atom.mean - half, atom.mean + half)
        return Figure(atom.mean, low, high, atom.n, len(atom.organisations))

    def band_headcount(self, band: str) -> int:
        """Return how many people the whole register counts in a band."""
        heads = (self.wave.headcounts[n] for n, b in self.wave.band_of.items() if b == band)
        return sum(head or 0 for head in heads)

    def weights(self, atoms: Sequence[Atom]) -> list[float]:
        """Return what one answer of each atom stands for: its share of the band's headcount."""
        covered: Counter[str] = Counter()
        for atom in atoms:
            covered[atom.bands[0]] += atom.headcount
        return [
            atom.headcount / atom.n * self.band_headcount(atom.bands[0]) / covered[atom.bands[0]]
            for atom in atoms
        ]

    def design_figure(self, atoms: Sequence[Atom]) -> Figure:
        """Return the design-based mean of respondents (S10)."""
        if len(atoms) == 1:
            return self.atom_figure(atoms[0])
        weights = self.weights(atoms)
        everyone = sum(w * a.n for w, a in zip(weights, atoms, strict=True))
        mean = sum(w * sum(a.answers) for w, a in zip(weights, atoms, strict=True)) / everyone
        errors: dict[str, list[float]] = defaultdict(list)
        for weight, atom in zip(weights, atoms, strict=True):
            errors[atom.bands[0]].append(weight * atom.n * (atom.mean - mean) / everyone)
        strata = self.joined([errors[band] for band in ORDER if band in errors])
        se = math.sqrt(sum(map(stratum_variance, strata)))
        n = sum(atom.n for atom in atoms)
        organisations = sum(len(atom.organisations) for atom in atoms)
        if self.item.is_share:
            squares = sum(w**2 * a.n for w, a in zip(weights, atoms, strict=True))
            effective = everyone**2 / squares
            if 0 < mean < 1 and se > 0:
                effective = min(max(mean * (1 - mean) / se**2, 1.0), n)
            return Figure(mean, *wilson(mean, effective), n, organisations)
        half = float(stats.t.ppf(0.975, len(atoms) - len(strata))) * se
        return Figure(mean, *self.clip(mean - half, mean + half), n, organisations)

    @staticmethod
    def joined(strata: Sequence[list[float]]) -> list[list[float]]:
        """Return strata of which none has a single atom: it joins the one before it."""
        found: list[list[float]] = []
        for stratum in strata:
            if found and (len(stratum) == 1 or len(found[-1]) == 1):
                found[-1] = found[-1] + stratum
            else:
                found.append(stratum)
        return found

    def is_dominated(self, atoms: Sequence[Atom]) -> bool:
        """Return whether one organisation holds more than half of a group."""
        people, heads = sum(a.n for a in atoms), sum(a.headcount for a in atoms)
        return any(2 * a.n > people or 2 * a.headcount > heads for a in atoms if a.is_own)

    def organisations_pass(self, bands: Group) -> bool:
        """Return whether organisation-level figures of these bands may be published."""
        return len(self.own(bands)) == 0 or len(self.own(bands)) >= PEERS

    def respondents_pass(self, bands: Group) -> bool:
        """Return whether respondent-level figures of these bands may be published."""
        k = len(self.own(bands))
        if k == 0:
            return not self.is_dominated(self.inside(bands))
        if k < PEERS_FOR_RESPONDENTS or self.is_dominated(self.inside(bands)):
            return False
        return self.hides_everyone(bands)

    def hides_everyone(self, bands: Group) -> bool:
        """Return whether no own mean follows from the two weightings, whatever three know.

        Weights minus any multiple of the mean of organisations of a group: what is left of the
        others, without the three largest, must be a third of what is left of each.
        """
        weights = dict(zip(self.atoms_named(), self.atom_weights(), strict=True))
        groups = [g for g in self.groups(self.organisations_pass) if set(g) <= set(bands)]
        parts = [[weights[atom.name] for atom in self.own(group)] for group in groups]
        named = {atom.name for group in groups for atom in self.own(group)}
        alone = [weights[a.name] for a in self.own(bands) if a.name not in named]
        for place, mine in enumerate(parts):
            others = [abs(w - median(p)) for i, p in enumerate(parts) if i != place for w in p]
            if not all(hidden(mine, others + alone, multiple) for multiple in {0.0, *mine}):
                return False
        others = [abs(w - median(part)) for part in parts for w in part]
        return hidden(alone, others, 0.0)

    def atoms_named(self) -> list[str]:
        """Return a name per atom; a rest may not be called as an organisation is."""
        return [atom.name if atom.is_own else f"rest {atom.name}" for atom in self.atoms]

    def atom_weights(self) -> list[float]:
        """Return the weight of each atom in a respondent-level mean."""
        each = self.weights(self.atoms)
        return [weight * atom.n for weight, atom in zip(each, self.atoms, strict=True)]

    def groups(self, passes: Callable[[Group], bool]) -> list[Group]:
        """Return the bands merged until each group passes."""

        def size(group: Group) -> int:
            return sum(atom.n for atom in self.inside(group))

        return merge_groups([(band,) for band in ORDER], size, passes)

    def group_figure(self, bands: Group) -> Figure | None:
        """Return the respondents' figure of bands, None where it may not be shown."""
        atoms = self.inside(bands)
        return self.design_figure(atoms) if atoms and self.respondents_pass(bands) else None

    def sector_figure(self) -> Figure | None:
        """Return the respondents' figure of the sector, None where it may not be shown."""
        return self.design_figure(self.atoms) if self.respondents_pass(ORDER) else None

    def hr_figure(self, atoms: Sequence[Atom]) -> Figure:
        """Return the mean over organisations of hr's values."""
        values = [value for atom in atoms for value in atom.answers]
        n, mean = len(values), sum(values) / len(values)
        if self.item.is_share:
            return Figure(mean, *wilson(mean, n), n, n)
        half = Z95 * math.sqrt(float(squared_deviations(values)) / (n - 1) / n)
        return Figure(mean, *self.clip(mean - half, mean + half), n, n)

    def hr_groups(self) -> list[Group]:
        """Return the groups of bands of an hr block; a band without an atom stands alone."""
        covered = {band for atom in self.atoms for band in atom.bands}
        groups = [atom.bands for atom in self.atoms]
        groups += [(band,) for band in ORDER if band not in covered]
        return sorted(groups, key=lambda group: ORDER.index(group[0]))


def hidden(mine: Sequence[float], others: Sequence[float], multiple: float) -> bool:
    """Return whether each weight is at most three times what the others leave beside three."""
    left = [abs(weight - multiple) for weight in mine]
    for place, own in enumerate(left):
        rest = sorted([*left[:place], *left[place + 1 :], *others], reverse=True)[3:]
        if sum(rest) - own / 3 < -1e-9 * (sum(left) + sum(others)):
            return False
    return True


def squared_deviations(answers: Sequence[int]) -> Fraction:
    """Return the exact sum of squared distances to the mean."""
    n, total = len(answers), sum(answers)
    return Fraction(n * sum(answer * answer for answer in answers) - total * total, n)


def stratum_variance(errors: Sequence[float]) -> float:
    """Return what one stratum adds to the variance of a design-based mean."""
    k, centre = len(errors), sum(errors) / len(errors)
    return k / (k - 1) * sum((error - centre) ** 2 for error in errors)


# --- The released rows ---------------------------------------------------------------------------


Tables = dict[str, dict[tuple[Any, ...], Row]]


def released(waves: Sequence[Wave]) -> Tables:
    """Return the rows that a release of these waves must have, by table and key."""
    tables: Tables = {
        name: {} for name in ("score", "benchmark", "comparison", "gap", "distribution")
    }
    for wave in waves:
        add_wave(tables, wave)
    return tables


def employee_block(wave: Wave, item: Item, base: Labels) -> Block:
    """Return the employees' atoms of an item, and those of its distributions."""
    answers = wave.answers("employee", item)
    labels = Partitioning(wave, PERSONS, item, answers, base).solve(base)
    spreads: list[Atom] = []
    if not item.is_share:
        merging = Partitioning(wave, DISTRIBUTION_PERSONS, item, answers, base)
        spreads = atoms_of(wave, merging.solve(labels), answers)
    return Block(wave, item, atoms_of(wave, labels, answers), spreads)


def add_wave(tables: Tables, wave: Wave) -> None:
    """Add the rows of one wave."""
    base = base_atoms(wave)
    compared: list[Row] = []
    for item in wave.items:
        employees = hr = None
        if "employee" in item.sides:
            employees = employee_block(wave, item, base)
            add_employees(tables, employees)
            compared += comparison_rows(employees)
            if not item.is_share:
                add_distributions(tables, employees, employees.spreads)
        if "hr" in item.sides:
            hr = Block(wave, item, hr_atoms(wave, item))
            add_hr(tables, hr)
        if employees and hr and employees.atoms and hr.atoms:
            add_gaps(tables, employees, hr)
    for row in corrected(compared):
        against = row["organisation_id"], row["against"]
        tables["comparison"][wave.wave_id, "employee", row["item_id"], *against] = row


def put_score(
    tables: Tables, block: Block, side: str, group: tuple[str, str], found: Figure | str
) -> None:
    """Add a score, or the reason why there is none."""
    key = (block.wave.wave_id, side, *group, block.item.item_id)
    row: Row = dict.fromkeys(
        ("respondent_count", "organisation_count", "value", "ci_low", "ci_high")
    )
    if isinstance(found, str):
        tables["score"][key] = row | {"status": found}
        return
    tables["score"][key] = {
        "respondent_count": found.n,
        "organisation_count": found.organisations,
        "value": found.value,
        "ci_low": found.low,
        "ci_high": found.high,
        "status": "published",
    }


def add_employees(tables: Tables, block: Block) -> None:
    """Add the scores and benchmarks of an employees' item."""
    if not block.atoms:
        return
    for atom in block.atoms:
        kind = "organisation" if atom.is_own else "size_band_rest"
        put_score(tables, block, "employee", (kind, atom.name), block.atom_figure(atom))
    own = {atom.name for atom in block.own()}
    for name, people in block.wave.participants.items():
        if name not in own:
            why = "withheld_small" if people < PERSONS else "withheld_complement"
            put_score(tables, block, "employee", ("organisation", name), why)
    for group in block.groups(block.respondents_pass):
        why = "too_few_organisations" if block.inside(group) else "withheld_small"
        found = block.group_figure(group) or why
        put_score(tables, block, "employee", ("size_band", "+".join(group)), found)
    sector = block.sector_figure() or "too_few_organisations"
    put_score(tables, block, "employee", ("sector", "sector"), sector)
    for group in block.groups(block.organisations_pass):
        put_benchmark(tables, block, ("size_band", "+".join(group)), group)
    put_benchmark(tables, block, ("sector", "sector"), ORDER)


def put_benchmark(tables: Tables, block: Block, group: tuple[str, str], bands: Group) -> None:
    """Add the mean of organisations of a group."""
    own = block.own(bands)
    row: Row = {"organisation_count": None, "mean_of_organisations": None}
    row["status"] = "too_few_organisations"
    if own and block.organisations_pass(bands):
        row["organisation_count"] = len(own)
        row["mean_of_organisations"] = sum(atom.mean for atom in own) / len(own)
        row["status"] = "published"
    key = (block.wave.wave_id, "employee", block.item.item_id, *group)
    tables["benchmark"][key] = row


def add_hr(tables: Tables, block: Block) -> None:
    """Add the scores of an hr item: groups of bands and sector, never an organisation."""
    if not block.atoms:
        return
    by_group = {atom.bands: atom for atom in block.atoms}
    for group in block.hr_groups():
        found = block.hr_figure([by_group[group]]) if group in by_group else "withheld_small"
        put_score(tables, block, "hr", ("size_band", "+".join(group)), found)
    put_score(tables, block, "hr", ("sector", "sector"), block.hr_figure(block.atoms))


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
        "se": se,
        "p": math.erfc(abs(difference) / se / math.sqrt(2)) if se > 0 else None,
        "kind": block.item.kind,
        "family": block.item.family,
    }


def corrected(rows: Sequence[Row]) -> list[Row]:
    """Return the comparisons with q-value and verdict, corrected per family (S4, D4)."""
    families: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        families[row["organisation_id"], row["against"], row["family"]].append(row)
    found = []
    for members in families.values():
        tested = sorted((row for row in members if row["p"] is not None), key=lambda r: r["p"])
        q = 1.0
        for rank in range(len(tested), 0, -1):
            q = min(q, tested[rank - 1]["p"] * len(tested) / rank)
            tested[rank - 1]["q_value"] = q
        found += [row | {"q_value": row.get("q_value"), "verdict": said(row)} for row in members]
    return found


def said(row: Row) -> str:
    """Return what a difference may be called."""
    difference, delta, q = row["difference"], DELTA[row["kind"]], row.get("q_value")
    is_printed_apart = abs(difference) > Z95 * row["se"]
    if q is not None and q < ALPHA and abs(difference) >= delta - 1e-9 and is_printed_apart:
        return "higher" if difference > 0 else "lower"
    half = Z90 * row["se"]
    inside = difference - half >= -delta and difference + half <= delta
    return "comparable" if inside else "not_demonstrable"


def mention_state(item: Item, found: Figure) -> str | None:
    """Return how often a side names an aspect (S17)."""
    if item.kind != "mention":
        return None
    if found.low >= 0.05:
        return "named"
    return "rarely_named" if found.high < 0.15 else "uncertain"


def joined_groups(first: Sequence[Group], second: Sequence[Group]) -> list[Group]:
    """Return the smallest groups of bands that both divisions respect."""
    ends = {group[-1] for group in first} & {group[-1] for group in second}
    groups: list[Group] = [()]
    for band in ORDER:
        groups[-1] = (*groups[-1], band)
        if band in ends:
            groups.append(())
    return [group for group in groups if group]


def add_gaps(tables: Tables, employees: Block, hr: Block) -> None:
    """Add employees minus hr: for groups of bands, for organisations beside hr, and the sector."""

    def put(kind: str, group: str, beside: str, ours: Figure, theirs: Figure) -> None:
        key = (employees.wave.wave_id, kind, group, employees.item.item_id)
        tables["gap"][key] = {
            "hr_group_id": beside,
            "employee_value": ours.value,
            "hr_value": theirs.value,
            "difference": ours.value - theirs.value,
            "employee_mention_state": mention_state(employees.item, ours),
            "hr_mention_state": mention_state(employees.item, theirs),
            "status": "published",
        }

    shared = joined_groups(employees.groups(employees.respondents_pass), hr.hr_groups())
    for group in shared:
        ours, theirs = employees.group_figure(group), hr.inside(group)
        if ours and theirs:
            put("size_band", "+".join(group), "+".join(group), ours, hr.hr_figure(theirs))
    for atom in hr.atoms:
        for own in employees.own(atom.bands):
            figures = employees.atom_figure(own), hr.hr_figure([atom])
            put("organisation", own.name, atom.name, *figures)
    sector = employees.sector_figure()
    if sector:
        put("sector", "sector", "sector", sector, hr.hr_figure(hr.atoms))


def add_distributions(tables: Tables, block: Block, atoms: Sequence[Atom]) -> None:
    """Add the shares of answers, in three classes below fifty answers."""
    if not block.atoms:
        return
    groups = [
        ("organisation" if atom.is_own else "size_band_rest", atom.name, atom.answers)
        for atom in atoms
    ]
    if atoms:
        everyone = tuple(answer for atom in atoms for answer in atom.answers)
        groups.append(("sector", "sector", everyone))
    # What is left of the sector without the groups shown in full is shown as they are.
    coarse = sum(len(answers) for *_, answers in groups[:-1] if len(answers) < DISTRIBUTION_FULL)
    for kind, name, answers in groups:
        n = coarse or len(answers) if kind == "sector" else len(answers)
        for label, low, high in answer_classes(block.item, n):
            share = sum(low <= answer <= high for answer in answers) / len(answers)
            key = (block.wave.wave_id, "employee", kind, name, block.item.item_id, label)
            tables["distribution"][key] = {"share": share, "status": "published"}


def answer_classes(item: Item, n: int) -> list[tuple[str, int, int]]:
    """Return the classes of answers a distribution is shown in: name, lowest and highest."""
    if n >= DISTRIBUTION_FULL:
        return [(str(a), a, a) for a in range(item.lowest, item.highest + 1)]
    borders = [(1, 5), (6, 7), (8, 10)] if item.kind == "grade" else [(1, 2), (3, 3), (4, 5)]
    return [(f"{low}-{high}", low, high) for low, high in borders]
