"""T8: hr directors who put together what each of them sees.

They know their own results, who answered where, and everybody's headcount. What has to stay hidden
is the mean of another organisation. Three is one more than the policy's coalition of two others.
"""

from __future__ import annotations

from pathlib import Path

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
)
from tests.attacks.facts import BAND, ORGANISATION, SECTOR
from tests.attacks.knowledge import Key, Knowledge
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
            rows, _, _ = rows_on_means(structure, sources.facts(BELOW)[key])
            if np.abs(rows).max(initial=0.0) > 0:
                assert fewest_about(rows) > COALITION + 1, key
                tried += 1
        assert tried > 20

    def test_three_directors_leave_every_other_mean_open(self, sources: Sources) -> None:
        tried = 0
        for key in self.questions(sources, TOGETHER):
            structure = sources.knowledge.of(*key)
            rows, *known_to = rows_on_means(structure, sources.facts(TOGETHER)[key])
            own = [atom for atom in structure.atoms if atom.is_own]
            known = own_means(structure, sources.facts(TOGETHER)[key])
            low, high = structure.scale
            for place, atom in enumerate(own):
                if atom.name not in known:
                    assert (
                        width((rows, *known_to), place, structure.scale) >= (high - low) / 3 - 1e-6
                    )
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

    def test_what_is_sent_of_others_is_rounded(self, sources: Sources) -> None:
        """Unrounded, two means of ten are met by one set of whole answers: the true one."""
        facts = sources.facts(TOGETHER)
        several = [
            one
            for key, mine in facts.items()
            for one in mine
            if key[1] == "employee" and one.kind in (BAND, SECTOR)
        ]
        assert len(several) > 200
        assert all(one.half > 0 for one in several)
        assert all(abs(one.value * 100 - round(one.value * 100)) < 1e-6 for one in several)

    def test_other_answers_of_the_others_would_look_the_same(self, sources: Sources) -> None:
        """So whole numbers and curves together solve nobody: each stays open over half a mark."""
        curves = self.curves(sources)
        ranges = curves.ranges(steps=250, seed=4)
        assert len(ranges) == len(curves.own) - COALITION
        assert ranges.min() >= 0.5, ranges

    @pytest.mark.slow
    @pytest.mark.parametrize("scale", [0.5, 0.6, 0.8])
    def test_also_where_quartiles_and_a_slope_are_shown(self, tmp_path: Path, scale: float) -> None:
        world = build_world(49, scale=scale).without("ORGGIANT")
        curves = self.curves(Sources(world, Store(tmp_path), [release_world(world, tmp_path)]))
        assert curves.rows("size_gradient") or curves.rows("benchmark")[0]["median"] is not None
        ranges = curves.ranges(steps=1500, seed=4)
        assert ranges.min() > 0, ranges
        assert np.median(ranges) >= 0.5, ranges

    def curves(self, sources: Sources) -> Curves:
        """Return what three directors see of the grade together."""
        structure, facts = sources.knowledge.of(*GRADE), sources.facts(TOGETHER)[GRADE]
        known, own = own_means(structure, facts), [a for a in structure.atoms if a.is_own]
        mine = [place for place, atom in enumerate(own) if atom.name in known]
        assert len(mine) == COALITION
        return Curves(structure, sources.bag(sources.accounts(TOGETHER)[0]).tables, mine)


def width(seen: tuple[Floats, ...], place: int, scale: tuple[float, float]) -> float:
    """Return how wide the range is in which one organisation's mean must lie."""
    rows, values, halves = seen
    ends = []
    for sign in (1.0, -1.0):
        target = np.zeros(rows.shape[1])
        target[place] = sign
        both, slack = np.vstack([rows, -rows]), halves + 1e-8
        limits = np.concatenate([values + slack, slack - values])
        found = linprog(target, A_ub=both, b_ub=limits, bounds=[scale] * rows.shape[1])
        assert found.status == 0, found.message
        ends.append(sign * float(found.fun))
    return ends[1] - ends[0]
