"""A column is found by its full header, else by its LimeSurvey code."""

from __future__ import annotations

import pytest

from etl.columns import layout_of, position_of
from etl.errors import HeaderError
from tests.etl.builders import HEADERS, instrument

LIME = ("", "q1. How are you?", "grid[sub]. [A row]", "grid[other]. [A. row]", "Plain. Name")


@pytest.mark.parametrize(
    ("column", "position"),
    [("", 0), ("q1", 1), ("Q1", 1), ("grid[other]", 3), ("q1. How are you?", 1), ("how", None)],
)
def test_a_column_is_found(column: str, position: int | None) -> None:
    assert position_of(column, LIME) == position


def test_the_full_header_goes_before_the_code() -> None:
    assert position_of("q1", ("q1. Old", "q1")) == 1


def test_a_code_that_two_headers_share_is_refused() -> None:
    with pytest.raises(HeaderError, match="2 columns fit"):
        position_of("q1", ("q1. Old", "q1. New"))


def test_every_missing_column_is_named() -> None:
    with pytest.raises(HeaderError, match=r"2 column\(s\).*'cijfer'.*'mening'"):
        layout_of([name for name in HEADERS if name not in ("cijfer", "mening")], instrument())
