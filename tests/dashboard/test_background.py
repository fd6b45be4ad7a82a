"""Work beside the readers ends before the process does, and none begins after that."""

from __future__ import annotations

import subprocess
import sys

BEGUN = """
import time
from dashboard import background
def work():
    while not background.ENDING.wait(0.01):
        pass
    background.begin(lambda: print("begun too late", flush=True))
    time.sleep(0.2)
    print("ended", flush=True)
background.begin(work)
"""


def test_the_process_waits_for_it_and_nothing_new_begins() -> None:
    command = [sys.executable, "-c", BEGUN]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ended\n", "")
