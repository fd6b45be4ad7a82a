"""Which bureau delivers what: a wave's answers divided over export files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from etl.simulate import awkward, facts
from etl.simulate.exports import CODED_WORKBOOK, COMMA, SEMICOLON, WORKBOOK, Format, write_export
from etl.simulate.randomness import Generator, stream
from etl.simulate.sector import Sector
from etl.simulate.turnout import Turnout
from warehouse.instrument import Instrument

# Workbooks are slow to write and to read: only organisations up to this many answers go there.
WORKBOOK_ANSWERS_MAX = 120
NORTH, EAST, WEST = 0, 1, 2
BUREAU_SHARES = (0.45, 0.42, 0.13)
LATE_ROWS = 12
# A file in which more is wrong would be refused as a whole.
ROWS_PER_FLAW = 20


@dataclass(frozen=True)
class Delivery:
    """One export file: whose answers, in which format, and what is wrong with it."""

    stem: str
    form: Format
    bureaus: tuple[int, ...]
    sides: tuple[str, ...]
    flaws: tuple[str, ...] = ()
    is_corrected: bool = False
    is_copied: bool = False


EMPLOYEES, HR, BOTH = ("employee",), ("hr",), ("employee", "hr")
NORTH_FLAWS = ("grade 0", "duplicate", "name")
NORTH_STEM, EAST_STEM = "medewerkers-bureau-noord", "medewerkers-bureau-oost"
WEST_STEM, HR_STEM = "medewerkers-en-hr-bureau-west", "hr-bureau-zuid"

FIRST_WAVE_DELIVERIES = (
    Delivery(NORTH_STEM, SEMICOLON, (NORTH,), EMPLOYEES, ("grade 0",)),
    Delivery(EAST_STEM, COMMA, (EAST,), EMPLOYEES, ("grade 11", "duplicate")),
    Delivery("medewerkers-bureau-west", CODED_WORKBOOK, (WEST,), EMPLOYEES),
)
PILOT_DELIVERIES = (
    Delivery(NORTH_STEM, SEMICOLON, (NORTH,), EMPLOYEES, NORTH_FLAWS),
    Delivery(EAST_STEM, COMMA, (EAST,), EMPLOYEES, ("grade 11",), is_corrected=True),
    Delivery(WEST_STEM, WORKBOOK, (WEST,), BOTH),
    Delivery(HR_STEM, SEMICOLON, (NORTH, EAST), HR, ("unknown organisation",)),
)
FULL_DELIVERIES = (
    Delivery(NORTH_STEM, SEMICOLON, (NORTH,), EMPLOYEES, NORTH_FLAWS, is_corrected=True),
    Delivery(EAST_STEM, COMMA, (EAST,), EMPLOYEES, ("grade 11", "duplicate")),
    Delivery(WEST_STEM, CODED_WORKBOOK, (WEST,), BOTH, is_copied=True),
    Delivery(HR_STEM, WORKBOOK, (NORTH, EAST), HR, ("unknown organisation",)),
)


def plan_deliveries(wave_id: str) -> tuple[Delivery, ...]:
    """Return the export files of a wave."""
    usual = {facts.FIRST_WAVE: FIRST_WAVE_DELIVERIES, facts.PILOT_WAVE: PILOT_DELIVERIES}
    return usual.get(wave_id, FULL_DELIVERIES)


def assign_bureaus(rng: Generator, sector: Sector, turnout: Turnout) -> pl.Series:
    """Return the bureau of every organisation; the giants are never in a workbook."""
    drawn = np.searchsorted(np.cumsum(BUREAU_SHARES)[:-1], rng.random(sector.count), side="right")
    drawn[(drawn == WEST) & (turnout.employees > WORKBOOK_ANSWERS_MAX)] = EAST
    # A bureau of its own for each, so that no world, however small, lacks one of the three.
    for bureau, name in enumerate(("ten_answers", "eleven_answers", "nine_answers")):
        drawn[sector.special[name]] = bureau
    return pl.Series("bureau", drawn, dtype=pl.Int8)


def flaw_rows(flaw: str, answers: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Return the rows that a flaw adds to a delivery."""
    if flaw == "duplicate":
        return awkward.duplicate(answers, rng)
    if flaw == "unknown organisation":
        return awkward.unknown_organisation(answers, rng)
    return awkward.refused_grade(answers, rng, int(flaw.removeprefix("grade ")))


def spoil(answers: pl.DataFrame, delivery: Delivery, rng: Generator) -> pl.DataFrame:
    """Return a delivery with its flaws somewhere among the good rows."""
    if "name" in delivery.flaws:
        answers = awkward.name_somebody(answers, rng)
    flaws = [flaw for flaw in delivery.flaws if flaw != "name"][: answers.height // ROWS_PER_FLAW]
    spoiled = pl.concat([answers, *(flaw_rows(flaw, answers, rng) for flaw in flaws)])
    return spoiled[rng.permutation(spoiled.height)] if flaws else spoiled


def select(answers: pl.DataFrame, delivery: Delivery, bureaus: pl.Series) -> pl.DataFrame:
    """Return the answers that go into a delivery."""
    bureau = bureaus.gather(answers["organisation"].cast(pl.UInt32))
    belongs = bureau.is_in(delivery.bureaus) & answers["side"].is_in(delivery.sides)
    return answers.filter(belongs)


def write_wave(
    directory: Path,
    seed: int,
    sector: Sector,
    turnout: Turnout,
    answers: pl.DataFrame,
    instrument: Instrument,
) -> Iterator[tuple[Path, int]]:
    """Write the export files of a wave, and yield each with its number of rows."""
    bureaus = assign_bureaus(stream(seed, "bureaus", turnout.wave_id), sector, turnout)
    for delivery in plan_deliveries(turnout.wave_id):
        rng = stream(seed, "delivery", turnout.wave_id, delivery.stem)
        rows = select(answers, delivery, bureaus)
        if rows.is_empty():
            continue
        stem = directory / "inbox" / f"{turnout.wave_id}-{delivery.stem}"
        yield from write_delivery(stem, delivery, spoil(rows, delivery, rng), instrument, rng)
        if turnout.wave_id == facts.PILOT_WAVE and delivery.stem == NORTH_STEM:
            yield from write_late(directory / "late", rows, instrument, rng)


def write_delivery(
    stem: Path, delivery: Delivery, rows: pl.DataFrame, instrument: Instrument, rng: Generator
) -> Iterator[tuple[Path, int]]:
    """Write one delivery, with the version it corrects or the copy that came beside it."""
    path = stem.with_name(stem.name + delivery.form.suffix)
    if delivery.is_corrected:
        earlier = awkward.first_version(rows, rng)
        write_export(earlier, instrument, path, delivery.form)
        yield path, earlier.height
        path = stem.with_name(stem.name + "_v2" + delivery.form.suffix)
    write_export(rows, instrument, path, delivery.form)
    yield path, rows.height
    if delivery.is_copied:
        copy = stem.with_name(stem.name + "_kopie" + delivery.form.suffix)
        shutil.copyfile(path, copy)
        yield copy, rows.height


def write_late(
    directory: Path, rows: pl.DataFrame, instrument: Instrument, rng: Generator
) -> Iterator[tuple[Path, int]]:
    """Write what arrives after the release: new answers, and a correction of a delivery."""
    count = min(LATE_ROWS, rows.height)
    extra = awkward.copies(rows, rng, "employee", "L", count)
    late = directory / f"{facts.PILOT_WAVE}-medewerkers-bureau-laat.csv"
    write_export(extra, instrument, late, COMMA)
    yield late, extra.height
    corrected = directory / f"{facts.PILOT_WAVE}-{NORTH_STEM}_v2.csv"
    correction = awkward.first_version(rows, rng)
    write_export(correction, instrument, corrected, SEMICOLON)
    yield corrected, correction.height
