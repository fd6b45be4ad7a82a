"""The cao grid: who knows a scheme, and what those who know it think of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from etl.simulate import facts
from etl.simulate.randomness import Codes, Flags, Generator
from etl.simulate.sector import Sector
from warehouse.instrument import Instrument, Item

if TYPE_CHECKING:
    from etl.simulate.answers import People

BLANK = -1
NOT_OFFERED_LABEL = "niet aangeboden"
NOT_ELIGIBLE_LABEL = "niet in aanmerking"
OPTIONAL_SCHEME = "generation_scheme"


def gain(share: float, part: float) -> float:
    """Return a share moved part of the way to everybody."""
    return share + part * (1 - share)


def yes_share(item: Item, side: str) -> float:
    """Return the share of people asked who say yes."""
    if item.facet_id == "awareness":
        share = facts.AWARENESS.get(item.scheme_id or "", facts.AWARENESS_OTHERWISE)
        return gain(share, facts.HR_AWARENESS_GAIN) if side == "hr" else share
    share = facts.FACET_SHARES.get(item.facet_id or "", 0.5)
    return gain(share, facts.HR_FACET_GAIN) if side == "hr" else share


def answer_grid(
    rng: Generator, instrument: Instrument, people: People, sector: Sector
) -> dict[str, Codes]:
    """Return the yes/no items. Who does not know a scheme is not asked further about it."""
    columns: dict[str, Codes] = {}
    count = len(people.age)
    for scheme_id in sorted({item.scheme_id for item in instrument.item if item.scheme_id}):
        items = [item for item in instrument.item if item.scheme_id == scheme_id]
        items.sort(key=lambda item: item.facet_id != "awareness")
        knows = np.ones(count, dtype=np.bool_)
        for item in items:
            yes = rng.random(count, dtype=np.float32) < yes_share(item, people.side)
            columns[item.item_id] = np.where(knows, yes, BLANK).astype(np.int8)
            knows = yes if item.facet_id == "awareness" else knows
        if scheme_id == OPTIONAL_SCHEME:
            mark_not_applicable(rng, instrument, people, sector, columns)
    return columns


def mark_not_applicable(
    rng: Generator,
    instrument: Instrument,
    people: People,
    sector: Sector,
    columns: dict[str, Codes],
) -> None:
    """Write the codes of an optional scheme: not offered here, or the person not eligible."""
    offered: Flags = sector.offers_optional[people.organisation]
    young = (people.age == 1) & (people.side == "employee")
    barred = young & (rng.random(len(young)) < facts.UNDER_35_NOT_ELIGIBLE)
    for item in instrument.item:
        if item.scheme_id != OPTIONAL_SCHEME:
            continue
        codes = instrument.scale_of(item).not_applicable
        if item.facet_id in ("compliance", "freedom_of_choice"):
            columns[item.item_id][barred] = codes[NOT_ELIGIBLE_LABEL]
        columns[item.item_id][~offered] = codes[NOT_OFFERED_LABEL]
