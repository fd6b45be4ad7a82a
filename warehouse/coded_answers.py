"""Open answers as codes: how many named what, per group of size bands.

A question with codes is no set of items of its own: of employees each gives one code, so that the
shares of an organisation sum to one and the last would give itself away. So nothing of it is
counted per organisation. What is counted is a sum over whole atoms of who took part, in groups of
bands that are merged until each may be shown; together they are the sector, and nothing is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import duckdb
import numpy as np

from warehouse.atoms import Partition, merge_neighbours
from warehouse.engines.duckdb import put_table, run_mart
from warehouse.instrument import Instrument, Item, Scale, Side
from warehouse.settings import DisclosurePolicy, Settings
from warehouse.totals import first_groups
from warehouse.units import Ints, Units

PART: Final = "coded"
# Sums over both kinds of codes of a scale with a commissioner.
SPHERES: Final = ("own_influence", "commissioner")
# Which questions are told apart by how high the grade of who answers is.
BY_GRADE: Final = ("reason",)
CLASSES: Final = ("high", "low")
Row = dict[str, object]
Given = Mapping[str, Mapping[int, int]]


class Coded(NamedTuple):
    """A question, and of whom: everybody who answered, or those with a high or a low grade."""

    item: Item
    grade_class: str


@dataclass(frozen=True)
class CodedAtoms:
    """Counts of a question on one side; every array is (atoms, …), an atom of employees or hr.

    `codes` are those of the scale, in the order of their numbers, and sums of several of them.
    `own` is whether an atom is one organisation, `organisations` how many took part.
    """

    codes: tuple[str, ...]
    bands: Sequence[str]
    own: Ints
    organisations: Ints
    n: Ints
    counts: Ints

    def within(self, bands: Sequence[str]) -> Ints:
        """Return the places of the atoms in these bands."""
        return np.flatnonzero(np.isin(np.array(self.bands, dtype=str), list(bands)))


def coded_questions(instrument: Instrument, side: Side) -> list[Coded]:
    """Return the questions with codes that a side was asked, each by grade where that is told."""
    return [
        Coded(item, grade_class)
        for item in instrument.category_items
        if side in item.sides
        for grade_class in (CLASSES if item.item_id in BY_GRADE else ("",))
    ]


def codes_of(scale: Scale) -> dict[str, set[int]]:
    """Return the answers that each code counts, sums after the codes they are made of."""
    named = sorted(scale.category_ids.items(), key=lambda pair: pair[1])
    found = {name: {code} for name, code in named}
    if scale.commissioner:
        theirs = {scale.category_ids[name] for name in scale.commissioner}
        ours = set(scale.category_ids.values()) - theirs
        found |= dict(zip(SPHERES, (ours, theirs), strict=True))
    return found


def prepare(
    connection: duckdb.DuckDBPyConnection, wave_id: str, instrument: Instrument, settings: Settings
) -> None:
    """Write the table `coded_item` that the mart joins with."""
    method = settings.method
    ends = (method.high_grade_min, method.low_grade_max)
    rows = [
        (wave_id, item.item_id, scale.lowest, scale.highest, int(item.item_id in BY_GRADE), *ends)
        for item in instrument.category_items
        for scale in (instrument.scale_of(item),)
    ]
    columns = "wave_id varchar, item_id varchar, lowest integer, highest integer"
    columns += ", is_by_grade integer, high_min integer, low_max integer"
    put_table(connection, "coded_item", columns, rows)


def coded_rows(
    connection: duckdb.DuckDBPyConnection,
    instrument: Instrument,
    units: Mapping[Side, Units],
    base: Partition,
    settings: Settings,
) -> Iterator[Row]:
    """Yield the totals of every question with codes, side and group of bands (SPOKEN_SCHEMA).

    Missing: no row for a question and side that may not be shown at all.
    """
    wave_id = units["employee"].wave_id
    prepare(connection, wave_id, instrument, settings)
    given: dict[tuple[str, str, str], dict[str, dict[int, int]]] = {}
    mart = run_mart(connection, "coded_answer_counts", wave_id)
    for _, side, name, item, grade_class, code, n in mart.iter_rows():
        given.setdefault((side, item, grade_class), {}).setdefault(name, {})[code] = n
    start = {side: first_groups(side, of_side, settings) for side, of_side in units.items()}
    for side, of_side in units.items():
        for question in coded_questions(instrument, side):
            found = given.get((side, question.item.item_id, question.grade_class), {})
            codes = codes_of(instrument.scale_of(question.item))
            atoms = (
                employee_atoms(of_side, base, found, codes)
                if side == "employee"
                else hr_atoms(of_side, found, codes)
            )
            yield from group_rows(question, side, atoms, start[side], settings.disclosure)


def employee_atoms(
    units: Units, base: Partition, given: Given, codes: Mapping[str, set[int]]
) -> CodedAtoms:
    """Return the counts per atom of who took part, the sector rest left out."""
    atoms = [
        (label, members) for label, members in base.atoms().items() if label[1] not in ("", "*")
    ]
    counts = np.zeros((len(atoms), len(codes)), dtype=np.int64)
    n = np.zeros(len(atoms), dtype=np.int64)
    for place, (_, members) in enumerate(atoms):
        for unit in members:
            said = given.get(units.organisation_ids[unit], {})
            n[place] += sum(said.values())
            counts[place] += [sum(said.get(c, 0) for c in some) for some in codes.values()]
    return CodedAtoms(
        tuple(codes),
        [units.size_band_ids[members[0]] or "" for _, members in atoms],
        np.array([int(label[0] == "own") for label, _ in atoms], dtype=np.int64),
        np.array([len(members) for _, members in atoms], dtype=np.int64),
        n,
        counts,
    )


def hr_atoms(units: Units, given: Given, codes: Mapping[str, set[int]]) -> CodedAtoms:
    """Return one row per organisation of which hr answered: 1 where any of them named a code."""
    band_of = dict(zip(units.organisation_ids, units.size_band_ids, strict=True))
    names = [name for name in sorted(given) if band_of.get(name)]
    rows = [[int(bool(some & given[name].keys())) for some in codes.values()] for name in names]
    ones = np.ones(len(names), dtype=np.int64)
    counts = np.array(rows, dtype=np.int64).reshape(len(names), len(codes))
    own = np.zeros(len(names), dtype=np.int64)
    bands = [band_of[name] or "" for name in names]
    return CodedAtoms(tuple(codes), bands, own, ones, ones, counts)


def may_be_shown(atoms: CodedAtoms, picked: Ints, side: Side, policy: DisclosurePolicy) -> bool:
    """Return whether the counts of these atoms together may be shown.

    Enough people and organisations, none of which is most of it; no code that everybody gave (that
    nobody gave one is harmless, and so is a sum without it). The interval is a second equation on
    the organisations, so there are none with atoms of their own, or as many as quartiles take.
    """
    n = int(atoms.n[picked].sum())
    floor = policy.hr_organisations_min if side == "hr" else policy.persons_min
    single = [name not in SPHERES for name in atoms.codes]
    if n < floor or (atoms.counts[picked].sum(axis=0) == n)[single].any():
        return False
    if side == "hr":
        return True
    own = int(atoms.own[picked].sum())
    enough = int(atoms.organisations[picked].sum()) >= policy.benchmark_organisations_min
    several = own == 0 or own >= policy.quartile_organisations_min
    largest = int((atoms.n * atoms.own)[picked].max(initial=0))
    return enough and several and largest <= policy.largest_share_max * n


def shown_groups(
    atoms: CodedAtoms, side: Side, start: Sequence[tuple[str, ...]], policy: DisclosurePolicy
) -> list[tuple[str, ...]]:
    """Return the groups of bands to show, made of those of `start`: all with answers, or none."""

    def bands_of(group: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(band for place in group for band in start[place])

    def people(group: tuple[int, ...]) -> Ints:
        return atoms.within(bands_of(group))

    def passes(group: tuple[int, ...]) -> bool:
        picked = people(group)
        return not atoms.n[picked].sum() or may_be_shown(atoms, picked, side, policy)

    sizes = [int(atoms.n[people((place,))].sum()) for place in range(len(start))]
    groups = merge_neighbours(sizes, passes)
    filled = [group for group in groups if atoms.n[people(group)].sum()]
    if not filled or not all(passes(group) for group in filled):
        return []
    return [bands_of(group) for group in filled]


def group_rows(
    question: Coded,
    side: Side,
    atoms: CodedAtoms,
    start: Sequence[tuple[str, ...]],
    policy: DisclosurePolicy,
) -> Iterator[Row]:
    """Yield three rows per group of bands: counts, and what their interval is made of.

    `count`: n answers, counts per code. `squares` and `products`: Σc² and Σc·n per code over atoms,
    with Σn² and the number of atoms.
    """
    for group in shown_groups(atoms, side, start, policy):
        picked = atoms.within(group)
        n, counts = atoms.n[picked], atoms.counts[picked]
        key = {"part": PART, "source": question.item.item_id, "side": side}
        key |= {"question_id": question.grade_class, "answer_id": "+".join(group)}
        organisations = int(atoms.organisations[picked].sum())
        sums: dict[str, tuple[int, Ints]] = {
            "count": (int(n.sum()), counts.sum(axis=0)),
            "squares": (int(n @ n), (counts * counts).sum(axis=0)),
            "products": (int((n > 0).sum()), n @ counts),
        }
        for stage, (total, per_code) in sums.items():
            values = {"n": total, "organisation_count": organisations}
            yield key | {"stage": stage, **values, "counts": per_code.tolist()}
