"""Work beside the readers, in threads that end before the process does.

A thread that is inside DuckDB when the interpreter ends aborts the process.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from typing import Final

ENDING: Final = threading.Event()  # who works beside the readers stops when it is set
NAME: Final = "beside the readers"
BEGINNING: Final = threading.Lock()  # who begins does so before ENDING is set, or not at all


def begin(work: Callable[[], None]) -> None:
    """Begin work beside the readers; it looks at ENDING often enough to hold up no end."""
    with BEGINNING:
        if not ENDING.is_set():
            threading.Thread(target=work, name=NAME, daemon=True).start()


@atexit.register
def stop() -> None:
    """Say that the process ends, and wait until nobody works any longer."""
    with BEGINNING:
        ENDING.set()
    for thread in threading.enumerate():
        if thread.name == NAME:
            thread.join()
