"""T1 to T3 and T5 of statistics.md §8.1, against the released files and what each account sees.

Each attack is first carried out on what a publisher with only a threshold would publish, where it
gives somebody away exactly; then the same arithmetic is tried on everything there is to see.
"""

from __future__ import annotations

import pytest

from tests.attacks import naive
from tests.attacks.arithmetic import (
    System,
    Unit,
    alike,
    between,
    smallest_subject,
    solved,
    whole_sums,
)
from tests.attacks.cells import fewest_cells, naive_ages
from tests.attacks.facts import bands_in, facts_of
from tests.attacks.knowledge import Key, Knowledge, by_question
from tests.attacks.sources import FILES, SOURCES, Sources
from tests.attacks.threats import FLOOR, GRADE, Facts, everywhere, means
from tests.attacks.worlds import (
    FIRST,
    SECOND,
    History,
    keeping,
    overlapping,
)
from tests.builders import Released, World, release_world

TRUST: Key = (SECOND, "employee", "aspect_trust")
WORKLOAD: Key = (FIRST, "employee", "priority_workload")
NARROWED = [(source, GRADE) for source in SOURCES] + [(FILES, TRUST), (FILES, WORKLOAD)]


class TestT1SmallCell:
    """A figure of fewer than ten people."""

    @everywhere
    def test_nothing_seen_is_about_fewer_than_ten(self, sources: Sources, source: str) -> None:
        facts = sources.facts(source)
        everything = [one for mine in facts.values() for one in mine]
        people = [one.count for one in everything if one.count is not None]
        assert len(people) > 500
        assert min(people) >= FLOOR
        for key, mine in facts.items():
            assert smallest_subject(sources.knowledge.system(mine, key), FLOOR) is None, key

    def test_flagged_answers_and_the_others_are_ten_each(self, history: History) -> None:
        rows = history.releases[-1].tables["sensitivity"]
        for row in (row for row in rows if row["status"] == "published"):
            assert FLOOR <= row["flagged_count"] <= row["answer_count"] - FLOOR, row

    def test_without_a_threshold_a_rounded_mean_is_four_people(self, sources: Sources) -> None:
        """Rounding hides nothing: 7.3 of four people is one sum."""
        structure = sources.knowledge.of(*GRADE)
        system = naive.threshold_only(structure, floor=1)
        people, units = smallest_subject(system, FLOOR) or (0, [])
        assert 0 < people < FLOOR
        name = str(units[0])
        found = solved(system, {name: 1 / structure.sizes[name]})
        assert found is not None
        n, total = structure.sizes[name], structure.truth(name) * structure.sizes[name]
        assert whole_sums(round(found, 1), 0.05, n) == [round(total)]


class TestT2TotalMinusSiblings:
    """A band minus the organisations of it that are published."""

    @pytest.mark.parametrize(("source", "key"), NARROWED)
    def test_a_withheld_mean_stays_open_over_a_third_of_the_scale(
        self, sources: Sources, source: str, key: Key
    ) -> None:
        facts = means(sources.facts(source).get(key, []))
        structure = sources.knowledge.of(*key)
        system, (low, high) = sources.knowledge.system(facts, key), structure.scale
        assert structure.hidden()
        assert system.equations
        for name in structure.hidden():
            least, most = between(system, {name: 1 / structure.sizes[name]}, (low, high))
            few_named = structure.item.kind == "mention" and least <= low + 1e-6
            assert most - least >= (high - low) / 3 - 1e-6 or few_named, (name, least, most)

    def test_with_a_threshold_only_siblings_are_subtracted(self, sources: Sources) -> None:
        found = 0
        for key in ((w, "employee", i) for w in (FIRST, SECOND) for i in sources.knowledge.items):
            structure = sources.knowledge.of(*key)
            system = naive.threshold_only(structure)
            subject = smallest_subject(system, FLOOR)
            if subject is None:
                continue
            n = sum(structure.sizes[str(unit)] for unit in subject[1])
            truth = sum(structure.truth(str(u)) * structure.sizes[str(u)] for u in subject[1])
            target: dict[Unit, float] = dict.fromkeys(subject[1], 1 / n)
            low, high = between(system, target, structure.scale)
            assert solved(system, target) == pytest.approx(truth / n)
            assert (low, high) == (pytest.approx(truth / n, abs=1e-4),) * 2
            found += 1
        assert found > 5


@pytest.fixture(scope="module")
def thin() -> World:
    """Return a sector in whose middle band a handful of people took part."""
    return overlapping()


@pytest.fixture(scope="module")
def thin_release(thin: World, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """Return its release."""
    return release_world(thin, tmp_path_factory.mktemp("thin"))


def check_groups(knowledge: Knowledge, facts: Facts) -> int:
    """Raise when groups leave fewer than ten between them; return how many questions overlap."""
    overlaps = 0
    for key, mine in facts.items():
        groups = {bands_in(one.group) for one in mine if one.kind in ("size_band", "sector")}
        overlaps += len(groups) > 2
        assert smallest_subject(knowledge.system(mine, key), FLOOR) is None, key
    return overlaps


def check_ages(knowledge: Knowledge, facts: Facts) -> int:
    """Raise when age groups leave fewer than ten; return how many questions have some."""
    tried = 0
    for key, mine in facts.items():
        fewest = fewest_cells(
            knowledge, key, [f for f in mine if f.kind.endswith("_age") and f.count is not None]
        )
        assert fewest is None or fewest.people >= FLOOR, (key, fewest)
        tried += fewest is not None
    return tried


class TestT3OverlappingGroups:
    """Bands that are merged in one way for one purpose, in another for another, and age groups."""

    @everywhere
    def test_groups_and_age_groups_leave_nobody_alone(self, sources: Sources, source: str) -> None:
        facts = sources.facts(source)
        assert check_groups(sources.knowledge, facts) > 20
        assert check_ages(sources.knowledge, facts) > 20

    def test_nor_where_a_band_in_the_middle_is_nearly_empty(
        self, thin: World, thin_release: Released
    ) -> None:
        facts = by_question(facts_of(thin_release.tables, FILES))
        knowledge = Knowledge(thin)
        assert check_groups(knowledge, facts) > 0
        assert check_ages(knowledge, facts) > 20

    def test_with_a_threshold_only_overlapping_bands_are_solved(self, thin: World) -> None:
        """Two neighbours together, in both ways, and all three: the middle one is left."""
        structure = Knowledge(thin).of(*GRADE)
        middle = naive.in_bands(structure, ["50-99"])
        assert 0 < sum(structure.sizes[name] for name in middle) < FLOOR
        divisions = (("10-49", "50-99"), ("50-99", "100-249"), ("10-49", "50-99", "100-249"))
        system = System(naive.groups(structure, divisions), structure.sizes)
        expected = naive.everybody(structure, middle)
        assert solved(system, expected.weights) == pytest.approx(expected.value)

    def test_with_a_threshold_only_age_groups_are_solved(self, thin: World) -> None:
        exposed = naive_ages(Knowledge(thin), GRADE)
        assert 0 < exposed.people < FLOOR
        assert exposed.solved == pytest.approx(exposed.truth)


class TestT5SeveralWeightings:
    """One group averaged in several ways: people, organisations, headcounts."""

    @everywhere
    def test_no_weighting_tells_withheld_organisations_apart(
        self, sources: Sources, source: str
    ) -> None:
        ways = set()
        for key, mine in sources.facts(source).items():
            ways |= {one.measure.split()[0] for one in mine}
            classes = alike(sources.knowledge.system(mine, key))
            for atom in sources.knowledge.of(*key).atoms:
                answered = {
                    n for n in atom.organisations if sources.knowledge.of(*key).sizes.get(n)
                }
                assert sum(not answered.isdisjoint(units) for units in classes) == 1, (key, atom)
        assert {"mean", "organisations", "others", "class"} - ways <= {"others", "class"}

    def test_with_a_threshold_only_two_weightings_solve_two_organisations(
        self, sources: Sources
    ) -> None:
        structure = sources.knowledge.of(*GRADE)
        names = naive.in_bands(structure, ["10-49"])
        by_size = {structure.sizes[name]: name for name in names}
        large = [name for n, name in by_size.items() if n >= FLOOR][:3]
        small = [by_size[n] for n in sorted(by_size) if n < FLOOR][-2:]
        alone = keeping(sources.world, FIRST, [*large, *small])
        few = Knowledge(alone).of(*GRADE)
        seen = [naive.everybody(few, [name]) for name in large]
        seen += [naive.everybody(few, few.sizes), naive.each_once(few, few.sizes)]
        system = System(seen, few.sizes)
        assert sum(few.sizes[name] for name in small) >= FLOOR
        for name in small:
            found = solved(system, {name: 1 / few.sizes[name]})
            assert found == pytest.approx(few.truth(name))
