"""The totals behind figures give away no spread inside an organisation or a rest group."""

from __future__ import annotations

import statistics
from collections import Counter
from pathlib import Path

import pytest

from tests.builders import Released, Row, World, build_world, release_world
from warehouse.benchmark.blocks import Block
from warehouse.errors import DisclosureError
from warehouse.stats.interval import PooledVariance, pooled_variance

GRADE = {"side": "employee", "item_id": "grade", "status": "published"}


@pytest.fixture(scope="module")
def world() -> World:
    """Return a sector."""
    return build_world(20)


@pytest.fixture(scope="module")
def released(world: World, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """Return its release."""
    return release_world(world, tmp_path_factory.mktemp("totals"))


def test_squares_are_given_for_means_of_the_hr_side_alone(released: Released) -> None:
    units = {row["item_id"]: row["unit"] for row in released.tables["item"]}
    given = Counter()
    for row in released.tables["protected_total"]:
        is_hr_mean = row["side"] == "hr" and units[row["item_id"]] != "share"
        assert (row["total_squares"] is not None) == is_hr_mean, row
        given[is_hr_mean] += 1
    assert min(given[True], given[False]) > 5


def test_a_parameter_is_of_no_group(released: Released) -> None:
    names = {row["name"] for row in released.tables["parameter"]}
    assert names == {"pooled_variance", "pooled_df", "design_effect", "scale_min", "scale_max"}
    assert set(released.tables["parameter"][0]) == {"wave_id", "side", "item_id", "name", "value"}


def own_people(world: World, name: str) -> list[Row]:
    """Return the employees of an organisation who gave a grade."""
    return [
        person
        for person in world.people["2025"]
        if person["organisation_id"] == name
        and person["side"] == "employee"
        and person["answers"]["grade"] is not None
    ]


def pair(people: list[Row], distance: int) -> tuple[Row, Row] | None:
    """Return two people of one age group whose grades lie this far apart."""
    for first in people:
        for second in people:
            grades = [person["answers"]["grade"] for person in (first, second)]
            same_age = first["age_group"] == second["age_group"]
            apart = first is not second and grades[0] - grades[1] == distance
            if apart and same_age and grades[0] < 10 and grades[1] > 1:
                return first, second
    return None


def moved(world: World, changes: dict[str, int]) -> World:
    """Return the world in which some people gave another grade."""
    people = [
        person | {"answers": person["answers"] | {"grade": changes[person["respondent_id"]]}}
        if person["respondent_id"] in changes
        else person
        for person in world.people["2025"]
    ]
    return world.with_people("2025", people)


def closer_and_further(world: World, names: list[str]) -> World:
    """Return the world in which one organisation's grades lie closer and another's further apart.

    Sums stay: 8 and 6 become 7 and 7, and 7 and 7 become 8 and 6, so the squares of both together
    stay too.
    """
    close = next(found for name in names if (found := pair(own_people(world, name), 2)))
    others = [name for name in names if name != close[0]["organisation_id"]]
    wide = next(found for name in others if (found := pair(own_people(world, name), 0)))
    changes = {}
    for (first, second), step in ((close, -1), (wide, 1)):
        changes[first["respondent_id"]] = first["answers"]["grade"] + step
        changes[second["respondent_id"]] = second["answers"]["grade"] - step
    return moved(world, changes)


def spreads(world: World, names: list[str]) -> dict[str, float]:
    """Return the standard deviation of each organisation's grades."""
    return {
        name: statistics.stdev(person["answers"]["grade"] for person in own_people(world, name))
        for name in names
    }


def test_two_sectors_with_other_spreads_have_the_same_totals(
    world: World, released: Released, tmp_path: Path
) -> None:
    rows = released.score(group_kind="organisation", **GRADE)
    names = [row["group_id"] for row in rows if row["group_id"] != "ORGSAME"]
    other = closer_and_further(world, names)
    before, after = spreads(world, names), spreads(other, names)
    assert sum(abs(before[name] - after[name]) > 0.02 for name in names) == 2
    again = release_world(other, tmp_path)
    assert again.tables["protected_total"] == released.tables["protected_total"]
    for one, two in zip(released.tables["parameter"], again.tables["parameter"], strict=True):
        assert one == two | {"value": pytest.approx(two["value"], rel=1e-12)}


def test_a_mean_that_moves_does_move_the_totals(
    world: World, released: Released, tmp_path: Path
) -> None:
    name = released.score(group_kind="organisation", **GRADE)[0]["group_id"]
    person = next(one for one in own_people(world, name) if one["answers"]["grade"] == 7)
    again = release_world(moved(world, {person["respondent_id"]: 8}), tmp_path)
    assert again.tables["protected_total"] != released.tables["protected_total"]


def few_own(released: Released) -> dict[str, list[Row]]:
    """Return the atoms of each item of the employees that fewer than five atoms stand behind."""
    atoms: dict[str, list[Row]] = {}
    for row in released.tables["protected_total"]:
        is_atom = row["group_kind"] in ("organisation", "size_band_rest")
        if row["side"] == "employee" and is_atom:
            atoms.setdefault(row["item_id"], []).append(row)
    return {item: rows for item, rows in atoms.items() if len(rows) < 5}


def test_the_spread_of_a_few_organisations_is_not_given(tmp_path: Path) -> None:
    released = release_world(build_world(41, scale=0.15), tmp_path)
    found = few_own(released)
    constants: dict[tuple[str, str], float] = {
        (row["item_id"], row["name"]): row["value"]
        for row in released.tables["parameter"]
        if row["side"] == "employee"
    }
    for item, rows in found.items():
        n, total = (sum(row[name] for row in rows) for name in ("answer_count", "total"))
        low, high = constants[item, "scale_min"], constants[item, "scale_max"]
        largest = n * (total / n - low) * (high - total / n) / (n - len(rows))
        assert constants[item, "pooled_variance"] == pytest.approx(largest)
    assert found


def own_spread(block: Block) -> PooledVariance:
    """Return the variance as it was pooled before few organisations were thought of."""
    pick = block.own if block.own.any() else block.n > 0
    return pooled_variance(block.n[pick], block.total[pick], block.squares[pick])


def test_an_interval_from_the_spread_of_a_few_turns_the_audit_red(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Block, "pooled", property(own_spread))
    with pytest.raises(DisclosureError, match="spread that too few groups share"):
        release_world(build_world(41, scale=0.15), tmp_path)
