"""Careless answers are flagged, told, and only taken out when two signs agree."""

from __future__ import annotations

import random
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.etl.builders import World, instrument, item, register, write
from warehouse.instrument import Instrument

GRID = 10
REVERSED = (3, 7)
HEADERS = ("respondent_id", "organisatie_id", "rol", "duur", "klaar", "uit")


def grid_instrument(*reverse: int, **columns: str) -> Instrument:
    """Return an instrument of ten statements, some of them reverse-coded."""
    plain = instrument()
    scale = {"minimum": 1, "maximum": 5, "step": 1, "unit": "likert", "missing": [""]}
    items = [item(f"q{n}", f"q{n}", "likert", "agree", reverse=n in reverse) for n in range(GRID)]
    return Instrument.model_validate(
        plain.model_dump()
        | {
            "scales": {"agree": scale},
            "choice_group": [],
            "item": [*items, item("quote", "uit", "text", None)],
            "columns": plain.columns.model_dump() | columns,
        }
    )


def row(number: int, answers: str, **more: str) -> dict[str, str]:
    """Return a respondent's cells; `answers` has a character per statement, `-` for none."""
    cells = {"respondent_id": f"R{number}", "organisatie_id": "ORG1", "rol": "medewerker"}
    cells |= {f"q{n}": "" if a == "-" else a for n, a in enumerate(answers)}
    return cells | more


def load(world: World, rows: list[dict[str, str]], leave_out: tuple[str, ...] = ()) -> Any:
    """Return the report of these rows."""
    headers = [h for h in HEADERS if h not in leave_out] + [f"q{n}" for n in range(GRID)]
    lines = [";".join(headers)]
    lines += [";".join(one.get(header, "") for header in headers) for one in rows]
    return world.load(write(world.root / "f.csv", "\n".join(lines) + "\n"))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return a world whose questionnaire has a grid, a duration and a moment of submitting."""
    made = World(tmp_path)
    made.instrument = grid_instrument(*REVERSED, duration="duur", submitted="klaar")
    made.register = register()
    return made


def flags(world: World, report: Any) -> dict[str, int | None]:
    """Return the flag of each landed respondent."""
    return {row["respondent_id"]: row["quality_flag"] for row in world.facts(report)}


def is_straight(answers: str) -> bool:
    """Return whether one answer runs over eight of the ten, and the reversed two do not vary."""
    longest = max(len(list(run)) for answer, run in groupby(answers) if answer != "-")
    turned = {answers[n] for n in REVERSED}
    return longest >= 8 and len(turned) == 1 and turned != {"-"}


@pytest.mark.parametrize(
    ("answers", "flagged"),
    [
        ("3333333333", True),
        ("3333333345", True),
        ("5433333333", True),
        ("3333333145", False),  # a run of seven
        ("3334333333", False),  # run of six
        ("33333334-3", False),  # no answer ends a run
    ],
)
def test_one_answer_throughout_is_flagged(world: World, answers: str, flagged: bool) -> None:
    report = load(world, [row(1, answers), row(2, "1234512345")])
    assert flags(world, report) == {"R1": 1 if flagged else None, "R2": None}
    assert report.flag_counts["straight_lining"] == int(flagged)


def test_the_sql_and_a_plain_reading_agree(world: World) -> None:
    rng = random.Random(7)
    patterns = ["3" * 10, *("".join(rng.choices("334", k=10)) for _ in range(300))]
    patterns += [
        "".join(rng.choices("12345-", k=a)) + "4" * (10 - a) for a in range(4) for _ in range(40)
    ]
    patterns = [pattern for pattern in patterns if set(pattern) != {"-"}]
    report = load(world, [row(n, pattern) for n, pattern in enumerate(patterns)])
    found = flags(world, report)
    expected = {f"R{n}": 1 if is_straight(p) else None for n, p in enumerate(patterns)}
    assert found == expected
    assert 10 < sum(1 for flag in expected.values() if flag) < len(patterns) / 2


def test_reading_faster_than_anybody_can_is_flagged(world: World) -> None:
    usual = [row(n, "1234512345", duur="300") for n in range(10)]
    quick = [row(20, "1234512345", duur="19"), row(21, "1234512345", duur="98,5")]
    report = load(world, [*usual, *quick, row(22, "123451----", duur="100")])
    found = flags(world, report)
    assert (found["R20"], found["R21"], found["R22"], found["R0"]) == (2, 2, None, None)
    assert report.flag_counts["speeding"] == 2


def test_two_signs_together_take_the_row_out_with_a_reason(world: World) -> None:
    usual = [row(n, "1234512345", duur="300") for n in range(20)]
    report = load(world, [*usual, row(90, "2222222222", duur="9")])
    assert report.outcome == "landed"
    assert report.rule_counts == {"sped_and_gave_one_answer": 1}
    assert report.examples[0][0] == 22
    assert "R90" not in flags(world, report)


def test_the_same_answers_within_ten_minutes_are_flagged(world: World) -> None:
    times = ("2026-10-01 10:00:00", "01-10-2026 10:09", "2026-10-01T10:30:00")
    rows = [row(n, "1234512344", klaar=time, uit="hetzelfde") for n, time in enumerate(times)]
    other = row(9, "1234512344", klaar=times[0], uit="anders")
    report = load(world, [*rows, other])
    assert flags(world, report) == {"R0": None, "R1": 4, "R2": None, "R9": None}


def test_the_last_completed_row_of_a_respondent_counts(world: World) -> None:
    first = row(1, "1111512345", klaar="2026-10-01 10:00:00")
    again = row(1, "2222------", klaar="")
    others = [row(n, "1234512345", klaar="2026-10-01 11:00:00") for n in range(2, 25)]
    report = load(world, [first, again, *others])
    kept = next(r for r in world.facts(report) if r["respondent_id"] == "R1")
    assert kept["q0"] == 1
    assert [r["row_number"] for r in world.refused(report)] == [3]


def test_a_check_without_its_column_is_not_called_done(world: World) -> None:
    report = load(world, [row(1, "3333333333")], leave_out=("duur", "klaar"))
    assert report.flag_counts == {"straight_lining": 1}


def test_a_grid_without_reversed_items_must_be_all_equal(world: World) -> None:
    world.instrument = grid_instrument()
    report = load(world, [row(1, "3333333333"), row(2, "3333333334")])
    assert flags(world, report) == {"R1": 1, "R2": None}


def test_an_odd_clock_refuses_nobody(world: World) -> None:
    report = load(world, [row(1, "1234512345", duur="vijf", klaar="gisteren")])
    assert (report.outcome, flags(world, report)) == ("landed", {"R1": None})
