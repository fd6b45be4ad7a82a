"""What the attacks share: the floor, a question to attack, and where to look."""

from __future__ import annotations

import pytest

from tests.attacks.facts import Fact
from tests.attacks.knowledge import Key
from tests.attacks.sources import SOURCES
from tests.attacks.worlds import FIRST

FLOOR = 10
GRADE: Key = (FIRST, "employee", "grade")
Facts = dict[Key, list[Fact]]
everywhere = pytest.mark.parametrize("source", SOURCES)


def means(facts: list[Fact]) -> list[Fact]:
    """Return facts without shares of answer classes, whose unknowns are other ones."""
    return [one for one in facts if not one.measure.startswith("class ")]
