"""Size bands with hysteresis, periods of names, and what is told of mergers and splits."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import (
    Released,
    build_world,
    load_world,
    project_settings,
    release_store,
    write_register,
)
from warehouse.benchmark.blocks import Block, Frame
from warehouse.benchmark.history import history_rows, predecessor_row
from warehouse.dimensions import write_dimensions
from warehouse.errors import RegisterError
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.register import Event, Headcount, Register, read_register

SETTINGS = project_settings()
BANDS = SETTINGS.size_bands
DAY = datetime.date(2025, 1, 1)
HEADCOUNTS = "organisation_id,wave_id,name,headcount,employees_invited\nA,2025,Aa,50,40\n"


def course(*headcounts: int | None) -> list[str | None]:
    """Return the bands of an organisation with these headcounts at consecutive waves."""
    waves = [str(2020 + number) for number in range(len(headcounts))]
    rows = tuple(
        Headcount(organisation_id="A", wave_id=wave, name="Aa", headcount=heads)
        for wave, heads in zip(waves, headcounts, strict=True)
    )
    register = Register((), rows)
    return [register.members(wave, BANDS)[0].size_band_id for wave in waves]


@pytest.mark.parametrize(
    ("headcounts", "bands"),
    [
        ((48, 50, 54, 55), ["10-49", "10-49", "10-49", "50-99"]),
        ((52, 49, 45, 44), ["50-99", "50-99", "50-99", "10-49"]),
        ((48, 52, 48, 52), ["10-49"] * 4),
        ((52, 48, 52, 48), ["50-99"] * 4),
        ((260, 225, 224), ["250+", "250+", "100-249"]),
        ((240, 274, 275), ["100-249", "100-249", "250+"]),
        ((9, 10, 11), ["0-9", "0-9", "10-49"]),
        ((40, 400), ["10-49", "250+"]),
        ((48, None, 52), ["10-49", None, "10-49"]),
        ((None, 52), [None, "50-99"]),
    ],
)
def test_a_band_changes_a_tenth_beyond_its_border(
    headcounts: tuple[int | None, ...], bands: list[str | None]
) -> None:
    assert course(*headcounts) == bands


@given(st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_a_band_is_never_more_than_a_tenth_away_and_has_no_memory_beyond_that(
    headcounts: list[int],
) -> None:
    for heads, band_id in zip(headcounts, course(*headcounts), strict=True):
        band = next(band for band in BANDS.size_band if band.size_band_id == band_id)
        high = band.headcount_max or 10**9
        assert band.headcount_min * 0.9 <= heads + 0.001
        assert heads < (high + 1) * 1.1
    assert course(headcounts[0]) == [BANDS.band_of(headcounts[0])]


def test_the_order_of_waves_is_that_of_the_settings() -> None:
    rows = (
        Headcount(organisation_id="A", wave_id="spring", name="Aa", headcount=48),
        Headcount(organisation_id="A", wave_id="autumn", name="Aa", headcount=52),
    )
    found = Register((), rows).members("autumn", BANDS, ("spring", "autumn"))
    assert found[0].size_band_id == "10-49"
    found = Register((), rows).members("spring", BANDS, ("autumn", "spring"))
    assert found[0].size_band_id == "50-99"


def write(directory: Path, organisations: str, events: str = "") -> Path:
    """Return a register's directory with these rows."""
    head = "organisation_id,name,valid_from,valid_to,event,successor_id\n"
    (directory / "organisations.csv").write_text(head + organisations)
    (directory / "headcounts.csv").write_text(HEADCOUNTS)
    if events:
        head = "organisation_id,event,event_date,successor_id\n"
        (directory / "events.csv").write_text(head + events)
    return directory


def test_a_new_name_is_a_new_period(tmp_path: Path) -> None:
    rows = "A,Aa,2020-01-01,2024-12-31,rename,\nA,Bee,2025-01-01,,,\n"
    register = read_register(write(tmp_path, rows))
    assert [row.name for row in register.organisations] == ["Aa", "Bee"]
    assert [(event.event, str(event.event_date)) for event in register.events] == [
        ("rename", "2024-12-31")
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("A,Aa,2020-01-01,2025-01-01,,\nA,Bee,2025-01-01,,,\n", "line 3: A has two rows"),
        ("A,Aa,2020-01-01,,,\nA,Bee,2025-01-01,,,\n", "line 3: A has two rows"),
        ("A,Aa,2020-01-01,2019-01-01,,\n", "valid_to is before valid_from"),
        ("A,Aa,yesterday,,,\n", "key valid_from"),
        ("A,Aa,2020-01-01,,vanished,\n", "key event"),
        ("A,Aa,2020-01-01,,merger,\n", "a merger needs a successor_id"),
    ],
)
def test_periods_that_cannot_be_are_refused(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(RegisterError, match=said):
        read_register(write(tmp_path, rows))


def test_an_event_told_twice_is_one(tmp_path: Path) -> None:
    rows = "A,Aa,2020-01-01,2024-12-31,merger,C\nB,Bee,2020-01-01,,,\n"
    events = "A,merger,2025-01-01,C\nB,merger,2025-01-01,C\n"
    register = read_register(write(tmp_path, rows, events))
    assert [(e.organisation_id, e.successor_id) for e in register.events] == [
        ("A", "C"),
        ("B", "C"),
    ]


def frame(wave: str, **organisations: tuple[str, int]) -> Frame:
    """Return a wave with these organisations: name and headcount."""
    rows = tuple(
        Headcount(organisation_id=key, wave_id=wave, name=name, headcount=heads)
        for key, (name, heads) in organisations.items()
    )
    members = Register((), rows).members(wave, BANDS)
    return Frame(SETTINGS.wave(wave), SETTINGS.instrument_of(wave), members, SETTINGS)


def told(frames: Sequence[Frame], *events: tuple[str, str, str | None]) -> set[tuple[object, ...]]:
    """Return the rows of `organisation_event`."""
    happened = [
        Event.model_validate(
            {"organisation_id": who, "event": what, "event_date": DAY, "successor_id": after}
        )
        for who, what, after in events
    ]
    return {tuple(row.values()) for row in history_rows(frames, happened)}


def test_what_happened_stands_at_the_first_wave_at_which_it_holds() -> None:
    frames = [
        frame("2024", A=("Aa", 40), B=("Bee", 50), D=("Dee", 20), E=("Ee", 30), G=("Gee", 60)),
        frame("2025", C=("Cee", 90), D=("Dee!", 90), F=("Eff", 15), H=("Ha", 15), G=("Gee", 60)),
        frame("2026", C=("Cee", 90), D=("Dee!", 90), F=("Eff", 15), H=("Ha", 15)),
    ]
    events = [
        ("A", "merger", "C"),
        ("B", "merger", "C"),
        ("E", "split", "F"),
        ("E", "split", "H"),
        ("G", "exit", None),
    ]
    assert told(frames, *events) == {
        ("2025", "C", "merger", "A", "Aa"),
        ("2025", "C", "merger", "B", "Bee"),
        ("2025", "D", "rename", "D", "Dee"),
        ("2025", "D", "size_band", "D", "10-49"),
        ("2025", "F", "split", "E", "Ee"),
        ("2025", "H", "split", "E", "Ee"),
        ("2026", "G", "exit", "G", None),
    }


def test_a_scheme_that_is_not_offered_is_a_state_of_its_own(tmp_path: Path) -> None:
    world = build_world(96, waves=("2026",), scale=0.2)
    store = load_world(world, tmp_path)
    before = release_store(store, ["2026"])
    item = "scheme_generation_scheme_awareness"
    hidden = [
        row
        for row in before.score(item_id=item, side="employee", group_kind="organisation")
        if row["status"].startswith("withheld")
    ]
    other, name = (str(row["group_id"]) for row in hidden[:2])
    lines = [f"{name},2026,generation_scheme,false", f"{other},2026,generation_scheme,true"]
    head = "organisation_id,wave_id,scheme_id,is_offered"
    (store.register / "schemes.csv").write_text("\n".join([head, *lines]) + "\n")
    after = release_store(store, ["2026"])

    def status(released: Released, who: str, what: str) -> str:
        [row] = released.score(
            item_id=what, side="employee", group_kind="organisation", group_id=who
        )
        return str(row["status"])

    assert status(after, name, item) == "not_offered"
    assert status(after, other, item) == status(before, other, item)
    assert status(after, name, "grade") == status(before, name, "grade")


def test_the_register_stands_beside_the_facts(tmp_path: Path) -> None:
    store = Store(tmp_path)
    write_register(build_world(97, waves=("2025", "2026"), scale=0.1), store)
    register = read_register(store.register)
    with open_ledger(store) as ledger:
        for _ in range(2):
            write_dimensions(ledger, register, SETTINGS)
        query = """SELECT m.size_band_id, count(*) FROM dim_member m
            JOIN dim_organisation o USING (organisation_id) WHERE wave_id = '2026' GROUP BY ALL"""
        found = dict(ledger.connection.execute(query).fetchall())
    members = register.members("2026", BANDS)
    assert found == Counter(member.size_band_id for member in members)


def block_of_two(*kinds: str) -> Block:
    """Return the grades of A (62 people, 7.0) and B (71 people, 8.0), ten answers each."""
    [item] = [one for one in SETTINGS.instrument_of("2024").item if one.item_id == "grade"]
    n = np.array([10.0, 10.0])
    heads = np.array([62.0, 71.0])
    return Block(
        frame=frame("2024", A=("Aa", 62), B=("Bee", 71)),
        side="employee",
        item=item,
        kinds=np.array(kinds),
        ids=np.array(["A", "B"]),
        bands=np.array(["50-99", "50-99"]),
        organisations=np.ones(2),
        headcounts=heads,
        log10_headcounts=np.log10(heads),
        n=n,
        total=np.array([70.0, 80.0]),
        squares=np.array([499.0, 649.0]),
        shown_with=np.array(["", ""]),
    )


def test_the_worked_example_of_predecessors() -> None:
    """Two share no spread: theirs is the largest their means allow (S1b), the rest by hand."""
    row = predecessor_row(block_of_two("own", "own"), "C", ["A", "B"])
    assert row["value"] == pytest.approx((62 * 7.0 + 71 * 8.0) / 133)
    parts = [(62 / 133) ** 2 * (1 - 10 / 62) / 10, (71 / 133) ** 2 * (1 - 10 / 71) / 10]
    largest = 20 * (7.5 - 1) * (10 - 7.5) / 18
    half = 1.959963984540054 * (largest * sum(parts)) ** 0.5
    assert row["ci_low"] == pytest.approx((62 * 7.0 + 71 * 8.0) / 133 - half)
    assert (row["predecessor_ids"], row["status"]) == ("A+B", "published")


@pytest.mark.parametrize("kinds", [("own", "rest"), ("rest", "own"), ("rest", "rest")])
def test_predecessors_of_which_one_is_hidden_have_no_line(kinds: tuple[str, str]) -> None:
    row = predecessor_row(block_of_two(*kinds), "C", ["A", "B"])
    assert row["status"] == "withheld_small"
    assert not {"value", "ci_low", "ci_high"} & row.keys()
