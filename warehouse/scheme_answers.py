"""How many answered that a scheme of the cao is not offered, or is not for them, by size band.

Counts per scheme and side over safe atoms, so exchanging answers inside an atom changes nothing,
and no organisation has such a count. Size bands are merged until each group may be shown; together
they are the sector. Counted at the first question about a scheme, that about awareness.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

from warehouse.atoms import Partition, merge_neighbours
from warehouse.instrument import Instrument, Item, Side
from warehouse.settings import DisclosurePolicy, Settings
from warehouse.totals import first_groups
from warehouse.units import Units

FIRST_FACET: Final = "awareness"
ANSWERED: Final = "answered"
SECTOR: Final = "sector"
Row = dict[str, object]
Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class SchemeAtoms:
    """Counts of one scheme and side by atom (hr: by organisation), with what is known of each."""

    side: Side
    given: Counts
    bands: Mapping[str, str]
    took_part: Mapping[str, int]
    organisations: Mapping[str, int]

    def within(self, bands: Sequence[str]) -> list[str]:
        """Return the atoms in these bands."""
        return [name for name, band in self.bands.items() if band in bands]


def scheme_rows(
    connection: duckdb.DuckDBPyConnection,
    instrument: Instrument,
    units: Mapping[Side, Units],
    base: Partition,
    settings: Settings,
) -> Iterator[Row]:
    """Yield a row per scheme, side, group of bands and meaning (answered, not_offered, …).

    Missing: no row where too few people or organisations, or one that dominates, are behind it.
    """
    wave_id = units["employee"].wave_id
    start = {side: first_groups(side, of_side, settings) for side, of_side in units.items()}
    for item in counted_items(instrument):
        meanings = meanings_of(instrument, item)
        counted = counts_of(connection, wave_id, item.item_id, meanings)
        for atoms in (
            employee_atoms(counted["employee"], units["employee"], base),
            hr_atoms(counted["hr"], units["hr"]),
        ):
            yield from group_rows(item, atoms, start[atoms.side], settings.disclosure)


def counted_items(instrument: Instrument) -> list[Item]:
    """Return the first question about each scheme that one can say does not apply."""
    return [
        item
        for item in instrument.numeric_items
        if item.facet_id == FIRST_FACET
        and item.scheme_id is not None
        and meanings_of(instrument, item)
    ]


def group_rows(
    item: Item, atoms: SchemeAtoms, start: Sequence[tuple[str, ...]], policy: DisclosurePolicy
) -> Iterator[Row]:
    """Yield the rows of the sector, and of groups of bands where there are several."""
    if not shown(atoms, list(atoms.bands), policy):
        return
    yield from meaning_rows(item, atoms, list(atoms.bands), SECTOR)
    groups = shown_groups(atoms, start, policy)
    for group in groups if len(groups) > 1 else ():
        yield from meaning_rows(item, atoms, atoms.within(group), "+".join(group))


def shown(atoms: SchemeAtoms, names: Sequence[str], policy: DisclosurePolicy) -> bool:
    """Return whether the counts of these atoms together may be shown."""
    given = {name: atoms.given[name] for name in names}
    took_part = sum(atoms.took_part[name] for name in names)
    organisations = sum(atoms.organisations[name] for name in names)
    enough = organisations >= policy.benchmark_organisations_min
    return enough and may_be_shown(given, took_part, atoms.side, policy)


def shown_groups(
    atoms: SchemeAtoms, start: Sequence[tuple[str, ...]], policy: DisclosurePolicy
) -> list[tuple[str, ...]]:
    """Return the groups of bands to show, made of those of `start`: all with anybody, or none."""

    def bands_of(group: Sequence[int]) -> tuple[str, ...]:
        return tuple(band for place in group for band in start[place])

    def names(group: Sequence[int]) -> list[str]:
        return atoms.within(bands_of(group))

    def passes(group: tuple[int, ...]) -> bool:
        return not names(group) or shown(atoms, names(group), policy)

    sizes = [sum(atoms.took_part[name] for name in names([place])) for place in range(len(start))]
    groups = [group for group in merge_neighbours(sizes, passes) if names(group)]
    if not all(passes(group) for group in groups):
        return []
    return [bands_of(group) for group in groups]


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


def employee_atoms(counted: Counts, employees: Units, base: Partition) -> SchemeAtoms:
    """Return counts per atom, without the sector rest: who of a rest said what decides nothing."""
    given: Counts = {}
    bands: dict[str, str] = {}
    people: dict[str, int] = defaultdict(int)
    organisations: dict[str, int] = defaultdict(int)
    for unit, (kind, atom) in enumerate(base.labels):
        if atom in ("", "*"):
            continue
        label = f"{kind} {atom}"
        bands[label] = employees.size_band_ids[unit] or ""
        people[label] += int(employees.participants[unit])
        organisations[label] += 1
        told = given.setdefault(label, defaultdict(int))
        for meaning, n in counted.get(employees.organisation_ids[unit], {}).items():
            told[meaning] += n
    return SchemeAtoms("employee", given, bands, people, organisations)


def hr_atoms(counted: Counts, hr: Units) -> SchemeAtoms:
    """Return an organisation's hr as one answer; without a size band it is in no hr figure."""
    band_of = dict(zip(hr.organisation_ids, hr.size_band_ids, strict=True))
    bands = {name: band for name in counted if (band := band_of.get(name))}
    ones = dict.fromkeys(bands, 1)
    return SchemeAtoms("hr", {name: one_each(counted[name]) for name in bands}, bands, ones, ones)


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


def meaning_rows(item: Item, atoms: SchemeAtoms, names: Sequence[str], group: str) -> Iterator[Row]:
    """Yield the counts of one scheme, side and group; organisations are those that took part."""
    given = {name: atoms.given[name] for name in names}
    for meaning in (ANSWERED, "not_offered", "not_eligible"):
        yield {
            "part": "scheme",
            "source": item.scheme_id,
            "question_id": item.item_id,
            "answer_id": group,
            "side": atoms.side,
            "stage": meaning,
            "n": total_of(given, meaning),
            "organisation_count": sum(atoms.organisations[name] for name in names),
        }
