"""Rounding as on screen: the quick way gives what decimals give, to the last bit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from warehouse.rounding import rounded_half_up

CLOSE = st.sampled_from([0.0, 1e-12, 4e-10, 5e-10, 6e-10, 1e-9, 1e-7, 1e-5])
TIES = st.builds(
    lambda steps, decimals, noise: (steps + 0.5) / 10**decimals + noise,
    st.integers(-2_000, 2_000), st.integers(0, 3), CLOSE,
)  # fmt: skip


def by_decimals(value: float, decimals: int) -> float:
    """Return the definition: nine decimals are meant, and half a step goes away from zero."""
    meant = Decimal(repr(round(value, 9)))
    return float(meant.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


@given(TIES | st.floats(-1e10, 1e10) | st.floats(-10, 10), st.integers(0, 6))
@example(0.0002294999347979011, 6)
@example(-0.04, 1)
@example(0.15, 1)
@example(2.675, 2)
def test_it_is_the_definition_to_the_last_bit(value: float, decimals: int) -> None:
    # Written out, because 0.0 and -0.0 are equal and read differently.
    assert repr(rounded_half_up(value, decimals)) == repr(by_decimals(value, decimals))


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(6.45, 1, 6.5), (6.449999, 1, 6.4), (0.285, 2, 0.29), (-0.25, 1, -0.3), (7, 1, 7.0)],
)
def test_half_a_step_goes_away_from_zero(value: float, decimals: int, expected: float) -> None:
    assert rounded_half_up(value, decimals) == expected
