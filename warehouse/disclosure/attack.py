"""The exact auditor: can anything small be worked out from published totals? (Theorem 3)

The sum over a set T of units can be worked out exactly when its indicator lies in the row space
of the published rows. `find_attack` looks for the smallest such T below the floor; that none is
found is a proof. `find_small_support` asks more: no combination of rows, whatever its weights, may
be about few.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import csr_array as sparse

from warehouse.disclosure.families import Bools, Classes, Ints, merge_units
from warehouse.disclosure.solver import Floats, NotCertainError, smallest, sparse_combination

TOLERANCE = 1e-7
PIVOT_MIN = 1e-9


class Attack(NamedTuple):
    """A small set that is given away: its units, how many people, and by which groups."""

    units: Bools
    people: int
    recipe: Floats

    @property
    def groups(self) -> Bools:
        """The groups the attack needs: without any one of them it fails in this form."""
        return np.abs(self.recipe) > TOLERANCE


def find_attack(membership: Bools, n: Ints, floor: int) -> Attack | None:
    """Return the smallest exposed set of 1 to `floor` - 1 people, None when there is proven none.

    Shape: membership (groups, units), n (units,). Errors: NotCertainError.
    """
    classes = merge_units(membership, n)
    chosen = solve_attack(without_known(classes, floor), floor)
    if chosen is None:
        return None
    units = classes.units_of(chosen)
    recipe = sparse_combination(membership.astype(float), units.astype(float))
    if recipe is None:
        raise NotCertainError("The solver found an attack that does not work.")
    return Attack(units, int(n[units].sum()), recipe)


def without_known(classes: Classes, floor: int) -> Classes:
    """Return the family without the classes that are published by themselves, however derived.

    A class of at least `floor` people that is known is in no attack and hides nothing; taking it
    out of the groups may leave another one alone, so this is repeated. A class below the floor
    stays: it is an attack.
    """
    membership, hidden = classes.membership.copy(), np.ones(len(classes.sizes), dtype=bool)
    while True:
        alone = membership[membership.sum(axis=1) == 1].any(axis=0) & (classes.sizes >= floor)
        if not alone.any():
            return classes._replace(membership=membership[membership.any(axis=1)])
        hidden &= ~alone
        membership[:, alone] = False


def solve_attack(classes: Classes, floor: int) -> Bools | None:
    """Return the classes of the smallest attack: min n·t with Aᵀy = t, t binary, y free.

    With the rows of A in reduced echelon form, y is t at the pivots, so y need not be a variable
    of the program (an unbounded one makes a solver go on for ever).
    """
    sizes = classes.sizes.astype(np.float64)
    if not ((sizes > 0) & (sizes < floor)).any():
        return None
    basis, pivots = echelon(classes.membership.astype(np.float64))
    if not pivots.size:
        return None
    follows = np.eye(len(sizes))
    follows[:, pivots] -= basis.T
    found = smallest(
        sizes,
        [
            LinearConstraint(sparse(np.delete(follows, pivots, axis=0)), 0, 0),
            LinearConstraint(sizes[None, :], 1, floor - 1),
        ],
        Bounds(0, (sizes < floor).astype(np.float64)),
        np.ones(len(sizes), dtype=bool),
    )
    return None if found is None else np.asarray(found > 0.5)


def echelon(rows: Floats) -> tuple[Floats, Ints]:
    """Return the reduced row echelon form without its zero rows, and the pivot columns."""
    work = rows.astype(np.float64)
    pivots: list[int] = []
    for column in range(work.shape[1]):
        place = len(pivots)
        if place == len(work):
            break
        best = place + int(np.argmax(np.abs(work[place:, column])))
        if abs(work[best, column]) < PIVOT_MIN:
            work[place:, column] = 0.0
            continue
        work[[place, best]] = work[[best, place]]
        work[place] /= work[place, column]
        factors = np.where(np.arange(len(work)) == place, 0.0, work[:, column])
        work -= np.outer(factors, work[place])
        pivots.append(column)
    return work[: len(pivots)], np.array(pivots, dtype=np.int64)


def find_small_support(rows: Floats, cost: Ints, limit: int) -> Attack | None:
    """Return a combination of rows about units that cost at most `limit` together, or None.

    Stronger than `find_attack`: a weighted sum or a difference counts too. The largest weight of
    a combination may be taken as 1, so every unit is tried as the one that has it. `cost` is
    people, or 1 per organisation for a coalition of directors.
    Shape: rows (equations, units), of any real weights. Errors: NotCertainError.
    """
    scaled = rows / np.maximum(np.abs(rows).max(axis=1, keepdims=True, initial=0.0), TOLERANCE)
    for unit in np.flatnonzero((cost <= limit) & (scaled != 0).any(axis=0)):
        weights = solve_support(scaled, cost, limit, int(unit))
        if weights is not None:
            units = np.abs(weights) > TOLERANCE
            recipe = sparse_combination(rows, np.where(units, weights, 0.0))
            if recipe is None:
                raise NotCertainError("The solver found a combination that does not work.")
            return Attack(units, int(cost[units].sum()), recipe)
    return None


def solve_support(rows: Floats, cost: Ints, limit: int, unit: int) -> Floats | None:
    """Return the weights of the cheapest combination in which `unit` weighs 1 and no other more."""
    basis, _ = echelon(rows)
    groups, count = basis.shape
    prices = cost.astype(np.float64)
    is_about = sparse(np.hstack([basis.T, -np.eye(count)]))
    is_not_about = sparse(np.hstack([basis.T, np.eye(count)]))
    # Variables: the weights at the pivots, and per unit whether the combination is about it.
    objective = np.append(np.zeros(groups), prices)
    is_unit = (np.arange(count) == unit).astype(np.float64)
    found = smallest(
        objective,
        [
            LinearConstraint(is_about, -np.inf, 0),
            LinearConstraint(is_not_about, 0, np.inf),
            LinearConstraint(np.append(basis[:, unit], np.zeros(count))[None, :], 1, 1),
            LinearConstraint(objective[None, :], 0, limit),
        ],
        Bounds(
            np.append(np.full(groups, -1.0), is_unit),
            np.append(np.ones(groups), np.where(cost <= limit, 1.0, 0.0)),
        ),
        np.append(np.zeros(groups, dtype=bool), np.ones(count, dtype=bool)),
    )
    if found is None:
        return None
    return np.where(found[groups:] > 0.5, found[:groups] @ basis, 0.0)


def determined(rows: Floats) -> Bools:
    """Return which units' values follow exactly from the published rows, (units,)."""
    projection = np.linalg.pinv(rows) @ rows
    return np.asarray(np.abs(np.diag(projection) - 1) < TOLERANCE)
