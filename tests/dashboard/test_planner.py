"""The planner is the published interval turned round: its answer is enough, one fewer is not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.planner import Plan, answers_for, half_width

Z = 1.959963984540054


@given(
    variance=some.floats(0.2, 9.0),
    headcount=some.one_of(some.none(), some.integers(10, 5000)),
    half=some.floats(0.05, 1.5),
)
def test_the_answers_are_enough_and_one_fewer_is_not(
    variance: float, headcount: int | None, half: float
) -> None:
    plan = Plan(variance, headcount, Z)
    found = answers_for(plan, half)
    assert half_width(plan, found) <= half + 1e-6
    if found > 1:
        assert half_width(plan, found - 1) > half - 1e-6


@pytest.mark.parametrize(
    ("headcount", "half", "expected"), [(30, 0.4, 18), (None, 0.4, 44), (12, 0.1, 12)]
)
def test_written_out_by_hand(headcount: int | None, half: float, expected: int) -> None:
    # 1.959964² · 1.8053 / 0.16 = 43.34; of 30 people 43.34 / (1 + 43.34 / 30) = 17.73.
    assert answers_for(Plan(1.8053, headcount, Z), half) == expected


def test_who_asked_everybody_has_no_margin() -> None:
    assert half_width(Plan(1.8, 20, Z), 20) == 0.0
    assert math.isclose(half_width(Plan(1.8, None, Z), 20), Z * math.sqrt(0.09))
