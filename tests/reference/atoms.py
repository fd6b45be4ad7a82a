"""Safe atoms: who is published together, steps 1 to 3 of the rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from tests.reference.openness import is_left_open, is_open_enough, span_left
from tests.reference.world import (
    DISTRIBUTION_PERSONS,
    ORDER,
    PERSONS,
    SECTOR,
    WITHOUT_OWN_RESULTS,
    Atom,
    Item,
    Label,
    Labels,
    Wave,
)


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
