"""How long a load takes beside a named reference in the same run, and how it grows.

Reference: DuckDB reading the same file, typed, every column touched: nothing is validated, kept or
written. The load is everything: keep the raw file, read, validate, recode, write facts, ledger.
Both run in a fresh process; each is taken as the best of its runs, because machines are noisy.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from etl import pipeline
from etl.pipeline import load_file
from warehouse.instrument import Instrument
from warehouse.paths import Store
from warehouse.register import Headcount, Register
from warehouse.settings import load_settings

ITEMS = 30
ORGANISATIONS = 500
SIZES = (500_000, 1_000_000, 2_000_000, 5_000_000)
RUNS = 2
RATIO_MAX, SLOPE_MAX, MEMORY_MAX = 4.0, 1.1, 2 << 30
STAGES = ("keep_copy", "keep_raw", "hash_of", "check", "explain", "landed")
SELF = Path(__file__).resolve()


def instrument() -> Instrument:
    """Return a questionnaire of statements from 1 to 5, with words for all of them."""
    labels = ["helemaal mee oneens", "mee oneens", "neutraal", "mee eens", "helemaal mee eens"]
    scale = {"minimum": 1, "maximum": 5, "step": 1, "unit": "likert", "missing": ["", "99"]}
    names = ("name_nl", "name_en", "question_nl", "question_en")
    return Instrument.model_validate(
        {
            "instrument_id": "bench",
            "version": 1,
            "comparability_class": "bench",
            "title_nl": "bench",
            "title_en": "bench",
            "columns": {"respondent": "respondent_id", "organisation": "org", "side": "rol"},
            "sides": {"medewerker": "employee", "hr": "hr"},
            "scales": {"agreement": scale | {"labels": {t: n for n, t in enumerate(labels, 1)}}},
            "item": [
                {"item_id": f"q{n}", "column": f"q{n}", "kind": "likert", "scale": "agreement"}
                | {"sides": ["employee", "hr"]}
                | dict.fromkeys(names, f"q{n}")
                for n in range(ITEMS)
            ],
        }
    )


def write_export(path: Path, count: int) -> None:
    """Write an export of so many people; a tenth of the cells says it in words."""
    words = "['helemaal mee oneens','mee oneens','neutraal','mee eens','helemaal mee eens']"
    cells = []
    for item in range(ITEMS):
        answer = f"(hash(i * {ITEMS} + {item}) % 5)::INTEGER"
        spelled = f"{words}[{answer} + 1]"
        cells.append(
            f"CASE WHEN hash(i + {item} * 7919) % 10 = 0 THEN {spelled} "
            f"ELSE ({answer} + 1)::VARCHAR END AS q{item}"
        )
    duckdb.sql(
        f"""COPY (SELECT 'R' || lpad(i::VARCHAR, 8, '0') AS respondent_id,
            'ORG' || i % {ORGANISATIONS} AS org, 'medewerker' AS rol, {", ".join(cells)}
            FROM range({count}) t(i)) TO '{path}' (HEADER, DELIMITER ';')"""
    )


def reference(path: Path, _: Path) -> dict[str, float]:
    """Return how long DuckDB takes to read every column in its own type."""
    names = ["respondent_id", "org", "rol", *(f"q{n}" for n in range(ITEMS))]
    with duckdb.connect() as connection:
        touched = ", ".join(f"max({name})" for name in names)
        started = time.perf_counter()
        connection.execute(f"SELECT {touched} FROM read_csv('{path}', delim = ';')").fetchall()
        return {"seconds": time.perf_counter() - started}


def load(path: Path, room: Path) -> dict[str, float]:
    """Return how long a load takes, its stages, and the most memory it had."""
    settings = load_settings(Path(__file__).parents[2] / "config")
    heads = (f"ORG{n}" for n in range(ORGANISATIONS))
    register = Register(
        (),
        tuple(Headcount(organisation_id=o, wave_id="2026", name=o, headcount=10**6) for o in heads),
    )
    spent: dict[str, float] = {}
    for name in STAGES:
        if hasattr(pipeline, name):
            setattr(pipeline, name, timed(getattr(pipeline, name), name, spent))
    started = time.perf_counter()
    report = load_file(
        path, Store(room), settings, wave_id="2026", instrument=instrument(), register=register
    )
    spent["seconds"] = time.perf_counter() - started
    assert report.outcome == "landed", report.delivery.reason
    spent["bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return spent


def timed(work: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    """Return a function that adds the time it takes to `spent`."""

    def run(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return work(*arguments, **named)
        finally:
            spent[name] = spent.get(name, 0.0) + time.perf_counter() - started

    return run


def in_process(task: str, path: Path, room: Path) -> dict[str, float]:
    """Return what a task measured in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(SELF.parents[2])}
    command = [sys.executable, str(SELF), task, str(path)]
    runs = []
    for number in range(RUNS):
        done = subprocess.run(
            [*command, str(room / f"{task}-{number}")],
            env=environment,
            check=True,
            capture_output=True,
        )
        runs.append(json.loads(done.stdout))
    return min(runs, key=lambda run: float(run["seconds"]))


def measure(count: int, room: Path) -> dict[str, float]:
    """Print and return what a load of so many people takes."""
    path = room / "export.csv"
    write_export(path, count)
    floor, found = in_process("reference", path, room), in_process("load", path, room)
    ratio = found["seconds"] / floor["seconds"]
    print(
        f"{count:>9,} people, {path.stat().st_size / 1e6:4.0f} MB: load {found['seconds']:5.1f} s, "
        f"reference {floor['seconds']:4.1f} s, {ratio:.1f} x (target {RATIO_MAX:.0f}); "
        f"{count / found['seconds']:,.0f} rows/s; {found['bytes'] / 2**30:.2f} GiB"
    )
    stages = ", ".join(f"{name} {found[name]:.1f} s" for name in STAGES if name in found)
    print(f"{'':>9} {stages}")
    return found | {"ratio": ratio}


def main() -> None:
    """Measure at every size, and the slope over them."""
    found = {}
    for count in SIZES:
        with tempfile.TemporaryDirectory() as room:
            found[count] = measure(count, Path(room))
    logs = [(math.log(count), math.log(run["seconds"])) for count, run in found.items()]
    mean_x, mean_y = (sum(axis) / len(logs) for axis in zip(*logs, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum(
        (x - mean_x) ** 2 for x, _ in logs
    )
    largest = found[SIZES[-1]]
    print(f"log-log slope {slope:.2f} (at most {SLOPE_MAX})")
    print(f"ratio {'met' if largest['ratio'] <= RATIO_MAX else 'NOT met'} at {SIZES[-1]:,} people")
    print(f"memory {'met' if largest['bytes'] <= MEMORY_MAX else 'NOT met'}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        task = {"reference": reference, "load": load}[sys.argv[1]]
        print(json.dumps(task(Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        main()
