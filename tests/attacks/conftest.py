"""The sector that lives through everything, made once, and where to look for its figures."""

from __future__ import annotations

import pytest

from tests.attacks.sources import Sources
from tests.attacks.worlds import History, live_through


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Return the sector after everything happened to it."""
    return live_through(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="session")
def sources(history: History) -> Sources:
    """Return the places an attacker can look at."""
    return Sources(history.world, history.store, history.releases)
