"""What people answer: one small-integer column per coded item, driven by the instrument.

Codes below zero are the ways not to answer; above them the codes of the item's scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from etl.simulate import facts
from etl.simulate.grid import answer_grid
from etl.simulate.priorities import answer_priorities
from etl.simulate.randomness import Codes, Floats, Generator, Ints, choose_codes, stream
from etl.simulate.sector import Sector
from warehouse.instrument import Instrument, Item, Side

BLANK, CODE_99, DONT_KNOW = -1, -2, -3
# How people do not answer: mostly by leaving it empty.
MISSING_SHARES = (0.6, 0.25, 0.15)


@dataclass(frozen=True)
class People:
    """Everybody of one side in one wave; `organisation` is the index in the sector."""

    side: Side
    wave_id: str
    wave_number: int
    organisation: Ints
    age: Codes
    grade: Codes
    contentment: Floats


def thresholds(shares: Sequence[float]) -> Floats:
    """Return the borders that cut a standard normal into these shares, grade 1 upwards."""
    cumulated = np.minimum(np.cumsum(shares)[:-1], 1.0)
    borders = [NormalDist().inv_cdf(float(p)) if p > 0 else -np.inf for p in cumulated]
    return np.array(borders)


def draw_people(
    seed: int, sector: Sector, wave_id: str, wave_number: int, side: Side, counts: Ints
) -> People:
    """Return everybody of a side in a wave with age, contentment and grade."""
    rng = stream(seed, "people", wave_id, side)
    organisation = np.repeat(np.arange(sector.count), counts)
    noise = rng.standard_normal(len(organisation))
    if side == "employee":
        level = sector.grade_levels[organisation] + facts.PERSON_GRADE_SD * noise
        contentment = (level - facts.SECTOR_GRADE_MEAN) / facts.POOLED_GRADE_SD
        shares = facts.EMPLOYEE_GRADE_SHARES
    else:
        weight = facts.HR_ORGANISATION_WEIGHT
        character = sector.grade_effects[organisation] / facts.ORGANISATION_GRADE_SD
        contentment = weight * character + np.sqrt(1 - weight**2) * noise
        shares = facts.HR_GRADE_SHARES
    grade = (np.searchsorted(thresholds(shares), contentment, side="right") + 1).astype(np.int8)
    age = choose_codes(rng, facts.AGE_SHARES, len(organisation))
    return People(side, wave_id, wave_number, organisation, age, grade, contentment)


def likert_mean(item_id: str, people: People) -> float:
    """Return the sector's mean of an item for this side at this wave."""
    mean = facts.LIKERT_MEANS.get(item_id, facts.LIKERT_MEAN_OTHERWISE)
    # The first wave stands before the movement that the later ones show.
    mean += facts.LIKERT_MOVEMENT.get(item_id, 0.0) * max(0, people.wave_number - 1)
    return mean + (facts.HR_LIKERT_GAP.get(item_id, 0.0) if people.side == "hr" else 0.0)


def answer_likert(rng: Generator, item: Item, people: People, sector: Sector) -> Codes:
    """Return agreement 1 to 5, related to the person's grade and to the organisation."""
    correlation = facts.LIKERT_GRADE_CORRELATION
    noise = rng.standard_normal(len(people.grade), dtype=np.float32)
    person = correlation * people.contentment + np.sqrt(1 - correlation**2) * noise
    effects = sector.likert_effects.get(item.item_id, np.zeros(sector.count))
    level: Floats = likert_mean(item.item_id, people) + effects[people.organisation]
    if item.item_id in facts.TRAINING_ITEMS and people.side == "employee":
        level = level + facts.UNDER_35_TRAINING_GAP * (people.age == 1)
    answers: Codes = np.clip(np.rint(level + facts.LIKERT_SD * person), 1, 5).astype(np.int8)
    return answers


def answer_category(rng: Generator, item: Item, people: People) -> Codes:
    """Return a coded open answer; the reason follows the grade."""
    count = len(people.grade)
    if item.item_id == "enabler":
        return choose_codes(rng, facts.ENABLER_SHARES, count)
    if item.item_id == "barrier":
        return choose_codes(rng, facts.BARRIER_SHARES[people.side], count)
    content = choose_codes(rng, facts.REASON_SHARES_HIGH, count)
    discontent = choose_codes(rng, facts.REASON_SHARES_LOW, count)
    return np.where(people.grade >= 7, content, discontent)


def nonresponse_rate(item: Item, wave_id: str) -> float:
    """Return the share of people who skip this item."""
    if item.kind == "grade":
        return facts.GRADE_NONRESPONSE.get(wave_id, facts.GRADE_NONRESPONSE_OTHERWISE)
    return facts.OPEN_NONRESPONSE if item.kind == "category" else facts.NONRESPONSE


def skip(rng: Generator, answers: Codes, rate: float) -> Codes:
    """Return the answers with a share of them replaced by a way not to answer."""
    skipped = rng.random(len(answers), dtype=np.float32) < rate
    ways = -choose_codes(rng, MISSING_SHARES, int(skipped.sum()))
    answers[skipped] = ways
    return answers


def answer_items(
    seed: int, instrument: Instrument, people: People, sector: Sector
) -> dict[str, Codes]:
    """Return every coded item of the instrument, answered or not by everybody of a side."""
    columns: dict[str, Codes] = {}
    names = ("answers", people.wave_id, people.side)
    mentions = answer_priorities(
        stream(seed, *names, "priorities"), instrument, people.side, len(people.age)
    )
    grid = answer_grid(stream(seed, *names, "grid"), instrument, people, sector)
    for item in instrument.coded_items:
        rng = stream(seed, *names, item.item_id)
        if people.side not in item.sides:
            columns[item.item_id] = np.full(len(people.age), BLANK, dtype=np.int8)
        elif item.kind == "mention":
            columns[item.item_id] = mentions[item.item_id]
        else:
            rate = nonresponse_rate(item, people.wave_id)
            columns[item.item_id] = skip(rng, answer_item(rng, item, people, sector, grid), rate)
    return columns


def answer_item(
    rng: Generator, item: Item, people: People, sector: Sector, grid: dict[str, Codes]
) -> Codes:
    """Return one item as everybody would answer it."""
    if item.kind == "grade":
        return people.grade.copy()
    if item.kind == "likert":
        return answer_likert(rng, item, people, sector)
    if item.kind == "yes_no":
        return grid[item.item_id]
    if item.kind == "attribute":
        return people.age.copy()
    return answer_category(rng, item, people)
