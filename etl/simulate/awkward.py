"""What goes wrong in real deliveries, put there on purpose."""

from __future__ import annotations

import math

import polars as pl

from etl.simulate.quotes import ALL_QUOTES, NAMED_QUOTE
from etl.simulate.randomness import Generator
from etl.simulate.sector import Sector

UNKNOWN_ORGANISATION = "SW9999"
EXACT_CASES = ("nine_answers", "ten_answers", "eleven_answers", "unanimous")
# Everybody the same: an ordinary 8 first, then the 10 that gives every single answer away.
UNANIMOUS_GRADES = {"2024": 8, "2025": 10}
EXACT_GRADE = 7


def settle_exact_cases(answers: pl.DataFrame, sector: Sector, wave_id: str) -> pl.DataFrame:
    """Return the answers with a grade from everybody where the number of answers is the case."""
    is_employee = pl.col("side") == "employee"
    places = [sector.special[name] for name in EXACT_CASES]
    skipped = is_employee & pl.col("organisation").is_in(places) & (pl.col("grade") < 0)
    unanimous = is_employee & (pl.col("organisation") == sector.special["unanimous"])
    same = pl.lit(UNANIMOUS_GRADES.get(wave_id)) if wave_id in UNANIMOUS_GRADES else pl.col("grade")
    settled = pl.when(skipped).then(EXACT_GRADE).otherwise(pl.col("grade"))
    grade = pl.when(unanimous & (same != pl.col("grade"))).then(same).otherwise(settled)
    return answers.with_columns(grade.cast(pl.Int8).alias("grade"))


def copies(
    answers: pl.DataFrame, rng: Generator, side: str, prefix: str, count: int
) -> pl.DataFrame:
    """Return `count` new respondents of a side who answer as somebody else did."""
    rows = answers.filter(pl.col("side") == side)
    drawn = rows[rng.choice(rows.height, size=count, replace=False)]
    ids = pl.format("{}-{}", pl.col("respondent_id"), pl.lit(prefix))
    return drawn.with_columns(ids.alias("respondent_id"))


def refused_grade(answers: pl.DataFrame, rng: Generator, grade: int) -> pl.DataFrame:
    """Return one row with a grade that does not exist."""
    row = copies(answers, rng, "employee", f"G{grade}", 1)
    return row.with_columns(pl.lit(grade, dtype=pl.Int8).alias("grade"))


def unknown_organisation(answers: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Return one HR representative of an organisation that the register does not know."""
    row = copies(answers, rng, "hr", "X", 1)
    return row.with_columns(pl.lit(UNKNOWN_ORGANISATION).alias("organisation_id"))


def duplicate(answers: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Return one respondent's row once more: sent twice by an impatient press of a button."""
    return answers[rng.integers(answers.height, size=1)]


def name_somebody(answers: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Return the answers with one explanation that holds a person's name."""
    if "quote" not in answers.columns:
        return answers
    place = int(rng.integers(answers.height))
    named = pl.int_range(pl.len()) == place
    number = pl.lit(ALL_QUOTES.index(NAMED_QUOTE), dtype=pl.Int8)
    return answers.with_columns(
        pl.when(named).then(number).otherwise(pl.col("quote")).alias("quote")
    )


def first_version(answers: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Return a delivery as it was before its correction: rows missing, some grades one too low."""
    kept = answers.head(answers.height - math.ceil(0.03 * answers.height))
    slips = pl.Series(rng.permutation(kept.height) < math.ceil(0.05 * kept.height))
    lower = pl.when(slips & (pl.col("grade") > 1)).then(pl.col("grade") - 1)
    return kept.with_columns(lower.otherwise(pl.col("grade")).cast(pl.Int8).alias("grade"))
