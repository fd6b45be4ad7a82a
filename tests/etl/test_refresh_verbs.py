"""`refresh` and `schedule` as an operator or a container starts them, and the webhook."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from etl.webhook import call_webhook
from tests.builders import CONFIG, build_world, write_exports, write_register
from warehouse.journal import Journal
from warehouse.ledger import open_ledger
from warehouse.paths import Store


class Listener(http.server.HTTPServer):
    """A webhook's other end, on this machine."""

    heard: list[dict[str, Any]]
    answer: int = 204

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/hook?token=geheim"


class Answer(http.server.BaseHTTPRequestHandler):
    """Keeps what it is told."""

    server: Listener

    def do_POST(self) -> None:
        """Keep a message."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(json.loads(body))
        self.send_response(self.server.answer)
        if self.server.answer == 302:
            self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Return a running webhook."""
    server = Listener(("127.0.0.1", 0), Answer)
    server.heard = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with one small wave in its inbox."""
    world = build_world(92, waves=("2026",), scale=0.1)
    store = Store(tmp_path / "store")
    write_register(world, store)
    write_exports(world, store.inbox)
    return store


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return a configuration without the pause and with a run every second minute."""
    directory = tmp_path / "config"
    shutil.copytree(CONFIG, directory)
    path = directory / "refresh.toml"
    text = path.read_text().replace("settle_seconds = 5", "settle_seconds = 0")
    path.write_text(text.replace("15 6-20 * * *", "* * * * *"))
    return directory


def command(verb: str, store: Store, config: Path) -> list[str]:
    """Return a command line."""
    arguments = [verb, "--data", str(store.root), "--config", str(config)]
    return [sys.executable, "-m", "etl.cli", *arguments]


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a command."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **more}


def run(verb: str, store: Store, config: Path, **more: str) -> tuple[int, list[dict[str, Any]]]:
    """Return the exit status and the events of a command, which all are JSON."""
    done = subprocess.run(
        command(verb, store, config),
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stderr.splitlines()]


def test_elsewhere_than_on_a_terminal_every_line_is_json(store: Store, config: Path) -> None:
    status, events = run("refresh", store, config)
    assert status == 0
    names = [event["event"] for event in events]
    assert names[:2] == ["run_started", "inbox"]
    assert names[-1] == "run_ended"
    assert names.count("delivery") == 2
    assert all(event["timestamp"].endswith("Z") for event in events)


def test_a_refusal_exits_with_one_and_calls_the_webhook(
    store: Store, config: Path, listener: Listener
) -> None:
    (store.inbox / "2026-broken.csv").write_bytes(b"\x00")
    status, events = run("refresh", store, config, REGIESPIEGEL_WEBHOOK=listener.url)
    assert status == 1
    assert [(told["outcome"], told["refused_count"]) for told in listener.heard] == [("refused", 1)]
    assert "geheim" not in json.dumps(events)
    run("refresh", store, config, REGIESPIEGEL_WEBHOOK=listener.url)
    assert len(listener.heard) == 1


def test_a_failed_run_calls_the_webhook_of_the_settings(
    store: Store, config: Path, listener: Listener
) -> None:
    path = config / "refresh.toml"
    path.write_text(path.read_text().replace('webhook_url = ""', f'webhook_url = "{listener.url}"'))
    (store.register / "organisations.csv").unlink()
    status, events = run("refresh", store, config)
    assert status == 1
    assert listener.heard[0]["outcome"] == "failed"
    assert "register is missing" in listener.heard[0]["message"]
    assert events[-1]["event"] == "webhook"


def test_a_webhook_that_does_not_answer_is_no_second_failure(store: Store, config: Path) -> None:
    (store.inbox / "2026-broken.csv").write_bytes(b"\x00")
    nobody = "http://127.0.0.1:9/geheim"
    status, events = run("refresh", store, config, REGIESPIEGEL_WEBHOOK=nobody)
    assert status == 1
    assert "could not be reached" in events[-1]["message"]
    assert "geheim" not in json.dumps(events)


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_an_answer_that_is_no_yes_is_told_and_not_followed(listener: Listener, answer: int) -> None:
    listener.answer = answer
    assert call_webhook(listener.url, {}, 5) == f"the webhook answered {answer}"
    assert len(listener.heard) == 1


def test_an_address_that_is_no_webhook_is_refused(store: Store, config: Path) -> None:
    done = subprocess.run(
        [*command("refresh", store, config), "--webhook", "file:///etc/passwd"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "begins with http" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('cron = ["* * * * *"]', 'cron = ["* * * *"]', "cron"),
        ("Europe/Amsterdam", "Europe/Nowhere", "time_zone"),
        ("clock_jump_days = 40", "clock_jump_days = 0", "clock_jump_days"),
        ("settle_seconds = 0", "settle = 0", "settle"),
        ('webhook_url = ""', 'webhook_url = "ftp://x"', "webhook_url"),
    ],
)
def test_a_wrong_setting_is_named(store: Store, config: Path, old: str, new: str, key: str) -> None:
    path = config / "refresh.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    done = subprocess.run(
        command("schedule", store, config),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    said = " ".join(done.stderr.split())
    assert "refresh.toml" in said
    assert f"key {key}" in said


ON_TIME = """
import datetime, sys
from apscheduler.triggers.date import DateTrigger
from etl import schedule
soon = lambda *_: DateTrigger(datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=0.2))
schedule.trigger_of = soon
from etl.cli import main
main()
"""


def test_the_schedule_refreshes_in_a_process_of_its_own_until_told_to_stop(
    store: Store, config: Path
) -> None:
    """The same command with a time that comes soon."""
    real = command("schedule", store, config)
    soon = [sys.executable, "-c", ON_TIME, *real[3:]]
    with subprocess.Popen(soon, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        events = []
        for line in process.stderr:
            events.append(json.loads(line))
            if events[-1]["event"] == "scheduled_run_ended":
                break
        process.send_signal(signal.SIGTERM)
        events += [json.loads(line) for line in process.stderr]
        assert process.wait(10) == 0
    names = [event["event"] for event in events]
    assert names[0] == "schedule_started"
    assert {"scheduled_run_started", "run_started", "run_ended", "schedule_stopped"} < set(names)
    with open_ledger(store) as ledger:
        assert [found.outcome for found in Journal(ledger).runs()] == ["done"]
        assert len(ledger.deliveries()) == 2


def test_a_stop_in_the_middle_of_a_run_stops_both(store: Store, config: Path) -> None:
    path = config / "refresh.toml"
    path.write_text(path.read_text().replace("settle_seconds = 0", "settle_seconds = 60"))
    soon = [sys.executable, "-c", ON_TIME, *command("schedule", store, config)[3:]]
    with subprocess.Popen(soon, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if json.loads(line)["event"] == "run_started":
                break
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert time.monotonic() - began < 20
    path.write_text(path.read_text().replace("settle_seconds = 60", "settle_seconds = 0"))
    assert run("refresh", store, config)[0] == 0
    with open_ledger(store) as ledger:
        outcomes = [found.outcome for found in Journal(ledger).runs()]
        assert outcomes == ["interrupted", "done"]
