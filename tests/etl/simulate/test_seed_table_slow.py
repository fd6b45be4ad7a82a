"""The source's table comes out of the statistics: its one-sided aspects, over fifty draws.

Only what the table needs is simulated (the wave of 2024, grade and priorities), but it goes the
real way: export files, the landing, the counts, the released rows. Nothing says which aspects they
are but the facts of the simulation and, here, the source.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from etl.pipeline import load_files
from etl.simulate import facts
from etl.simulate.deliveries import write_wave
from etl.simulate.register_files import write_register
from etl.simulate.sector import build_sector
from etl.simulate.turnout import draw_turnouts
from etl.simulate.waves import answer_wave
from tests.builders import project_settings
from warehouse.benchmark.build import released_rows
from warehouse.difference import counted_wave
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.settings import Settings

SEEDS = range(50)
SHARE_LEAST = 0.8
# Source: the table "De beste organisatiemaatregelen", cells that are empty on one side.
ONE_SIDED = {
    "priority_work_life_balance": "employee",
    "priority_influence_and_say": "employee",
    "priority_workload": "employee",
    "priority_work_environment": "hr",
}


def only_priorities(settings: Settings) -> Settings:
    """Return settings whose questionnaire of 2024 asks the grade and the priorities alone."""
    name = settings.wave(facts.PILOT_WAVE).instrument_id
    whole = settings.instruments[name]
    kept = tuple(item for item in whole.item if item.kind in ("grade", "mention"))
    short = whole.model_copy(update={"item": kept})
    return settings.model_copy(update={"instruments": settings.instruments | {name: short}})


def one_sided(root: Path, settings: Settings, seed: int) -> dict[str, str]:
    """Return the aspects that only one side names in a sector drawn from a seed."""
    store = Store(root)
    store.create()
    sector = build_sector(settings, facts.ORGANISATION_COUNT, seed)
    turnouts = draw_turnouts(seed, sector, settings, None)
    write_register(store.register, sector, turnouts)
    turnout = next(one for one in turnouts if one.wave_id == facts.PILOT_WAVE)
    answers = answer_wave(seed, settings, sector, turnout)
    instrument = settings.instrument_of(facts.PILOT_WAVE)
    (root / "late").mkdir()
    written = write_wave(root, seed, sector, turnout, answers, instrument)
    paths = [path for path, _ in written if path.parent == store.inbox]
    register = read_register(store.register)
    load_files(paths, store, settings, register=register)
    with open_ledger(store) as ledger:
        wave = counted_wave(ledger, facts.PILOT_WAVE, settings, register)
    gaps = [row for row in released_rows([wave])["gap"] if row["group_kind"] == "sector"]
    return {row["item_id"]: row["one_sided"] for row in gaps if row["one_sided"]}


@pytest.mark.slow
def test_the_one_sided_aspects_of_the_source_are_found_in_most_draws(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    settings = only_priorities(project_settings())
    found = [one_sided(tmp_path / str(seed), settings, seed) for seed in SEEDS]
    all_four = sum(ONE_SIDED.items() <= one.items() for one in found) / len(found)
    exactly = sum(one == ONE_SIDED for one in found) / len(found)
    record_property("share", f"all four in {all_four:.0%} of {len(found)} seeds, "
                    f"and no other in {exactly:.0%}")  # fmt: skip
    assert all_four >= SHARE_LEAST


def test_a_sector_in_which_both_sides_name_the_same_has_no_one_sided_aspect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the statistics find the table in the answers and nowhere else."""
    monkeypatch.setattr(facts, "HR_MENTIONS", facts.EMPLOYEE_MENTIONS)
    found = one_sided(tmp_path, only_priorities(project_settings()), 1)
    assert found == {}
