"""A real LimeSurvey export of nobody here: its published figures come back out of the facts."""

from __future__ import annotations

import statistics
from collections import Counter
from pathlib import Path

import pytest

from tests.etl.builders import World
from tests.shared_data import shared
from warehouse.instrument import Instrument
from warehouse.settings import read_toml

INSTRUMENT = Path(__file__).parent / "instruments" / "rse_nl_2017.toml"
COUNTS = {0: 2, 2: 1, 3: 1, 4: 2, 5: 3, 6: 4, 7: 18, 8: 30, 9: 10, 10: 2}


def test_the_published_figures_come_back(world: World) -> None:
    world.instrument = read_toml(INSTRUMENT, Instrument)
    report = world.load(shared("data", "rse_limesurvey", "nl_2017.csv"), wave_id="rse-2017")
    marks = [row["current_position"] for row in world.facts(report)]
    assert (report.delivery.row_count, report.rule_counts) == (77, {"no_answers": 4})
    assert (len(marks), Counter(marks)) == (73, COUNTS)
    assert statistics.fmean(marks) == pytest.approx(7.232877, abs=1e-6)
    assert statistics.stdev(marks) == pytest.approx(1.889448, abs=1e-6)
    assert statistics.median(marks) == 8
