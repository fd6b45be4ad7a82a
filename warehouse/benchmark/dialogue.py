"""Tables of a dialogue: how its answers are supported, by whom, and how fairly they were shown.

Every figure is a function of counts of ratings of ten raters or more (`dialogue_shown`), and of
parameters that are computed from exactly the answers that stand in `dialogue_answer`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from warehouse.benchmark.dialogue_mentions import mention_rows
from warehouse.benchmark.dialogue_shown import (
    GROUPS,
    Ratings,
    shift_status,
    spread_statuses,
    statuses,
)
from warehouse.benchmark.released_texts import Texts, texts_to_show
from warehouse.benchmark.schemes import scheme_answer_rows
from warehouse.benchmark.scores import Row
from warehouse.dialogue import Dialogue, Question
from warehouse.dialogue_totals import SPOKEN_SCHEMA
from warehouse.moderation import ReleasedText
from warehouse.settings import DisclosurePolicy, Settings
from warehouse.stats.consensus import agreement_a, exposure_balance, is_divided, polarisation
from warehouse.stats.dialogue import SCORES, Support, support, support_shift
from warehouse.stats.types import Floats

Stage = tuple[str, str]


@dataclass(frozen=True)
class Spoken:
    """What was said at a wave: frozen totals (`dialogue_totals`), and the texts released by now."""

    wave_id: str
    totals: pl.DataFrame
    texts: tuple[ReleasedText, ...] = ()


NOTHING_SAID: Final = Spoken("", pl.DataFrame(schema=SPOKEN_SCHEMA))


@dataclass(frozen=True)
class Asked:
    """A question of a dialogue with the ratings of its answers, by the ids of the export."""

    spoken: Spoken
    question_id: str
    dialogue: Dialogue
    question: Question
    answers: Mapping[str, Ratings]

    @property
    def offered(self) -> list[int]:
        """The places among −3 … +3 that a rater could choose."""
        step = 3 // self.dialogue.rating.highest
        return list(range(0, SCORES.size, step))


def spoken_rows(spoken: Spoken, settings: Settings) -> dict[str, list[Row]]:
    """Return the rows of every table about the dialogues, texts and schemes of a wave."""
    texts = texts_to_show(spoken.totals, spoken.texts, settings)
    rows: dict[str, list[Row]] = {"dialogue_question": [], "dialogue_answer": []}
    rows |= {"dialogue_parameter": [], "quote": []}
    shown: set[tuple[str, str]] = set()
    for asked in questions(spoken, settings):
        listed = listed_answers(asked, settings.disclosure)
        rows["dialogue_question"].append(question_row(asked, listed, texts))
        rows["dialogue_parameter"] += parameter_rows(asked, listed, settings.disclosure)
        rows["dialogue_answer"] += answer_rows(asked, listed, texts, settings.disclosure)
        shown |= {(asked.question_id, answer) for answer in listed}
    rows["scheme_answer"] = [*scheme_answer_rows(spoken.wave_id, spoken.totals, settings)]
    rows["dialogue_mention"] = [*mention_rows(spoken.wave_id, spoken.totals, settings)]
    rows["quote"] += texts.quote_rows(spoken.wave_id, shown, settings)
    return rows


def questions(spoken: Spoken, settings: Settings) -> Iterator[Asked]:
    """Yield the questions that somebody answered or rated, in the order of their dialogues."""
    known = set(spoken.totals["question_id"].drop_nulls())
    for dialogue in settings.dialogues.values():
        for question in dialogue.question:
            question_id = f"{dialogue.dialogue_id}:{question.question_id}"
            if question_id in known:
                answers = ratings_of(spoken.totals, question_id)
                yield Asked(spoken, question_id, dialogue, question, answers)


def ratings_of(totals: pl.DataFrame, question_id: str) -> dict[str, Ratings]:
    """Return the ratings of each answer of a question."""
    mine = totals.filter((pl.col("part") == "rating") & (pl.col("question_id") == question_id))
    found: dict[str, dict[Stage, Floats]] = {}
    for answer, side, stage, counts in mine.select(
        "answer_id", "side", "stage", "counts"
    ).iter_rows():
        found.setdefault(answer, {})[side, stage] = np.asarray(counts, dtype=np.float64)
    nobody = np.zeros(SCORES.size)
    order = [(side, stage) for side in ("employee", "hr") for stage in ("wrote", "new")]
    return {
        answer: Ratings(*(parts.get(key, nobody) for key in order))
        for answer, parts in sorted(found.items())
    }


def supports(asked: Asked, ids: Sequence[str], group: str, policy: DisclosurePolicy) -> Support:
    """Return the support for those of these answers that a group of raters may be shown for."""
    counts = [asked.answers[answer].of(group) for answer in ids]
    table = np.array(counts).reshape(len(ids), SCORES.size)
    return support(table, floor=policy.persons_min)


def shown_ids(asked: Asked, group: str, policy: DisclosurePolicy) -> list[str]:
    """Return the answers whose score by a group of raters may be shown."""
    return [
        answer
        for answer, ratings in asked.answers.items()
        if statuses(ratings, policy.persons_min, policy)[group] == "published"
    ]


def listed_answers(asked: Asked, policy: DisclosurePolicy) -> list[str]:
    """Return the answers with any score that may be shown, best supported first.

    The order is that of the highest lower bound a group gives; equal ones stand in the order of
    their counts, so that it says nothing of how answers came in.
    """
    best: dict[str, float] = {}
    for group in reversed(GROUPS):
        ids = shown_ids(asked, group, policy)
        for answer, low in zip(ids, supports(asked, ids, group, policy).low, strict=True):
            best.setdefault(answer, -math.inf if math.isnan(low) else float(low))
    return sorted(
        best, key=lambda answer: (-best[answer], [part.tolist() for part in asked.answers[answer]])
    )


def public_id(position: int) -> str:
    """Return the id of an answer in a release: its place, not the export's id."""
    return f"A{position:03d}"


def total_row(totals: pl.DataFrame, part: str, question_id: str, stage: str | None = None) -> Row:
    """Return how many people of each side a part of a question counts."""
    mine = totals.filter((pl.col("part") == part) & (pl.col("question_id") == question_id))
    if stage is not None:
        mine = mine.filter(pl.col("stage") == stage)
    return dict(mine.select("side", "n").iter_rows())


def question_row(asked: Asked, listed: Sequence[str], texts: Texts) -> Row:
    """Return a question with who took part, and whether its answers were shown equally often."""
    totals, question_id = asked.spoken.totals, asked.question_id
    people = total_row(totals, "people", question_id, "took_part")
    authors = totals.filter((pl.col("part") == "author") & (pl.col("question_id") == question_id))
    answers = set(authors["answer_id"]) | set(asked.answers)
    return {
        "wave_id": asked.spoken.wave_id,
        "question_id": question_id,
        "title_nl": asked.dialogue.title_nl,
        "title_en": asked.dialogue.title_en,
        "question_nl": asked.question.question_nl,
        "question_en": asked.question.question_en,
        "employee_count": people.get("employee", 0),
        "hr_count": people.get("hr", 0),
        "answer_count": len(answers),
        "listed_count": len(listed),
        "text_count": sum(texts.answer_text(question_id, answer) is not None for answer in listed),
        **exposure_values(totals, question_id, answers),
        "status": "published",
    }


def exposure_values(totals: pl.DataFrame, question_id: str, answers: set[str]) -> Row:
    """Return the test of equal exposure; NULL where the export does not say who saw what."""
    mine = totals.filter((pl.col("part") == "exposure") & (pl.col("question_id") == question_id))
    shown = dict(mine.select("answer_id", "n").iter_rows())
    viewers = total_row(totals, "people", question_id, "saw")
    people = sum(int(str(n)) for n in viewers.values())
    if not shown or not people:
        return {}
    counts = np.array([float(shown.get(answer, 0)) for answer in sorted(answers | shown.keys())])
    each = max(1.0, counts.sum() / people)
    found = exposure_balance(counts, shown_per_rater=each)
    return {
        "shown_per_rater": each,
        "exposure_statistic": float(found.statistic),
        "exposure_df": float(found.df),
        "exposure_p": float(found.p),
        "exposure_ratio": float(found.ratio),
    }


def parameter_rows(asked: Asked, listed: Sequence[str], policy: DisclosurePolicy) -> Iterator[Row]:
    """Yield the constants that support rests on, per group of raters."""
    for group in GROUPS:
        ids = [answer for answer in listed if answer in set(shown_ids(asked, group, policy))]
        if not ids:
            continue
        found = supports(asked, ids, group, policy)
        yield {
            "wave_id": asked.spoken.wave_id,
            "question_id": asked.question_id,
            "rater_side": group,
            "answer_count": len(ids),
            "within_variance": found.sigma2,
            "between_variance": found.tau2,
            "mean": found.mu,
        }


def answer_rows(
    asked: Asked, listed: Sequence[str], texts: Texts, policy: DisclosurePolicy
) -> Iterator[Row]:
    """Yield three rows per listed answer: by employees, by hr, and by both together."""
    places = {answer: place for place, answer in enumerate(listed, 1)}
    for group in GROUPS:
        shown = shown_ids(asked, group, policy)
        ids = [answer for answer in listed if answer in set(shown)]
        found = supports(asked, ids, group, policy)
        order = {answer: place for place, answer in enumerate(ids)}
        for answer in listed:
            row = {
                "wave_id": asked.spoken.wave_id,
                "question_id": asked.question_id,
                "answer_id": public_id(places[answer]),
                "position": places[answer],
                "rater_side": group,
                **texts.answer_columns(asked.question_id, answer),
            }
            values: Row = {
                "status": statuses(asked.answers[answer], policy.persons_min, policy)[group]
            }
            if answer in order:
                values = score_values(asked, answer, group, (found, order[answer]), policy)
            yield row | values


def score_values(
    asked: Asked, answer: str, group: str, found: tuple[Support, int], policy: DisclosurePolicy
) -> Row:
    """Return the figures of one group of raters on one answer."""
    score, place = found
    ratings = asked.answers[answer]
    counts = ratings.of(group)
    return {
        "rating_count": int(score.rating_count[place]),
        "mean_rating": float(score.mean[place]),
        "support": float(score.support[place]),
        "support_low": float(score.low[place]),
        **spread_values(asked, ratings, group, policy),
        **shift_values(ratings, group, score.sigma2, policy),
        "is_divided": divided(asked, counts, policy),
        "status": "published",
    }


def agreement_of(asked: Asked, counts: Floats) -> float:
    """Return agreement among the answers that raters could give."""
    return float(agreement_a(counts[asked.offered]))


def divided(asked: Asked, counts: Floats, policy: DisclosurePolicy) -> bool:
    """Return whether raters fall into two camps."""
    agreement = agreement_of(asked, counts)
    return bool(is_divided(counts, agreement=agreement, floor=policy.persons_min))


def spread_values(asked: Asked, ratings: Ratings, group: str, policy: DisclosurePolicy) -> Row:
    """Return how raters were spread, from as many as a distribution needs."""
    shown = statuses(ratings, policy.persons_min, policy)
    status = spread_statuses(ratings, shown, policy)[group]
    if status != "published":
        return {"spread_status": status}
    counts = ratings.of(group)
    return {
        "consensus": agreement_of(asked, counts),
        "polarisation": float(polarisation(counts)),
        "spread_status": status,
    }


def shift_values(ratings: Ratings, group: str, sigma2: float, policy: DisclosurePolicy) -> Row:
    """Return how who is new rates otherwise than who wrote in round 1."""
    status = shift_status(ratings, group, "published", policy)
    if status != "published":
        return {"shift_status": status}
    wrote, new = ratings.stages(group)
    shift, low, high, _ = support_shift(wrote, new, sigma2)
    return {
        "wrote_count": int(wrote.sum()),
        "shift": float(shift),
        "shift_low": float(low),
        "shift_high": float(high),
        "shift_status": status,
    }
