"""How many answered that a scheme of the cao is not offered, or is not for them: the sector only.

One count per scheme and side over everybody in the sector's safe atoms, so exchanging answers
inside an atom changes nothing, and no organisation or band has such a count. Counted at the first
question about a scheme, that about awareness.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

import duckdb

from warehouse.atoms import Partition
from warehouse.instrument import Instrument, Item
from warehouse.settings import DisclosurePolicy
from warehouse.units import Units

FIRST_FACET: Final = "awareness"
ANSWERED: Final = "answered"
Row = dict[str, object]
Counts = dict[str, dict[str, int]]


def scheme_rows(
    connection: duckdb.DuckDBPyConnection,
    instrument: Instrument,
    employees: Units,
    base: Partition,
    policy: DisclosurePolicy,
) -> Iterator[Row]:
    """Yield a row per scheme, side and meaning (answered, not_offered, not_eligible).

    Missing: no row where too few people or organisations, or one that dominates, are behind it.
    """
    for item in instrument.numeric_items:
        meanings = meanings_of(instrument, item)
        if item.facet_id != FIRST_FACET or item.scheme_id is None or not meanings:
            continue
        counted = counts_of(connection, employees.wave_id, item.item_id, meanings)
        inside = people_inside(employees, base)
        sides = {
            "employee": {name: counted["employee"].get(name, {}) for name in inside},
            "hr": {name: one_each(given) for name, given in counted["hr"].items()},
        }
        took_part = {"employee": sum(inside.values()), "hr": len(sides["hr"])}
        for side, by_organisation in sides.items():
            if may_be_shown(by_organisation, took_part[side], side, policy):
                yield from meaning_rows(item, side, by_organisation)


def meanings_of(instrument: Instrument, item: Item) -> dict[int, str]:
    """Return what each code of an item says; empty where a scale does not name them."""
    scale = instrument.scale_of(item)
    named = {code: name for name, code in scale.not_applicable_ids.items()}
    if not named:
        return {}
    return dict.fromkeys(range(scale.lowest, scale.highest + 1), ANSWERED) | named


def counts_of(
    connection: duckdb.DuckDBPyConnection, wave_id: str, item_id: str, meanings: Mapping[int, str]
) -> dict[str, Counts]:
    """Return how many people said what, by side and organisation."""
    query = """SELECT side, organisation_id, answer, count(*) FROM answer
        WHERE wave_id = ? AND item_id = ? GROUP BY ALL"""
    found: dict[str, Counts] = {"employee": {}, "hr": {}}
    for side, organisation, answer, n in connection.execute(query, [wave_id, item_id]).fetchall():
        if answer in meanings:
            given = found[side].setdefault(organisation, defaultdict(int))
            given[meanings[answer]] += int(n)
    return found


def people_inside(employees: Units, base: Partition) -> dict[str, int]:
    """Return who took part of the organisations in size bands' atoms, without the sector rest."""
    return {
        name: int(people)
        for name, people, (_, atom) in zip(
            employees.organisation_ids, employees.participants, base.labels, strict=True
        )
        if atom not in ("", "*")
    }


def one_each(given: Mapping[str, int]) -> dict[str, int]:
    """Return an organisation's hr as one answer: not offered if anybody says so, …"""
    order = ("not_offered", "not_eligible", ANSWERED)
    return {next(meaning for meaning in order if given.get(meaning)): 1}


def total_of(by_organisation: Counts, meaning: str) -> int:
    """Return how many said so."""
    return sum(given.get(meaning, 0) for given in by_organisation.values())


def may_be_shown(
    by_organisation: Counts, took_part: int, side: str, policy: DisclosurePolicy
) -> bool:
    """Return whether the counts of a side may be shown.

    Who did not say yes or no is known per organisation; so at least two of the ways not to must
    have been taken by enough people, else the sector's count would say which way everybody took.
    """
    sizes = [sum(given.values()) for given in by_organisation.values()]
    n, floor = sum(sizes), policy.persons_min
    least = policy.hr_organisations_min if side == "hr" else policy.benchmark_organisations_min
    if n < floor or sum(size > 0 for size in sizes) < least:
        return False
    ways = [total_of(by_organisation, name) for name in ("not_offered", "not_eligible")]
    several = sum(way >= floor for way in (*ways, took_part - n)) >= 2
    dominated = max(sizes) > policy.largest_share_max * n
    return several and not dominated and all(way == 0 or way >= floor for way in ways)


def meaning_rows(item: Item, side: str, by_organisation: Counts) -> Iterator[Row]:
    """Yield the counts of one scheme and side."""
    organisations = sum(any(given.values()) for given in by_organisation.values())
    for meaning in (ANSWERED, "not_offered", "not_eligible"):
        yield {
            "part": "scheme",
            "source": item.scheme_id,
            "question_id": item.item_id,
            "side": side,
            "stage": meaning,
            "n": total_of(by_organisation, meaning),
            "organisation_count": organisations,
        }
