"""Linear and integer programs through HiGHS, and no answer but a proven one."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from warehouse.errors import DisclosureError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
OPTIMAL: Final = 0
INFEASIBLE: Final = 2
SECONDS_MAX: Final = 60.0


class NotCertainError(DisclosureError):
    """A solver proved neither that there is an attack nor that there is none."""


def smallest(
    cost: Floats, constraints: list[LinearConstraint], bounds: Bounds, integral: Bools
) -> Floats | None:
    """Return the cheapest solution of an integer program, None when there is proven to be none.

    Errors: NotCertainError at every other status, a time limit included.
    """
    found = milp(
        cost,
        constraints=constraints,
        bounds=bounds,
        integrality=integral.astype(int),
        options={"mip_rel_gap": 0.0, "time_limit": SECONDS_MAX},
    )
    if found.status == INFEASIBLE:
        return None
    if found.status != OPTIMAL or found.x is None:
        raise NotCertainError(f"The solver is not certain: {found.message}")
    return np.asarray(found.x, dtype=np.float64)


def sparse_combination(rows: Floats, wanted: Floats) -> Floats | None:
    """Return multipliers of few rows that add up to `wanted`, None when no multipliers do.

    Shape: rows (equations, units), wanted (units,); the answer (equations,).
    Errors: NotCertainError when the solver does not say.
    """
    count = len(rows)
    twice = np.hstack([rows.T, -rows.T])
    found = linprog(np.ones(2 * count), A_eq=twice, b_eq=wanted, bounds=(0, None))
    if found.status == INFEASIBLE:
        return None
    if found.status != OPTIMAL or found.x is None:
        raise NotCertainError(f"The solver is not certain: {found.message}")
    return np.asarray(found.x[:count] - found.x[count:], dtype=np.float64)
