"""Codes, composites, bands and schemes of a release against plain Python: both ways, to 1e-9."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import reference
from tests.builders import (
    Row,
    World,
    build_world,
    instrument_file,
    numeric_items,
    release_world,
)
from tests.end_to_end.test_change_reference import problems
from tests.reference.band_differences import band_differences
from tests.reference.coded import Question, coded_answers, coded_gaps
from tests.reference.composites import composite_gaps, composite_values, composites
from tests.reference.schemes import scheme_answers

WAVE = "2025"
CODED = ("side", "group_kind", "group_id", "item_id", "grade_class", "code")
KEYS = {
    "coded_answer": CODED,
    "coded_gap": CODED[1:],
    "composite": ("side", "group_kind", "group_id", "composite_id"),
    "composite_gap": ("group_kind", "group_id", "composite_id"),
    "band_difference": ("side", "item_id", "group_id", "other_group_id"),
    "scheme_answer": ("side", "group_kind", "group_id", "scheme_id"),
}
# A world, and whether its giant takes part.
WORLDS = {
    "bands apart": ({"seed": 38, "scale": 2.5}, False),
    "few organisations": ({"seed": 13, "scale": 0.3}, True),
    "with a giant": ({"seed": 14, "scale": 1.5}, True),
    "low response": ({"seed": 15, "scale": 1.2, "response": 0.5}, False),
}
# How many rows of each table the first world publishes at least.
LEAST = {
    "coded_answer": 150, "coded_gap": 60, "composite": 100, "composite_gap": 15,
    "band_difference": 200, "scheme_answer": 5,
}  # fmt: skip


@cache
def questions() -> tuple[Question, ...]:
    """Return the questions with codes as they stand in the questionnaire's file."""
    found = []
    for item in instrument_file()["item"]:
        if item["kind"] != "category":
            continue
        scale = instrument_file()["scales"][item["scale"]]
        theirs = frozenset(scale.get("commissioner", ()))
        for grade_class in ("high", "low") if item["item_id"] == "reason" else ("all",):
            found.append(Question(item["item_id"], scale["category_ids"], theirs, grade_class))
    return tuple(found)


def first_questions() -> dict[str, str]:
    """Return the question about knowing each scheme."""
    items = instrument_file()["item"]
    return {i["scheme_id"]: i["item_id"] for i in items if i.get("facet_id") == "awareness"}


def expected(world: World) -> dict[str, dict[tuple[Any, ...], Row]]:
    """Return what the reference says of each table."""
    wave = world.as_reference(WAVE)
    tables = reference.released([wave])
    answers = coded_answers(wave, questions())
    made = composites(instrument_file()["item"])
    return {
        "coded_answer": answers,
        "coded_gap": coded_gaps(answers),
        "composite": composite_values(WAVE, tables, made),
        "composite_gap": composite_gaps(WAVE, tables, made),
        "band_difference": band_differences(WAVE, tables, numeric_items()),
        "scheme_answer": scheme_answers(wave, first_questions()),
    }


def compared(world: World, root: Path) -> Counter[str]:
    """Raise where a release and the reference differ; return how many rows are published."""
    released, said, seen = release_world(world, root).tables, [], Counter[str]()
    for table, rows in expected(world).items():
        said += [f"{table} {one}" for one in problems(released[table], KEYS[table], rows)]
        seen[table] = sum(row["status"] == "published" for row in rows.values())
    assert not said, f"{len(said)} differences:\n" + "\n".join(said[:20])
    return seen


@pytest.mark.parametrize(("arguments", "has_giant"), WORLDS.values(), ids=WORLDS.keys())
def test_what_is_made_of_answers_together_is_what_the_reference_says(
    tmp_path: Path, arguments: dict[str, Any], has_giant: bool
) -> None:
    world = build_world(**arguments)
    seen = compared(world if has_giant else world.without("ORGGIANT"), tmp_path)
    if arguments["seed"] == 38:
        assert {table: seen[table] for table in LEAST if seen[table] < LEAST[table]} == {}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(300, 312))
def test_what_is_made_of_answers_together_is_what_the_reference_says_in_many_worlds(
    tmp_path: Path, seed: int
) -> None:
    world = build_world(seed, scale=0.3 + seed % 5 / 2, response=0.6 + seed % 3 / 3)
    compared(world if seed % 2 else world.without("ORGGIANT"), tmp_path)
