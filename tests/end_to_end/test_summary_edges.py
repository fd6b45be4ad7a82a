"""Orders, age differences and precision where something is missing, alike or hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import builders
from tests.builders import Row, World, build_world, numeric_items, project_settings, release_world
from warehouse.settings import Settings

WAVE = "2025"
OPTIONS = [item.item_id for item in numeric_items() if item.kind == "mention"]


@pytest.fixture(scope="module")
def world() -> World:
    """Return a sector in which both sides' options and all age groups are published."""
    return build_world(31).without("ORGGIANT")


def changed(world: World, change: Callable[[Row], Row | None]) -> World:
    """Return the world with other people, or without them."""
    people = [change(row) for row in world.people[WAVE]]
    return world.with_people(WAVE, [row for row in people if row is not None])


def naming_nothing(row: Row) -> Row:
    """Return an hr representative who read all options and chose none."""
    if row["side"] != "hr":
        return row
    return row | {"answers": row["answers"] | dict.fromkeys(OPTIONS, 0)}


def test_a_side_that_names_all_options_as_often_has_no_order(world: World, tmp_path: Path) -> None:
    rows = release_world(changed(world, naming_nothing), tmp_path).tables["order_agreement"]
    assert "sector" in {row["group_kind"] for row in rows}
    for row in rows:
        assert (row["state"], row["item_count"]) == ("no_order", len(OPTIONS))
        figures = ("spearman", "kendall", "rank_biased_overlap", "q_value")
        assert [row[name] for name in figures] == [None] * 4


def test_an_option_that_hr_does_not_answer_is_left_out(world: World, tmp_path: Path) -> None:
    def without_one(row: Row) -> Row:
        unanswered = {OPTIONS[0]: None} if row["side"] == "hr" else {}
        return row | {"answers": row["answers"] | unanswered}

    rows = release_world(changed(world, without_one), tmp_path).tables["order_agreement"]
    [sector] = [row for row in rows if row["group_kind"] == "sector"]
    assert (sector["item_count"], sector["asked_count"]) == (len(OPTIONS) - 1, len(OPTIONS))
    assert sector["state"] != "no_order"


def test_without_hr_there_is_no_order_and_all_else(world: World, tmp_path: Path) -> None:
    tables = release_world(
        changed(world, lambda row: row if row["side"] == "employee" else None), tmp_path
    ).tables
    assert tables["order_agreement"] == tables["gap"] == []
    assert min(len(tables[name]) for name in ("category_difference", "sector_precision")) > 0


def without_breakdown(settings: Settings) -> Settings:
    """Return settings in which no question is a breakdown."""
    instruments = {
        name: one.model_copy(
            update={"item": tuple(i.model_copy(update={"breakdown_id": None}) for i in one.item)}
        )
        for name, one in settings.instruments.items()
    }
    return settings.model_copy(update={"instruments": instruments})


def test_without_a_breakdown_there_are_no_differences(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = without_breakdown(project_settings())
    monkeypatch.setattr(builders, "project_settings", lambda: plain)
    tables = release_world(world, tmp_path).tables
    assert tables["category_difference"] == []
    assert {row["status"] for row in tables["sector_precision"]} >= {"published"}


def sector_rows(world: World, root: Path, item: str) -> dict[str, Row]:
    """Return the sector's rows of an item per category, of a released world."""
    rows = release_world(world, root).tables["category_difference"]
    kept = (row for row in rows if row["group_kind"] == "sector_age" and row["item_id"] == item)
    return {row["group_id"]: row for row in kept}


def aged(world: World, age: Callable[[int, Row], int | None]) -> World:
    """Return the world in which people have other ages, by their number."""
    people = [
        row | {"age_group": age(number, row)} if row["side"] == "employee" else row
        for number, row in enumerate(world.people[WAVE])
    ]
    return world.with_people(WAVE, people)


def test_a_category_of_nobody_is_no_data_and_the_others_stand_against_each_other(
    world: World, tmp_path: Path
) -> None:
    older = aged(world, lambda number, row: 2 + number % 2)
    rows = sector_rows(older, tmp_path, "aspect_trust")
    assert rows["under_35"]["status"] == "no_data"
    one, other = rows["35_to_54"], rows["55_plus"]
    assert one["status"] == other["status"] == "published"
    assert one["difference"] == pytest.approx(-other["difference"])
    assert (one["respondent_count"], one["others_count"]) == (
        other["others_count"],
        other["respondent_count"],
    )


def test_a_category_of_a_few_people_hides_every_difference(world: World, tmp_path: Path) -> None:
    few = aged(world, lambda number, row: 1 if number < 9 else 2 + number % 2)
    rows = sector_rows(few, tmp_path, "aspect_trust")
    assert len(rows) == 3
    for row in rows.values():
        assert row["status"] == "withheld_small"
        assert row["difference"] is row["verdict"] is row["respondent_count"] is None


def test_without_an_age_nobody_is_set_beside_anybody(world: World, tmp_path: Path) -> None:
    rows = sector_rows(aged(world, lambda number, row: None), tmp_path, "aspect_trust")
    assert {row["status"] for row in rows.values()} == {"withheld_small"}


def with_everybody_invited(world: World, changes: dict[str, int | None]) -> World:
    """Return the world in which it is known how many were invited, but for some changes."""
    register = []
    for row in world.register:
        invited = 50 if row["employees_invited"] is None else row["employees_invited"]
        invited = changes.get(row["organisation_id"], invited)
        register.append(row | {"employees_invited": invited})
    return replace(world, register=register)


def evenness(world: World, root: Path) -> Row:
    """Return the row of representativeness of a released world."""
    [row] = release_world(world, root).tables["representativeness"]
    return row


def took_part(world: World) -> list[str]:
    """Return the organisations whose employees took part, most people first."""
    people = Counter(
        row["organisation_id"] for row in world.people[WAVE] if row["side"] == "employee"
    )
    return [name for name, _ in people.most_common()]


@pytest.mark.parametrize(
    ("unknown", "status"), [(0, "published"), (1, "no_data"), (4, "no_data"), (5, "published")]
)
def test_one_to_four_organisations_without_invited_hide_the_evenness(
    world: World, tmp_path: Path, unknown: int, status: str
) -> None:
    names = took_part(world)
    row = evenness(with_everybody_invited(world, dict.fromkeys(names[:unknown])), tmp_path)
    assert row["status"] == status
    if status == "published":
        assert row["organisation_count"] == len(world.headcounts(WAVE)) - unknown


def test_few_organisations_have_no_evenness(world: World, tmp_path: Path) -> None:
    names = took_part(world)
    nobody: dict[str, Any] = dict.fromkeys(world.headcounts(WAVE))
    known = nobody | dict.fromkeys(names[:9], 100)
    assert evenness(with_everybody_invited(world, known), tmp_path / "nine")["status"] == (
        "too_few_organisations"
    )
    known |= dict.fromkeys(names[:10], 100)
    assert evenness(with_everybody_invited(world, known), tmp_path / "ten")["status"] == "published"
