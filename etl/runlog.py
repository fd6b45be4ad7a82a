"""What a refresh says while it runs: a progress bar on a terminal, one JSON line per event else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import structlog
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from etl.refresh import Tell


def json_teller(stream: TextIO) -> Tell:
    """Return a teller that writes one JSON object per event, its time in UTC."""
    log = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.BoundLogger,
    )

    def tell(event: str, **fields: Any) -> None:
        bad = fields.get("outcome") in ("failed", "refused")
        (log.warning if bad else log.info)(event, **fields)

    return tell


def bar_teller(progress: Progress) -> Tell:
    """Return a teller that moves a progress bar and prints what is worth keeping."""
    task = progress.add_task("Refreshing", total=None)

    def tell(event: str, **fields: Any) -> None:
        if event == "inbox":
            progress.update(task, total=fields["ready"] + 1)
            for name in fields["waiting"]:
                progress.console.print(f"{name}: still being written, left alone.", markup=False)
        elif event == "delivery":
            progress.update(task, description=f"Loading {fields['file']}", advance=1)
            progress.console.print(fields.get("summary", f"{fields['file']}: failed"), markup=False)
        elif event == "released":
            progress.console.print(f"Release {fields['release']} is current.", markup=False)
        elif event == "run_ended":
            progress.update(task, description="Refreshed", advance=1)
            message = fields["message"] or ""
            said = f"Run {fields['run']}: {fields['outcome']}. {message}".strip()
            progress.console.print(said, markup=False, highlight=False, soft_wrap=True)

    return tell


@contextmanager
def teller(console: Console) -> Iterator[Tell]:
    """Return the teller that fits where the output goes."""
    if not console.is_terminal:
        yield json_teller(console.file)  # type: ignore[arg-type]
        return
    columns = (TextColumn("{task.description:<34}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield bar_teller(progress)
