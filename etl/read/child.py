"""Parsers that may abort or fill the memory run in a child process that is limited in both."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.errors import UnreadableError
from etl.read.header import Record

MEMORY_BYTES = 2 << 30
TIMEOUT_SECONDS = 120
# The child's own words reach the user under this exit status; any other is a crash.
REFUSED = 3


@dataclass(frozen=True)
class Converter:
    """A module that is run as a program, and what to say when it fails without a word."""

    module: str
    what: str
    mend: str


def run_child(converter: Converter, path: Path, target: Path, *arguments: str) -> list[Record]:
    """Return the first rows of a file that a child wrote to `target` as Parquet of texts.

    Errors: UnreadableError with the child's reason, or with the converter's words.
    """
    command = [sys.executable, "-m", converter.module, str(path), str(target), *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        done = subprocess.run(  # noqa: S603
            command, env=environment, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        problem = f"{converter.what} was not read within {TIMEOUT_SECONDS} seconds."
        raise UnreadableError(problem, converter.mend) from None
    if done.returncode == REFUSED:
        raise UnreadableError(done.stdout.decode("utf-8", "replace").strip(), converter.mend)
    if done.returncode != 0:
        problem = f"{converter.what} is damaged, locked by a password, or too large to open."
        raise UnreadableError(problem, converter.mend)
    rows: list[Record] = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    return rows


def write_head(target: Path, rows: list[Any]) -> None:
    """Write the first rows beside the Parquet file, for the parent to find the header in."""
    target.with_suffix(".json").write_text(json.dumps(rows), encoding="utf-8")


def refuse(problem: str) -> None:
    """End the child with a reason for the user."""
    sys.stdout.write(problem)
    sys.exit(REFUSED)


def limit_memory() -> None:
    """Let this process die rather than fill the machine."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
