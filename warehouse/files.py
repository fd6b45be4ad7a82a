"""Files that exist whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

TEMPORARY_SUFFIX = ".tmp"


def sync(path: Path) -> None:
    """Write a file's or directory's contents through to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_temporaries(directory: Path) -> None:
    """Remove what a crash left under a temporary name; call only as the one writer."""
    for path in directory.glob(f"*{TEMPORARY_SUFFIX}"):
        path.unlink()


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Write `path` by a temporary name, sync and rename, so that a crash leaves no half file."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}{TEMPORARY_SUFFIX}")
    write(temporary)
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)
