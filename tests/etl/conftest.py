"""A world per test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.etl.builders import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return an empty store and its loader."""
    return World(tmp_path)
