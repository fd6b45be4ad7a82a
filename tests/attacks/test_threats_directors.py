"""T8: hr directors who put together what each of them sees.

They know their own results, who answered where, and everybody's headcount. What has to stay hidden
is the mean of another organisation. Three is one more than the policy's coalition of two others.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from tests.attacks import naive
from tests.attacks.arithmetic import System, solved
from tests.attacks.directors import (
    Curves,
    Floats,
    fewest_about,
    own_means,
    rows_on_means,
    whole_solutions,
)
from tests.attacks.facts import ORGANISATION
from tests.attacks.knowledge import Key, Knowledge, Structure
from tests.attacks.sources import BELOW, TOGETHER, Sources
from tests.attacks.test_collusion import odd_name, with_one_odd_headcount
from tests.attacks.worlds import FIRST
from tests.builders import build_world, release_world
from warehouse.paths import Store

COALITION = 3
GRADE: Key = (FIRST, "employee", "grade")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """Return a sector in which ten organisations have a grade, as few as everything needs."""
    root = tmp_path_factory.mktemp("directors")
    world = build_world(49, scale=0.3).without("ORGGIANT")
    return Sources(world, Store(root), [release_world(world, root)])


class TestT8Directors:
    """Own results taken together."""

    def questions(self, sources: Sources, source: str) -> list[Key]:
        """Return the questions of employees that some organisations have a result of."""
        keys = [key for key in sources.facts(source) if key[1] == "employee"]
        return [k for k in keys if any(atom.is_own for atom in sources.knowledge.of(*k).atoms)]

    @pytest.mark.parametrize("source", [BELOW, TOGETHER])
    def test_nobody_sees_an_organisation_but_the_own_one(
        self, sources: Sources, source: str
    ) -> None:
        mine = {account.organisation_id for account in sources.accounts(source)}
        seen = set()
        for facts in sources.facts(source).values():
            seen |= {one.group for one in facts if one.kind == ORGANISATION}
        assert seen <= mine
        assert seen == (mine if source == TOGETHER else set())

    def test_no_combination_is_about_four_organisations_or_fewer(self, sources: Sources) -> None:
        """So three directors cannot solve it for one more."""
        tried = 0
        for key in self.questions(sources, BELOW):
            structure = sources.knowledge.of(*key)
            rows, _ = rows_on_means(structure, sources.facts(BELOW)[key])
            if np.abs(rows).max(initial=0.0) > 0:
                assert fewest_about(rows) > COALITION + 1, key
                tried += 1
        assert tried > 20

    def test_three_directors_leave_every_other_mean_open(self, sources: Sources) -> None:
        tried = 0
        for key in self.questions(sources, TOGETHER):
            structure = sources.knowledge.of(*key)
            rows, values = rows_on_means(structure, sources.facts(TOGETHER)[key])
            own = [atom for atom in structure.atoms if atom.is_own]
            known = own_means(structure, sources.facts(TOGETHER)[key])
            low, high = structure.scale
            for place, atom in enumerate(own):
                if atom.name not in known:
                    assert width(rows, values, place, structure.scale) >= (high - low) / 3 - 1e-6
                    tried += 1
        assert tried > 100

    def test_with_a_threshold_only_three_directors_solve_the_fourth(self, sources: Sources) -> None:
        structure = sources.knowledge.of(*GRADE)
        four = naive.enough(structure)[:4]
        seen = [naive.everybody(structure, [name]) for name in four[:COALITION]]
        system = System([*seen, naive.each_once(structure, four)], structure.sizes)
        last = four[-1]
        found = solved(system, {last: 1 / structure.sizes[last]})
        assert found == pytest.approx(structure.truth(last))

    def test_with_a_threshold_only_one_director_solves_an_odd_headcount(self) -> None:
        """Mean of people and mean of organisations: where all weigh alike but one."""
        world = with_one_odd_headcount(build_world(43, scale=2.0))
        structure, odd = Knowledge(world).of(FIRST, "employee", "grade"), odd_name(world)
        band = [atom for atom in structure.atoms if atom.bands == ("50-99",) and atom.is_own]
        heads = np.array([atom.headcount for atom in band], dtype=float)
        means = np.array([atom.mean for atom in band])
        by_people, by_organisation = heads @ means / heads.sum(), means.mean()
        common = float(np.median(heads))
        left = by_people * heads.sum() - common * len(band) * by_organisation
        [place] = [i for i, atom in enumerate(band) if atom.name == odd]
        assert len(band) >= 10
        assert left / (heads[place] - common) == pytest.approx(means[place])

    @pytest.mark.xfail(
        strict=True,
        reason="Nine released functions of ten means: three directors solve the other seven",
    )
    def test_quantiles_errors_and_slopes_do_not_solve_the_others(self, sources: Sources) -> None:
        structure, facts = sources.knowledge.of(*GRADE), sources.facts(TOGETHER)[GRADE]
        own = [atom for atom in structure.atoms if atom.is_own]
        known = own_means(structure, facts)
        places = {i: known[atom.name] for i, atom in enumerate(own) if atom.name in known}
        tables = sources.bag(sources.accounts(TOGETHER)[0]).tables
        found = Curves(structure, tables).solved(places, starts=6, seed=4)
        assert found is None or not agrees(structure, found)

    @pytest.mark.xfail(
        strict=True,
        reason="Answers are whole numbers: few sums meet two unrounded means, and some never vary",
    )
    def test_whole_answers_do_not_solve_the_others(self, sources: Sources) -> None:
        """Every mean within 1.3 of the middle is tried; who has the same sum in all is solved."""
        structure, facts = sources.knowledge.of(*GRADE), sources.facts(TOGETHER)[GRADE]
        own = [atom for atom in structure.atoms if atom.is_own]
        known = own_means(structure, facts)
        rows, values = rows_on_means(structure, [f for f in facts if f.kind != ORGANISATION])
        free = [place for place, atom in enumerate(own) if atom.name not in known]
        fixed = [place for place in range(len(own)) if place not in free]
        values = values - rows[:, fixed] @ np.array([known[own[place].name] for place in fixed])
        sizes = [own[place].n for place in free]
        middle = float(np.mean(values[:1] / rows[:1, free].sum()))
        found = whole_solutions(rows[:, free], values, sizes, near(middle, 1.3))
        assert tuple(sum(own[place].answers) for place in free) in found
        assert [sums[0] for sums in zip(*found, strict=True) if len(set(sums)) == 1] == []


def near(middle: float, reach: float):  # type: ignore[no-untyped-def]
    """Return which sums of n answers have a mean within reach of the middle."""
    return lambda n: range(round((middle - reach) * n), round((middle + reach) * n) + 1)


def agrees(structure: Structure, means: Floats) -> bool:
    """Return whether means are the true ones, told by being whole sums: the attacker can too."""
    own = [atom for atom in structure.atoms if atom.is_own]
    truth = np.array([atom.mean for atom in own])
    sums = means * np.array([atom.n for atom in own])
    is_whole = bool(np.abs(sums - np.rint(sums)).max() < 1e-4)
    return is_whole and bool(np.abs(means - truth).max() < 1e-4)


def width(rows: Floats, values: Floats, place: int, scale: tuple[float, float]) -> float:
    """Return how wide the range is in which one organisation's mean must lie."""
    ends = []
    for sign in (1.0, -1.0):
        target = np.zeros(rows.shape[1])
        target[place] = sign
        both, slack = np.vstack([rows, -rows]), 1e-8
        limits = np.concatenate([values + slack, slack - values])
        found = linprog(target, A_ub=both, b_ub=limits, bounds=[scale] * rows.shape[1])
        assert found.status == 0, found.message
        ends.append(sign * float(found.fun))
    return ends[1] - ends[0]
