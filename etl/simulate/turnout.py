"""Who takes part: answers per organisation, wave and side, before anybody has answered."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from etl.simulate import facts
from etl.simulate.pilot import pilot_employees, pilot_hr
from etl.simulate.randomness import Generator, Ints, stream
from etl.simulate.sector import ABSENT, Sector
from warehouse.settings import Settings

# These counts are the awkward case itself and are never scaled.
EXACT_ANSWERS = {"nine_answers": 9, "ten_answers": 10, "eleven_answers": 11}


@dataclass(frozen=True)
class Turnout:
    """Answers per organisation of one wave, as parallel arrays over the sector."""

    wave_id: str
    employees: Ints
    hr: Ints
    invited: Ints


def first_wave_employees(rng: Generator, sector: Sector, scale: float) -> Ints:
    """Return the answers of the first wave: one giant holds most of its band."""
    people = sector.people(facts.FIRST_WAVE)
    giant = sector.special["giant"]
    share = facts.FIRST_WAVE_ORGANISATIONS_LEAST / sector.count
    share = max(facts.FIRST_WAVE_PARTICIPATION, share)
    takes_part = (rng.random(sector.count) < share) & (people != ABSENT)
    takes_part[[giant, sector.special["second_giant"]]] = False
    weights = np.where(takes_part, np.sqrt(people) * rng.uniform(0.7, 1.3, sector.count), 0.0)
    total = max(facts.FIRST_WAVE_EMPLOYEES * scale, facts.FIRST_WAVE_EMPLOYEES_LEAST)
    per_weight = (1 - facts.FIRST_WAVE_GIANT_SHARE) * total / max(weights.sum(), 1.0)
    answers: Ints = np.minimum(np.ceil(per_weight * weights), np.ceil(0.8 * people)).astype(
        np.int64
    )
    in_band = [band == sector.bands[giant] for band in sector.bands]
    lead = math.ceil(facts.FIRST_WAVE_GIANT_LEAD * answers[in_band].sum())
    answers[giant] = max(lead, round(facts.FIRST_WAVE_GIANT_SHARE * total))
    return answers


def full_wave_employees(rng: Generator, sector: Sector, wave_id: str, scale: float) -> Ints:
    """Return the answers of a full wave at the natural response."""
    people = sector.people(wave_id)
    rates = rng.uniform(*facts.RESPONSE_RANGE, sector.count)
    answers: Ints = rng.binomial(people, rates).astype(np.int64)
    answers[rng.random(sector.count) > facts.FULL_PARTICIPATION] = 0
    special = sector.special
    for name in ("unanimous", "renamed", "growing", "without_headcount", "successor"):
        answers[special[name]] = round(people[special[name]] * 0.5)
    for name, count in EXACT_ANSWERS.items():
        answers[special[name]] = count
    for name, count in zip(("giant", "second_giant"), facts.GIANT_ANSWERS, strict=True):
        answers[special[name]] = round(count * max(facts.GIANT_SCALE_LEAST, min(1.0, scale)))
    return answers


def full_wave_hr(rng: Generator, sector: Sector, wave_id: str) -> Ints:
    """Return the HR representatives of a full wave: one to three persons where there are any."""
    persons = 1 + np.searchsorted(np.cumsum(facts.HR_PERSONS_SHARES)[:-1], rng.random(sector.count))
    people = sector.people(wave_id)
    share = max(facts.FULL_HR_PARTICIPATION, facts.HR_ORGANISATIONS_LEAST / sector.count)
    takes_part = (rng.random(sector.count) < share) & (people != ABSENT)
    return np.where(takes_part, np.minimum(persons, np.maximum(1, people // 10)), 0)


def invite(rng: Generator, sector: Sector, wave_id: str, employees: Ints) -> Ints:
    """Return how many were invited: everybody in a full wave, about twice the answers before."""
    people = np.maximum(sector.people(wave_id), employees)
    if wave_id in (facts.FIRST_WAVE, facts.PILOT_WAVE):
        asked = np.ceil(employees / rng.uniform(*facts.RESPONSE_RANGE, sector.count))
        people = np.minimum(people, asked.astype(np.int64))
    for name in ("giant", "second_giant"):
        giant = sector.special[name]
        people[giant] = min(people[giant], 2 * employees[giant])
    return np.where(employees > 0, people, 0)


def draw_turnout(seed: int, sector: Sector, wave_id: str, scale: float) -> Turnout:
    """Return the turnout of a wave. `scale` is the sector's size beside the usual one."""
    rng, rng_hr = stream(seed, "turnout", wave_id), stream(seed, "turnout hr", wave_id)
    hr = np.zeros(sector.count, dtype=np.int64)
    if wave_id == facts.FIRST_WAVE:
        employees = first_wave_employees(rng, sector, scale)
    elif wave_id == facts.PILOT_WAVE:
        employees = pilot_employees(rng, sector, scale)
        hr = pilot_hr(rng_hr, sector, scale)
    else:
        employees = full_wave_employees(rng, sector, wave_id, scale)
        hr = full_wave_hr(rng_hr, sector, wave_id)
    invited = invite(stream(seed, "invited", wave_id), sector, wave_id, employees)
    return Turnout(wave_id, employees, hr, invited)


def draw_turnouts(
    seed: int, sector: Sector, settings: Settings, respondents: int | None
) -> list[Turnout]:
    """Return the turnout of every wave, the full ones scaled to about `respondents` in all."""
    scale = (sector.count - 1) / facts.ORGANISATION_COUNT
    turnouts = [draw_turnout(seed, sector, wave.wave_id, scale) for wave in settings.waves]
    if respondents is None:
        return turnouts
    full = [turn for turn in turnouts if turn.wave_id not in (facts.FIRST_WAVE, facts.PILOT_WAVE)]
    everybody = sum(int(turn.employees.sum() + turn.hr.sum()) for turn in turnouts)
    scalable = sum(int(turn.employees.sum()) - sum(EXACT_ANSWERS.values()) for turn in full)
    factor = max(0.0, (respondents - everybody + scalable) / scalable)
    return [enlarge(turn, sector, factor) if turn in full else turn for turn in turnouts]


def enlarge(turnout: Turnout, sector: Sector, factor: float) -> Turnout:
    """Return a turnout with `factor` times the employees, the exact cases left as they are."""
    scaled = np.maximum(np.rint(turnout.employees * factor).astype(np.int64), 1)
    employees: Ints = np.where(turnout.employees > 0, scaled, 0)
    for name, count in EXACT_ANSWERS.items():
        employees[sector.special[name]] = count
    invited = np.maximum(turnout.invited, np.where(employees > 0, employees, 0))
    return Turnout(turnout.wave_id, employees, turnout.hr, invited)
