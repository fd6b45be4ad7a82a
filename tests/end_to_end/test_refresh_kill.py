"""A refresh killed at each step, on a full disk, or twice at once: nothing is lost or doubled.

A store has one released wave; the inbox holds a second wave that is due, a correction of it, a
twin of a file, and a file nobody can read. Each step announces itself (`regiespiegel.step`), and
every operation on a file does (`open`, `os.rename`, …): the child process kills itself there. The
clock is given, so every store ends the same, and the test compares its whole ledger.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.builders import build_world, load_world, project_settings, write_exports
from warehouse.journal import Journal, Run
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.publishing import release_waves
from warehouse.register import read_register
from warehouse.release import current_release
from warehouse.status import current_status
from warehouse.waves import close_wave

FIRST, SECOND = "2025", "2026"

# Refreshes at a given time; dies, or finds the disk full, at the moment asked for.
CHILD = """
import datetime, errno, os, signal, sys
from pathlib import Path

kind, moment, root, config = sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])
from etl import land
from etl.refresh import Work, refresh
from etl.refresh_settings import load_refresh_settings
from warehouse.paths import Store
from warehouse.settings import load_settings
import duckdb, polars

operations, steps = 0, []

def disturb():
    if kind == "full":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.kill(os.getpid(), signal.SIGKILL)

def is_write(event, arguments):
    if root not in str(arguments[0]):
        return False
    if event == "open":
        return bool((arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) or kind == "kill"
    return True

def hook(event, arguments):
    global operations
    if event == "regiespiegel.step":
        steps.append(arguments[0])
        if kind == "step" and arguments[0] == moment:
            disturb()
    elif event in ("open", "os.rename", "os.remove", "os.mkdir") and is_write(event, arguments):
        if event == "os.remove" and kind == "full":
            return
        operations += 1
        # A disk that is full stays full until somebody makes room.
        if kind in ("kill", "full") and operations > int(moment):
            disturb()

def full_like(real):
    def write(*arguments, **named):
        if kind == "full" and operations >= int(moment):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments, **named)
    return write

# These write without Python knowing.
land.write_parquet = full_like(land.write_parquet)
polars.DataFrame.write_parquet = full_like(polars.DataFrame.write_parquet)
now = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
quick = load_refresh_settings(config).model_copy(update={"settle_seconds": 0.0})
work = Work(Store(Path(root)), load_settings(config), quick, lambda: now, lambda _: None,
            lambda *_, **__: None)
sys.addaudithook(hook)
try:
    run = refresh(work)
finally:
    print(operations, *(step.replace(" ", "_") for step in steps))
print(run.message, file=sys.stderr)
sys.exit(0 if run.outcome in ("done", "refused") else 3)
"""


@dataclass(frozen=True)
class Ledger:
    """All that a store says of itself, but for times: what must be the same in the end."""

    deliveries: tuple[tuple[object, ...], ...]
    states: tuple[tuple[str, str], ...]
    releases: tuple[tuple[str, str, bool], ...]
    people: int
    current: str | None


def ledger_of(store: Store) -> Ledger:
    """Return what a store's ledger says."""
    with open_ledger(store) as ledger:
        ledger.create_views()
        found = [
            (row.file_name, row.state, row.row_count, row.accepted_count, row.facts_file)
            for row in ledger.deliveries()
        ]
        journal = Journal(ledger)
        published = [(r.release_id, r.wave_ids, not r.reason) for r in journal.publications()]
        counted = ledger.connection.execute("SELECT count(*) FROM respondent").fetchall()
        return Ledger(
            tuple(sorted(found)),
            tuple((wave, ledger.wave_state(wave).state) for wave in (FIRST, SECOND)),
            tuple(published),
            counted[0][0],
            current_release(store),
        )


def runs_of(store: Store) -> list[Run]:
    """Return the runs of a store."""
    with open_ledger(store) as ledger:
        return Journal(ledger).runs()


def start(store: Path, kind: str = "", moment: object = "") -> subprocess.Popen[str]:
    """Return a refresh in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    config = Path(__file__).resolve().parents[2] / "config"
    command = [sys.executable, "-c", CHILD, kind, str(moment), str(store), str(config)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)


def finish(process: subprocess.Popen[str]) -> tuple[int, list[str], str]:
    """Return a refresh's exit status, the words it printed, and its errors."""
    out, errors = process.communicate()
    return process.returncode, out.split(), errors


@dataclass(frozen=True)
class Course:
    """A store before the refresh, and how it is after one that nobody disturbed."""

    before: Path
    after: Ledger
    operations: int
    steps: tuple[str, ...]
    first_release: str


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Return the undisturbed course of a refresh."""
    root = tmp_path_factory.mktemp("course")
    world = build_world(52, waves=(FIRST, SECOND), scale=0.12)
    store = load_world(world.only(FIRST), root / "store")
    settings, register = project_settings(), read_register(store.register)
    with open_ledger(store) as ledger:
        close_wave(ledger, store, FIRST, settings, register)
        first = release_waves(ledger, store, settings, [FIRST], register)
    files = write_exports(world.only(SECOND), store.inbox)
    lines = files[0].read_bytes().splitlines(keepends=True)
    files[0].with_name("2026-bureau-0_v2.csv").write_bytes(b"".join(lines[:-1]))
    files[1].with_name("2026-twin.csv").write_bytes(files[1].read_bytes())
    (store.inbox / "2026-unreadable.csv").write_bytes(b"\x00\x01\x02")
    before = shutil.copytree(store.root, root / "before")
    status, (operations, *steps), errors = finish(start(store.root))
    assert status == 0, errors
    found = ledger_of(store)
    assert dict(found.states) == {FIRST: "released", SECOND: "released"}
    assert files_left(store) == []
    return Course(before, found, int(operations), tuple(steps), first)


def files_left(store: Store) -> list[str]:
    """Return what a refresh should not leave: exports in the inbox, half files, files unknown."""
    left = [path for path in store.inbox.iterdir() if path.is_file()]
    marks = (".new-", ".stage-", "building-")
    for path in store.root.rglob("*"):
        if path.name.startswith(marks) or path.suffix in (".tmp", ".wal"):
            left.append(path)
    with open_ledger(store) as ledger:
        known = {n for d in ledger.deliveries() for n in (d.facts_file, d.refused_file)}
    left += [p for p in (*store.facts.iterdir(), *store.refused.iterdir()) if p.name not in known]
    return sorted(str(path.relative_to(store.root)) for path in left)


def assert_nothing_lost(store: Store, course: Course) -> None:
    """Raise unless every file that came is still there: in the inbox, or kept and in the ledger."""
    came = {path.name for path in (course.before / "inbox").iterdir()}
    there = {path.name for path in store.inbox.rglob("*") if path.is_file()}
    assert came <= there
    assert current_release(store) in (course.first_release, course.after.current)
    live = store.releases / f"{current_release(store)}.duckdb"
    assert live.exists()


def disturbed(course: Course, root: Path, kind: str, moment: object) -> tuple[int, Store]:
    """Return how a disturbed refresh ended, and its store after a second one, all as it should."""
    store = Store(shutil.copytree(course.before, root))
    status, _, errors = finish(start(store.root, kind, moment))
    assert status in (0, 3, 1, -signal.SIGKILL), errors
    assert_nothing_lost(store, course)
    again, _, errors = finish(start(store.root))
    assert again == 0, errors
    assert ledger_of(store) == course.after
    assert files_left(store) == []
    aside = {path.name for path in (store.inbox / "refused").iterdir()}
    assert aside == {"2026-unreadable.csv", "2026-unreadable.csv.reason.txt"}
    assert current_status(store) is not None
    return status, store


def step_names(course: Course) -> Iterator[str]:
    """Yield the steps, as they were announced."""
    return (step.replace("_", " ") for step in course.steps)


STEPS = (
    "begun",
    "followed",
    "scanned",
    "before 2026-bureau-0_v2.csv",
    "landed 2026-bureau-0_v2.csv",
    "put away 2026-bureau-0_v2.csv",
    "landed 2026-unreadable.csv",
    "closed 2026",
    "released",
    "before end",
    "ended",
    "shown",
)


def test_the_steps_are_those_that_are_killed_at(course: Course) -> None:
    names = [step.replace("before_2026", "before 2026") for step in course.steps]
    for step in STEPS:
        assert step.replace(" ", "_") in course.steps, names
    files = len(list((course.before / "inbox").iterdir()))
    assert len(course.steps) == len(STEPS) - 4 + 3 * files


@pytest.mark.parametrize("step", STEPS)
def test_a_refresh_killed_at_a_step_goes_on_where_it_was(
    course: Course, tmp_path: Path, step: str
) -> None:
    status, store = disturbed(course, tmp_path / "store", "step", step)
    assert status == -signal.SIGKILL
    runs = runs_of(store)
    ended = step in ("ended", "shown")
    assert runs[0].outcome == ("refused" if ended else "interrupted")
    assert [run.number for run in runs] == [1, 2]
    assert runs[1].outcome in ("refused", "done")


def moments(course: Course, count: int, seed: int) -> list[int]:
    """Return random moments within the operations of a refresh, in order."""
    return sorted(random.Random(seed).sample(range(course.operations), count))


@pytest.mark.parametrize("turn", range(4))
def test_a_refresh_killed_at_an_operation_goes_on(
    course: Course, tmp_path: Path, turn: int
) -> None:
    moment = moments(course, 4, 3)[turn]
    assert disturbed(course, tmp_path / "store", "kill", moment)[0] == -signal.SIGKILL


@pytest.mark.slow
def test_a_refresh_may_be_killed_at_every_operation(course: Course, tmp_path: Path) -> None:
    killed = 0
    for moment in range(0, course.operations, 2):
        killed += disturbed(course, tmp_path / str(moment), "kill", moment)[0] != 0
        shutil.rmtree(tmp_path / str(moment))
    assert killed >= course.operations // 2 - 1


@pytest.mark.parametrize("turn", range(4))
def test_a_disk_that_is_full_loses_nothing(course: Course, tmp_path: Path, turn: int) -> None:
    """ENOSPC from some operation on, whatever is written, until the next run."""
    moment = moments(course, 4, 5)[turn] // 2
    status, store = disturbed(course, tmp_path / "store", "full", moment)
    outcomes = [run.outcome for run in runs_of(store)]
    assert status in (1, 3)
    assert outcomes[0] in ("failed", "interrupted", "refused", "done")


@pytest.mark.slow
def test_a_disk_may_be_full_at_every_operation(course: Course, tmp_path: Path) -> None:
    for moment in range(0, course.operations, 3):
        disturbed(course, tmp_path / str(moment), "full", moment)
        shutil.rmtree(tmp_path / str(moment))


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[bool]:
    """Return whether `place` is a disk of so many bytes now; False where none may be mounted."""
    options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    mounted = run_tool("mount", *options)
    try:
        yield mounted
    finally:
        if mounted:
            assert run_tool("umount", str(place))


def run_tool(*command: str) -> bool:
    """Return whether a tool of the system did what it was asked."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def on_a_full_disk(course: Course, place: Path, room: int) -> int:
    """Return how a refresh ended that had so many bytes left, after the next one had enough."""
    used = sum(path.stat().st_blocks * 512 for path in course.before.rglob("*"))
    place.mkdir()
    with small_disk(place, used + room) as mounted:
        if not mounted:
            return disturbed(course, place / "store", "full", room // 65536)[0]
        store = Store(shutil.copytree(course.before, place / "store"))
        status, _, errors = finish(start(store.root))
        assert "Traceback" not in errors or status == 1, errors
        assert_nothing_lost(store, course)
        assert run_tool("mount", "-o", "remount,size=256m", str(place))
        again, _, errors = finish(start(store.root))
        assert again == 0, errors
        assert ledger_of(store) == course.after
        assert files_left(store) == []
        return status


@pytest.mark.parametrize("room", [0, 1 << 17, 1 << 20])
def test_a_small_disk_that_is_really_full_loses_nothing(
    course: Course, tmp_path: Path, room: int
) -> None:
    """A tmpfs where one may be mounted, an injected ENOSPC elsewhere."""
    assert on_a_full_disk(course, tmp_path / "disk", room) in (1, 3)


@pytest.mark.slow
def test_a_small_disk_may_be_full_at_any_size(course: Course, tmp_path: Path) -> None:
    """At some size the disk is large enough, and everything before it was told as a failure."""
    ended = [on_a_full_disk(course, tmp_path / str(room), room << 18) for room in range(0, 64, 3)]
    assert ended[0] != 0
    assert ended[-1] == 0


def test_two_refreshes_at_once_do_the_work_once(course: Course, tmp_path: Path) -> None:
    store = Store(shutil.copytree(course.before, tmp_path / "store"))
    both = [finish(process) for process in [start(store.root), start(store.root)]]
    statuses = sorted(status for status, _, _ in both)
    assert statuses in ([0, 0], [0, 1]), both
    refused = [errors for status, _, errors in both if status == 1]
    assert all("another refresh is running" in errors for errors in refused)
    assert ledger_of(store) == course.after
    assert files_left(store) == []
    assert len(runs_of(store)) == 2 - len(refused)
