"""How long people took, and the few who did not read what they answered."""

from __future__ import annotations

import numpy as np
import polars as pl

from etl.simulate import facts
from etl.simulate.randomness import Flags, stream
from warehouse.instrument import Instrument

DURATION = "duration_seconds"
GRID_ITEMS_MIN = 10
SPEEDER_SECONDS = 25
NEUTRAL = 3


def with_carelessness(
    answers: pl.DataFrame, instrument: Instrument, seed: int, wave_id: str, side: str
) -> pl.DataFrame:
    """Return the answers with a duration for everybody and a straight line for a few employees."""
    rng = stream(seed, "carelessness", wave_id, side)
    draws = rng.standard_normal(answers.height)
    seconds = facts.DURATION_MEDIAN_SECONDS * np.exp(facts.DURATION_SIGMA * draws)
    is_quick = rng.random(answers.height) < facts.SPEEDER_SHARE
    is_straight = rng.random(answers.height) < facts.STRAIGHT_LINER_SHARE
    seconds[is_quick] = SPEEDER_SECONDS
    if side == "employee":
        answers = with_straight_lines(answers, instrument, is_straight)
    return answers.with_columns(pl.Series(DURATION, np.rint(seconds).astype(np.int32)))


def with_straight_lines(
    answers: pl.DataFrame, instrument: Instrument, is_straight: Flags
) -> pl.DataFrame:
    """Return the answers in which these people gave one answer to every statement of a grid."""
    items = [instrument.item[at].item_id for g in instrument.grids(GRID_ITEMS_MIN) for at in g]
    line = pl.lit(NEUTRAL, dtype=pl.Int8)
    chosen = pl.lit(pl.Series(is_straight))
    return answers.with_columns(
        pl.when(chosen).then(line).otherwise(pl.col(item)).alias(item) for item in items
    )
