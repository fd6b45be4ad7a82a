"""Response during fieldwork: no group, and no difference of groups, is about fewer than ten."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.builders import project_settings
from warehouse.register import Member
from warehouse.response import Fieldwork, fieldwork, response_rows

SETTINGS = project_settings()
FLOOR = 10
ORGANISATIONS = st.lists(
    st.tuples(
        st.sampled_from([None, 5, 30, 60, 120, 400]),
        st.one_of(st.integers(0, 14), st.integers(0, 200)),
    ),
    max_size=14,
)
Plan = list[tuple[int | None, int]]


def work_of(plan: Plan) -> Fieldwork:
    """Return the fieldwork of organisations given by headcount and participants."""
    members = [
        Member(f"O{number}", f"O{number}", heads, 500, SETTINGS.size_bands.band_of(heads))
        for number, (heads, _) in enumerate(plan)
    ]
    people = {f"O{number}": n for number, (_, n) in enumerate(plan)}
    return fieldwork("2026", people, members, SETTINGS)


def rows_of(plan: Plan) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the response rows of such organisations."""
    rows: list[dict[str, Any]] = list(response_rows(work_of(plan), SETTINGS))
    return {(row["group_kind"], row["group_id"]): row for row in rows}


def who(plan: Plan, kind: str, group: str) -> set[str]:
    """Return the organisations that a published group counts."""
    names = {f"O{number}" for number, (_, n) in enumerate(plan) if n}
    bands = {f"O{i}": SETTINGS.size_bands.band_of(heads) for i, (heads, _) in enumerate(plan)}
    if kind in ("organisation", "sector"):
        return {group} if kind == "organisation" else names
    if kind == "size_band":
        return {name for name in names if bands[name] == group}
    work = work_of(plan)
    return {work.units.organisation_ids[unit] for unit in work.partition.members(("rest", group))}


@given(ORGANISATIONS)
@example([(60, 9), (60, 10), (60, 40)])
@example([(5, 3), (400, 100)])
@example([])
def test_no_group_and_no_difference_of_groups_is_about_fewer_than_ten(plan: Plan) -> None:
    rows = rows_of(plan)
    people = {f"O{number}": n for number, (_, n) in enumerate(plan)}
    shown = {key: who(plan, *key) for key, row in rows.items() if row["status"] == "published"}
    for key, group in shown.items():
        assert rows[key]["respondent_count"] == sum(people[name] for name in group) >= FLOOR
        assert rows[key]["organisation_count"] == len(group)
    # What is left of a group after taking away every group inside it (statistics, Theorem 2).
    for outer in shown.values():
        inner = [group for group in shown.values() if group < outer]
        left = outer - set(itertools.chain.from_iterable(inner))
        assert not left or sum(people[name] for name in left) >= FLOOR


@given(ORGANISATIONS)
def test_what_is_hidden_holds_no_number(plan: Plan) -> None:
    for row in rows_of(plan).values():
        if row["status"].startswith("withheld"):
            assert row.keys() == {"wave_id", "group_kind", "group_id", "status"}


def test_nine_are_hidden_and_ten_are_shown() -> None:
    rows = rows_of([(60, 9), (60, 10), (60, 30), (60, 8)])
    assert rows["organisation", "O0"]["status"] == "withheld_small"
    assert rows["organisation", "O1"]["respondent_count"] == 10
    assert rows["size_band_rest", "50-99"]["respondent_count"] == 17
    assert rows["size_band", "50-99"]["respondent_count"] == 57
    assert rows["size_band", "50-99"]["response_rate"] == 57 / 2000
    assert rows["size_band", "10-49"]["status"] == "no_data"
    assert rows["sector", "sector"]["respondent_count"] == 57


def test_somebody_helps_to_hide_the_one_that_is_too_small() -> None:
    rows = rows_of([(60, 9), (60, 10), (60, 30)])
    assert rows["organisation", "O1"]["status"] == "withheld_complement"
    assert rows["size_band_rest", "50-99"]["respondent_count"] == 19
