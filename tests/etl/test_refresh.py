"""A refresh runs for years without a human: what it loads, publishes, keeps and tells."""

from __future__ import annotations

import datetime
import errno
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from etl import land
from etl.refresh import Refreshed, RefreshError, refresh
from etl.schedule import scheduler_of
from etl.simulate import simulate_sector
from tests.etl.builders import settings
from warehouse.errors import ConfigurationError
from warehouse.ledger import LockedError, open_ledger, store_lock
from warehouse.paths import Store
from warehouse.release import current_release
from warehouse.runs import runs
from warehouse.settings import RefreshSettings

ORGANISATIONS = 60
AFTER = datetime.datetime(2027, 6, 1, 3, tzinfo=datetime.UTC)
DURING = datetime.datetime(2024, 10, 20, 3, tzinfo=datetime.UTC)
SETTINGS = settings()
Clock = Callable[[], datetime.datetime]


def at(moment: datetime.datetime) -> Clock:
    """Return a clock that stands still."""
    return lambda: moment


@pytest.fixture(scope="module")
def sector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small sector whose exports were written long ago."""
    root = tmp_path_factory.mktemp("sector")
    simulate_sector(root, SETTINGS, organisations=ORGANISATIONS, seed=5)
    for path in (root / "inbox").iterdir():
        os.utime(path, (0, 0))
    return root


@pytest.fixture
def store(sector: Path, tmp_path: Path) -> Store:
    """Return a store with the sector's register and the exports of its first two waves."""
    store = Store(tmp_path / "data")
    store.create()
    for path in (sector / "register").iterdir():
        (store.register / path.name).write_bytes(path.read_bytes())
    for path in [*(sector / "inbox").glob("2023-*"), *(sector / "inbox").glob("2024-*")]:
        target = store.inbox / path.name
        target.write_bytes(path.read_bytes())
        os.utime(target, (0, 0))
    return store


def ledger_of(store: Store) -> list[tuple[str, str, int]]:
    """Return what the ledger says of every delivery."""
    with open_ledger(store) as ledger:
        found = ledger.deliveries()
    return sorted((one.file_name, one.state, one.accepted_count) for one in found)


def status_of(store: Store, query: str) -> list[tuple[object, ...]]:
    """Return what the published status says."""
    name = store.current_status.read_text().strip()
    with duckdb.connect(str(store.status / f"{name}.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def outcomes(store: Store) -> list[str]:
    """Return how every refresh ended."""
    with open_ledger(store) as ledger:
        return [run.outcome for run in runs(ledger)]


def test_what_is_new_is_loaded_released_and_put_away(store: Store) -> None:
    refreshed = refresh(store, SETTINGS, clock=at(AFTER))
    assert refreshed.run.outcome == "done"
    assert refreshed.run.release_id == current_release(store) is not None
    assert not [path for path in store.inbox.iterdir() if path.is_file()]
    assert len(list((store.inbox / "landed").iterdir())) == len(refreshed.reports)
    before = ledger_of(store)

    again = refresh(store, SETTINGS, clock=at(AFTER))
    assert (again.reports, again.run.release_id) == ((), refreshed.run.release_id)
    assert ledger_of(store) == before
    assert outcomes(store) == ["done", "done"]


def test_during_fieldwork_only_response_is_published(store: Store) -> None:
    refreshed = refresh(store, SETTINGS, clock=at(DURING))
    released = [path.stem for path in store.releases.glob("*.duckdb")]
    assert refreshed.run.release_id in released
    query = "SELECT DISTINCT wave_id FROM response"
    assert status_of(store, query) == [("2024",)]
    sector = "SELECT respondent_count, invited FROM response WHERE group_kind = 'sector'"
    ((people, invited),) = status_of(store, sector)
    with open_ledger(store) as ledger:
        ledger.create_views()
        counted = ledger.connection.execute(
            "SELECT count(*) FROM respondent WHERE wave_id = '2024' AND side = 'employee'"
        ).fetchone()
    assert counted == (people,)
    assert isinstance(invited, int)
    # Nothing in a status was answered by anybody.
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'response'"
    assert {name for (name,) in status_of(store, columns)} == {
        "wave_id",
        "group_kind",
        "group_id",
        "invited",
        "respondent_count",
        "organisation_count",
    }


def test_a_file_still_being_written_waits(store: Store) -> None:
    busy = sorted(path for path in store.inbox.iterdir() if path.is_file())[0]
    just_now = AFTER.timestamp() - 5
    os.utime(busy, (just_now, just_now))
    part = store.inbox / "2024-medewerkers-nieuw.csv.part"
    part.write_text("respondent_id;")
    os.utime(part, (0, 0))
    refreshed = refresh(store, SETTINGS, clock=at(AFTER))
    assert {path.name for path in refreshed.waiting} == {busy.name, part.name}
    assert busy.exists()
    assert part.exists()


@pytest.mark.parametrize("shift", [datetime.timedelta(days=-400), datetime.timedelta(days=400)])
def test_a_clock_that_jumps_loses_and_doubles_nothing(
    store: Store, shift: datetime.timedelta
) -> None:
    first = refresh(store, SETTINGS, clock=at(AFTER))
    before = ledger_of(store)
    second = refresh(store, SETTINGS, clock=at(AFTER + shift))
    third = refresh(store, SETTINGS, clock=at(AFTER))
    assert ledger_of(store) == before
    assert first.run.release_id == second.run.release_id == third.run.release_id
    assert outcomes(store) == ["done"] * 3


def test_a_file_from_the_future_does_not_wait_for_ever(store: Store) -> None:
    path = sorted(path for path in store.inbox.iterdir() if path.is_file())[0]
    later = AFTER.timestamp() + 10_000_000
    os.utime(path, (later, later))
    assert refresh(store, SETTINGS, clock=at(AFTER)).waiting == ()


def test_what_is_refused_stays_and_is_told(store: Store, listener: Listener) -> None:
    odd = store.inbox / "2024-medewerkers-stuk.csv"
    odd.write_bytes(b"\0")
    os.utime(odd, (0, 0))
    refreshed = refresh(store, SETTINGS, clock=at(AFTER), webhook=listener.address)
    assert refreshed.run.outcome == "refused"
    assert odd.exists()
    assert [told["outcome"] for told in listener.heard] == ["refused"]
    assert odd.name in str(listener.heard[0]["reason"])
    assert status_of(store, "SELECT outcome FROM refresh_run") == [("refused",)]


def test_a_full_disk_keeps_the_last_good_release(
    store: Store, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = sorted(store.inbox.glob("2024-*"))
    kept = {path: path.read_bytes() for path in late}
    for path in late:
        path.unlink()
    good = refresh(store, SETTINGS, clock=at(AFTER))
    for path, content in kept.items():
        path.write_bytes(content)
        os.utime(path, (0, 0))
    before = ledger_of(store)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(land, "write_parquet", full)
        with pytest.raises(RefreshError, match="No space left"):
            refresh(store, SETTINGS, clock=at(AFTER), webhook=listener.address)
    assert ledger_of(store) == before
    assert current_release(store) == good.run.release_id
    assert all(path.exists() for path in kept)
    assert outcomes(store) == ["done", "failed"]
    assert status_of(store, "SELECT outcome FROM refresh_run ORDER BY run_number")[-1] == (
        "failed",
    )
    assert listener.heard[-1]["outcome"] == "failed"

    mended = refresh(store, SETTINGS, clock=at(AFTER))
    assert mended.run.outcome == "done"
    assert mended.run.release_id != good.run.release_id
    assert not any(path.exists() for path in kept)


def test_two_refreshes_at_once_are_one(store: Store) -> None:
    refused: list[BaseException] = []

    def other() -> None:
        try:
            refresh(store, SETTINGS, clock=at(AFTER))
        except LockedError as error:
            refused.append(error)

    with store_lock(store):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(refused) == 1
    assert outcomes(store) == []
    assert refresh(store, SETTINGS, clock=at(AFTER)).run.outcome == "done"


COMMAND = """
import datetime, sys
from pathlib import Path
from etl.refresh import refresh
from tests.etl.builders import settings
from warehouse.paths import Store
moment = datetime.datetime(2027, 6, 1, 3, tzinfo=datetime.UTC)
left = int(sys.argv[2])

def step(event, arguments):
    global left
    if event in ("os.rename", "os.remove", "duckdb.connect", "open", "shutil.rmtree"):
        left -= 1
        if left == 0:
            import os, signal
            os.kill(os.getpid(), signal.SIGKILL)

store, known = Store(Path(sys.argv[1])), settings()
sys.addaudithook(step)
refresh(store, known, clock=lambda: moment)
"""


def killed_at(store: Store, step: int) -> int:
    """Return the exit status of a refresh that kills itself when it touches the disk so often."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", COMMAND, str(store.root), str(step)]
    return subprocess.run(command, env=environment, check=False, capture_output=True).returncode


def killed_and_finished(store: Store, steps: range) -> Refreshed:
    """Return the refresh that ends what others began and were killed in."""
    statuses = [killed_at(store, step) for step in steps]
    assert -9 in statuses
    return refresh(store, SETTINGS, clock=at(AFTER))


def undisturbed(store: Store, sector: Path, room: Path) -> tuple[list[tuple[str, str, int]], str]:
    """Return the ledger and the release of a store in which nothing was killed."""
    other = Store(room / "undisturbed")
    other.create()
    for path in (sector / "register").iterdir():
        (other.register / path.name).write_bytes(path.read_bytes())
    for path in store.inbox.iterdir():
        if path.is_file():
            (other.inbox / path.name).write_bytes(path.read_bytes())
            os.utime(other.inbox / path.name, (0, 0))
    release_id = refresh(other, SETTINGS, clock=at(AFTER)).run.release_id
    return ledger_of(other), str(release_id)


def test_a_killed_refresh_is_finished_by_the_next(
    store: Store, sector: Path, tmp_path: Path
) -> None:
    expected, release_id = undisturbed(store, sector, tmp_path)
    assert killed_and_finished(store, range(20, 500, 120)).run.release_id == release_id
    assert ledger_of(store) == expected
    assert not list(store.private.glob(".stage-*"))


@pytest.mark.slow
@pytest.mark.parametrize("start", range(10))
def test_a_refresh_may_be_killed_at_any_step(
    store: Store, sector: Path, tmp_path: Path, start: int
) -> None:
    expected, release_id = undisturbed(store, sector, tmp_path)
    finished = killed_and_finished(store, range(1 + start * 7, 600, 71))
    assert finished.run.release_id == release_id
    assert ledger_of(store) == expected


class Listener:
    """A webhook on this machine that remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[dict[str, object]] = []
        heard = self.heard

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                heard.append(json.loads(self.rfile.read(length)))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Return a webhook."""
    listening = Listener()
    thread = threading.Thread(target=listening.server.serve_forever)
    thread.start()
    yield listening
    listening.server.shutdown()
    thread.join()
    listening.server.server_close()


def test_a_webhook_that_is_away_fails_nothing(store: Store) -> None:
    (store.inbox / "2024-stuk.csv").write_bytes(b"\0")
    os.utime(store.inbox / "2024-stuk.csv", (0, 0))
    refreshed = refresh(store, SETTINGS, clock=at(AFTER), webhook="http://127.0.0.1:9/")
    assert refreshed.run.outcome == "refused"


@pytest.mark.parametrize(
    ("cron", "zone", "said"),
    [("every day", "Europe/Amsterdam", "cron"), ("0 3 * * *", "Mars/Olympus", "time_zone")],
)
def test_a_schedule_that_is_none_is_refused(cron: str, zone: str, said: str) -> None:
    wrong = RefreshSettings(cron=(cron,), time_zone=zone, settle_seconds=0)
    with pytest.raises(ConfigurationError, match=said):
        scheduler_of(wrong, lambda: None)


def test_every_cron_expression_becomes_a_job() -> None:
    known = SETTINGS.general.refresh
    assert len(scheduler_of(known, lambda: None).get_jobs()) == len(known.cron)
