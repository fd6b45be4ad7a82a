"""A wave waits until what is odd about its register and response was mended or accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import World, build_world, load_world, project_settings, write_rows
from warehouse.errors import WaveStateError
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.register import Member, read_register
from warehouse.review import change_doubt, crowd_doubt, hr_doubt
from warehouse.waves import close_wave, count_wave, wave_doubts


def member(headcount: int | None) -> Member:
    """Return an organisation of this size."""
    return Member("A", "A", headcount, None, None)


@pytest.mark.parametrize(
    ("before", "now", "odd"),
    [
        (100, 125, False),
        (100, 126, True),
        (100, 74, True),
        (100, 75, False),
        (None, 75, False),
        (100, None, False),
        (4, 9, False),  # too small to have results of its own
        (4, 10, True),
        (12, 4, True),
    ],
)
def test_a_headcount_may_change_by_a_quarter(
    before: int | None, now: int | None, odd: bool
) -> None:
    assert (change_doubt(member(now), before, project_settings().quality) is not None) == odd


@pytest.mark.parametrize(
    ("heads", "people", "odd"), [(12, 12, False), (12, 13, True), (None, 99, False)]
)
def test_no_more_answers_than_people(heads: int | None, people: int, odd: bool) -> None:
    assert (crowd_doubt(member(heads), people) is not None) == odd


@pytest.mark.parametrize(
    ("heads", "count", "odd"),
    [(20, 3, False), (20, 4, True), (200, 10, False), (200, 11, True), (None, 4, True)],
)
def test_hr_is_three_people_or_a_twentieth(heads: int | None, count: int, odd: bool) -> None:
    assert (hr_doubt(member(heads), count, project_settings().quality) is not None) == odd


@pytest.fixture
def small() -> World:
    """Return a small world, in which one organisation has more answers than people."""
    return build_world(21, scale=0.2)


def close(store: Store) -> None:
    """Close the wave of a store."""
    with open_ledger(store) as ledger:
        close_wave(ledger, store, "2025", project_settings(), read_register(store.register))


def test_a_wave_waits_for_a_person_and_says_for_what(small: World, tmp_path: Path) -> None:
    store = load_world(small, tmp_path)
    (store.register / "reviews.csv").unlink()
    with pytest.raises(WaveStateError, match="ORGCROWDED: 12 employees took part, of 8") as error:
        close(store)
    assert "register/reviews.csv" in str(error.value)
    assert "wave check 2025" in str(error.value)
    with open_ledger(store) as ledger:
        assert ledger.wave_state("2025").state == "open"
    assert not list(store.totals.iterdir())


def test_a_mended_register_needs_no_review(small: World, tmp_path: Path) -> None:
    store = load_world(small, tmp_path)
    (store.register / "reviews.csv").unlink()
    rows = [
        row | ({"headcount": 12} if row["organisation_id"] == "ORGCROWDED" else {})
        for row in small.register
    ]
    write_rows(store.register / "headcounts.csv", rows)
    close(store)


def test_a_review_of_another_wave_or_check_does_not_count(small: World, tmp_path: Path) -> None:
    store = load_world(small, tmp_path)
    path = store.register / "reviews.csv"
    for old, new in (("2025", "2026"), ("more_than_headcount", "headcount_changed")):
        text = path.read_text()
        path.write_text(text.replace(f"{old},", f"{new},", 1))
        assert path.read_text() != text
        with open_ledger(store) as ledger:
            settings, register = project_settings(), read_register(store.register)
            counted = count_wave(ledger, "2025", settings, register)
            found = wave_doubts(ledger, counted, settings, register)
        assert [(doubt.organisation_id, doubt.check) for doubt in found] == [
            ("ORGCROWDED", "more_than_headcount")
        ]
        path.write_text(text)
