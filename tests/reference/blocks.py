"""The atoms of one item and one side, and every figure that follows from them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median

from scipy import stats

from tests.reference.atoms import Partitioning, atoms_of
from tests.reference.bands import merge_groups
from tests.reference.intervals import squared_deviations, stratum_variance, wilson
from tests.reference.world import (
    DISTRIBUTION_PERSONS,
    ORDER,
    PEERS,
    PEERS_FOR_RESPONDENTS,
    PERSONS,
    Z95,
    Atom,
    Figure,
    Group,
    Item,
    Labels,
    Wave,
)


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


def employee_block(wave: Wave, item: Item, base: Labels) -> Block:
    """Return the employees' atoms of an item, and those of its distributions."""
    answers = wave.answers("employee", item)
    labels = Partitioning(wave, PERSONS, item, answers, base).solve(base)
    spreads: list[Atom] = []
    if not item.is_share:
        merging = Partitioning(wave, DISTRIBUTION_PERSONS, item, answers, base)
        spreads = atoms_of(wave, merging.solve(labels), answers)
    return Block(wave, item, atoms_of(wave, labels, answers), spreads)


def hidden(mine: Sequence[float], others: Sequence[float], multiple: float) -> bool:
    """Return whether each weight is at most three times what the others leave beside three."""
    left = [abs(weight - multiple) for weight in mine]
    for place, own in enumerate(left):
        rest = sorted([*left[:place], *left[place + 1 :], *others], reverse=True)[3:]
        if sum(rest) - own / 3 < -1e-9 * (sum(left) + sum(others)):
            return False
    return True
