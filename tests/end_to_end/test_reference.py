"""The whole release against the whole reference: every row both ways, every value to 1e-9."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import reference
from tests.builders import Released, Row, World, build_world, release_world

KEYS = {
    "score": ("wave_id", "side", "group_kind", "group_id", "item_id"),
    "benchmark": ("wave_id", "side", "item_id", "group_kind", "group_id"),
    "comparison": ("wave_id", "side", "item_id", "organisation_id", "against"),
    "gap": ("wave_id", "group_kind", "group_id", "item_id"),
    "distribution": ("wave_id", "side", "group_kind", "group_id", "item_id", "answer"),
}
# Where they are shown at all is decided with everything that directors may know together
# (tests/attacks/test_collusion.py); what is shown must be right.
QUARTILES = ("lower_quartile", "median", "upper_quartile")
VALUES = {
    "score": ("respondent_count", "organisation_count", "value", "ci_low", "ci_high", "status"),
    "benchmark": (
        "organisation_count",
        "mean_of_organisations",
        "mean_ci_low",
        "mean_ci_high",
        "respondent_mean",
        "respondent_ci_low",
        "respondent_ci_high",
        *QUARTILES,
        "status",
    ),
    "comparison": ("group_id", "difference", "ci_low", "ci_high", "q_value", "verdict"),
    "gap": (
        "hr_group_id",
        "employee_value",
        "hr_value",
        "difference",
        "ci_low",
        "ci_high",
        "q_value",
        "verdict",
        "employee_mention_state",
        "hr_mention_state",
        "one_sided",
        "status",
    ),
    "distribution": ("share", "status"),
}
WORLDS = {
    "nine hr organisations in two bands": {"seed": 4, "scale": 0.7},
    "two waves": {"seed": 12, "waves": ("2025", "2026"), "scale": 0.6},
    "few organisations": {"seed": 13, "scale": 0.3},
    "many organisations": {"seed": 14, "scale": 1.5},
    "low response": {"seed": 15, "response": 0.5},
}


def differs(found: Any, expected: Any) -> bool:
    """Return whether two cells are not the same: words and counts exactly, numbers to 1e-9."""
    if isinstance(found, float) and isinstance(expected, int | float):
        return abs(found - expected) > 1e-9
    return bool(found != expected)


def is_breakdown(key: tuple[Any, ...]) -> bool:
    """Return whether a row is of an age group; tests/warehouse/test_breakdowns.py checks those."""
    return len(key) > 2 and str(key[2]).endswith("_age")


def differences(table: str, rows: list[Row], expected: dict[tuple[Any, ...], Row]) -> list[str]:
    """Return every cell in which a table and the reference differ, and every row that one lacks."""
    found = {tuple(row[column] for column in KEYS[table]): row for row in rows}
    assert len(found) == len(rows), f"two rows of {table} share a key"
    extra = [key for key in found.keys() - expected.keys() if not is_breakdown(key)]
    problems = [f"{table} {key}: only in the release" for key in extra]
    problems += [f"{table} {key}: only in the reference" for key in expected.keys() - found.keys()]
    for key in sorted(found.keys() & expected.keys()):
        for column in VALUES[table]:
            ours, theirs = found[key][column], expected[key].get(column)
            is_held = column in QUARTILES and ours is None
            if differs(ours, theirs) and not is_held:
                problems.append(f"{table} {key} {column}: {ours!r}, reference {theirs!r}")
    return problems


def all_differences(released: Released, expected: reference.Tables) -> list[str]:
    """Return where a release and the reference differ."""
    return [
        problem
        for table, rows in expected.items()
        for problem in differences(table, released.tables[table], rows)
    ]


def assert_interesting(world: World, expected: reference.Tables) -> None:
    """Raise unless the world has what makes the comparison hard."""
    statuses = {row["status"] for row in expected["score"].values()}
    assert {"published", "withheld_small", "withheld_complement"} <= statuses
    kinds = {key[2] for key in expected["score"]}
    assert kinds == {"organisation", "size_band_rest", "size_band", "sector"}
    assert any(None in world.headcounts(wave).values() for wave in world.waves)


@pytest.mark.parametrize("arguments", WORLDS.values(), ids=WORLDS.keys())
def test_the_release_is_what_the_reference_says(tmp_path: Path, arguments: dict[str, Any]) -> None:
    world = build_world(**arguments)
    expected = world.expected()
    assert_interesting(world, expected)
    released = release_world(world, tmp_path)
    problems = all_differences(released, expected)
    assert not problems, f"{len(problems)} differences:\n" + "\n".join(problems[:20])
    if arguments["seed"] == 14:
        assert sum(row["median"] is not None for row in released.tables["benchmark"]) > 40


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_the_release_is_what_the_reference_says_in_many_worlds(tmp_path: Path, seed: int) -> None:
    world = build_world(seed, scale=0.2 + seed % 7 / 4, response=0.4 + seed % 5 / 5)
    problems = all_differences(release_world(world, tmp_path), world.expected())
    assert not problems, f"{len(problems)} differences:\n" + "\n".join(problems[:20])
