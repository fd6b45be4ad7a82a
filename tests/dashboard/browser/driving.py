"""Driving a real browser over a served release."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.paths import Store

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None and os.environ.get("CI") == "true":
    pytest.fail("Under CI=true the browser tests need a chromium.", pytrace=False)
CONFIG = Path(__file__).resolve().parents[3] / "config"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
TAKEN = "!document.getElementById('first')"  # Dash has taken the place of the first HTML


@dataclass(frozen=True)
class Served:
    """A dashboard that is served, and its store."""

    address: str
    store: Store


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers."""
    for _ in range(300):
        assert server.poll() is None, "the server has stopped"
        try:
            urllib.request.urlopen(f"{address}/health").close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server never answered")


def publish_changed(store: Store, release_id: str, change: str) -> None:
    """Make a copy of the live release current, with a change, the way a release is published."""
    live = store.current.read_text(encoding="utf-8").strip()
    path = store.releases / f"{release_id}.duckdb"
    shutil.copyfile(store.releases / f"{live}.duckdb", path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(change)
    point_at(store, release_id)


def point_at(store: Store, release_id: str) -> None:
    """Make a release current."""
    draft = store.current.with_name("CURRENT.new")
    draft.write_text(f"{release_id}\n", encoding="utf-8")
    draft.replace(store.current)


def enter(context: Any, address: str, account: str, language: str) -> Any:
    """Return a page that is signed in."""
    page = context.new_page()
    page.goto(f"{address}/sign-in?lang={language}")
    page.check(f"input[value={account}]")
    page.click("button[type=submit]")
    page.wait_for_selector("[data-view] h1")
    until(page, TAKEN)
    return page


def until(page: Any, condition: str) -> None:
    """Wait until a JavaScript condition holds; the browser's own wait needs unsafe-eval."""
    for _ in range(200):
        try:
            if page.evaluate(condition):
                return
        except Exception as error:
            if "context was destroyed" not in str(error):  # a new page came in between
                raise
        page.wait_for_timeout(50)
    raise AssertionError(f"Never seen to hold: {condition}")


def show(page: Any, address: str, path: str, language: str) -> None:
    """Open a page and wait until its charts are drawn."""
    page.goto(f"{address}{path}?wave=2026&lang={language}")
    page.wait_for_selector(f"[data-view][data-lang={language}] h1")
    drawn = "[...document.querySelectorAll('.picture')].every(p => p.querySelector('.main-svg'))"
    until(page, f"{TAKEN} && {drawn}")
