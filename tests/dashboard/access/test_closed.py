"""The process of the dashboard cannot open what holds answers, by whatever way it is told to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.access.closed import closed_rooms
from tests.dashboard.access.test_hardening import PRODUCTION
from warehouse.paths import Store

ROOT = Path(__file__).resolve().parents[3]
PROBE = """
import os, pathlib, shutil, sqlite3, sys
from dashboard.wsgi import build

data = pathlib.Path(sys.argv[1])
server = build(dict(os.environ))
print(server.test_client().get("/health").status_code)
os.symlink(data / "private", data / "app" / "way-in")
secret = data / "private" / "facts" / "answers.parquet"
ways = [
    lambda: open(secret), lambda: os.open(secret, os.O_RDONLY), secret.read_bytes,
    lambda: os.listdir(data / "private"), lambda: list((data / "private").iterdir()),
    lambda: open(data / "app" / ".." / "private" / "facts" / "answers.parquet"),
    lambda: open(data / "app" / "way-in" / "facts" / "answers.parquet"),
    lambda: open(os.fsencode(secret)), lambda: shutil.copy(secret, data / "app"),
    lambda: os.link(secret, data / "app" / "taken"), lambda: os.chmod(secret, 0o666),
    lambda: os.truncate(secret, 0), lambda: sqlite3.connect(secret),
    lambda: os.listdir(data / "inbox"), lambda: os.listdir(data / "register"),
]
for way in ways:
    try:
        way()
    except PermissionError:
        print("refused")
    else:
        print("OPENED")
print((data / "published" / "CURRENT").exists(), len(os.listdir(data / "app")) > 0)
"""


def test_no_way_leads_into_private(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.create()
    (store.facts / "answers.parquet").write_bytes(b"answers")
    store.current.write_text("none")
    environment = PRODUCTION | {"REGIESPIEGEL_DATA": str(tmp_path), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, *ways, last = done.stdout.splitlines()
    assert first == "200"
    assert ways == ["refused"] * 15
    assert last == "True True"


@pytest.mark.parametrize("room", ["private", "inbox", "register"])
def test_rooms_are_named_as_they_are(tmp_path: Path, room: str) -> None:
    assert str((tmp_path / room).resolve()) in closed_rooms(Store(tmp_path))
