"""T4 of statistics.md §8.1: one wave in several releases, and what joins waves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.attacks import naive
from tests.attacks.arithmetic import (
    Equation,
    System,
    Unit,
    rank,
    smallest_subject,
    solved,
)
from tests.attacks.knowledge import Knowledge, Structure, is_linear
from tests.attacks.sources import FILES, Sources
from tests.attacks.threats import FLOOR, GRADE, everywhere, means
from tests.attacks.worlds import (
    FIRST,
    SECOND,
    History,
    with_headcount,
)
from tests.builders import Row
from tests.spoken import WAVE, release_of, store_of, talk
from warehouse.tables import TABLES

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
