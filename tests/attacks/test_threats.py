"""T1 to T5 and T11 of statistics.md §8.1, against the released files and what each account sees.

Each attack is first carried out on what a publisher with only a threshold would publish, where it
gives somebody away exactly; then the same arithmetic is tried on everything there is to see.
"""

from __future__ import annotations

import statistics
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from tests.attacks import naive
from tests.attacks.arithmetic import (
    Equation,
    System,
    Unit,
    alike,
    between,
    possible_values,
    rank,
    smallest_subject,
    solved,
    squares_of,
    whole_sums,
)
from tests.attacks.cells import fewest_cells, naive_ages
from tests.attacks.facts import Fact, bands_in, facts_of
from tests.attacks.knowledge import Key, Knowledge, Structure, by_question, is_linear
from tests.attacks.sources import FILES, SOURCES, Sources
from tests.attacks.worlds import (
    FIRST,
    SECOND,
    History,
    agreeing,
    keeping,
    overlapping,
    with_headcount,
)
from tests.builders import Released, Row, World, release_world
from tests.spoken import WAVE, release_of, store_of, talk
from warehouse.tables import TABLES

FLOOR = 10
GRADE: Key = (FIRST, "employee", "grade")
TRUST: Key = (SECOND, "employee", "aspect_trust")
WORKLOAD: Key = (FIRST, "employee", "priority_workload")
NARROWED = [(source, GRADE) for source in SOURCES] + [(FILES, TRUST), (FILES, WORKLOAD)]
Facts = dict[Key, list[Fact]]
everywhere = pytest.mark.parametrize("source", SOURCES)


def means(facts: list[Fact]) -> list[Fact]:
    """Return facts without shares of answer classes, whose unknowns are other ones."""
    return [one for one in facts if not one.measure.startswith("class ")]


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


# Tables that say what a wave was, and everything that was measured in it: all of the contract.
OF_A_WAVE = frozenset(table.name for table in TABLES if "wave_id" in table.key)
# What organisations were before they merged is known once they have; see the test below.
LOOKS_BACK = frozenset({"predecessor"})
# Nobody talked in this sector, and nobody merged before its first wave.
ABSENT = frozenset(
    {"dialogue_question", "dialogue_answer", "dialogue_parameter", "dialogue_mention", "quote",
     "organisation_event"}
)  # fmt: skip


def late_units(structure: Structure, person: Row) -> dict[Unit, int]:
    """Return the sizes with the person who came late as a unit by itself."""
    name = person["organisation_id"]
    return {**structure.sizes, name: structure.sizes[name] - 1, "late": 1}


def with_late(equation: Equation, person: Row) -> Equation:
    """Return an equation of the corrected wave: who came late weighs as much as colleagues."""
    weight = equation.weights.get(person["organisation_id"], 0.0)
    return Equation({**equation.weights, "late": weight}, equation.value, equation.half)


class TestT4TwoReleases:
    """A correction before the wave is closed, one after, a wave more, a merger, a restated band."""

    def test_a_wave_is_the_same_in_every_release(self, history: History) -> None:
        first, second = history.releases
        for table in sorted(OF_A_WAVE - LOOKS_BACK):
            now = [row for row in second.tables[table] if row["wave_id"] == FIRST]
            assert repr(now) == repr(first.tables[table]), table
            assert bool(now) == (table not in ABSENT), table

    def test_what_looks_back_is_made_of_what_was_published_then(self, history: History) -> None:
        """The predecessors' means, by headcounts everybody knows, out of the first release."""
        first, second = history.releases
        heads = history.world.headcounts(FIRST)
        assert not first.tables["predecessor"]
        rows = [row for row in second.tables["predecessor"] if row["status"] == "published"]
        for row in rows:
            parts = row["predecessor_ids"].split("+")
            key = {"item_id": row["item_id"], "side": row["side"], "group_kind": "organisation"}
            then = [first.score(**key, group_id=part)[0]["value"] for part in parts]
            people = [heads[part] or 0 for part in parts]
            value = sum(n * mean for n, mean in zip(people, then, strict=True)) / sum(people)
            assert row["wave_id"] == FIRST
            assert row["value"] == pytest.approx(value, abs=1e-12)
        assert len(rows) > 20

    def test_a_dialogue_is_the_same_in_a_release_with_a_wave_more(self, tmp_path: Path) -> None:
        told = talk(waves=(WAVE, "2026"))
        store, settings = store_of(told, tmp_path)
        first, second = (release_of(store, settings, waves) for waves in ([WAVE], [WAVE, "2026"]))
        for table in sorted(ABSENT - {"dialogue_mention", "organisation_event"}):
            now = [row for row in second.tables[table] if row["wave_id"] == WAVE]
            assert repr(now) == repr(first.tables[table]), table
            assert now, table

    def test_a_file_that_comes_after_the_release_changes_nothing(self, history: History) -> None:
        assert history.late.outcome == "refused"
        assert "its figures never change" in str(history.late.delivery.reason)

    @everywhere
    def test_who_came_with_the_correction_is_one_of_eleven(
        self, history: History, sources: Sources, source: str
    ) -> None:
        structure, person = sources.knowledge.of(*GRADE), history.person
        mine = means(sources.facts(source)[GRADE])
        seen = sources.knowledge.system(mine, GRADE).equations
        system = System([with_late(one, person) for one in seen], late_units(structure, person))
        assert smallest_subject(system, FLOOR) is None
        assert solved(system, {"late": 1.0}) is None

    def test_published_before_and_after_the_correction_it_is_one_person(
        self, history: History, sources: Sources
    ) -> None:
        """With ten answers and then eleven the difference is the eleventh."""
        after, person = sources.knowledge.of(*GRADE), history.person
        before = Knowledge(history.before).of(*GRADE)
        name = person["organisation_id"]
        assert (before.sizes[name], after.sizes[name]) == (10, 11)
        seen = [naive.everybody(before, [name]), with_late(naive.everybody(after, [name]), person)]
        system = System(seen, late_units(after, person))
        assert (smallest_subject(system, FLOOR) or (0,))[0] == 1
        assert solved(system, {"late": 1.0}) == pytest.approx(person["answers"]["grade"])

    def test_a_restated_band_published_again_is_one_organisation(
        self, history: History, sources: Sources
    ) -> None:
        before, moved = sources.knowledge.of(*GRADE), history.moved
        after = Knowledge(with_headcount(history.world, moved, (FIRST,))).of(*GRADE)
        seen = [naive.everybody(s, naive.in_bands(s, ["50-99"])) for s in (before, after)]
        system = System(seen, before.sizes)
        assert 0 < before.sizes[moved] < FLOOR
        found = solved(system, {moved: 1 / before.sizes[moved]})
        assert found == pytest.approx(before.truth(moved))

    def test_what_joins_waves_adds_no_equation(self, history: History, sources: Sources) -> None:
        tried = 0
        for item in ("grade", "aspect_trust", "priority_workload"):
            rows = joint_rows(sources, item)
            more = [*changes(history, sources, item), *predecessors(history, sources, item)]
            assert rank(with_rows(rows, more)) == rank(with_rows(rows, []))
            tried += len(more)
        assert tried > 60

    def test_the_status_file_never_looks_at_an_answer(self, history: History) -> None:
        free = {"wave_id", "group_kind", "group_id", "status"}
        counts = {"invited", "respondent_count", "organisation_count", "response_rate"}
        for status in history.statuses:
            rows = status.tables["response"]
            shown = [row for row in rows if row["status"] == "published"]
            assert {name for row in rows for name in row} <= free | counts
            assert all(row["respondent_count"] >= FLOOR for row in shown)
        assert history.statuses[0].tables["response"]


Rows = list[dict[Unit, float]]


def of_wave(wave: str, weights: dict[Unit, float]) -> dict[Unit, float]:
    """Return weights on the organisations of one wave."""
    return {(wave, unit): weight for unit, weight in weights.items()}


def joint_rows(sources: Sources, item: str) -> Rows:
    """Return what the released files say of a question at both waves, as one system."""
    keys = [(wave, "employee", item) for wave in (FIRST, SECOND)]
    return [
        of_wave(key[0], sources.knowledge.of(*key).weights(one))
        for key in keys
        for one in means(sources.facts(FILES)[key])
        if is_linear(one)
    ]


def with_rows(rows: Rows, more: Rows) -> np.ndarray:
    """Return rows as a matrix over all units."""
    units = sorted({unit for row in (*rows, *more) for unit in row}, key=repr)
    return np.array([[row.get(unit, 0.0) for unit in units] for row in (*rows, *more)])


def changes(history: History, sources: Sources, item: str) -> Rows:
    """Return the changes between waves: later minus earlier."""
    found = []
    for row in history.releases[-1].tables["trend"]:
        if (row["item_id"], row["side"], row["status"]) == (item, "employee", "published"):
            sides = [(FIRST, -1.0), (SECOND, 1.0)]
            found.append(joined_sides(sources, row, sides))
    return found


def joined_sides(sources: Sources, row: Row, sides: list[tuple[str, float]]) -> dict[Unit, float]:
    """Return a combination of one group at several waves, checked against its released value."""
    joined: dict[Unit, float] = {}
    value = 0.0
    for wave, sign in sides:
        key = (wave, "employee", row["item_id"])
        label = (*key[:2], row["group_kind"], row["group_id"], key[2], "mean")
        one = next(fact for fact in sources.facts(FILES)[key] if fact.label == label)
        weights = sources.knowledge.of(wave, "employee", row["item_id"]).weights(one)
        joined |= of_wave(wave, {unit: sign * weight for unit, weight in weights.items()})
        value += sign * one.value
    assert row["change"] == pytest.approx(value, abs=1e-9)
    return joined


def predecessors(history: History, sources: Sources, item: str) -> Rows:
    """Return what merged organisations had together: their mean, weighted by headcount."""
    structure = sources.knowledge.of(FIRST, "employee", item)
    heads = history.world.headcounts(FIRST)
    found = []
    for row in history.releases[-1].tables["predecessor"]:
        if row["item_id"] == item and row["status"] == "published":
            parts = row["predecessor_ids"].split("+")
            whole = sum(heads[part] or 0 for part in parts)
            shares = {part: (heads[part] or 0) / whole for part in parts}
            value = sum(share * structure.truth(part) for part, share in shares.items())
            assert row["value"] == pytest.approx(value)
            found.append(of_wave(FIRST, {p: s / structure.sizes[p] for p, s in shares.items()}))
    return found


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


class TestT9HrPerson:
    """One to three known people per organisation; their interval gives their spread."""

    @everywhere
    def test_the_hr_side_is_never_of_an_organisation_and_always_of_ten(
        self, sources: Sources, source: str
    ) -> None:
        found = {key: mine for key, mine in sources.facts(source).items() if key[1] == "hr"}
        assert len(found) > 50
        for key, mine in found.items():
            assert {one.kind for one in mine} <= {"size_band", "sector"}, key
            assert smallest_subject(sources.knowledge.system(mine, key), FLOOR) is None, key

    @everywhere
    def test_mean_and_interval_leave_every_hr_value_open(
        self, sources: Sources, source: str
    ) -> None:
        # What accounts see is among the released rows; of those one question more is tried.
        items = ("grade",) if source != FILES else ("grade", "aspect_trust", "aspect_flexibility")
        chosen = {k: mine for k, mine in sources.facts(source).items() if k[2] in items}
        found = hr_intervals(sources.knowledge, chosen)
        assert len(found) >= 4
        for fact, values, width in found:
            assert max(values) - min(values) >= width, fact

    def test_nor_do_they_where_all_of_a_band_agree(self, tmp_path: Path) -> None:
        world = agreeing()
        facts = by_question(facts_of(release_world(world, tmp_path).tables, FILES))
        agreed = [(FIRST, "hr", item) for item in ("grade", "aspect_trust")]
        found = hr_intervals(Knowledge(world), {key: facts[key] for key in agreed})
        assert len(found) >= 4
        for fact, values, width in found:
            assert max(values) - min(values) >= width, fact

    def test_published_as_they_are_they_give_everybodys_answer(self) -> None:
        structure = Knowledge(agreeing()).of(FIRST, "hr", "grade")
        values = [
            int(structure.truth(name)) for name in naive.in_bands(structure, ["0-9", "10-49"])
        ]
        n, mean = len(values), statistics.mean(values)
        half = norm.ppf(0.975) * statistics.stdev(values) / n**0.5
        squares = squares_of(n, mean, (mean - half, mean + half), structure.scale)
        assert n >= FLOOR
        assert possible_values(n, sum(values), squares, structure.scale) == [8]

    def test_with_a_threshold_of_persons_the_sector_gives_a_few_of_them(
        self, sources: Sources
    ) -> None:
        """Ten people are fewer organisations; and the sector minus its bands is what is hidden."""
        structure = sources.knowledge.of(FIRST, "hr", "grade")
        names = naive.in_bands(structure, ["250+"])[:3]
        rest = [name for name in structure.sizes if name not in names]
        seen = [naive.everybody(structure, rest), naive.everybody(structure, structure.sizes)]
        system = System(seen, structure.sizes)
        people, units = smallest_subject(system, FLOOR) or (0, [])
        assert (people, sorted(map(str, units))) == (3, sorted(names))
        expected = naive.everybody(structure, names)
        assert solved(system, expected.weights) == pytest.approx(expected.value)


def hr_intervals(knowledge: Knowledge, facts: Facts) -> list[tuple[Fact, list[int], float]]:
    """Return each hr mean with an interval, what a single value may be, and the least width."""
    found = {}
    for (wave, side, item), mine in facts.items():
        structure = knowledge.of(wave, side, item)
        if side != "hr" or structure.item.is_share:
            continue
        low, high = structure.scale
        for one in mine:
            if one.count and one.low is not None and one.high is not None and not one.half:
                total = round(one.value * one.count)
                bounds = (one.low, one.high)
                squares = squares_of(one.count, one.value, bounds, structure.scale)
                values = possible_values(one.count, total, squares, structure.scale)
                found[one.label] = one, values, 4 * (high - low) / 9
    return list(found.values())


class TestT11NonResponse:
    """Questions that fewer people answered, and what several questions make together."""

    PAIR = ("grade", "training_satisfaction")

    def both(self, structure: Structure, other: Structure) -> dict[Unit, int]:
        """Return how many per organisation answered a question, and the other one or not."""
        found: dict[Unit, int] = {}
        for row in structure.wave.rows:
            given = [row["answers"].get(s.item.item_id) for s in (structure, other)]
            if row["side"] == "employee" and given[0] is not None:
                unit = (structure.item.item_id, row["organisation_id"], given[1] is not None)
                found[unit] = found.get(unit, 0) + 1
        return found

    def spread(self, structure: Structure, equation: Equation) -> Equation:
        """Return an equation on who answered both and who did not: they weigh the same."""
        item = structure.item.item_id
        weights = {
            (item, name, both): weight
            for name, weight in equation.weights.items()
            for both in (True, False)
        }
        return Equation(weights, equation.value)

    def joint(self, knowledge: Knowledge, seen: list[list[Equation]]) -> System:
        """Return two questions of one wave as one system."""
        first, second = (knowledge.of(FIRST, "employee", item) for item in self.PAIR)
        sizes = self.both(first, second) | self.both(second, first)
        found = [
            self.spread(s, one)
            for s, part in zip((first, second), seen, strict=True)
            for one in part
        ]
        return System(found, sizes)

    @everywhere
    def test_two_questions_do_not_give_who_answered_one_only(
        self, sources: Sources, source: str
    ) -> None:
        seen = []
        for item in self.PAIR:
            key = (FIRST, "employee", item)
            facts = means(sources.facts(source).get(key, []))
            seen.append(list(sources.knowledge.system(facts, key).equations))
        system = self.joint(sources.knowledge, seen)
        assert any(0 < n < FLOOR for n in system.sizes.values())
        assert smallest_subject(system, FLOOR) is None

    @everywhere
    def test_an_organisation_has_no_result_where_fewer_than_ten_answered(
        self, sources: Sources, source: str
    ) -> None:
        """However many took part."""
        few = 0
        for key, mine in sources.facts(source).items():
            structure = sources.knowledge.of(*key)
            shown = {one.group for one in mine if one.kind == "organisation"}
            for name, n in structure.sizes.items():
                if key[1] == "employee" and n < FLOOR <= structure.wave.participants[name]:
                    assert name not in shown, (key, name)
                    few += 1
        assert few > 50

    def test_every_figure_is_of_one_question(self, history: History) -> None:
        """There is no composite, so none of complete cases."""
        asked = {row["item_id"] for row in history.releases[-1].tables["instrument_item"]}
        for name, rows in history.releases[-1].tables.items():
            assert {row["item_id"] for row in rows if "item_id" in row} <= asked, name

    def test_a_composite_of_complete_cases_gives_who_answered_one_only(
        self, sources: Sources
    ) -> None:
        """Mean of A, mean of B, and the mean of both among who answered both."""
        knowledge = sources.knowledge
        first, second = (knowledge.of(FIRST, "employee", item) for item in self.PAIR)
        sizes = self.both(first, second)
        name = next(n for n in first.sizes if 0 < sizes.get(("grade", n, False), 0) < 3)
        skipped = [
            row["answers"]["grade"]
            for row in first.wave.rows
            if (row["organisation_id"], row["side"]) == (name, "employee")
            if row["answers"]["grade"] is not None and row["answers"][self.PAIR[1]] is None
        ]
        system = self.joint(knowledge, [[naive.everybody(s, [name])] for s in (first, second)])
        composite = {(item, name, True): 1.0 for item in self.PAIR}
        value = sum(first.answers[name]) - sum(skipped) + self.of_both(second, name)
        only = {("training_satisfaction", name, False): 1.0}
        known = [
            *system.equations,
            Equation(composite, value),
            Equation(only, self.alone(second, name)),
        ]
        target: dict[Unit, float] = {("grade", name, False): 1.0}
        assert solved(system, target) is None
        assert solved(System(known, system.sizes), target) == pytest.approx(sum(skipped))

    def of_both(self, structure: Structure, name: str) -> float:
        """Return the sum of the answers of who also gave a grade."""
        return float(sum(structure.answers[name])) - self.alone(structure, name)

    def alone(self, structure: Structure, name: str) -> float:
        """Return the sum of the answers of who gave no grade: mostly nobody."""
        return float(
            sum(
                row["answers"][structure.item.item_id]
                for row in structure.wave.rows
                if (row["organisation_id"], row["side"]) == (name, "employee")
                if row["answers"]["grade"] is None
                if row["answers"][structure.item.item_id] is not None
            )
        )
