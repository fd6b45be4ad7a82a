"""All answers of a wave as one frame of codes, in the order in which they came in."""

from __future__ import annotations

import polars as pl

from etl.simulate import facts
from etl.simulate.answers import answer_items, draw_people
from etl.simulate.awkward import settle_exact_cases
from etl.simulate.carelessness import with_carelessness
from etl.simulate.quotes import draw_quotes
from etl.simulate.randomness import stream
from etl.simulate.sector import Sector
from etl.simulate.turnout import Turnout
from warehouse.instrument import Instrument, Side
from warehouse.settings import Settings

PREFIXES: dict[Side, str] = {"employee": "M", "hr": "H"}


def answer_side(
    seed: int, settings: Settings, sector: Sector, turnout: Turnout, side: Side
) -> pl.DataFrame:
    """Return the coded answers of one side, shuffled as answers come in."""
    wave_number = [wave.wave_id for wave in settings.waves].index(turnout.wave_id)
    instrument = settings.instrument_of(turnout.wave_id)
    counts = turnout.employees if side == "employee" else turnout.hr
    people = draw_people(seed, sector, turnout.wave_id, wave_number, side, counts)
    order = stream(seed, "order", turnout.wave_id, side).permutation(len(people.age))
    answers = pl.DataFrame(answer_items(seed, instrument, people, sector))
    answers = with_quotes(answers, instrument, seed, turnout.wave_id, side)
    answers = with_carelessness(answers, instrument, seed, turnout.wave_id, side)
    answers = answers.with_columns(pl.Series("organisation", people.organisation))[order]
    return identify(answers, sector, turnout.wave_id, side)


def with_quotes(
    answers: pl.DataFrame, instrument: Instrument, seed: int, wave_id: str, side: Side
) -> pl.DataFrame:
    """Return the answers with a sentence number for every free-text item."""
    rng = stream(seed, "quotes", wave_id, side)
    return answers.with_columns(
        pl.Series(item.item_id, draw_quotes(rng, side, answers.height))
        for item in instrument.text_items
    )


def identify(answers: pl.DataFrame, sector: Sector, wave_id: str, side: Side) -> pl.DataFrame:
    """Return the answers with ids; a respondent id says nothing about the organisation."""
    numbers = pl.int_range(1, answers.height + 1, dtype=pl.UInt32)
    ids = pl.Series(sector.organisation_ids)
    return answers.select(
        pl.format(
            "{}{}", pl.lit(f"R{wave_id[2:]}{PREFIXES[side]}"), numbers.cast(pl.String).str.zfill(7)
        ).alias("respondent_id"),
        ids.gather(answers["organisation"].cast(pl.UInt32)).alias("organisation_id"),
        pl.lit(side).alias("side"),
        pl.all(),
    )


def answer_wave(seed: int, settings: Settings, sector: Sector, turnout: Turnout) -> pl.DataFrame:
    """Return the coded answers of a wave, employees before HR.

    **Shape** one row per accepted respondent; `organisation` is the index in the sector.
    """
    sides: list[Side] = ["employee"] if turnout.wave_id == facts.FIRST_WAVE else ["employee", "hr"]
    answers = pl.concat(answer_side(seed, settings, sector, turnout, side) for side in sides)
    return settle_exact_cases(answers, sector, turnout.wave_id)
