"""How long closing, releasing and auditing take, stage by stage, and how that grows.

The world: the simulated sector with 20 items (a grade, nine statements, ten priorities), six full
waves and both sides; its exports come in by the real load, which is not part of the time. Every
size runs in a process of its own. CPU seconds stand beside wall seconds, because a machine that is
shared makes the latter long.

Reference: DuckDB counting every answer of the same facts once, grouped by wave, side, organisation,
item and answer: the least any aggregation must do. Machines differ; the ratio is what to watch.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

from etl.pipeline import load_files
from etl.simulate import simulate_sector
from warehouse.ledger import Ledger, open_ledger
from warehouse.paths import Store
from warehouse.register import Register, read_register
from warehouse.release import build_release
from warehouse.settings import DeliveryPattern, Settings, load_settings
from warehouse.waves import close_wave

SELF = Path(__file__).resolve()
CONFIG = SELF.parents[2] / "config"
SIZES = (500, 1_000, 2_000, 4_000)
MAIN_SIZE = 1_000
SECONDS_MAX, SLOPE_MAX = 60.0, 1.2
# The pilot only gives the simulation its starting point; it is not loaded.
PILOT, FIRST_YEAR, WAVES = "2024", 2025, 6
KINDS = {"grade": 1, "likert": 9, "mention": 10}
REFERENCE = """
    select wave_id, side, organisation_id, item_id, answer, count(*) as n
    from answer group by all order by all
"""
# Which functions make up a stage, by the module that calls them; what is left is "other".
STAGES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "counting": (("warehouse.waves", "count_wave"), ("warehouse.waves", "wave_doubts")),
    "atoms": (
        ("warehouse.waves", "employee_atoms"),
        ("warehouse.waves", "wave_totals"),
        ("warehouse.waves", "wave_structure"),
    ),
    "suppression": (
        ("warehouse.category_totals", "broken_down"),
        ("warehouse.category_totals", "safe_groups"),
        ("warehouse.benchmark.groups", "hides_everyone"),
    ),
    "statistics": (("warehouse.release", "released_rows"),),
    "writing": (
        ("warehouse.waves", "frozen_name"),
        ("warehouse.waves", "freeze"),
        ("warehouse.release", "contents"),
        ("warehouse.release", "release_id_of"),
        ("warehouse.release", "write_database"),
        ("warehouse.release", "sync"),
        ("warehouse.release", "verify"),
    ),
    "audit": (("warehouse.release", "audit_file"),),
}


@dataclass
class Clock:
    """Wall and CPU seconds per stage; a stage inside another one is not counted twice."""

    spent: dict[str, list[float]] = field(default_factory=dict)
    running: list[str] = field(default_factory=list)
    since: tuple[float, float] = (0.0, 0.0)

    def turn(self) -> None:
        """Give the time since the last turn to the stage that was running."""
        now = (time.perf_counter(), time.process_time())
        if self.running:
            spent = self.spent.setdefault(self.running[-1], [0.0, 0.0])
            for place, (end, start) in enumerate(zip(now, self.since, strict=True)):
                spent[place] += end - start
        self.since = now

    def timed(self, work: Callable[..., Any], stage: str) -> Callable[..., Any]:
        """Return a function whose time goes to a stage."""

        @wraps(work)
        def run(*arguments: Any, **named: Any) -> Any:
            self.turn()
            self.running.append(stage)
            try:
                return work(*arguments, **named)
            finally:
                self.turn()
                self.running.pop()

        return run

    def watch(self) -> None:
        """Time the functions of every stage where they are called."""
        for stage, functions in STAGES.items():
            for module, name in functions:
                owner = importlib.import_module(module)
                setattr(owner, name, self.timed(getattr(owner, name), stage))


def bench_settings() -> Settings:
    """Return the project's settings with six waves of one questionnaire of 20 items."""
    settings = load_settings(CONFIG)
    pilot = settings.wave(PILOT)
    asked, kept = dict.fromkeys(KINDS, 0), []
    for item in settings.instruments[pilot.instrument_id].item:
        asked[item.kind] = asked.get(item.kind, 0) + 1
        if item.kind == "attribute" or asked[item.kind] <= KINDS.get(item.kind, 0):
            kept.append(item)
    instrument = settings.instruments[pilot.instrument_id].model_copy(update={"item": tuple(kept)})
    years = range(FIRST_YEAR, FIRST_YEAR + WAVES)
    waves = [pilot.model_copy(update=wave_of(year)) for year in years]
    patterns = [
        DeliveryPattern(glob=f"{year}-*", wave_id=str(year), instrument_id=pilot.instrument_id)
        for year in years
    ]
    general = settings.general.model_copy(update={"delivery_pattern": tuple(patterns)})
    # Nobody is there to accept a headcount that the simulation let drift far.
    quality = settings.quality.model_copy(update={"headcount_change_max": 9.0})
    return settings.model_copy(
        update={
            "waves": (pilot, *waves),
            "instruments": {pilot.instrument_id: instrument},
            "general": general,
            "quality": quality,
        }
    )


def wave_of(year: int) -> dict[str, Any]:
    """Return what tells the wave of a year from the pilot."""
    start, end = datetime.date(year, 9, 15), datetime.date(year, 10, 31)
    released = datetime.date(year, 12, 15)
    names = {"wave_id": str(year), "name_nl": f"Meting {year}", "name_en": f"Survey {year}"}
    return names | {"fieldwork_start": start, "fieldwork_end": end, "release_date": released}


def make_world(store: Store, settings: Settings, organisations: int) -> None:
    """Write the sector's exports of the full waves and load them."""
    simulate_sector(store.root, settings, organisations=organisations)
    store.create()
    exports = [path for path in sorted(store.inbox.iterdir()) if not path.name.startswith(PILOT)]
    for report in load_files(exports, store, settings, register=read_register(store.register)):
        assert report.outcome in ("landed", "unchanged"), report.delivery.reason


def release(ledger: Ledger, store: Store, settings: Settings, register: Register) -> str:
    """Close every wave and release them all together, as the product does."""
    waves = [wave.wave_id for wave in settings.waves if ledger.active(wave.wave_id)]
    for wave_id in waves:
        close_wave(ledger, store, wave_id, settings, register)
    return build_release(ledger, store, waves, settings, register)


def measure(organisations: int) -> dict[str, Any]:
    """Return what one world takes: seconds and CPU seconds, whole and per stage."""
    settings = bench_settings()
    with tempfile.TemporaryDirectory() as room:
        store = Store(Path(room))
        make_world(store, settings, organisations)
        register, clock = read_register(store.register), Clock()
        clock.watch()
        with open_ledger(store) as ledger:
            ledger.create_views()
            started = time.perf_counter()
            answers = len(ledger.connection.execute(REFERENCE).fetchall())
            reference = time.perf_counter() - started
            whole = clock.timed(release, "other")
            release_id = whole(ledger, store, settings, register)
        size = (store.releases / f"{release_id}.duckdb").stat().st_size
    return {
        "organisations": organisations,
        "release_id": release_id,
        "counts": answers,
        "reference": reference,
        "bytes": size,
        "stages": clock.spent,
    }


def in_process(organisations: int) -> dict[str, Any]:
    """Return what a world takes in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(SELF.parents[2])}
    command = [sys.executable, str(SELF), "--one", str(organisations)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def whole_of(found: Mapping[str, Any]) -> tuple[float, float]:
    """Return the wall and CPU seconds of all stages together."""
    wall, cpu = (sum(column) for column in zip(*found["stages"].values(), strict=True))
    return wall, cpu


def tell(found: Mapping[str, Any]) -> None:
    """Print what a world takes, with the share of each stage."""
    wall, cpu = whole_of(found)
    print(
        f"{found['organisations']:,} organisations: {wall:.1f} s, CPU {cpu:.1f} s, "
        f"{wall / found['reference']:.0f} x the reference ({found['reference']:.2f} s); "
        f"release {found['release_id']}, {found['bytes'] / 1e6:.0f} MB"
    )
    for stage in (*STAGES, "other"):
        seconds, busy = found["stages"].get(stage, (0.0, 0.0))
        print(f"    {stage:<12}{seconds:6.1f} s {seconds / wall:4.0%}   CPU {busy:6.1f} s")


def slope_of(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Return the least-squares slope of log seconds over log size."""
    xs, ys = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - middle_x) ** 2 for x in xs)


def main(sizes: Sequence[int]) -> None:
    """Measure at every size; print the stages, the slope, and whether the targets are met."""
    items = sum(KINDS.values())
    print(f"{items} items x {WAVES} waves x 2 sides; closing, release and audit of one world")
    runs = []
    for size in sizes:
        runs.append(in_process(size))
        tell(runs[-1])
    for run in runs:
        if run["organisations"] == MAIN_SIZE:
            wall, _ = whole_of(run)
            said = "met" if wall <= SECONDS_MAX else "NOT met"
            print(f"{MAIN_SIZE:,} organisations in {SECONDS_MAX:.0f} s: {said} ({wall:.1f} s)")
    if len(runs) > 1:
        walls, busy = zip(*(whole_of(run) for run in runs), strict=True)
        slope, busy_slope = slope_of(sizes, walls), slope_of(sizes, busy)
        said = "met" if slope <= SLOPE_MAX else "NOT met"
        print(f"log-log slope {slope:.2f}, of CPU {busy_slope:.2f} (at most {SLOPE_MAX}): {said}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="organisations")
    parser.add_argument("--one", type=int, help="measure one size here and print it as JSON")
    given = parser.parse_args()
    if given.one is None:
        main(given.sizes)
    else:
        print(json.dumps(measure(given.one)))
