"""Lines through the waves of a group: where they begin, what they say, and what the audit sees."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.warehouse.test_matched import block_of
from warehouse.audit.derived import World
from warehouse.audit.report import Trail
from warehouse.audit.trend_lines import check_trend_lines
from warehouse.benchmark.blocks import Block
from warehouse.benchmark.trend_lines import trend_lines
from warehouse.release import as_frame
from warehouse.tables import BY_NAME

START = datetime.date(2020, 3, 1)
NAMES = tuple(f"A{number:02}" for number in range(6))
Row = dict[str, Any]


def wave_block(place: int, means: Mapping[str, float], kind: str = "same") -> Block:
    """Return a grade at the wave of a year, of one comparability class unless it says another."""
    block = block_of("2024", {name: 60 + int(name[1:]) for name in means})
    start = START.replace(year=2020 + place)
    wave = block.frame.wave.model_copy(
        update={
            "wave_id": str(2020 + place),
            "comparability_class": kind,
            "fieldwork_start": start,
            "fieldwork_end": start + datetime.timedelta(days=40),
        }
    )
    values = np.array([means[name] for name in block.ids.tolist()])
    total, squares = 10 * values, 10 * values**2 + 9.0
    frame = replace(block.frame, wave=wave)
    return replace(block, frame=frame, total=total, squares=squares, memory={})


def blocks_of(course: Mapping[str, Sequence[float | None]], kinds: str = "") -> list[Block]:
    """Return the blocks of consecutive years; the other organisations stand at 7.0 each year."""
    length = len(next(iter(course.values())))
    blocks = []
    for place in range(length):
        means = dict.fromkeys(NAMES, 7.0)
        for name, values in course.items():
            value = values[place]
            means.pop(name)
            if value is not None:
                means[name] = value
        blocks.append(wave_block(place, means, kinds[place : place + 1] or "same"))
    return blocks


def line(blocks: Sequence[Block], name: str) -> Row | None:
    """Return the row of an organisation's line, None where there is none."""
    rows = trend_lines([{("employee", "grade"): block} for block in blocks], 0.05)
    found = [row for row in rows if row["group_id"] == name]
    assert len(found) < 2
    return found[0] if found else None


def test_a_rise_of_a_quarter_a_year_by_hand() -> None:
    """Variance 1 within ten answers is 0.1 a wave; years 0 to 3: slope 0.25, se sqrt(0.1/5)."""
    row = line(blocks_of({"A00": (7.0, 7.25, 7.5, 7.75)}), "A00")
    assert row is not None
    assert (row["wave_from"], row["wave_to"], row["wave_count"]) == ("2020", "2023", 4)
    # 2020 to 2023 is 1095 days, a leap day short of three times 365.25.
    assert row["slope_per_year"] == pytest.approx(0.25, rel=2e-3)
    half = (row["ci_high"] - row["ci_low"]) / 2
    assert half == pytest.approx(1.959964 * (0.1 / 5) ** 0.5, rel=2e-3)
    assert row["misfit"] == pytest.approx(0, abs=1e-4)
    assert row["misfit_p"] == pytest.approx(1, abs=1e-4)
    assert (row["theil_sen_slope"], row["verdict"]) == (None, "not_demonstrable")


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ((7.0, 8.0, 9.0), "higher"),
        ((9.0, 8.0, 7.0), "lower"),
        ((7.0, 7.1, 7.0), "not_demonstrable"),
    ],
)
def test_the_verdict_is_on_the_change_over_the_span(values: Sequence[float], verdict: str) -> None:
    row = line(blocks_of({"A00": values}), "A00")
    assert row is not None
    assert row["verdict"] == verdict


def test_a_course_that_is_no_line_misfits() -> None:
    row = line(blocks_of({"A00": (7.0, 9.0, 7.0)}), "A00")
    assert row is not None
    assert row["misfit_p"] < 0.01


def test_five_waves_have_a_robust_slope_that_one_odd_wave_does_not_bend() -> None:
    row = line(blocks_of({"A00": (7.0, 7.1, 9.9, 7.3, 7.4)}), "A00")
    assert row is not None
    assert row["theil_sen_slope"] == pytest.approx(0.1, rel=0.01)
    assert row["theil_sen_low"] < 0.1 < row["theil_sen_high"]


def twins() -> list[Block]:
    """Return five waves of which the last two have the same fieldwork."""
    blocks = blocks_of({"A00": (7.0, 7.1, 7.2, 7.3, 7.4)})
    twin = replace(
        blocks[4],
        frame=replace(
            blocks[4].frame,
            wave=blocks[3].frame.wave.model_copy(update={"wave_id": "2024"}),
        ),
        memory={},
    )
    return [*blocks[:4], twin]


def test_waves_at_one_time_have_no_robust_slope() -> None:
    row = line(twins(), "A00")
    assert row is not None
    assert (row["wave_count"], row["theil_sen_slope"]) == (5, None)


def test_only_the_latest_comparable_segment_counts() -> None:
    row = line(blocks_of({"A00": (5.0, 7.0, 7.25, 7.5)}, "abbb"), "A00")
    assert row is not None
    assert (row["wave_from"], row["wave_count"]) == ("2021", 3)
    assert row["slope_per_year"] == pytest.approx(0.25, rel=2e-3)


@pytest.mark.parametrize(
    ("values", "kinds", "status"),
    [
        ((7.0, 7.2), "", "too_few_waves"),
        ((7.0, 7.2, 7.4), "aab", "not_comparable"),
        ((7.0, 7.2, 7.4), "aba", "not_comparable"),
        ((None, 7.2, 7.4), "abb", "too_few_waves"),
        ((7.0, None, 7.4), "", "too_few_waves"),
    ],
)
def test_a_series_without_three_comparable_waves_says_why(
    values: Sequence[float | None], kinds: str, status: str
) -> None:
    row = line(blocks_of({"A00": values}, kinds), "A00")
    assert row is not None
    assert row["status"] == status
    assert not {"slope_per_year", "wave_count", "misfit"} & row.keys()


def test_who_is_gone_with_three_waves_keeps_its_line_and_with_fewer_has_no_row() -> None:
    blocks = blocks_of({"A00": (7.0, 7.2, 7.4, None), "A01": (7.0, 7.2, None, None)})
    row = line(blocks, "A00")
    assert row is not None
    assert (row["wave_to"], row["wave_count"]) == ("2022", 3)
    assert line(blocks, "A01") is None


def test_a_wave_in_between_without_a_result_is_left_out() -> None:
    row = line(blocks_of({"A00": (7.0, None, 7.5, 7.75)}), "A00")
    assert row is not None
    assert (row["wave_from"], row["wave_to"], row["wave_count"]) == ("2020", "2023", 3)
    assert row["slope_per_year"] == pytest.approx(0.25, rel=2e-3)


# --- The audit -----------------------------------------------------------------------------------


def world_of(blocks: Sequence[Block]) -> World:
    """Return the tables of a release of these waves, as far as lines need them."""
    lines = trend_lines([{("employee", "grade"): block} for block in blocks], 0.05)
    waves, scores, parameters = [], [], []
    for position, block in enumerate(blocks, 1):
        wave, key = block.frame.wave, {"side": "employee", "item_id": "grade"}
        key["wave_id"] = wave.wave_id
        waves.append(
            {
                "wave_id": wave.wave_id,
                "position": position,
                "comparability_class": wave.comparability_class,
                "fieldwork_start": wave.fieldwork_start.isoformat(),
                "fieldwork_end": wave.fieldwork_end.isoformat(),
            }
        )
        name = {"name": "pooled_variance", "value": float(block.pooled.variance)}
        parameters.append(key | name)
        for place, organisation in enumerate(block.ids.tolist()):
            group = {"group_kind": "organisation", "group_id": organisation}
            value = {"value": float(block.means[place]), "respondent_count": 10}
            scores.append(key | group | value | {"status": "published"})
    rows = {
        "wave": waves,
        "score": scores,
        "parameter": parameters,
        "item": [{"item_id": "grade", "unit": "grade"}],
        "trend_line": lines,
    }
    tables = {name: as_frame(BY_NAME[name], found) for name, found in rows.items()}
    return World(tables, {}, {}, {})


def found_in(world: World) -> list[str]:
    """Return what the audit of the lines finds."""
    trail = Trail()
    check_trend_lines(world, trail)
    return [finding.sentence for finding in trail.findings]


COURSE = {"A00": (7.0, 7.1, 9.9, 7.3, 7.4), "A01": (5.0, 7.0, 7.2, 7.4, 7.6)}


def test_the_audit_works_honest_lines_out_again() -> None:
    assert found_in(world_of(blocks_of(COURSE))) == []
    assert found_in(world_of(blocks_of(COURSE, "abbbb"))) == []
    assert found_in(world_of(twins())) == []


@pytest.mark.parametrize(
    "column", ["slope_per_year", "ci_low", "ci_high", "theil_sen_slope", "wave_count"]
)
def test_the_audit_finds_a_figure_that_does_not_follow(column: str) -> None:
    world = world_of(blocks_of(COURSE))
    wrong = pl.when(pl.col("group_id") == "A00").then(pl.col(column) + 1).otherwise(pl.col(column))
    world.tables["trend_line"] = world.tables["trend_line"].with_columns(wrong.alias(column))
    assert len(found_in(world)) == 1


def test_the_audit_finds_a_line_across_a_break() -> None:
    world = world_of(blocks_of(COURSE))
    classes = pl.Series("comparability_class", list("aabbb"))
    world.tables["wave"] = world.tables["wave"].with_columns(classes)
    assert len(found_in(world)) == len(NAMES)
