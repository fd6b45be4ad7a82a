"""One served release and one browser for every journey."""

from __future__ import annotations

import datetime
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.dashboard.browser.driving import CHROMIUM, CONFIG, FLAGS, Served, free_port, wait_for
from tests.dashboard.release_builder import ORGANISATIONS, write_release
from tests.dashboard.status_builder import publish_status_file, run
from warehouse.paths import Store
from warehouse.settings import load_settings
from warehouse.statements import Statement, add_statements


def give_statements(store: Store) -> None:
    """Let every organisation say something as an employer, and show it to the fund too."""
    given = (("aspect_trust", 2.0), ("aspect_workload", 5.0), ("grade", 9.0))
    consented = datetime.date(2026, 11, 2)
    statements = [
        Statement(one, "2026", "organisation_and_fund", "directeur-bestuurder", consented, given)
        for one in ORGANISATIONS
    ]
    now = datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)
    add_statements(store, statements, "browsed", now)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a release as an operator does, several workers included."""
    store, settings = Store(tmp_path_factory.mktemp("browser")), load_settings(CONFIG)
    write_release(store, settings, "browsed")
    failed = [run(1, "done"), run(2, "failed", message="The store cannot be written.")]
    publish_status_file(store, "browsed", {"load_run": failed})
    give_statements(store)
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
