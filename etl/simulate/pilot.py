"""Who takes part in autumn 2024: few people, clustered so that four bands have own results."""

from __future__ import annotations

import numpy as np

from etl.simulate import facts
from etl.simulate.randomness import Generator, Ints
from etl.simulate.sector import Sector

# The organisations that must be there, with their exact number of answers.
PILOT_ANSWERS = {
    "nine_answers": 9,
    "ten_answers": 10,
    "eleven_answers": 11,
    "unanimous": 12,
    "growing": 13,
    "merging": 13,
    "merging_too": 14,
    "renamed": 13,
}
NOT_IN_PILOT = ("giant", "second_giant", "without_headcount", "successor")


def scaled(count: int, scale: float, least: int) -> int:
    """Return a number of organisations for a sector of another size."""
    return max(least, round(count * scale)) if count else 0


def pilot_candidates(sector: Sector, band: str) -> Ints:
    """Return the ordinary organisations of a band that may be drawn."""
    special = set(sector.special.values())
    headcounts = sector.headcounts[facts.PILOT_WAVE]
    found = [
        index
        for index, usual in enumerate(sector.bands)
        # Twelve answers out of twelve people is no survey; in the smallest band anybody may answer.
        if usual == band and index not in special
        if (25 if band == "10-49" else 4) <= headcounts[index] <= facts.PILOT_HEADCOUNT_MAX
    ]
    return np.array(found, dtype=np.int64)


def fill_band(rng: Generator, sector: Sector, band: str, answers: Ints, scale: float) -> Ints:
    """Return the organisations of the band with own results, after writing their answers."""
    own, small, low, high = facts.PILOT_PLAN[band]
    there = [sector.special[name] for name in PILOT_ANSWERS]
    there = [index for index in there if sector.bands[index] == band]
    is_own = answers[there] >= facts.OWN_ANSWERS if there else np.array([], dtype=bool)
    own = max(0, scaled(own, scale, 2) - int(np.sum(is_own)))
    small = max(0, scaled(small, scale, 2) - int(np.sum(~is_own)))
    drawn = rng.permutation(pilot_candidates(sector, band))
    own_drawn, small_drawn = drawn[:own], drawn[own : own + small]
    answers[own_drawn] = rng.integers(low, high + 1, len(own_drawn)) if own else 0
    least, most = facts.PILOT_SMALL_ANSWERS
    headcounts = sector.headcounts[facts.PILOT_WAVE][small_drawn]
    answers[small_drawn] = np.minimum(rng.integers(least, most + 1, len(small_drawn)), headcounts)
    return own_drawn


def pilot_employees(rng: Generator, sector: Sector, scale: float) -> Ints:
    """Return the answers of 2024, in all exactly as many as there were people (at scale 1).

    What is missing from the total goes to the largest organisations, which take most part in life.
    """
    answers = np.zeros(sector.count, dtype=np.int64)
    for name, count in PILOT_ANSWERS.items():
        answers[sector.special[name]] = count
    for band in facts.PILOT_PLAN:
        largest = fill_band(rng, sector, band, answers, scale)
    if len(largest):
        others = int(answers.sum() - answers[largest].sum())
        total = max(round(facts.PILOT_EMPLOYEES * scale) - others, facts.OWN_LEAST * len(largest))
        answers[largest] = spread(rng, total, len(largest))
    return answers


def spread(rng: Generator, total: int, parts: int) -> Ints:
    """Return `total` in uneven parts that keep their sum."""
    shares = np.full(parts, total // parts)
    shares[: total % parts] += 1
    slack = max(0, min(4, total // parts - facts.OWN_LEAST))
    shifts = rng.integers(0, slack + 1, parts // 2)
    shares[: len(shifts)] += shifts
    shares[parts - len(shifts) :] -= shifts
    return shares


def pilot_hr(rng: Generator, sector: Sector, scale: float) -> Ints:
    """Return the HR representatives of 2024, evenly over the bands: one each, a few places two."""
    barred = {sector.special[name] for name in NOT_IN_PILOT}
    organisations = scaled(facts.PILOT_HR_ORGANISATIONS, scale, facts.HR_ORGANISATIONS_LEAST)
    persons = round(organisations * facts.PILOT_HR / facts.PILOT_HR_ORGANISATIONS)
    by_band = [
        [index for index in rng.permutation(sector.count) if sector.bands[index] == band]
        for band in facts.PILOT_PLAN
    ]
    queue = [index for row in in_turns(by_band) for index in row if index not in barred]
    hr = np.zeros(sector.count, dtype=np.int64)
    hr[queue[:organisations]] = 1
    hr[queue[: persons - organisations]] = 2
    return hr


def in_turns(queues: list[list[int]]) -> list[list[int]]:
    """Return the first of every queue, then the second of every queue, and so on."""
    longest = max(len(queue) for queue in queues)
    return [[queue[turn] for queue in queues if turn < len(queue)] for turn in range(longest)]
