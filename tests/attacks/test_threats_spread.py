"""T6 and T7: what spreads say beside means, and what means say of single people who agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import reference
from tests.attacks import naive
from tests.attacks.facts import ORGANISATION, Fact, facts_of
from tests.attacks.knowledge import Key, Knowledge, Structure, by_question
from tests.attacks.sources import FILES, OWN, SOURCES, STAFF, Sources
from tests.attacks.spreads import (
    Classes,
    answer_range,
    design_half,
    distributions,
    freedom,
    groups_with_interval,
    narrowed,
    parts_of,
    pooled,
    published_means,
    recovered,
)
from tests.attacks.worlds import FIRST, keeping, one_without_distribution
from tests.builders import (
    World,
    build_world,
    release_world,
)
from warehouse.paths import Store

GRADE: Key = (FIRST, "employee", "grade")
Facts = dict[Key, list[Fact]]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """Return a sector in which some organisations agree on nearly everything."""
    root = tmp_path_factory.mktemp("spread")
    world = build_world(31).without("ORGGIANT")
    return Sources(world, Store(root), [release_world(world, root)])


def released(world: World, root: Path) -> tuple[Knowledge, Facts]:
    """Return what there is to know of a world, and its released facts."""
    return Knowledge(world), by_question(facts_of(release_world(world, root).tables, FILES))


def scales(facts: Facts, knowledge: Knowledge) -> list[Key]:
    """Return the questions of employees that have a mean, not a share."""
    return [k for k in facts if k[1] == "employee" and not knowledge.of(*k).item.is_share]


class TestT6Spreads:
    """Intervals and distributions as more equations."""

    def few(self, knowledge: Knowledge, facts: Facts) -> list[tuple[Key, list[reference.Atom]]]:
        """Return questions with the fewer than five atoms an interval might be made of."""
        found = []
        for key in scales(facts, knowledge):
            structure = knowledge.of(*key)
            own = [atom for atom in structure.atoms if atom.is_own]
            found += [(key, atoms) for atoms in (own, structure.atoms) if 0 < len(atoms) < 5]
        return found

    def test_no_interval_gives_the_spread_of_fewer_than_five(self, tmp_path: Path) -> None:
        tried = 0
        for seed, shape in ((41, 0.15), (9, 0.15)):
            world = build_world(seed, scale=shape)
            knowledge, facts = released(world, tmp_path / str(seed))
            for key, atoms in self.few(knowledge, facts):
                structure, truth = knowledge.of(*key), pooled(atoms)
                for found in recovered(structure, facts[key], freedom(atoms)):
                    assert found != pytest.approx(truth, rel=1e-6), (seed, key, len(atoms))
                    tried += 1
        assert tried > 10

    def test_an_interval_with_the_own_spread_gives_it_away(self, sources: Sources) -> None:
        structure = sources.knowledge.of(*GRADE)
        atom = next(atom for atom in structure.atoms if atom.is_own)
        alone = reference.Block(structure.wave, structure.item, [atom])
        alone.pooled_variance = pooled([atom])  # as if the rule of five were not there
        figure = alone.atom_figure(atom)
        label = (*GRADE[:2], ORGANISATION, atom.name, GRADE[2])
        fact = Fact("naive", *label, "mean", figure.value, low=figure.low, high=figure.high)
        assert list(recovered(structure, [fact], atom.n - 1)) == [pytest.approx(pooled([atom]))]

    @pytest.mark.parametrize("source", [FILES, STAFF])
    def test_the_error_of_a_group_follows_from_published_means(
        self, sources: Sources, source: str
    ) -> None:
        """So it is no equation on anybody who is withheld."""
        tried = 0
        facts = sources.facts(FILES)
        for key in scales(facts, sources.knowledge):
            structure = sources.knowledge.of(*key)
            means = published_means(structure, facts[key])
            for one in groups_with_interval(sources.facts(source).get(key, [])):
                atoms = structure.group_atoms(one, structure.atoms)
                if len(atoms) > 1:
                    half = design_half(structure, means, atoms)
                    low, high = structure.scale
                    assert one.low == pytest.approx(max(low, one.value - half), abs=1e-6)
                    assert one.high == pytest.approx(min(high, one.value + half), abs=1e-6)
                    tried += 1
        assert tried > 3

    def test_an_error_over_withheld_organisations_solves_two_of_them(
        self, sources: Sources
    ) -> None:
        """Their sum is published; with each as a cluster the squared error is a second equation."""
        structure = sources.knowledge.of(*GRADE)
        names = naive.in_bands(structure, ["10-49"])
        own = [name for name in names if structure.sizes[name] >= naive.FLOOR][:4]
        small = [name for name in names if structure.sizes[name] < naive.FLOOR][:2]
        few = Knowledge(keeping(sources.world, FIRST, [*own, *small])).of(*GRADE)
        total = sum(few.truth(name) * few.sizes[name] for name in small)
        error = squared_error(few, {name: few.truth(name) for name in (*own, *small)})
        first, second = small
        candidates = []
        for sum_of_first in range(few.sizes[first], 10 * few.sizes[first] + 1):
            guess = {name: few.truth(name) for name in own}
            guess[first] = sum_of_first / few.sizes[first]
            guess[second] = (total - sum_of_first) / few.sizes[second]
            if squared_error(few, guess) == pytest.approx(error, rel=1e-9):
                candidates.append(guess[first])
        assert candidates == [pytest.approx(few.truth(first))]

    def test_pooled_spread_minus_distributions_leaves_no_organisation_alone(
        self, tmp_path: Path
    ) -> None:
        knowledge, facts = released(one_without_distribution(), tmp_path)
        structure, mine = knowledge.of(*GRADE), facts[GRADE]
        own = [atom for atom in structure.atoms if atom.is_own]
        spread = float(np.median(list(recovered(structure, mine, freedom(own)))))
        shown = {c.atom.name: c for c in distributions(structure, mine) if is_full(c)}
        left = [atom for atom in own if atom.name not in shown]
        known = sum(squared(classes) for name, classes in shown.items())
        assert len(own) >= 5
        assert len(left) == 1
        found = (spread * freedom(own) - known) / (left[0].n - 1)
        assert found != pytest.approx(pooled(left), rel=1e-6)


def squared_error(structure: Structure, means: dict[str, float]) -> float:
    """Return the squared error of a plain mean of organisations' answers, each a cluster."""
    n = np.array([structure.sizes[name] for name in means], dtype=float)
    y = np.array(list(means.values()))
    z = n * (y - (n @ y) / n.sum()) / n.sum()
    return float(len(n) / (len(n) - 1) * ((z - z.mean()) ** 2).sum())


def is_full(classes: Classes) -> bool:
    """Return whether every answer is a class of its own."""
    return all(low == high for low, high in classes.ends)


def squared(classes: Classes) -> float:
    """Return the squared deviations that a full distribution shows."""
    values = np.repeat([low for low, _ in classes.ends], classes.counts)
    return float(((values - values.mean()) ** 2).sum())


HALVES = {"above": (5,) * 9 + (4,) * 5, "below": (3, 4) * 7, "wide": (3, 5) * 7}


def atom_of(name: str, answers: tuple[int, ...]) -> reference.Atom:
    """Return an organisation with these answers."""
    return reference.Atom("own", name, ("50-99",), (name,), 60, answers)


class TestT7Homogeneity:
    """People who agree: their mean is everybody's answer."""

    def width(self, structure: Structure, fact: Fact) -> float:
        """Return the width in which every single answer behind a mean must lie."""
        low, high = structure.scale
        n = fact.count or 0
        total = round(fact.value * n)
        return min(high, total - low * (n - 1)) - max(low, total - high * (n - 1))

    @pytest.mark.parametrize("source", SOURCES)
    def test_no_mean_pins_down_a_single_answer(self, sources: Sources, source: str) -> None:
        tried = 0
        for key, mine in sources.facts(source).items():
            structure = sources.knowledge.of(*key)
            low, high = structure.scale
            for one in mine:
                whole = one.kind in ("size_band", "sector") and key[1] == "employee"
                if one.count is None or one.half or one.measure != "mean" or whole:
                    continue
                harmless = structure.item.kind == "mention" and one.value == 0
                assert self.width(structure, one) >= 4 * (high - low) / 9 or harmless, one
                tried += 1
        assert tried > 100

    def test_with_a_threshold_only_ten_out_of_ten_is_everybody(self, sources: Sources) -> None:
        structure = sources.knowledge.of(*GRADE)
        equation = naive.everybody(structure, ["ORGSAME"])
        n = structure.sizes["ORGSAME"]
        label = (*GRADE[:2], ORGANISATION, "ORGSAME", GRADE[2])
        assert n >= naive.FLOOR
        assert self.width(structure, Fact("naive", *label, "mean", equation.value, n)) == 0

    def test_means_and_distributions_together_pin_nobody_down(self, sources: Sources) -> None:
        tried = 0
        facts = sources.facts(FILES)
        for key in scales(facts, sources.knowledge)[:6]:
            structure = sources.knowledge.of(*key)
            assert narrowed(structure, facts[key]) == [], key
            tried += sum(len(parts_of(structure, c)) for c in distributions(structure, facts[key]))
        assert tried > 20

    def test_one_distribution_and_two_means_can_pin_a_half_down(self) -> None:
        """Nobody of 28 said 1 or 2 and 7 said 3; with a mean of 3.5 all seven are in one half."""
        above, below, wide = (atom_of(name, answers) for name, answers in HALVES.items())
        for lower, ends in ((below, (4, 5)), (wide, (3, 5))):
            answers = above.answers + lower.answers
            both = reference.Atom("rest", "50-99", ("50-99",), ("A", "B"), 120, answers)
            classes = Classes(both, ((1, 2), (3, 3), (4, 5)), (0, 7, 21))
            assert answer_range([above, lower], classes, 0) == ends

    def test_nor_where_two_organisations_share_a_distribution(self, tmp_path: Path) -> None:
        key = (FIRST, "employee", "training_satisfaction")
        knowledge, facts = released(build_world(1351, scale=0.15, response=3), tmp_path)
        assert narrowed(knowledge.of(*key), facts[key]) == []

    def test_what_is_missing_is_about_ten_people_and_names_no_answer(
        self, sources: Sources
    ) -> None:
        """Who knows the rule sees whose answers were nearly all alike, at one end or the other.

        No rule can hide that it was applied (docs/security.md, what does not hold). What it tells
        is about no fewer people than any figure, and a result hidden to protect others looks alike.
        """
        told = told_by_absence(sources.knowledge, sources.facts(FILES))
        assert told
        for (wave, side, item), name, _ in told:
            structure = sources.knowledge.of(wave, side, item)
            assert structure.sizes[name] >= naive.FLOOR
            [row] = sources.releases[-1].score(
                wave_id=wave, side=side, item_id=item, group_kind=ORGANISATION, group_id=name
            )
            assert row["status"] == "withheld_complement"
            assert row["value"] is None

    @pytest.mark.parametrize("account", [OWN])
    def test_a_hundred_percent_is_never_written(self, sources: Sources, account: str) -> None:
        for mine in sources.facts(account).values():
            shares = [one for one in mine if one.measure.startswith("class ")]
            assert all(one.value < 1 for one in shares)


def told_by_absence(knowledge: Knowledge, facts: Facts) -> list[tuple[Key, str, float]]:
    """Return results that are missing for no other reason than what was answered.

    The attacker works out which organisations would have a result if only counts decided, merging
    the smallest first as the rule does. Who is missing without being the smallest was left out for
    its answers: they (nearly) all were the same, at an end of the scale.
    """
    found = []
    for key, mine in facts.items():
        structure = knowledge.of(*key)
        if key[1] == "hr":
            continue
        counts = reference.Partitioning(
            structure.wave, reference.PERSONS, None, structure.answers, structure.base
        )
        expected = {n for n, label in counts.solve(structure.base).items() if label[0] == "own"}
        shown = {one.group for one in mine if one.kind == ORGANISATION}
        for band in reference.ORDER:
            here = [n for n in expected if structure.wave.band_of[n] == band]
            here.sort(key=lambda name: (structure.sizes[name], name))
            while here and here[0] not in shown:
                here.pop(0)
            found += [(key, n, structure.truth(n)) for n in here if n not in shown]
    return found
