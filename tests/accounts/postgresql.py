"""A PostgreSQL server of the tests' own: Debian's, on loopback, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "nobody"


def programs() -> Path | None:
    """Return where the server's programs are, the newest version's, None when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def as_nobody() -> list[str]:
    """Return what goes before a command: the server refuses to run as root."""
    return ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_server(room: Path) -> Iterator[str]:
    """Give the URL of a new, empty database."""
    bin_directory = programs()
    assert bin_directory is not None
    data, port = room / "data", free_port()
    if os.geteuid() == 0:
        shutil.chown(room, USER)
    for parent in room.parents:
        if parent.owner() == "root" and parent.stat().st_mode & 0o001 == 0:
            parent.chmod(parent.stat().st_mode | 0o011)
    run(
        bin_directory / "initdb",
        "-D",
        data,
        "-A",
        "trust",
        "-U",
        "owner",
        "-E",
        "UTF8",
        "--no-sync",
    )
    options = f"-p {port} -h 127.0.0.1 -k {room} -F"
    run(bin_directory / "pg_ctl", "-D", data, "-w", "-o", options, "-l", room / "log", "start")
    try:
        yield f"postgresql://owner@127.0.0.1:{port}/postgres"
    finally:
        run(bin_directory / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def run(program: Path, *arguments: object) -> None:
    """Run a program of the server's. Raise with what it said when it fails."""
    command = [*as_nobody(), str(program), *map(str, arguments)]
    done = subprocess.run(
        command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
