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
            "employee": by_atom(counted["employee"], inside),
            "hr": {name: one_each(given) for name, given in counted["hr"].items()},
        }
        people = sum(n for n, _ in inside.values())
        took_part = {"employee": people, "hr": len(sides["hr"])}
        organisations = {"employee": len(inside), "hr": len(sides["hr"])}
        for side, by_unit in sides.items():
            if may_be_shown(by_unit, took_part[side], side, policy):
                yield from meaning_rows(item, side, by_unit, organisations[side])


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


def people_inside(employees: Units, base: Partition) -> dict[str, tuple[int, str]]:
    """Return how many took part and in which atom, per organisation, without the sector rest."""
    return {
        name: (int(people), f"{kind} {atom}")
        for name, people, (kind, atom) in zip(
            employees.organisation_ids, employees.participants, base.labels, strict=True
        )
        if atom not in ("", "*")
    }


def by_atom(by_organisation: Counts, inside: Mapping[str, tuple[int, str]]) -> Counts:
    """Return counts per atom: which organisation of a rest said what may decide nothing."""
    found: Counts = {}
    for name, (_, atom) in inside.items():
        given = found.setdefault(atom, defaultdict(int))
        for meaning, n in by_organisation.get(name, {}).items():
            given[meaning] += n
    return found


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


def meaning_rows(item: Item, side: str, by_unit: Counts, organisations: int) -> Iterator[Row]:
    """Yield the counts of one scheme and side; `organisations` are those that took part."""
    for meaning in (ANSWERED, "not_offered", "not_eligible"):
        yield {
            "part": "scheme",
            "source": item.scheme_id,
            "question_id": item.item_id,
            "side": side,
            "stage": meaning,
            "n": total_of(by_unit, meaning),
            "organisation_count": organisations,
        }
