"""One served release and one browser for every journey."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.dashboard.browser.driving import CHROMIUM, CONFIG, FLAGS, Served, free_port, wait_for
from tests.dashboard.release_builder import write_release
from tests.dashboard.status_builder import publish_status_file, run
from warehouse.paths import Store
from warehouse.settings import load_settings


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a release as an operator does, several workers included."""
    store, settings = Store(tmp_path_factory.mktemp("browser")), load_settings(CONFIG)
    write_release(store, settings, "browsed")
    failed = [run(1, "done"), run(2, "failed", message="The store cannot be written.")]
    publish_status_file(store, "browsed", {"load_run": failed})
    port = free_port()
    command = [sys.executable, "-m", "etl.cli", "serve", "--demo"]
    command += ["--data", str(store.root), "--port", str(port)]
    with subprocess.Popen(command, cwd=CONFIG.parent) as server:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, server)
        yield Served(address, store)
        server.terminate()


@pytest.fixture(scope="session")
def address(served: Served) -> str:
    """The address of the served release."""
    return served.address


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A chromium of the machine."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
