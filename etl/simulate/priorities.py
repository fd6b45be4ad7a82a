"""Which aspects people choose as priority: at most three, at given rates of mention."""

from __future__ import annotations

import numpy as np

from etl.simulate import facts
from etl.simulate.randomness import Codes, Flags, Floats, Generator
from warehouse.instrument import Instrument, Item, Side

BLANK = -1


def count_distribution(rates: Floats) -> Floats:
    """Return the probability of 0, 1, 2, … choices when each is made independently."""
    shares = np.array([1.0])
    for rate in rates:
        shares = np.convolve(shares, [1 - rate, rate])
    return shares


def kept_share(rates: Floats, index: int, most: int) -> float:
    """Return how often a choice survives when of more than `most` only `most` are kept."""
    others = count_distribution(np.delete(rates, index))
    chosen = 1 + np.arange(len(others))
    return float(np.sum(others * np.minimum(1.0, most / chosen)))


def rates_before_cut(wanted: Floats, most: int) -> Floats:
    """Return the independent rates whose cut-off choices have the wanted rates (fixed point)."""
    rates = wanted.copy()
    for _ in range(30):
        kept = np.array([kept_share(rates, index, most) for index in range(len(rates))])
        rates = np.minimum(0.999, wanted / kept)
    return rates


def keep_some(rng: Generator, chosen: Flags, most: int) -> Flags:
    """Return the choices, at most `most` per person, the rest dropped at random."""
    crowded = np.flatnonzero(chosen.sum(axis=1) > most)
    luck = np.where(chosen[crowded], rng.random((len(crowded), chosen.shape[1])), -1.0)
    border = np.sort(luck, axis=1)[:, -most]
    chosen[crowded] = luck >= border[:, None]
    return chosen


def answer_priorities(
    rng: Generator, instrument: Instrument, side: Side, count: int
) -> dict[str, Codes]:
    """Return 0/1 per mention item; who skips the question leaves all of it empty."""
    columns: dict[str, Codes] = {}
    for group in instrument.choice_group:
        items = [item for item in instrument.item if item.choice_group == group.choice_group_id]
        rates = rates_before_cut(mention_rates(items, side), group.choices_max)
        chosen = rng.random((count, len(items)), dtype=np.float32) < rates
        answers = keep_some(rng, chosen, group.choices_max).astype(np.int8)
        answers[rng.random(count) < facts.PRIORITY_NONRESPONSE] = BLANK
        columns |= {item.item_id: answers[:, place].copy() for place, item in enumerate(items)}
    return columns


def mention_rates(items: list[Item], side: Side) -> Floats:
    """Return the wanted rate of each option."""
    rates = facts.EMPLOYEE_MENTIONS if side == "employee" else facts.HR_MENTIONS
    return np.array([rates.get(item.aspect_id or "", 0.0) for item in items])
