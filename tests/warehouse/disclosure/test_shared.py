"""A distribution shared by groups with a mean each: what exchanges show is possible."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from warehouse.disclosure.shared import Shared, exchanged_range

ANSWERS = 5
COUNTS = arrays(np.int64, (3, ANSWERS), elements=st.integers(0, 3)).filter(
    lambda counts: bool((counts.sum(axis=1) > 0).all())
)


def shared(counts: np.ndarray) -> Shared:
    """Return what would be published of groups whose answers were these, every answer a class."""
    places = np.arange(ANSWERS)
    ends = np.stack([places, places], axis=1)
    return Shared(counts.sum(axis=1), counts @ places, counts.sum(axis=0), ends)


@given(COUNTS)
def test_what_an_exchange_shows_the_exact_program_finds_possible_too(counts: np.ndarray) -> None:
    for group in range(len(counts)):
        low, high = exchanged_range(counts, group)
        first, last = shared(counts).answer_range(group)
        assert first <= low <= high <= last


def test_two_who_answered_alike_may_have_exchanged_with_two_around_them() -> None:
    alike_and_others = np.array([[0, 0, 2, 0, 0], [0, 1, 0, 1, 0], [1, 0, 0, 0, 0]])
    assert exchanged_range(alike_and_others, 0) == (1, 3)


def test_one_at_each_side_in_different_groups_is_no_exchange() -> None:
    apart = np.array([[0, 0, 2, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 1, 0]])
    assert exchanged_range(apart, 0) == (2, 2)


def test_one_person_alone_exchanges_with_nobody() -> None:
    assert exchanged_range(np.array([[0, 0, 1, 0, 0], [1, 1, 1, 1, 1]]), 0) == (2, 2)


def test_everybody_alike_shows_nothing_else() -> None:
    everybody = np.array([[0, 0, 4, 0, 0], [0, 0, 6, 0, 0]])
    assert exchanged_range(everybody, 0) == (2, 2) == shared(everybody).answer_range(0)
