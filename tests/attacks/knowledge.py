"""What an attacker knows without reading an answer: who took part where, and who answered what.

Like the audit's, this attacker is well informed: organisations, headcounts, ages and how many
answered each question. The members of an atom come from `tests/reference/`, a second
implementation with a ten of its own. Answers are looked at to judge, never to attack.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from tests import reference
from tests.attacks.arithmetic import Equation, System, Unit
from tests.attacks.facts import BAND, BANDS, ORGANISATION, REST, SECTOR, Fact, bands_in
from tests.builders import World
from tests.reference import Atom, Item

AGES = {1: "under_35", 2: "35_to_54", 3: "55_plus", None: "missing"}
Weights = dict[Unit, float]
Key = tuple[str, str, str]


class Structure:
    """One question of one side at one wave: units are organisations."""

    def __init__(self, wave: reference.Wave, side: str, item: Item) -> None:
        self.wave, self.side, self.item = wave, side, item
        self.answers = wave.answers(side, item)

    @property
    def scale(self) -> tuple[float, float]:
        """The lowest and highest answer."""
        return float(self.item.lowest), float(self.item.highest)

    @cached_property
    def base(self) -> reference.Labels:
        """The atom of each organisation by who took part."""
        return reference.base_atoms(self.wave)

    @cached_property
    def labels(self) -> reference.Labels:
        """The atom of each organisation for this question."""
        given = reference.Partitioning(
            self.wave, reference.PERSONS, self.item, self.answers, self.base
        )
        return given.solve(self.base)

    @cached_property
    def atoms(self) -> list[Atom]:
        """The atoms of the mean; hr: groups of bands."""
        if self.side == "hr":
            return reference.hr_atoms(self.wave, self.item)
        return reference.atoms_of(self.wave, self.labels, self.answers)

    @cached_property
    def spreads(self) -> list[Atom]:
        """The atoms of the distribution."""
        merging = reference.Partitioning(
            self.wave, reference.DISTRIBUTION_PERSONS, self.item, self.answers, self.base
        )
        return reference.atoms_of(self.wave, merging.solve(self.labels), self.answers)

    @cached_property
    def block(self) -> reference.Block:
        """The atoms with their weights."""
        spreads = () if self.side == "hr" or self.item.is_share else self.spreads
        return reference.Block(self.wave, self.item, self.atoms, spreads)

    @cached_property
    def sizes(self) -> dict[Unit, int]:
        """How many answered in each organisation; of hr one value each."""
        counts = {name: len(given) for name, given in self.answers.items() if given}
        return dict.fromkeys(counts, 1) if self.side == "hr" else counts

    def truth(self, organisation: str) -> float:
        """Return the mean of an organisation: to judge an attack, never to make one."""
        given = self.answers[organisation]
        if self.side == "hr":
            return float(reference.hr_value(given, self.item))
        return sum(given) / len(given)

    def hidden(self) -> list[str]:
        """Return the organisations that answered and have no result of their own."""
        own = {atom.name for atom in self.atoms if atom.is_own}
        return sorted(name for name in self.sizes if name not in own)

    # --- How a published number weighs organisations ---------------------------------------------

    def mean_of(self, atoms: Sequence[Atom], shares: Sequence[float]) -> Weights:
        """Return the weights of a mean of atoms: within an atom everybody weighs the same."""
        found: Weights = {}
        for atom, share in zip(atoms, shares, strict=True):
            for name in atom.organisations:
                found[name] = found.get(name, 0.0) + share / atom.n / sum(shares)
        return found

    def inside(self, bands: Iterable[str]) -> list[Atom]:
        """Return the atoms that lie in some bands."""
        chosen = set(bands)
        return [atom for atom in self.atoms if chosen.issuperset(atom.bands)]

    def atom(self, kind: str, name: str, atoms: Sequence[Atom]) -> list[Atom]:
        """Return the atom of an organisation or of a band's rest."""
        wanted = ("own" if kind == ORGANISATION else "rest", name)
        return [atom for atom in atoms if (atom.kind, atom.name) == wanted]

    def weights(self, fact: Fact) -> Weights:
        """Return how a fact weighs the totals of organisations; empty: nobody fits it."""
        if fact.measure.startswith("class "):
            atoms = self.group_atoms(fact, self.spreads)
            return self.mean_of(atoms, [atom.n for atom in atoms])
        if fact.measure == "organisations":
            atoms = self.own(fact.group)
            return self.mean_of(atoms, [1.0] * len(atoms))
        if fact.measure.startswith("others "):
            return self.minus_others(fact)
        atoms = self.group_atoms(fact, self.atoms)
        plain = len(atoms) == 1 or self.side == "hr"
        shares = [atom.n for atom in atoms] if plain else self.design_shares(atoms)
        return self.mean_of(atoms, shares)

    def own(self, group: str) -> list[Atom]:
        """Return the organisations of a group that have a result of their own."""
        return [atom for atom in self.inside(bands_in(group)) if atom.is_own]

    def group_atoms(self, fact: Fact, atoms: Sequence[Atom]) -> list[Atom]:
        """Return the atoms a fact is about."""
        if fact.kind in (ORGANISATION, REST):
            return self.atom(fact.kind, fact.group, atoms)
        chosen = set(bands_in(fact.group))
        return [atom for atom in atoms if chosen.issuperset(atom.bands)]

    def design_shares(self, atoms: Sequence[Atom]) -> list[float]:
        """Return the share of each atom in a respondent-level mean."""
        each = self.block.weights(atoms)
        return [weight * atom.n for weight, atom in zip(each, atoms, strict=True)]

    def minus_others(self, fact: Fact) -> Weights:
        """Return the weights of an organisation minus the mean of the others."""
        atoms, name = self.own(fact.group), fact.measure.split()[1]
        found: Weights = {}
        for atom in atoms:
            share = 1.0 if atom.name == name else -1.0 / (len(atoms) - 1)
            found[atom.name] = share / atom.n
        return found

    def equation(self, fact: Fact) -> Equation:
        """Return a fact as an equation. Raise AssertionError when the counts do not fit."""
        weights = self.weights(fact)
        assert weights, f"nobody is behind {fact}"
        if fact.count is not None and not fact.half:
            people = sum(self.sizes.get(unit, 0) for unit in weights)
            assert people == fact.count, (people, fact)
        return Equation(weights, fact.value, fact.half, fact.source)


class Knowledge:
    """The structures of a world, each worked out once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.waves = {wave: world.as_reference(wave) for wave in world.waves}
        self.items = {item.item_id: item for item in next(iter(self.waves.values())).items}
        self.known: dict[Key, Structure] = {}

    def of(self, wave_id: str, side: str, item_id: str) -> Structure:
        """Return the structure of a question."""
        key = (wave_id, side, item_id)
        if key not in self.known:
            self.known[key] = Structure(self.waves[wave_id], side, self.items[item_id])
        return self.known[key]

    def system(self, facts: Iterable[Fact], key: Key) -> System:
        """Return what facts say of one question, as equations on organisations' totals."""
        structure = self.of(*key)
        chosen = [one for one in facts if is_linear(one)]
        return System([structure.equation(one) for one in chosen], structure.sizes)

    def cells(self, key: Key) -> Counter[tuple[str, str]]:
        """Return how many answered per organisation and age group."""
        item = self.items[key[2]]
        found: Counter[tuple[str, str]] = Counter()
        for row in self.waves[key[0]].rows:
            answer = row["answers"].get(item.item_id)
            on_scale = answer is not None and item.lowest <= answer <= item.highest
            if row["side"] == key[1] and on_scale:
                found[row["organisation_id"], AGES[row["age_group"]]] += 1
        return found


def is_linear(fact: Fact) -> bool:
    """Return whether a fact is a weighted mean of whole organisations."""
    return not fact.kind.endswith("_age") and fact.measure not in (
        "median", "lower_quartile", "upper_quartile",
    )  # fmt: skip


def by_question(facts: Iterable[Fact]) -> dict[Key, list[Fact]]:
    """Return facts per wave, side and item."""
    found: dict[Key, list[Fact]] = {}
    for one in facts:
        found.setdefault((one.wave_id, one.side, one.item_id), []).append(one)
    return found


def band_of(structure: Structure, organisation: str) -> int:
    """Return the place of an organisation's band; -1 without a headcount."""
    band = structure.wave.band_of[organisation]
    return BANDS.index(band) if band in BANDS else -1


__all__ = [
    "AGES", "BAND", "SECTOR", "Key", "Knowledge", "Structure", "band_of", "by_question", "np",
]  # fmt: skip
