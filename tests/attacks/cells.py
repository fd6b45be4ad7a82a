"""Age groups beside organisations: colleagues know each other's age, so a unit is a pair of both.

With the total of every atom and of every published age group a reader makes any sum of
`y[atom] + z[age]`. Nobody is left of an atom whose people all stand on one level, so the fewest
people are found by walking through the sets of ages on the upper level.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tests.attacks import naive
from tests.attacks.arithmetic import Equation, System, Unit, solved
from tests.attacks.facts import BANDS, Fact, bands_in
from tests.attacks.knowledge import AGES, Key, Knowledge, Structure
from tests.reference import Atom

Cells = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Exposed:
    """The fewest people a combination is about, what it says of them, and what is true."""

    people: int
    cells: tuple[tuple[str, str], ...]
    solved: float | None = None
    truth: float | None = None


def proper_sets(ages: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield every set of ages but the empty one."""
    for size in range(1, len(ages) + 1):
        yield from itertools.combinations(sorted(ages), size)


def left_over(
    cells: Cells, atoms: Sequence[Sequence[str]], ages: Sequence[str]
) -> list[tuple[str, str]]:
    """Return who is left when each atom is subtracted or not, whichever leaves fewer."""
    found: list[tuple[str, str]] = []
    for names in atoms:
        here = [(name, age) for name in names for age in AGES.values() if cells[name, age]]
        upper = [cell for cell in here if cell[1] in ages]
        lower = [cell for cell in here if cell[1] not in ages]
        found += min(upper, lower, key=lambda part: sum(cells[cell] for cell in part))
    return found


def fewest(cells: Cells, atoms: Sequence[Sequence[str]], ages: Collection[str]) -> Exposed | None:
    """Return the smallest combination of some atoms and the age groups published of them."""
    options = []
    for chosen in proper_sets(ages):
        left = left_over(cells, atoms, chosen)
        if left:
            options.append(Exposed(sum(cells[cell] for cell in left), tuple(left)))
    return min(options, key=lambda one: one.people, default=None)


def fewest_cells(knowledge: Knowledge, key: Key, facts: Sequence[Fact]) -> Exposed | None:
    """Return the fewest people that age groups and atoms together are about; None: nobody."""
    structure, cells = knowledge.of(*key), knowledge.cells(key)
    groups: dict[str, set[str]] = {}
    for one in facts:
        name, _, age = one.group.rpartition("|")
        groups.setdefault(name or "sector", set()).add(age)
        people = [cells[n, age] for atom in inside(structure, name) for n in atom.organisations]
        assert sum(people) == one.count, one
    if len(groups) > 1:
        groups.pop("sector", None)  # the sum of the others
    found = [
        fewest(cells, [atom.organisations for atom in inside(structure, name)], ages)
        for name, ages in groups.items()
    ]
    return min((one for one in found if one), key=lambda one: one.people, default=None)


def inside(structure: Structure, group: str) -> list[Atom]:
    """Return the atoms of a group of bands, or of the sector."""
    return structure.inside(bands_in(group or "sector"))


def naive_ages(knowledge: Knowledge, key: Key) -> Exposed:
    """Return what organisations and ages of a band give away where only a threshold is kept."""
    structure, cells = knowledge.of(*key), knowledge.cells(key)
    options = []
    for band in BANDS:
        names = naive.in_bands(structure, [band])
        own = [name for name in names if structure.sizes[name] >= naive.FLOOR]
        rest = [name for name in names if name not in own]
        ages = [age for age in AGES.values() if sum(cells[n, age] for n in names) >= naive.FLOOR]
        atoms = [[name] for name in own] + ([rest] if rest else [])
        found = fewest(cells, atoms, [age for age in ages if age != "missing"])
        if found is not None:
            options.append((found, atoms, ages))
    best, atoms, ages = min(options, key=lambda option: option[0].people)
    return judged(knowledge, key, best, atoms, ages)


def judged(
    knowledge: Knowledge,
    key: Key,
    found: Exposed,
    atoms: Sequence[Sequence[str]],
    ages: Sequence[str],
) -> Exposed:
    """Return an exposed set with what the published sums say of it, and what is true."""
    structure, cells = knowledge.of(*key), knowledge.cells(key)
    totals = cell_totals(structure)
    columns = [[(n, age) for names in atoms for n in names] for age in ages]
    rows = [[(n, age) for n in names for age in AGES.values()] for names in atoms] + columns
    equations = [
        Equation(dict.fromkeys(row, 1.0), float(sum(totals[cell] for cell in row))) for row in rows
    ]
    upper: dict[Unit, float] = {}
    chosen = next(
        s for s in proper_sets(ages) if set(left_over(cells, atoms, s)) == set(found.cells)
    )
    for cell in found.cells:
        upper[cell] = 1.0 if cell[1] in chosen else -1.0
    truth = sum(sign * totals[cell] for cell, sign in upper.items())  # type: ignore[index]
    return Exposed(found.people, found.cells, solved(System(equations, cells), upper), float(truth))


def cell_totals(structure: Structure) -> Cells:
    """Return the sum of the answers per organisation and age: to judge, and to publish naively."""
    found: Cells = Counter()
    item = structure.item
    for row in structure.wave.rows:
        answer = row["answers"].get(item.item_id)
        if (
            row["side"] == "employee"
            and answer is not None
            and item.lowest <= answer <= item.highest
        ):
            found[row["organisation_id"], AGES[row["age_group"]]] += answer
    return found
