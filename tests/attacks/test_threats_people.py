"""T9 and T11 of statistics.md §8.1: known hr representatives, and who left a question open."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest
from scipy.stats import norm

from tests.attacks import naive
from tests.attacks.arithmetic import (
    Equation,
    System,
    Unit,
    possible_values,
    smallest_subject,
    solved,
    squares_of,
)
from tests.attacks.facts import Fact, facts_of
from tests.attacks.knowledge import Knowledge, Structure, by_question
from tests.attacks.sources import FILES, Sources
from tests.attacks.threats import FLOOR, Facts, everywhere, means
from tests.attacks.worlds import FIRST, SECOND, History, agreeing
from tests.builders import Tables, instrument_file, release_world
from tests.reference.composites import composite_values, composites
from warehouse.tables import TABLES


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


COMPOSITE = ("wave_id", "side", "group_kind", "group_id", "composite_id")


def composites_of(released: Tables, wave: str) -> dict[tuple[str, ...], float]:
    """Return the means of published scores that each composite of a wave must be."""
    names = ("wave_id", "side", "group_kind", "group_id", "item_id")
    scores = {tuple(row[name] for name in names): row for row in released["score"]}
    made = composite_values(wave, {"score": scores}, composites(instrument_file()["item"]))
    return {(wave, *key): row["value"] for key, row in made.items()}


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

    def test_every_figure_is_of_one_question_or_a_mean_of_published_ones(
        self, history: History
    ) -> None:
        """So no composite is of complete cases."""
        released = history.releases[-1].tables
        asked = {row["item_id"] for row in released["instrument_item"]}
        for name, rows in released.items():
            assert {row["item_id"] for row in rows if "item_id" in row} <= asked, name
        made = {t.name for t in TABLES if any(c.name == "composite_id" for c in t.columns)}
        assert made == {"composite", "composite_gap"}
        expected = composites_of(released, FIRST) | composites_of(released, SECOND)
        found = {tuple(row[n] for n in COMPOSITE): row["value"] for row in released["composite"]}
        assert found == pytest.approx(expected, abs=1e-12)
        assert len(found) > 100

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
