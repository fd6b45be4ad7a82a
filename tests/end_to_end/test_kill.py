"""`kill -9` at random moments: the store stays usable and ends where it would have ended.

A first wave is released already. Loading, closing and releasing the second are real commands in a
process of their own. A moment is drawn in two ways: just before one of the command's own steps on
files (open, rename, remove, make), or after an amount of processor time, which also lands inside
the database's work. Neither depends on how busy the machine is.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.builders import (
    build_world,
    load_world,
    project_settings,
    read_release,
    release_store,
    write_exports,
)
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.release import build_release, current_release
from warehouse.waves import close_wave

# A refresh, which runs all three, is killed at every step in each run of the tests.
pytestmark = pytest.mark.slow
FIRST, SECOND = "2025", "2026"
COMMANDS = ("load", "close", "release")
TEMPORARY = (".new-", ".stage-", "building-")


# Runs the command line; kills itself with signal 9 at the moment asked for, or counts moments.
CHILD = """
import os, signal, sys, threading, time
from etl.cli import main

kind, amount, root = sys.argv.pop(1), float(sys.argv.pop(1)), sys.argv[-1]
steps, began = 0, time.process_time()

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def on_step(event, arguments):
    global steps
    if event in ("open", "os.rename", "os.remove", "os.mkdir") and root in str(arguments[0]):
        steps += 1
        if kind == "step" and steps > amount:
            die()

def watch():
    while time.process_time() - began < amount:
        time.sleep(0.001)
    die()

sys.addaudithook(on_step)
if kind == "seconds":
    threading.Thread(target=watch, daemon=True).start()
try:
    main()
finally:
    print(steps, time.process_time() - began)
"""


@dataclass(frozen=True)
class Stage:
    """A store just before a command, what the command is given, and what it takes undisturbed."""

    store: Path
    arguments: tuple[str, ...]
    steps: int
    seconds: float

    def moment(self, rng: random.Random, kind: str) -> float:
        """Return a random moment within the command."""
        return rng.randrange(self.steps) if kind == "step" else rng.uniform(0, self.seconds)


@dataclass(frozen=True)
class Course:
    """The way of a store that nobody disturbs."""

    stages: dict[str, Stage]
    first_release: str
    final_release: str


def run(
    arguments: tuple[str, ...], store: Path, kind: str = "", moment: float = 0
) -> subprocess.CompletedProcess[str]:
    """Return the command line after it ended, or was killed at the moment given."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", CHILD, kind, str(moment), *arguments, "--data", str(store)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def complete(arguments: tuple[str, ...], store: Path) -> tuple[int, float]:
    """Return the steps and seconds a command took. Raise unless it ended well."""
    ended = run(arguments, store)
    assert ended.returncode == 0, ended.stderr
    steps, seconds = ended.stdout.split()[-2:]
    return int(steps), float(seconds)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Return the store before each command and the release at the end, all undisturbed."""
    root = tmp_path_factory.mktemp("course")
    world = build_world(51, waves=(FIRST, SECOND), scale=0.2)
    later = world.only(SECOND)
    exports = tuple(str(path) for path in write_exports(later, root / "outside"))
    store = load_world(world.only(FIRST), root / "live")
    release_store(store, [FIRST])
    # By the command too, so that the ledger knows it is released.
    complete(("wave", "release", FIRST), store.root)
    first = str(current_release(store))
    stages = {}
    commands = {
        "load": ("load", *exports),
        "close": ("wave", "close", SECOND),
        "release": ("wave", "release", SECOND),
    }
    for name, arguments in commands.items():
        kept = shutil.copytree(store.root, root / f"before-{name}")
        stages[name] = Stage(kept, arguments, *complete(arguments, store.root))
    return Course(stages, first, str(current_release(store)))


def assert_live_release_is_whole(store: Store, allowed: set[str]) -> None:
    """Raise unless `CURRENT` names an allowed release whose every row can be read."""
    live = current_release(store)
    assert live in allowed
    tables = read_release(store.releases / f"{live}.duckdb").tables
    assert tables["release"][0]["release_id"] == live
    assert len(tables["score"]) > 300


def finish(store: Store) -> str:
    """Return the id of the release after everything that was still to be done."""
    settings, register = project_settings(), read_register(store.register)
    with open_ledger(store) as ledger:
        if ledger.wave_state(SECOND).state != "released":
            close_wave(ledger, store, SECOND, settings, register)
        return build_release(ledger, store, [FIRST, SECOND], settings, register)


def leftovers(store: Store) -> list[str]:
    """Return what no command should leave behind: temporary files and files nobody knows.

    What `write_atomically` leaves (`*.tmp`) is looked for below, at every place it is used.
    """
    files = [path for path in store.root.rglob("*") if path.name != ".lock"]
    strange = [p for p in files if p.name.startswith(TEMPORARY) or p.suffix == ".wal"]
    with open_ledger(store) as ledger:
        deliveries = ledger.deliveries()
    known = {name for found in deliveries for name in (found.facts_file, found.refused_file)}
    landed = [*store.facts.iterdir(), *store.refused.iterdir()]
    strange += [path for path in landed if path.name not in known]
    raw = {found.delivery_id for found in deliveries}
    strange += [path for path in store.deliveries.iterdir() if path.name not in raw]
    return sorted(str(path.relative_to(store.root)) for path in strange)


def disturb(course: Course, name: str, root: Path, rng: random.Random, kind: str) -> bool:
    """Return whether the command was really killed, after all that must hold did hold."""
    stage = course.stages[name]
    store = Store(shutil.copytree(stage.store, root))
    killed = run(stage.arguments, store.root, kind, stage.moment(rng, kind)).returncode
    assert killed in (0, -signal.SIGKILL)
    assert_live_release_is_whole(store, {course.first_release, course.final_release})
    if name != "release":
        assert current_release(store) == course.first_release
    complete(stage.arguments, store.root)
    assert_live_release_is_whole(store, {course.first_release, course.final_release})
    assert finish(store) == course.final_release
    assert_live_release_is_whole(store, {course.final_release})
    assert leftovers(store) == []
    return killed != 0


def disturb_often(course: Course, name: str, root: Path, times: int, seed: int) -> None:
    """Kill a command a number of times, each in a store of its own."""
    rng = random.Random(f"{name}{seed}")
    killed = 0
    for number in range(times):
        kind = "seconds" if number % 3 == 1 else "step"
        killed += disturb(course, name, root / str(number), rng, kind)
    assert killed >= times * 2 // 3, f"only {killed} of {times} runs were killed in time"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_completes_when_it_is_given_again(
    course: Course, tmp_path: Path, name: str
) -> None:
    disturb_often(course, name, tmp_path, times=1, seed=1)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_may_be_killed_thirty_times(course: Course, tmp_path: Path, name: str) -> None:
    disturb_often(course, name, tmp_path, times=30, seed=2)


LEFT = {
    "load": ("private/facts/.new-99999", "private/deliveries/.new-99999"),
    "close": ("private/totals/2026-x.parquet.99999.tmp", "private/structure/y.parquet.99999.tmp"),
    "release": ("published/CURRENT.99999.tmp", "published/releases/building-x.duckdb"),
}


@pytest.mark.parametrize(
    "name",
    ["load", "close", "release"],
)
def test_what_a_crash_left_under_a_temporary_name_is_removed(
    course: Course, tmp_path: Path, name: str
) -> None:
    """Each place where a file is written under a temporary name, as if killed just there."""
    store = Store(shutil.copytree(course.stages[name].store, tmp_path / "store"))
    left = [store.root / place for place in LEFT[name]]
    for path in left:
        path.write_bytes(b"half")
    complete(course.stages[name].arguments, store.root)
    assert [str(path.name) for path in left if path.exists()] == []
