"""Orders, age differences and precision of a release against the second reference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from tests import reference
from tests.builders import Released, Row, World, build_world, numeric_items, release_world
from tests.reference import ages, orders, precision

WAVE = "2025"
OPTIONS = [item.item_id for item in numeric_items() if item.kind == "mention"]
ITEMS = {item.item_id: item for item in numeric_items()}
EMPLOYEE_ITEMS = [item for item in numeric_items() if "employee" in item.sides]


def with_invited(world: World, changes: dict[str, int | None]) -> World:
    """Return the world in which other numbers of people were invited."""
    register = [
        row | {"employees_invited": changes.get(row["organisation_id"], row["employees_invited"])}
        for row in world.register
    ]
    return replace(world, register=register)


def unlike(world: World) -> World:
    """Return the world in which hr names the options the other way round, first what was last.

    Where somebody names nothing, or everything alike, that stays.
    """
    turned = dict(zip(OPTIONS, reversed(OPTIONS), strict=True))

    def reversed_answers(row: Row) -> Row:
        given = row["answers"]
        return row | {"answers": given | {item: given[turned[item]] for item in OPTIONS}}

    people = [reversed_answers(row) if row["side"] == "hr" else row for row in world.people[WAVE]]
    return world.with_people(WAVE, people)


# Organisations that invited few, many, or nobody knows how many.
WORLDS = {
    "everything known": lambda: with_invited(
        build_world(31).without("ORGGIANT"), {"ORGNOHEADS": 40, "ORGSAME": 61}
    ),
    "orders turned round": lambda: unlike(build_world(20, scale=1.5).without("ORGGIANT")),
    "no gaps of groups": lambda: build_world(15, response=0.5),
}


@dataclass(frozen=True)
class Built:
    """A world and its release."""

    world: World
    released: Released

    @cached_property
    def wave(self) -> reference.Wave:
        """The wave as the reference reads it."""
        return self.world.as_reference(WAVE)

    @cached_property
    def blocks(self) -> dict[str, reference.Block]:
        """The employees' atoms of each item."""
        return {item.item_id: ages.employees(self.wave, item) for item in EMPLOYEE_ITEMS}

    @cached_property
    def register(self) -> list[Row]:
        """The rows of the register."""
        return [row for row in self.world.register if row["wave_id"] == WAVE]

    def given_spreads(self) -> set[str]:
        """Return the items whose pooled variance the release gives."""
        rows = self.released.tables["parameter"]
        return {
            row["item_id"]
            for row in rows
            if row["name"] == "pooled_variance" and row["side"] == "employee"
        }

    def age_groups(self) -> dict[str, list[list[str]] | None]:
        """Return the groups of bands with published age groups per item; None: not broken down."""
        found: dict[str, set[str]] = defaultdict(set)
        broken = set()
        for row in self.released.tables["score"]:
            if row["group_kind"] == "size_band_age":
                found[row["item_id"]].add(row["group_id"].rpartition("|")[0])
            elif row["group_kind"] == "sector_age":
                broken.add(row["item_id"])
        return {
            item: [bands_of(group) for group in sorted(found[item])] if item in broken else None
            for item in self.blocks
        }


def bands_of(group: str) -> list[str]:
    """Return the size bands of a group's id."""
    order = list(reference.ORDER)
    return next(
        order[first:last]
        for first in range(5)
        for last in range(first + 1, 6)
        if "+".join(order[first:last]) == group
    )


@pytest.fixture(scope="module", params=WORLDS)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return a world and its release."""
    world = WORLDS[request.param]()
    return Built(world, release_world(world, tmp_path_factory.mktemp("summaries")))


def differences(found: dict[Any, Row], expected: dict[Any, Row]) -> list[str]:
    """Return every row that one lacks and every cell in which they differ."""
    problems = [f"{key}: only in the release" for key in found.keys() - expected.keys()]
    problems += [f"{key}: only in the reference" for key in expected.keys() - found.keys()]
    for key in sorted(found.keys() & expected.keys()):
        for name, value in expected[key].items():
            ours = found[key][name]
            is_number = isinstance(value, float) and ours is not None
            if abs(ours - value) > 1e-9 if is_number else ours != value:
                problems.append(f"{key} {name}: {ours!r}, reference {value!r}")
    return problems


def published(rows: list[Row], *key: str) -> dict[Any, Row]:
    """Return the published rows of a table by their key."""
    return {tuple(row[name] for name in key): row for row in rows if row["status"] == "published"}


def test_orders_are_what_the_reference_says(built: Built) -> None:
    expected = orders.agreements(WAVE, built.world.expected()["gap"], OPTIONS)["order_agreement"]
    found = published(built.released.tables["order_agreement"], "group_kind", "group_id")
    assert not differences(found, expected)
    assert len(found) == len(built.released.tables["order_agreement"])


def test_the_worlds_have_orders_alike_opposite_and_none(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    states = {}
    for name, make in WORLDS.items():
        rows = release_world(make(), tmp_path_factory.mktemp("states")).tables["order_agreement"]
        states[name] = Counter(row["state"] for row in rows)
    assert states["everything known"]["alike"] > 1
    assert states["orders turned round"]["opposite"] > 1
    assert not states["no gaps of groups"]


def age_rows(built: Built) -> Iterator[tuple[tuple[str, str, str], Row]]:
    """Yield the reference's differences of every item, not yet judged."""
    given = built.given_spreads()
    for item, groups in built.age_groups().items():
        if groups is not None and item in given:
            for (kind, group), row in ages.age_rows(built.blocks[item], groups).items():
                yield (item, kind, group), row


def test_age_differences_are_what_the_reference_says(built: Built) -> None:
    families: dict[tuple[str, str, str], dict[Any, Row]] = defaultdict(dict)
    for (item, kind, group), row in age_rows(built):
        families[kind, group, ITEMS[item].family][item, kind, group] = row
    expected: dict[Any, Row] = {}
    for rows in families.values():
        expected |= ages.judged(rows, {key: ITEMS[key[0]] for key in rows})
    key = ("item_id", "group_kind", "group_id")
    found = published(built.released.tables["category_difference"], *key)
    assert not differences(found, expected)
    assert len(found) > 100


def test_an_age_difference_that_is_hidden_says_why(built: Built) -> None:
    given, groups = built.given_spreads(), built.age_groups()
    for row in built.released.tables["category_difference"]:
        if row["status"] == "published":
            continue
        assert row["difference"] is row["ci_low"] is row["q_value"] is row["verdict"] is None
        why = "withheld_small" if groups[row["item_id"]] is None else "too_few_organisations"
        assert row["status"] == why
        assert row["item_id"] not in given or why == "withheld_small"


def test_every_item_has_a_row_for_each_age_group(built: Built) -> None:
    rows = built.released.tables["category_difference"]
    found = {(row["item_id"], row["group_id"]) for row in rows if row["group_kind"] == "sector_age"}
    assert found == {(item, age) for item in built.blocks for age in ages.AGES.values()}


def test_evenness_is_what_the_reference_says(built: Built) -> None:
    expected = precision.evenness(built.wave.participants, built.register)
    [row] = built.released.tables["representativeness"]
    if isinstance(expected, str):
        assert row["status"] == expected
        assert row["r_indicator"] is row["mean_propensity"] is row["organisation_count"] is None
    else:
        assert not differences({0: row}, {0: expected | {"status": "published"}})
        assert 0 < row["r_indicator"] < 1


def test_the_worlds_know_and_do_not_know_how_many_were_invited() -> None:
    found = {}
    for name, make in WORLDS.items():
        world = make()
        register = [row for row in world.register if row["wave_id"] == WAVE]
        found[name] = precision.evenness(world.as_reference(WAVE).participants, register)
    assert isinstance(found["everything known"], dict)
    assert found["orders turned round"] == "no_data", "one took part, and nobody knows of how many"


def test_precision_is_what_the_reference_says(built: Built) -> None:
    even, given = precision.evenness(built.wave.participants, built.register), built.given_spreads()
    expected: dict[Any, Row] = {}
    for item, block in built.blocks.items():
        row = precision.precision(block, even) if block.atoms else None
        if isinstance(row, str):
            expected[item] = {"status": row}
        elif row is not None:
            hidden = {} if item in given else {"answer_sd": None, "bias_max": None}
            expected[item] = row | hidden | {"status": "published"}
    found = {row["item_id"]: row for row in built.released.tables["sector_precision"]}
    assert not differences(found, expected)


# --- Indicative ----------------------------------------------------------------------------------


def rate_of(built: Built, row: Row) -> float | None:
    """Return the response of the group a score is of."""
    kind, group = row["group_kind"], row["group_id"]
    if row["side"] == "hr" or kind == "size_band_rest":
        return None
    if kind == "organisation":
        names = {group}
    elif kind.startswith("sector"):
        names = set(built.wave.headcounts)
    else:
        bands = bands_of(group.rpartition("|")[0] or group)
        names = {name for name, band in built.wave.band_of.items() if band in bands}
    people = sum(built.wave.participants[name] for name in names)
    rows = [row for row in built.register if row["organisation_id"] in names]
    invited = sum(row["employees_invited"] or 0 for row in rows)
    return min(1.0, people / invited) if invited >= precision.INVITED else None


def test_indicative_scores_are_what_the_reference_says(built: Built) -> None:
    expected = {}
    key = ("side", "group_kind", "group_id", "item_id")
    for row in built.released.tables["score"]:
        if row["status"] == "published":
            is_grade = ITEMS[row["item_id"]].kind == "grade"
            reason = precision.indicative(row, is_grade, rate_of(built, row))
            if reason is not None:
                expected[tuple(row[name] for name in key)] = reason
    rows = built.released.tables["indicative_score"]
    assert {tuple(row[name] for name in key): row["reason"] for row in rows} == expected


def test_every_reason_to_be_indicative_occurs(tmp_path: Path) -> None:
    rows = release_world(WORLDS["everything known"](), tmp_path).tables["indicative_score"]
    reasons = {row["reason"] for row in rows}
    assert reasons == {"wide_interval", "low_response", "both"}


def test_a_response_rate_needs_five_people_invited(tmp_path: Path) -> None:
    world = build_world(31).without("ORGGIANT")
    small = [r["organisation_id"] for r in world.register if (r["headcount"] or 99) <= 9][:2]
    assert len(small) == 2
    world = with_invited(world, {small[0]: 4, small[1]: 5})
    rows = {
        row["group_id"]: row
        for row in release_world(world, tmp_path).tables["response"]
        if row["group_kind"] == "organisation"
    }
    assert (rows[small[0]]["invited"], rows[small[0]]["response_rate"]) == (4, None)
    people = rows[small[1]]["respondent_count"]
    assert rows[small[1]]["response_rate"] == min(1.0, people / 5)
