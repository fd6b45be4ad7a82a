"""Optimal complementary suppression: which groups to withhold so that nothing small is exposed.

Every attack gives a cut, "withhold at least one of the groups it uses"; the cheapest set of groups
that meets all cuts is a hitting set, found by integer programming; repeat until the auditor proves
the rest safe. Each cut holds for every safe choice, so the answer is the cheapest one (§8.3).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import Bounds, LinearConstraint

from warehouse.disclosure.attack import find_attack
from warehouse.disclosure.families import Bools, Ints
from warehouse.disclosure.intervals import Range, Table, attainable, used_rows
from warehouse.disclosure.solver import smallest
from warehouse.errors import DisclosureError

Cut = Callable[[Bools], "Bools | None"]


def cheapest_hitting_set(cuts: list[Bools], cost: Ints, fixed: Bools) -> Bools:
    """Return the cheapest groups that have one in every cut, those that are `fixed` left alone.

    Errors: DisclosureError when that cannot be.
    """
    found = smallest(
        cost.astype(np.float64),
        [LinearConstraint(np.array(cuts, dtype=np.float64), 1, np.inf)],
        Bounds(0, np.where(fixed, 0.0, 1.0)),
        np.ones(len(cost), dtype=bool),
    )
    if found is None:
        raise DisclosureError("No choice of groups to withhold makes the others safe.")
    return np.asarray(found > 0.5)


def withhold(find_cut: Cut, cost: Ints, fixed: Bools) -> Bools:
    """Return the cheapest groups to withhold so that `find_cut` finds no attack on the others.

    `find_cut` is given which groups are withheld, and returns the groups an attack uses, or None.
    Errors: DisclosureError when nothing helps; NotCertainError when the solver does not say.
    """
    cuts: list[Bools] = []
    hidden = np.zeros(len(cost), dtype=bool)
    while (cut := find_cut(hidden)) is not None:
        cuts.append(cut)
        hidden = cheapest_hitting_set(cuts, cost, fixed)
    return hidden


def suppress(
    membership: Bools, n: Ints, floor: int, cost: Ints, fixed: Bools | None = None
) -> Bools:
    """Return the cheapest groups to withhold so that no set of fewer than `floor` is exposed.

    Shape: membership (groups, units), n (units,), cost (groups,) in whole numbers; `fixed` groups
    are published whatever it takes. Errors: as `withhold`.
    """

    def find_cut(hidden: Bools) -> Bools | None:
        kept = np.flatnonzero(~hidden)
        attack = find_attack(membership[kept], n, floor) if kept.size else None
        if attack is None:
            return None
        cut = np.zeros(len(membership), dtype=bool)
        cut[kept[attack.groups]] = True
        return cut

    free = np.zeros(len(cost), dtype=bool) if fixed is None else fixed
    return withhold(find_cut, cost, free)


def suppress_cells(table: Table, withheld: Bools, width: float, cost: Ints) -> Bools:
    """Return which cells to withhold so that each of `withheld` has an interval of that width.

    The rows of the table (its margins) stay published. Shape: withheld (cells,), cost (cells,).
    Errors: as `withhold`.
    """

    def find_cut(hidden: Bools) -> Bools | None:
        for cell in np.flatnonzero(withheld):
            found = cell_range(table, withheld | hidden, int(cell))
            if found.width < width:
                return used_rows(found)[len(table.rows) :]
        return None

    # A cell that is withheld already costs nothing and helps no further.
    return withheld | withhold(find_cut, cost, withheld)


def cell_range(table: Table, withheld: Bools, cell: int) -> Range:
    """Return what a reader of the margins and the cells that are not withheld knows of one."""
    every = np.eye(len(withheld))
    # All cells have a row, so that multipliers line up; a withheld one says nothing.
    slack = np.where(withheld, np.inf, 0.0)
    rows = np.vstack([table.rows, every])
    values = np.append(table.rows @ table.values, table.values)
    margin = np.append(np.zeros(len(table.rows)), slack)
    return attainable(rows, values, margin, (table.low, table.high), every[cell])
