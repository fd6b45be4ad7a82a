"""Where organisations stand: the release against a second implementation, and the odd cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Released, Row, World, build_world, release_world
from tests.reference.places import Key, placed
from tests.reference.world import Tables

TABLES = ("expected_range", "organisation_place", "sector_spread")
KEY = ("wave_id", "side", "item_id")
KEYS = {
    "expected_range": (*KEY, "organisation_id"),
    "organisation_place": (*KEY, "organisation_id"),
    "sector_spread": KEY,
    "effect": (*KEY, "organisation_id", "against"),
}
EFFECTS = ("effect_size", "effect_low", "effect_high", "effect")
MENTION = "priority_trust"


def expected(world: World) -> Tables:
    """Return what the second implementation says."""
    return placed([world.as_reference(wave) for wave in world.waves])


def found_rows(released: Released, table: str) -> dict[Key, Row]:
    """Return the rows of a release by key; of `effect` those columns of the comparisons."""
    if table == "effect":
        rows = [row for row in released.tables["comparison"] if row["side"] == "employee"]
        return {key_of(row, table): {name: row[name] for name in EFFECTS} for row in rows}
    return {key_of(row, table): row for row in released.tables[table]}


def key_of(row: Row, table: str) -> Key:
    """Return the key of a row."""
    return tuple(row[name] for name in KEYS[table])


def differs(found: Any, other: Any) -> bool:
    """Return whether two cells are not the same: words and counts exactly, numbers to 1e-8."""
    if isinstance(found, float) and isinstance(other, int | float):
        return abs(found - other) > 1e-8
    return bool(found != other)


def problems(released: Released, tables: Tables) -> Iterator[str]:
    """Yield where a release and the second implementation differ, either way."""
    for table, rows in tables.items():
        found = found_rows(released, table)
        for key in found.keys() ^ rows.keys():
            yield f"{table} {key}: only in one of the two"
        for key in found.keys() & rows.keys():
            columns = set(found[key]) - set(KEYS[table])
            for name in columns:
                ours, theirs = found[key][name], rows[key].get(name)
                if differs(ours, theirs):
                    yield f"{table} {key} {name}: {ours!r}, reference {theirs!r}"


WORLDS: dict[str, dict[str, Any]] = {
    "two waves": {"seed": 12, "waves": ("2025", "2026")},
    "five to nine": {"seed": 13, "scale": 0.25},
    "many": {"seed": 14, "scale": 1.5},
    "hardly any": {"seed": 41, "scale": 0.15},
}


@pytest.mark.parametrize("arguments", WORLDS.values(), ids=WORLDS.keys())
def test_the_release_is_what_the_second_implementation_says(
    tmp_path: Path, arguments: dict[str, Any]
) -> None:
    world = build_world(**arguments)
    wrong = list(problems(release_world(world, tmp_path), expected(world)))
    assert not wrong, f"{len(wrong)} differences:\n" + "\n".join(wrong[:20])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 212))
def test_the_release_is_what_the_second_implementation_says_in_many_worlds(
    tmp_path: Path, seed: int
) -> None:
    world = build_world(seed, scale=0.2 + seed % 5 / 3)
    wrong = list(problems(release_world(world, tmp_path), expected(world)))
    assert not wrong, f"{len(wrong)} differences:\n" + "\n".join(wrong[:20])


def grades(released: Released, table: str) -> list[Row]:
    """Return the rows of the grade."""
    return [row for row in released.tables[table] if row["item_id"] == "grade"]


def statuses(rows: list[Row]) -> set[str]:
    """Return the statuses of rows."""
    return {row["status"] for row in rows}


def test_the_worlds_hold_every_word_and_both_kinds_of_hidden() -> None:
    words: Counter[str] = Counter()
    for arguments in WORLDS.values():
        for table in expected(build_world(**arguments)).values():
            for row in table.values():
                words.update(str(row.get(n)) for n in ("place", "effect", "status") if row.get(n))
    assert words.keys() >= {"usual", "unusual", "very_unusual", "published"}
    assert words.keys() >= {"none", "small", "medium", "large", "too_few_organisations"}


# --- Odd cases -----------------------------------------------------------------------------------


@pytest.fixture
def checked(tmp_path: Path) -> Callable[[World], Released]:
    """Return a way to a release that was held against the second implementation."""

    def release(world: World) -> Released:
        released = release_world(world, tmp_path)
        wrong = list(problems(released, expected(world)))
        assert not wrong, wrong[:20]
        return released

    return release


Checked = Callable[[World], Released]


def with_answers(world: World, answer_of: Callable[[Row, int], dict[str, int]]) -> World:
    """Return a world in which employees answer some items otherwise, each by a place of its own."""
    place: Counter[str] = Counter()
    people = []
    for person in world.people["2025"]:
        if person["side"] == "employee":
            number = place[person["organisation_id"]]
            place[person["organisation_id"]] += 1
            answers = person["answers"] | answer_of(person, number)
            people.append(person | {"answers": answers})
        else:
            people.append(person)
    return world.with_people("2025", people)


def test_between_five_and_nine_there_are_places_and_no_line(checked: Checked) -> None:
    released = checked(build_world(13, scale=0.25))
    k = len(grades(released, "organisation_place"))
    assert 5 <= k < 10
    assert statuses(grades(released, "expected_range")) == {"too_few_organisations"}
    assert statuses(grades(released, "organisation_place")) == {"published"}
    (spread,) = grades(released, "sector_spread")
    assert (spread["organisation_count"], spread["line_variance"]) == (k, None)


def test_below_five_nobody_is_placed(checked: Checked) -> None:
    released = checked(build_world(13, scale=0.15))
    assert 0 < len(grades(released, "organisation_place")) < 5
    for table in TABLES:
        assert statuses(grades(released, table)) == {"too_few_organisations"}
        hidden = grades(released, table)[0]
        assert {v for n, v in hidden.items() if n not in KEYS[table]} == {
            None,
            "too_few_organisations",
        }


def test_in_one_band_size_expects_nothing(checked: Checked) -> None:
    world = build_world(14)
    one_size = [
        row | {"headcount": 70 if (row["headcount"] or 0) >= 10 else row["headcount"]}
        for row in world.register
    ]
    released = checked(replace(world, register=one_size))
    assert len(grades(released, "organisation_place")) >= 10
    assert statuses(grades(released, "expected_range")) == {"too_few_organisations"}
    assert statuses(grades(released, "organisation_place")) == {"published"}


def test_organisations_that_do_not_differ_are_all_alike(checked: Checked) -> None:
    """τ² = 0 in all three models: estimates are the bands' means, no rank is excluded."""
    world = build_world(14)
    alike = with_answers(world, lambda _, number: {"grade": (5, 9, 7, 6, 8)[number % 5]})
    released = checked(alike)
    (spread,) = grades(released, "sector_spread")
    names = ("funnel_variance", "between_variance", "line_variance")
    assert [spread[name] for name in names] == [0.0, 0.0, 0.0]
    rows = grades(released, "organisation_place")
    assert {(row["rank_low"], row["rank_high"]) for row in rows} == {(1, len(rows))}
    assert {row["place"] for row in rows} == {"usual"}
    assert all(row["funnel_z"] == row["funnel_z_adjusted"] for row in rows)
    bands = {row["organisation_id"]: row["size_band_id"] for row in released.tables["organisation"]}
    estimates = {(bands[row["organisation_id"]], round(row["estimate"], 9)) for row in rows}
    assert len(estimates) == len({bands[row["organisation_id"]] for row in rows})


def test_answers_without_any_spread_place_nobody(checked: Checked) -> None:
    """Nobody names the aspect: a share of nothing is published, and there is nothing to compare."""
    released = checked(with_answers(build_world(14), lambda _, __: {MENTION: 0}))
    scores = released.score(item_id=MENTION, group_kind="organisation", status="published")
    assert len(scores) >= 10
    assert {row["value"] for row in scores} == {0.0}
    for table in TABLES:
        rows = [row for row in released.tables[table] if row["item_id"] == MENTION]
        assert statuses(rows) == {"too_few_organisations"}


def test_an_organisation_without_headcount_or_own_result_is_not_placed(checked: Checked) -> None:
    released = checked(build_world(15, scale=1.2))
    took_part = {
        row["group_id"]
        for row in released.tables["response"]
        if row["group_kind"] == "organisation" and row["respondent_count"]
    }
    own = {row["group_id"] for row in released.score(group_kind="organisation", item_id="grade")
           if row["status"] == "published"}  # fmt: skip
    assert "ORGNOHEADS" in took_part - own
    for table in ("expected_range", "organisation_place"):
        assert {row["organisation_id"] for row in grades(released, table)} == own


def test_no_rank_stands_in_a_release(checked: Checked) -> None:
    """Only the ranks that the data leave open, and these are wide."""
    released = checked(build_world(14, scale=1.5))
    rows = grades(released, "organisation_place")
    assert {name for name in rows[0] if "rank" in name} == {"rank_low", "rank_high"}
    assert all(1 <= row["rank_low"] < row["rank_high"] <= len(rows) for row in rows)
