"""A refresh takes what is new and ready, publishes what is due, and tells how it went."""

from __future__ import annotations

import datetime
import fcntl
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from etl import refresh as refreshing
from etl.refresh import Work, refresh
from etl.refresh_settings import RefreshSettings, load_refresh_settings
from tests.builders import CONFIG, build_world, project_settings, write_exports, write_register
from warehouse import publishing
from warehouse.errors import DisclosureError
from warehouse.journal import Journal, Run
from warehouse.ledger import open_ledger
from warehouse.lock import LockedError
from warehouse.paths import Store
from warehouse.publishing import withdraw_wave
from warehouse.register import read_register
from warehouse.release import current_release
from warehouse.status import current_status

FIELDWORK = datetime.datetime(2026, 10, 1, 12, tzinfo=datetime.UTC)
DUE = datetime.datetime(2026, 11, 16, 0, 30, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def quick() -> RefreshSettings:
    """Return the project's settings without the pause between two looks."""
    return load_refresh_settings(CONFIG).model_copy(update={"settle_seconds": 0})


@dataclass
class Office:
    """A store, a clock that is set by hand, and everything that was told."""

    store: Store
    clock: datetime.datetime = FIELDWORK
    events: list[dict[str, Any]] = field(default_factory=list)
    during_pause: Any = None

    def refresh(self) -> Run:
        """Return how a refresh went at the office's time."""
        tell = lambda event, **fields: self.events.append({"event": event} | fields)  # noqa: E731
        work = Work(self.store, project_settings(), quick(), lambda: self.clock, self.sleep, tell)
        return refresh(work)

    def sleep(self, seconds: float) -> None:
        """Do what a test wants to happen between the two looks."""
        if self.during_pause is not None:
            self.during_pause()

    def runs(self) -> list[Run]:
        """Return every run of the ledger."""
        with open_ledger(self.store) as ledger:
            return Journal(ledger).runs()

    def deliveries(self) -> dict[str, str]:
        """Return the state of each delivery by file name."""
        with open_ledger(self.store) as ledger:
            return {found.file_name: found.state for found in ledger.deliveries()}

    def inbox(self) -> set[str]:
        """Return the files of the inbox and its rooms."""
        files = (path for path in self.store.inbox.rglob("*") if path.is_file())
        return {str(path.relative_to(self.store.inbox)) for path in files}

    def state(self, wave: str) -> str:
        """Return the state of a wave."""
        with open_ledger(self.store) as ledger:
            return ledger.wave_state(wave).state


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with a register and the exports of one wave."""
    root = tmp_path_factory.mktemp("exports")
    world = build_world(91, waves=("2026",), scale=0.15)
    write_register(world, Store(root / "store"))
    write_exports(world, root / "files")
    return root


@pytest.fixture
def office(exports: Path, tmp_path: Path) -> Office:
    """Return a store with a register and two exports in the inbox."""
    store = Store(shutil.copytree(exports / "store", tmp_path / "store"))
    for path in (exports / "files").iterdir():
        shutil.copy(path, store.inbox)
    return Office(store)


ZERO, ONE = "2026-bureau-0.csv", "2026-bureau-1.csv"


def test_new_files_land_and_leave_the_inbox_only_then(office: Office) -> None:
    run = office.refresh()
    assert (run.outcome, run.landed_count) == ("done", 2)
    assert office.inbox() == {f"taken/{ZERO}", f"taken/{ONE}"}
    assert office.deliveries() == {ZERO: "landed", ONE: "landed"}
    assert current_release(office.store) is None
    assert office.state("2026") == "open"
    again = office.refresh()
    assert (again.outcome, again.landed_count, again.unchanged_count) == ("done", 0, 0)
    assert [found.number for found in office.runs()] == [1, 2]


def test_response_is_published_while_nothing_else_is(office: Office) -> None:
    office.refresh()
    assert current_status(office.store) is not None
    assert not list(office.store.releases.iterdir())


def test_a_due_wave_is_released_once(office: Office) -> None:
    office.refresh()
    office.clock = DUE
    run = office.refresh()
    assert run.message is not None  # six weeks of silence: the clock is doubted first
    office.clock = DUE + DAY
    run = office.refresh()
    assert run.release_id == current_release(office.store) is not None
    assert office.state("2026") == "released"
    office.clock += DAY
    assert office.refresh().release_id is None


def test_the_day_begins_where_the_sector_is(office: Office) -> None:
    """Half past midnight in Amsterdam on the release date is the day before in UTC."""
    office.clock = datetime.datetime(2026, 11, 15, 22, 30, tzinfo=datetime.UTC)
    assert office.refresh().release_id is None
    office.clock = datetime.datetime(2026, 11, 15, 23, 30, tzinfo=datetime.UTC)
    assert office.refresh().release_id is not None


def grow(path: Path) -> None:
    """Write on in a file, as an upload does."""
    with path.open("a") as file:
        file.write("\n")


@pytest.mark.parametrize(
    "sign", ["grows", "lock beside", "office lock", "part", "locked", "unreadable name"]
)
def test_a_file_that_is_being_written_is_left_alone(office: Office, sign: str) -> None:
    path = office.store.inbox / ZERO
    held = path.open("rb")
    left = path
    if sign == "grows":
        office.during_pause = lambda: grow(path)
    elif sign == "lock beside":
        path.with_name(f"{ZERO}.lock").touch()
    elif sign == "office lock":
        path.with_name(f".~lock.{ZERO}#").touch()
    elif sign == "part":
        left = path.rename(path.with_name(f"{ZERO}.part"))
    elif sign == "locked":
        fcntl.flock(held, fcntl.LOCK_EX)
    else:
        left = path.rename(path.with_name(f".{ZERO}"))
    run = office.refresh()
    held.close()
    assert left.exists()
    assert run.waiting_count == (0 if sign == "unreadable name" else 1)
    assert office.deliveries() == {ONE: "landed"}
    assert run.outcome == "done"


def test_a_file_that_is_done_is_taken_the_next_time(office: Office) -> None:
    path = office.store.inbox / ZERO
    office.during_pause = lambda: path.write_bytes(path.read_bytes())
    assert office.refresh().waiting_count == 1
    office.during_pause = None
    assert office.refresh().landed_count == 1
    assert office.deliveries() == {ZERO: "landed", ONE: "landed"}


def test_a_file_that_changes_after_it_landed_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = refreshing.load_file

    def changed(path: Path, *more: Any, **named: Any) -> Any:
        report = real(path, *more, **named)
        if path.name == ZERO:
            grow(path)
        return report

    monkeypatch.setattr(refreshing, "load_file", changed)
    office.refresh()
    assert office.inbox() == {ZERO, f"taken/{ONE}"}


def test_a_refused_file_goes_aside_with_the_reason_and_fails_the_run(office: Office) -> None:
    (office.store.inbox / "2026-broken.csv").write_bytes(b"\x00\x01")
    run = office.refresh()
    assert (run.outcome, run.landed_count, run.refused_count) == ("refused", 2, 1)
    aside = office.store.inbox / "refused"
    assert (aside / "2026-broken.csv").read_bytes() == b"\x00\x01"
    assert "refused" in (aside / "2026-broken.csv.reason.txt").read_text()
    assert office.refresh().outcome == "done"


def test_two_files_of_one_name_are_both_kept(office: Office) -> None:
    office.refresh()
    lines = (office.store.inbox / "taken" / ZERO).read_bytes().splitlines(keepends=True)
    (office.store.inbox / ZERO).write_bytes(b"".join(lines[:-1]))
    assert office.refresh().landed_count == 1
    kept = {Path(name).name for name in office.inbox()}
    assert len(kept) == 3
    assert {ZERO, ONE} < kept


def test_a_correction_before_the_release_supersedes(office: Office) -> None:
    office.refresh()
    lines = (office.store.inbox / "taken" / ZERO).read_bytes().splitlines(keepends=True)
    (office.store.inbox / "2026-bureau-0_v10.csv").write_bytes(b"".join(lines[:-1]))
    (office.store.inbox / "2026-bureau-0_v2.csv").write_bytes(b"".join(lines[:-2]))
    assert office.refresh().landed_count == 2
    expected = {ZERO: "superseded", "2026-bureau-0_v2.csv": "superseded"}
    assert office.deliveries() == expected | {"2026-bureau-0_v10.csv": "landed", ONE: "landed"}


def test_a_correction_after_the_release_is_refused_with_what_can_be_done(office: Office) -> None:
    office.clock = DUE
    live = office.refresh().release_id
    lines = (office.store.inbox / "taken" / ZERO).read_bytes().splitlines(keepends=True)
    late = "2026-bureau-0_v2.csv"
    (office.store.inbox / late).write_bytes(b"".join(lines[:-1]))
    office.clock += DAY
    run = office.refresh()
    assert (run.outcome, run.release_id) == ("refused", None)
    assert current_release(office.store) == live
    reason = (office.store.inbox / "refused" / f"{late}.reason.txt").read_text()
    assert "released since 2026-11-16: its figures never change" in reason
    for verb in ("wave diff 2026", "wave withdraw 2026 --reason"):
        assert verb in reason
    assert office.deliveries()[ZERO] == "landed"


def test_a_wave_that_was_taken_back_waits_for_a_person(office: Office) -> None:
    office.clock = DUE
    office.refresh()
    register = read_register(office.store.register)
    with open_ledger(office.store) as ledger:
        withdraw_wave(
            ledger, office.store, project_settings(), register, "2026", "wrong export", office.clock
        )
    for _ in range(2):
        office.clock += DAY
        assert office.refresh().release_id is None
    assert current_release(office.store) is None
    with open_ledger(office.store) as ledger:
        assert ledger.wave_state("2026").state == "withdrawn"


def test_a_run_that_fails_keeps_the_last_release_and_shows(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsafe(*_: object) -> str:
        raise DisclosureError("Two scores stand on nine people.")

    office.refresh()
    office.clock += DAY
    monkeypatch.setattr(publishing, "written_release", unsafe)
    monkeypatch.setattr(refreshing, "is_steady", lambda *_: True)
    office.clock = DUE
    run = office.refresh()
    assert (run.outcome, run.message) == ("failed", "Two scores stand on nine people.")
    assert current_release(office.store) is None
    assert [found.outcome for found in office.runs()] == ["done", "failed"]
    monkeypatch.undo()
    office.clock += DAY
    assert office.refresh().release_id == current_release(office.store) is not None


def test_a_stumble_over_one_file_stops_no_other_and_names_no_content(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = refreshing.load_file

    def stumble(path: Path, *more: Any, **named: Any) -> Any:
        if path.name == ZERO:
            raise ValueError("Jan Jansen gave a 3")
        return real(path, *more, **named)

    monkeypatch.setattr(refreshing, "load_file", stumble)
    run = office.refresh()
    assert (run.outcome, run.landed_count) == ("failed", 1)
    assert office.inbox() == {ZERO, f"taken/{ONE}"}
    assert "ValueError" in str(run.message)
    assert "Jansen" not in json.dumps(office.events) + str(run.message)


def test_without_a_register_the_run_fails_and_still_shows(office: Office) -> None:
    (office.store.register / "headcounts.csv").unlink()
    run = office.refresh()
    assert run.outcome == "failed"
    assert "register is missing" in str(run.message)
    assert current_status(office.store) is not None
    assert office.inbox() == {ZERO, ONE}


def test_a_second_refresh_leaves_the_first_alone(office: Office) -> None:
    seen = []

    def second() -> None:
        with pytest.raises(LockedError, match="another refresh is running"):
            office.refresh()
        seen.append(1)

    office.during_pause = second
    assert office.refresh().landed_count == 2
    assert seen == [1]
    assert len(office.runs()) == 1


@pytest.mark.parametrize(
    ("jump", "publishes"),
    [
        (datetime.timedelta(hours=1), True),
        (DAY * 39, True),
        (DAY * 41, False),
        (-datetime.timedelta(seconds=1), False),
        (-DAY * 365, False),
    ],
)
def test_a_clock_that_jumps_publishes_nothing_at_once(
    office: Office, exports: Path, jump: datetime.timedelta, publishes: bool
) -> None:
    """The first run finds nothing; at the second the wave is due by the clock, right or wrong."""
    for path in office.store.inbox.iterdir():
        path.unlink()
    office.clock = DUE + DAY - jump
    office.refresh()
    for path in (exports / "files").iterdir():
        shutil.copy(path, office.store.inbox)
    office.clock = DUE + DAY
    run = office.refresh()
    assert (run.release_id is not None) == publishes
    assert (run.message is None) == publishes
    assert office.deliveries() == {ZERO: "landed", ONE: "landed"}
    office.clock += datetime.timedelta(hours=1)
    office.refresh()
    live = current_release(office.store)
    assert live is not None
    runs = [(found.number, found.outcome, found.release_id) for found in office.runs()]
    released = [(2, "done", live), (3, "done", None)]
    waited = [(2, "done", None), (3, "done", live)]
    assert runs == [(1, "done", None), *(released if publishes else waited)]
