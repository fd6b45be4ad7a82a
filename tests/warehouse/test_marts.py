"""Each mart against numbers that were counted by hand."""

from __future__ import annotations

import duckdb
import pytest

from warehouse.engines.duckdb import put_table, run_mart

ITEMS = [
    ("2025", "grade", "grade", 1, 10),
    ("2025", "opinion", "likert", 1, 5),
    ("2025", "named", "mention", 0, 1),
    ("2025", "known", "yes_no", 0, 1),
    ("2026", "grade", "grade", 1, 5),
]
# Item, place value, lowest and highest answer.
ATTRIBUTES = [("2025", "age", 1, 1, 3), ("2025", "team", 100, 1, 5), ("2026", "age", 1, 1, 3)]
# Item, lowest and highest code, whether told apart by grade, and what a high and a low one is.
CODED = [("2025", "reason", 1, 6, 1, 8, 6), ("2025", "barrier", 1, 8, 0, 8, 6)]
Answer = tuple[str, str, str, str, str, int]


def people(side: str, organisation: str, item: str, *answers: int) -> list[Answer]:
    """Return the answers of as many people of one organisation in 2025."""
    return [
        ("2025", side, organisation, f"{organisation}{n}", item, answer)
        for n, answer in enumerate(answers)
    ]


def run(mart: str, answers: list[Answer], wave_id: str | None = None) -> list[tuple[object, ...]]:
    """Return the rows of a mart over these answers; who answered is who took part."""
    keys = "wave_id varchar, side varchar, organisation_id varchar, respondent_key varchar"
    with duckdb.connect() as connection:
        columns = "wave_id varchar, item_id varchar, kind varchar, lowest integer, highest integer"
        put_table(connection, "measured_item", columns, ITEMS)
        columns = "wave_id varchar, item_id varchar, place_value bigint, lowest int, highest int"
        put_table(connection, "attribute_item", columns, ATTRIBUTES)
        columns = "wave_id varchar, item_id varchar, lowest int, highest int"
        put_table(
            connection,
            "coded_item",
            f"{columns}, is_by_grade int, high_min int, low_max int",
            CODED,
        )
        put_table(connection, "answer", f"{keys}, item_id varchar, answer integer", answers)
        took_part = sorted({answer[:4] for answer in answers})
        put_table(connection, "respondent", keys, took_part)
        return run_mart(connection, mart, wave_id).rows()


def test_employees_are_counted_per_answer_on_the_scale() -> None:
    answers = [
        *people("employee", "A", "grade", 7, 7, 8),
        *people("employee", "B", "grade", 7),
        *people("employee", "A", "known", 1, 0, 8, 9),  # 8 and 9 say it does not apply
        *people("employee", "A", "reason", 3),  # no measured item
        *people("hr", "A", "grade", 10),
        ("2026", "employee", "A", "A0", "grade", 5),
        ("2026", "employee", "A", "A1", "grade", 6),  # off the scale of that wave
    ]
    assert run("employee_cell_counts", answers) == [
        ("2025", "A", "grade", 7, 0, 2),
        ("2025", "A", "grade", 8, 0, 1),
        ("2025", "A", "known", 0, 0, 1),
        ("2025", "A", "known", 1, 0, 1),
        ("2025", "A", "participation", 0, 0, 4),
        ("2025", "B", "grade", 7, 0, 1),
        ("2025", "B", "participation", 0, 0, 1),
        ("2026", "A", "grade", 5, 0, 1),
        ("2026", "A", "participation", 0, 0, 2),
    ]


def test_codes_are_counted_by_the_grade_of_who_gave_them() -> None:
    answers = [
        *people("employee", "A", "grade", 9, 8, 7, 6),
        *people("employee", "A", "reason", 1, 1, 2, 2, 3),  # the fifth gave no grade
        *people("employee", "A", "barrier", 4, 4, 9),  # 9 is off the scale
        *people("hr", "A", "barrier", 4),
    ]
    assert run("coded_answer_counts", answers) == [
        ("2025", "employee", "A", "barrier", "", 4, 2),
        ("2025", "employee", "A", "reason", "between", 2, 1),
        ("2025", "employee", "A", "reason", "between", 3, 1),
        ("2025", "employee", "A", "reason", "high", 1, 2),
        ("2025", "employee", "A", "reason", "low", 2, 1),
        ("2025", "hr", "A", "barrier", "", 4, 1),
    ]


def test_a_cell_is_a_combination_of_attributes() -> None:
    answers = [
        *people("employee", "A", "grade", 7, 7, 8, 8),
        *people("employee", "A", "age", 2, 2, 2),  # the fourth did not say
        *people("employee", "A", "team", 5, 6, 4),  # 6 is no team
        *people("employee", "B", "age", 3),  # took part, and gave no grade
        *people("hr", "A", "age", 1),
    ]
    assert run("employee_cell_counts", answers) == [
        ("2025", "A", "grade", 8, 0, 1),
        ("2025", "A", "grade", 7, 2, 1),
        ("2025", "A", "grade", 8, 402, 1),
        ("2025", "A", "grade", 7, 502, 1),
        ("2025", "A", "participation", 0, 0, 1),
        ("2025", "A", "participation", 0, 2, 1),
        ("2025", "A", "participation", 0, 402, 1),
        ("2025", "A", "participation", 0, 502, 1),
        ("2025", "B", "participation", 0, 3, 1),
    ]


@pytest.mark.parametrize(
    "mart", ["employee_cell_counts", "hr_answer_values", "respondent_counts", "hr_organisations"]
)
def test_a_mart_of_one_wave_has_the_rows_of_that_wave(mart: str) -> None:
    answers = [
        *people("employee", "A", "grade", 7, 7, 8),
        *people("hr", "A", "grade", 7),
        ("2026", "employee", "A", "A0", "grade", 5),
        ("2026", "employee", "A", "A0", "age", 2),
        ("2026", "hr", "B", "B0", "grade", 5),
    ]
    everything = run(mart, answers)
    for wave_id in ("2025", "2026"):
        mine = [row for row in everything if row[0] == wave_id]
        assert mine
        assert run(mart, answers, wave_id) == mine


@pytest.mark.parametrize(
    ("answers", "value"),
    [
        ((7,), 7),
        ((7, 8), 8),  # 7.5 to the even neighbour
        ((8, 9), 8),  # 8.5 to the even neighbour
        ((7, 7, 8), 7),
        ((7, 8, 8), 8),
        ((6, 7, 7, 8), 7),
        ((1, 2, 2, 5), 2),  # 2.5
        ((3, 4, 4, 3), 4),  # 3.5
        ((10, 10, 9), 10),
        ((1, 1), 1),
    ],
)
def test_hr_of_an_organisation_is_one_grade_rounded_half_even(
    answers: tuple[int, ...], value: int
) -> None:
    rows = run("hr_answer_values", people("hr", "A", "grade", *answers))
    assert rows == [("2025", "A", "grade", value)]


def test_hr_names_an_aspect_when_any_of_them_does() -> None:
    answers = [
        *people("hr", "A", "named", 0, 0, 1),
        *people("hr", "B", "named", 0, 0),
        *people("hr", "C", "known", 1, 0, 1),  # no mention: the mean, rounded
        *people("hr", "D", "known", 1, 0),  # half rounds to the even 0
        *people("employee", "E", "named", 1),
    ]
    assert run("hr_answer_values", answers) == [
        ("2025", "A", "named", 1),
        ("2025", "B", "named", 0),
        ("2025", "C", "known", 1),
        ("2025", "D", "known", 0),
    ]


def test_hr_that_only_says_it_does_not_apply_has_no_value() -> None:
    answers = people("hr", "A", "known", 8, 9) + people("hr", "B", "known", 8, 1)
    assert run("hr_answer_values", answers) == [("2025", "B", "known", 1)]


def test_who_took_part_is_counted_per_side() -> None:
    answers = [
        *people("employee", "A", "grade", 7, 7, 8),
        *people("employee", "B", "known", 8),  # took part, whatever was answered
        *people("hr", "A", "grade", 6, 7),
        ("2026", "employee", "A", "A9", "grade", 5),
    ]
    respondents = [("2025", "A", 3), ("2025", "B", 1), ("2026", "A", 1)]
    assert run("respondent_counts", answers) == respondents
    assert run("hr_organisations", answers) == [("2025", "A", 2)]


@pytest.mark.parametrize(
    "mart", ["employee_cell_counts", "hr_answer_values", "respondent_counts", "hr_organisations"]
)
def test_nobody_gives_no_rows(mart: str) -> None:
    assert run(mart, []) == []
