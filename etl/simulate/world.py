"""The whole demonstration sector on disk: register, exports, late exports, dialogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from etl.simulate import facts
from etl.simulate.deliveries import write_wave
from etl.simulate.dialogue import write_dialogue
from etl.simulate.register_files import write_register
from etl.simulate.sector import Sector, build_sector
from etl.simulate.turnout import Turnout, draw_turnouts
from etl.simulate.waves import answer_wave
from warehouse.settings import Settings

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class SimulationReport:
    """What was written. The counts are of people whose answers are good, flaws not included."""

    organisation_count: int
    employee_counts: dict[str, int]
    hr_counts: dict[str, int]
    row_counts: dict[Path, int]
    special_ids: dict[str, str]

    @property
    def respondent_count(self) -> int:
        """Return the people of all waves together."""
        return sum(self.employee_counts.values()) + sum(self.hr_counts.values())


def stay_silent(what: str, share: float) -> None:
    """Return nothing: the progress of whoever asked for none."""


def report_world(
    sector: Sector, turnouts: list[Turnout], rows: dict[Path, int]
) -> SimulationReport:
    """Return what was written."""
    return SimulationReport(
        organisation_count=sector.count,
        employee_counts={turn.wave_id: int(turn.employees.sum()) for turn in turnouts},
        hr_counts={turn.wave_id: int(turn.hr.sum()) for turn in turnouts},
        row_counts=rows,
        special_ids={name: sector.organisation_ids[at] for name, at in sector.special.items()},
    )


def simulate_sector(
    directory: Path,
    settings: Settings,
    *,
    organisations: int = facts.ORGANISATION_COUNT,
    seed: int = facts.DEFAULT_SEED,
    respondents: int | None = None,
    progress: Progress | None = None,
) -> SimulationReport:
    """Write the demonstration sector under `directory`; the same arguments give the same bytes.

    `respondents` enlarges the full waves until all waves together have about that many people: a
    load test, no picture of a sector. `progress` hears what is being done and the share done.
    """
    tell = progress or stay_silent
    for room in ("register", "inbox", "late"):
        (directory / room).mkdir(parents=True, exist_ok=True)
    sector = build_sector(settings, organisations, seed)
    turnouts = draw_turnouts(seed, sector, settings, respondents)
    write_register(directory / "register", sector, turnouts)
    written = write_waves(directory, settings, seed, sector, turnouts, tell)
    tell("klaar", 1.0)
    return report_world(sector, turnouts, written)


def write_waves(
    directory: Path,
    settings: Settings,
    seed: int,
    sector: Sector,
    turnouts: list[Turnout],
    tell: Progress,
) -> dict[Path, int]:
    """Write every wave and return the rows of each file."""
    everybody = sum(int(turn.employees.sum() + turn.hr.sum()) for turn in turnouts)
    done = 0
    written: dict[Path, int] = {}
    for turnout in turnouts:
        tell(f"meting {turnout.wave_id}: antwoorden", done / everybody)
        answers = answer_wave(seed, settings, sector, turnout)
        instrument = settings.instrument_of(turnout.wave_id)
        rows_done = 0
        for path, row_count in write_wave(directory, seed, sector, turnout, answers, instrument):
            written[path] = row_count
            rows_done = min(answers.height, rows_done + row_count)
            tell(path.name, (done + rows_done) / everybody)
        if turnout.wave_id == facts.PILOT_WAVE:
            written |= write_dialogue(directory / "inbox", seed, participants(answers))
        done += answers.height
    return written


def participants(answers: pl.DataFrame) -> pl.DataFrame:
    """Return who took part: id and side."""
    return answers.select("respondent_id", "side")
