"""Refreshing on time, for years: every run is a process of its own under a scheduler.

A run that is killed, runs out of memory or hangs in native code cannot take the scheduler with it.
Missed times are made up for once; a run that is still going is never started twice.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler

from etl.cron import trigger_of
from etl.refresh import Tell
from etl.refresh_settings import RefreshSettings

GRACE_SECONDS = 3600


class Runs:
    """Starts runs, and passes on a stop to the one that is going."""

    def __init__(self, command: Sequence[str], tell: Tell) -> None:
        self.command, self.tell = list(command), tell
        self.going: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Run one refresh in a process of its own and tell how it ended."""
        self.tell("scheduled_run_started")
        with subprocess.Popen(self.command) as process:  # noqa: S603
            self.going = process
            status = process.wait()
        self.going = None
        outcome = "done" if status == 0 else "failed"
        self.tell("scheduled_run_ended", status=status, outcome=outcome)

    def stop(self) -> None:
        """Ask the run that is going to stop: it is safe at whatever point."""
        if self.going is not None:
            self.going.terminate()


def refresh_command(data: str, config: str) -> list[str]:
    """Return the command line of one refresh."""
    return [sys.executable, "-m", "etl.cli", "refresh", "--data", data, "--config", config]


def make_scheduler(refresh: RefreshSettings, runs: Runs) -> BlockingScheduler:
    """Return a scheduler with one job per cron expression; they share one worker."""
    scheduler = BlockingScheduler(
        timezone=refresh.time_zone,
        executors={"default": {"type": "threadpool", "max_workers": 1}},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE_SECONDS},
    )
    for expression in refresh.cron:
        trigger = trigger_of(expression, refresh.time_zone)
        scheduler.add_job(runs.run, trigger, name=expression)
    return scheduler


def run_schedule(refresh: RefreshSettings, command: Sequence[str], tell: Tell) -> None:
    """Refresh on time until this process is told to stop (SIGTERM, or Ctrl-C)."""
    runs = Runs(command, tell)
    scheduler = make_scheduler(refresh, runs)

    def stop(number: int, _: FrameType | None) -> None:
        tell("schedule_stopped", signal=signal.Signals(number).name)
        runs.stop()
        scheduler.shutdown(wait=False)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    tell("schedule_started", cron=list(refresh.cron), time_zone=refresh.time_zone)
    scheduler.start()
