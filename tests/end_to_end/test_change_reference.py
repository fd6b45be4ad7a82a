"""What joins waves, against a second implementation: every row both ways, every value to 1e-9."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Row, World, build_world, release_world
from tests.end_to_end.test_reference import differs
from tests.reference.change_parts import Rows, change_parts
from tests.reference.trend_lines import trend_lines
from tests.reference.trends import trends

WAVES = ("2024", "2025", "2026")
PART_KEY = ("wave_from", "wave_to", "item_id", "part")
TREND_KEY = ("wave_from", "wave_to", "side", "group_kind", "group_id", "item_id")
LINE_KEY = ("side", "group_kind", "group_id", "item_id")
WORLDS = {
    "three waves": ({"seed": 51, "waves": WAVES, "scale": 1.0}, 50, 5),
    "few organisations": ({"seed": 52, "waves": WAVES, "scale": 0.4}, 0, 0),
    "two waves only": ({"seed": 53, "waves": WAVES[:2], "scale": 0.8}, 10, 0),
}


def with_turnover(world: World, seed: int, share: float) -> World:
    """Return a world in which a share of the organisations stays away from each wave."""
    rng = random.Random(seed)
    for wave, people in world.people.items():
        names = sorted({person["organisation_id"] for person in people} - {"ORGGIANT"})
        away = set(rng.sample(names, round(share * len(names)))) | {"ORGGIANT"}
        there = [person for person in people if person["organisation_id"] not in away]
        world = world.with_people(wave, there)
    return world


def problems(rows: list[Row], key: tuple[str, ...], expected: Rows) -> list[str]:
    """Return every cell in which a table and the reference differ, and rows that one lacks."""
    found = {tuple(row[column] for column in key): row for row in rows}
    assert len(found) == len(rows)
    said = [f"{one}: only in the release" for one in found.keys() - expected.keys()]
    said += [f"{one}: only in the reference" for one in expected.keys() - found.keys()]
    for one in sorted(found.keys() & expected.keys()):
        said += [
            f"{one} {column}: {found[one][column]!r}, reference {value!r}"
            for column, value in expected[one].items()
            if column != "se" and differs(found[one][column], value)
        ]
    return said


@pytest.mark.parametrize(("arguments", "shown", "held"), WORLDS.values(), ids=WORLDS.keys())
def test_changes_and_lines_are_what_the_reference_says(
    tmp_path: Path, arguments: dict[str, Any], shown: int, held: int
) -> None:
    world = with_turnover(build_world(**arguments), arguments["seed"], 0.3)
    waves = [world.as_reference(wave) for wave in world.waves]
    tables = release_world(world, tmp_path).tables
    parts, lines = change_parts(waves), trend_lines(waves)
    said = problems(tables["change_part"], PART_KEY, parts)
    said += problems(tables["trend_line"], LINE_KEY, lines)
    said += problems(tables["trend"], TREND_KEY, trends(waves, parts))
    assert not said, f"{len(said)} differences:\n" + "\n".join(said[:20])
    check_sums(tables["change_part"])
    matched = Counter(row["status"] for key, row in parts.items() if key[-1] == "matched")
    assert matched["published"] >= shown
    assert matched["withheld_complement"] >= held
    assert matched["too_few_organisations"] >= 5
    statuses = Counter(row["status"] for row in lines.values())
    assert (statuses["published"] > 100) == (len(waves) == 3)
    assert statuses["too_few_waves"] > 50


def check_sums(rows: list[Row]) -> None:
    """Check that parts add up wherever they are shown."""
    found = {tuple(row[column] for column in PART_KEY): row["change"] for row in rows}
    for (*pair, name), total in found.items():
        if name != "total" or total is None:
            continue
        for halves in (("matched", "composition"), ("within", "mix")):
            values = [found[*pair, half] for half in halves]
            assert (values[0] is None) == (values[1] is None)
            if values[0] is not None:
                assert sum(values) == pytest.approx(total, abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 212))
def test_changes_and_lines_are_what_the_reference_says_in_many_worlds(
    tmp_path: Path, seed: int
) -> None:
    world = build_world(seed, WAVES, 0.3 + seed % 4 / 3)
    world = with_turnover(world, seed, (0.05, 0.2, 0.4)[seed % 3])
    waves = [world.as_reference(wave) for wave in world.waves]
    tables = release_world(world, tmp_path).tables
    parts = change_parts(waves)
    said = problems(tables["change_part"], PART_KEY, parts)
    said += problems(tables["trend"], TREND_KEY, trends(waves, parts))
    said += problems(tables["trend_line"], LINE_KEY, trend_lines(waves))
    assert not said, f"{len(said)} differences:\n" + "\n".join(said[:20])
