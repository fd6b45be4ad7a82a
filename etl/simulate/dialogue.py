"""The online dialogue of 2024: answers, who saw which, and how they were rated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from etl.simulate import facts
from etl.simulate.quotes import MERGED_ANSWERS
from etl.simulate.randomness import Floats, Generator, Ints, choose_codes, stream

QUESTION_ID = "V1"
ASPECTS = tuple(facts.EMPLOYEE_MENTIONS)
ROLES = {"employee": "medewerker", "hr": "hr-vertegenwoordiger"}
LOWEST_RATING = -3


def merged_ids(numbers: Ints) -> pl.Series:
    """Return the ids of merged answers."""
    return pl.Series([f"A{number + 1:02d}" for number in numbers], dtype=pl.String)


def draw_answers(rng: Generator, authors: pl.DataFrame, number: int) -> pl.DataFrame:
    """Return one answer per participant of a round, each merged into one of about twenty.

    Each side answers about aspects as often as it names them as a priority.
    """
    count = authors.height
    by_side = {side: answer_shares(side) for side in ROLES}
    merged = np.array(
        [rng.choice(facts.MERGED_ANSWERS, p=by_side[side]) for side in authors["side"]],
        dtype=np.int64,
    )
    texts = [MERGED_ANSWERS[number] for number in merged]
    return pl.DataFrame(
        {
            "deelnemer_id": authors["respondent_id"],
            "rol": authors["side"].replace_strict(ROLES),
            "ronde": pl.Series([number] * count),
            "vraag_id": pl.Series([QUESTION_ID] * count),
            "antwoord_id": merged_ids(merged),
            "aspect_id": pl.Series([ASPECTS[number % len(ASPECTS)] for number in merged]),
            "tekst": pl.Series(texts),
        }
    )


def answer_shares(side: str) -> Floats:
    """Return how often a side gives each merged answer."""
    mentions = facts.EMPLOYEE_MENTIONS if side == "employee" else facts.HR_MENTIONS
    rates = np.array([mentions[aspect] for aspect in ASPECTS])
    weights = rates[np.arange(facts.MERGED_ANSWERS) % len(ASPECTS)]
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def draw_shown(rng: Generator, count: int) -> Ints:
    """Return which answers each rater sees: all answers equally often, in random order.

    Balanced, because a score is biased when some answers are shown to other people than others.
    """
    seats = count * facts.RATINGS_PER_PERSON
    turns = np.arange(seats) % facts.MERGED_ANSWERS
    windows = turns.reshape(count, facts.RATINGS_PER_PERSON)
    names = rng.permutation(facts.MERGED_ANSWERS)
    return rng.permuted(names[rng.permutation(windows)], axis=1)


def rate(rng: Generator, shown: Ints, levels: Floats) -> Ints:
    """Return ratings -3 to +3: the shares of the facts, moved by how good an answer is."""
    shares = np.cumsum(facts.RATING_SHARES)
    # Ranks of a noisy level keep the overall shares exact whatever the levels are.
    noisy = levels[shown] + rng.standard_normal(shown.shape)
    ranks = noisy.ravel().argsort().argsort().reshape(shown.shape)
    return LOWEST_RATING + np.searchsorted(shares[:-1], (ranks + 0.5) / ranks.size, side="right")


def write_dialogue(directory: Path, seed: int, people: pl.DataFrame) -> dict[Path, int]:
    """Write answers, exposure and ratings, and return the rows of each file.

    Everybody of the wave takes part: in round 1, in round 2 or in both.
    """
    rng = stream(seed, "dialogue")
    rounds = choose_codes(rng, facts.ROUND_SHARES, people.height)
    authors = people.filter(pl.Series(rounds != 2))
    # Who is new in round 2 answers as well, after seeing a part of the answers.
    newcomers = people.filter(pl.Series(rounds == 2))
    raters = people.filter(pl.Series(rounds != 1))
    shown = draw_shown(rng, raters.height)
    levels = facts.ANSWER_RATING_SD * rng.standard_normal(facts.MERGED_ANSWERS)
    exposure = pl.DataFrame(
        {
            "deelnemer_id": np.repeat(raters["respondent_id"].to_numpy(), shown.shape[1]),
            "rol": np.repeat(raters["side"].replace_strict(ROLES).to_numpy(), shown.shape[1]),
            "ronde": np.full(shown.size, 2),
            "vraag_id": [QUESTION_ID] * shown.size,
            "antwoord_id": merged_ids(shown.ravel()),
        }
    )
    ratings = exposure.with_columns(pl.Series("waardering", rate(rng, shown, levels).ravel()))
    answers = draw_answers(rng, authors, 1)
    later = draw_answers(stream(seed, "dialogue round 2"), newcomers, 2)
    places = np.tile(np.arange(1, shown.shape[1] + 1), raters.height)
    return {
        write_table(directory, "antwoorden", pl.concat([answers, later])): people.height,
        write_table(
            directory, "getoond", exposure.with_columns(pl.Series("plaats", places))
        ): shown.size,
        write_table(directory, "waarderingen", ratings): shown.size,
    }


def write_table(directory: Path, name: str, table: pl.DataFrame) -> Path:
    """Write one file of the dialogue and return its path."""
    path = directory / f"{facts.PILOT_WAVE}-dialoog-{name}.csv"
    table.write_csv(path, include_bom=True)
    return path
