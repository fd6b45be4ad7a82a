"""`kill -9` at any moment: the same command then completes, and nothing is lost or doubled."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.etl.builders import World, csv_text, rows_of, write

COMMAND = """
import sys
from pathlib import Path
from etl.pipeline import load_file
from tests.etl.builders import World
world = World(Path(sys.argv[1]))
for path in sorted(Path(sys.argv[2]).iterdir()):
    world.load(path)
"""
CONTENTS = """SELECT file_name, series, state, row_count, accepted_count, refused_count, facts_file
    FROM delivery ORDER BY ALL"""
SEED = int(os.environ.get("CRASH_SEED", "7"))


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return exports of some thousands of rows, one of them a correction, one with faults."""
    room = tmp_path_factory.mktemp("inbox")
    write(room / "a.csv", csv_text(people("A", 20_000)))
    write(room / "a_v2.csv", csv_text(people("A", 20_001)))
    write(room / "b.csv", csv_text(people("B", 20_000, cijfer="7,5") + people("C", 9, cijfer="x")))
    return room


def people(prefix: str, count: int, **changes: str) -> list[dict[str, str]]:
    """Return rows of people whose ids start with a prefix."""
    rows = rows_of(count, **changes)
    return [row | {"respondent_id": prefix + row["respondent_id"]} for row in rows]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, inbox: Path) -> tuple[World, float]:
    """Return a store in which nothing was killed, and how long that took."""
    world = World(tmp_path_factory.mktemp("undisturbed"))
    started = time.monotonic()
    assert start(world, inbox).wait() == 0
    return world, time.monotonic() - started


def start(world: World, inbox: Path) -> subprocess.Popen[bytes]:
    """Return a process that loads an inbox into a world's store."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", COMMAND, str(world.root), str(inbox)]
    return subprocess.Popen(command, env=environment)


def files_of(world: World) -> set[str]:
    """Return every file of the private rooms but the ledger and the lock."""
    private = world.store.private
    rooms = (world.store.facts, world.store.refused, world.store.deliveries)
    stages = {path.name for path in private.iterdir() if path.name.startswith(".stage")}
    return {path.name for room in rooms for path in room.iterdir()} | stages


@pytest.mark.parametrize("turn", range(3))
def test_a_killed_load_completes_when_it_is_run_again(
    world: World, inbox: Path, undisturbed: tuple[World, float], turn: int
) -> None:
    calm, seconds = undisturbed
    moments = random.Random(SEED + turn)
    for _ in range(3):
        process = start(world, inbox)
        time.sleep(seconds * moments.uniform(0.3, 1.0))
        process.kill()
        process.wait()
    assert start(world, inbox).wait() == 0
    assert world.query(CONTENTS) == calm.query(CONTENTS)
    assert files_of(world) == files_of(calm)
    people_count = "SELECT count(*) FROM respondent"
    assert world.query(people_count) == calm.query(people_count) == [(40_001,)]


def test_two_loads_at_once_wait_for_each_other(
    world: World, inbox: Path, undisturbed: tuple[World, float]
) -> None:
    both = [start(world, inbox), start(world, inbox)]
    assert [process.wait() for process in both] == [0, 0]
    assert world.query(CONTENTS) == undisturbed[0].query(CONTENTS)
