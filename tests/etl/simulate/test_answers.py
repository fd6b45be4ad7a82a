"""What people answer comes out as the facts say, within what chance allows."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from etl.simulate import facts
from etl.simulate.priorities import kept_share, rates_before_cut

YES = ("ja", "1")
AGREEMENT = {
    "helemaal mee oneens": 1,
    "mee oneens": 2,
    "neutraal": 3,
    "mee eens": 4,
    "helemaal mee eens": 5,
} | {str(code): code for code in range(1, 6)}


def likert(rows, column):
    return np.array([AGREEMENT[row[column]] for row in rows if row[column] in AGREEMENT])


@pytest.fixture(scope="module")
def employees(world):
    return world.employees("2025")


@pytest.fixture(scope="module")
def hr(world):
    waves = ("2024", "2025", "2026")
    rows = [row for wave_id in waves for row in world.good_rows(wave_id)]
    return [row for row in rows if row["rol"] != "medewerker"]


def shares_of_grades(world, rows):
    counts = Counter(grade for row in rows if (grade := world.grade(row)) is not None)
    return np.array([counts[grade] for grade in range(1, 11)]) / counts.total()


def test_grade_shares(world, employees, hr):
    measured = shares_of_grades(world, employees)
    np.testing.assert_allclose(measured, facts.EMPLOYEE_GRADE_SHARES, atol=0.02)
    np.testing.assert_allclose(shares_of_grades(world, hr), facts.HR_GRADE_SHARES, atol=0.05)


def test_2024_grades_lie_near_the_source(world):
    grades = [world.grade(row) for row in world.employees("2024")]
    assert None not in grades
    assert 7.40 <= np.mean(grades) <= 7.60
    assert 7.40 <= weighted_mean(world, "2024") <= 7.60
    by_organisation: dict[str, list[int]] = {}
    for row in world.good_rows("2024"):
        if row["rol"] != "medewerker":
            by_organisation.setdefault(row["organisatie_id"], []).append(world.grade(row))
    assert 7.50 <= np.mean([round(np.mean(grades)) for grades in by_organisation.values()]) <= 7.70


def weighted_mean(world, wave_id):
    """Headcount-weighted: every organisation by its people, every band by all of its people."""
    grades: dict[str, list[int]] = {}
    for row in world.employees(wave_id):
        grades.setdefault(row["organisatie_id"], []).append(world.grade(row))
    people, points, totals = Counter(), Counter(), Counter()
    for member in world.register.members(wave_id, world.settings.size_bands):
        totals[member.size_band_id] += member.headcount or 0
        if member.organisation_id in grades:
            people[member.size_band_id] += member.headcount
            mean = np.mean(grades[member.organisation_id])
            points[member.size_band_id] += member.headcount * mean
    bands = [band for band in people if people[band]]
    shares = np.array([totals[band] for band in bands])
    means = np.array([points[band] / people[band] for band in bands])
    return float(np.sum(shares * means) / shares.sum())


def test_grades_fall_as_organisations_grow(world):
    members = world.register.members("2025", world.settings.size_bands)
    bands = {member.organisation_id: member.size_band_id for member in members}
    grades: dict[str, list[int]] = {}
    for row in world.employees("2025"):
        if world.grade(row) is not None:
            grades.setdefault(bands[row["organisatie_id"]], []).append(world.grade(row))
    for band, mean in facts.BAND_GRADE_MEANS.items():
        assert np.mean(grades[band]) == pytest.approx(mean, abs=0.2), band
    assert np.mean(grades["10-49"]) > np.mean(grades["100-249"]) > np.mean(grades["250+"])


def test_mention_rates(world, employees, hr):
    for rows, rates, tolerance in (
        (employees, facts.EMPLOYEE_MENTIONS, 0.015),
        (hr, facts.HR_MENTIONS, 0.06),
    ):
        for aspect_id, rate in rates.items():
            cells = [row[f"prioriteit_{aspect_id}"] for row in rows]
            answered = [cell in YES for cell in cells if cell not in ("", "99")]
            assert np.mean(answered) == pytest.approx(rate, abs=tolerance), aspect_id


def test_at_most_three_priorities(world):
    for wave_id in ("2024", "2025", "2026"):
        columns = [f"prioriteit_{aspect_id}" for aspect_id in facts.EMPLOYEE_MENTIONS]
        chosen = [sum(row[c] in YES for c in columns) for row in world.good_rows(wave_id)]
        assert max(chosen) == 3


def test_rates_before_cut_survive_the_cut():
    wanted = np.array(list(facts.EMPLOYEE_MENTIONS.values()))
    rates = rates_before_cut(wanted, 3)
    kept = [rate * kept_share(rates, index, 3) for index, rate in enumerate(rates)]
    np.testing.assert_allclose(kept, wanted, atol=1e-9)


def test_kept_share_by_hand():
    # Three certain choices of which two are kept: each survives in two of three cases.
    assert kept_share(np.array([1.0, 1.0, 1.0]), 0, 2) == pytest.approx(2 / 3)


def test_awareness_of_the_schemes(employees):
    columns = {"ikb": 0.85, "lbb": 0.75, "vls": 0.45, "gen": 0.35}
    for name, rate in columns.items():
        cells = [row[f"cao_{name}_bekend"] for row in employees]
        asked = [cell in YES for cell in cells if cell in ("ja", "nee", "0", "1")]
        assert np.mean(asked) == pytest.approx(rate, abs=0.02), name


def test_not_offered_holds_for_a_whole_organisation(employees):
    offered: dict[str, set[bool]] = {}
    for row in employees:
        if row["cao_gen_bekend"] not in ("", "99", "weet niet"):
            there = row["cao_gen_bekend"] not in ("niet aangeboden", "8")
            offered.setdefault(row["organisatie_id"], set()).add(there)
    assert all(len(states) == 1 for states in offered.values())
    share = np.mean([states == {True} for states in offered.values()])
    assert share == pytest.approx(facts.OPTIONAL_SCHEME_OFFERED, abs=0.08)


def test_likert_means_gap_and_movement(world, employees, hr):
    assert likert(employees, "stelling_trust").mean() == pytest.approx(4.0, abs=0.15)
    assert likert(employees, "stelling_workload").mean() == pytest.approx(2.97, abs=0.1)
    gap = likert(hr, "stelling_workload").mean() - likert(employees, "stelling_workload").mean()
    assert gap == pytest.approx(0.4, abs=0.12)
    later = world.employees("2026")
    assert likert(later, "stelling_workload").mean() > likert(employees, "stelling_workload").mean()
    training = "stelling_training_and_development"
    assert likert(later, training).mean() < likert(employees, training).mean()


def test_under_35s_are_less_content_with_training(employees):
    young = [row for row in employees if row["leeftijd"] in ("1", "jonger dan 35")]
    others = [row for row in employees if row["leeftijd"] not in ("1", "jonger dan 35", "", "99")]
    assert len(young) / (len(young) + len(others)) == pytest.approx(0.30, abs=0.02)
    for column in ("stelling_training_and_development", "tevreden_ontwikkeling"):
        gap = likert(young, column).mean() - likert(others, column).mean()
        assert gap == pytest.approx(facts.UNDER_35_TRAINING_GAP, abs=0.05), column


def test_some_people_skip_a_question(employees):
    cells = Counter(row["stelling_trust"] for row in employees)
    skipped = {cell: cells[cell] for cell in ("", "99", "weet niet")}
    assert all(skipped.values())
    assert sum(skipped.values()) / cells.total() == pytest.approx(facts.NONRESPONSE, abs=0.01)


def test_hr_has_no_answer_to_employee_questions(hr):
    assert {row["leeftijd"] for row in hr} == {row["tevreden_ontwikkeling"] for row in hr} == {""}
