"""How narrow is what can be worked out? Intervals for what is withheld (audit A4)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from warehouse.disclosure.attack import TOLERANCE
from warehouse.disclosure.families import Bools
from warehouse.disclosure.solver import INFEASIBLE, OPTIMAL, Floats, NotCertainError
from warehouse.errors import DisclosureError


class Table(NamedTuple):
    """Cells with published margins: rows (margins, cells), the cells' values and their bounds."""

    rows: Floats
    values: Floats
    low: Floats
    high: Floats


class Range(NamedTuple):
    """What a combination can be, and the multipliers of the rows that prove either end."""

    low: float
    high: float
    proof: Floats

    @property
    def width(self) -> float:
        """How far the ends are apart."""
        return self.high - self.low


def tree_interval(
    n: ArrayLike, n_group: ArrayLike, total: ArrayLike, scale: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Return the lowest and highest mean that units of `n` answers inside a group can have.

    For groups that are nested or disjoint: the smallest published residual around the units, with
    `n_group` answers that sum to `total`. Closed form of the linear program.
    Units: those of the answer. Missing: n = 0 gives nan. Source: statistics §8.5, A4.
    """
    low, high = scale
    inside, group, sums = (np.asarray(part, dtype=np.float64) for part in (n, n_group, total))
    others = group - inside
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.maximum(low, (sums - high * others) / inside)
        most = np.minimum(high, (sums - low * others) / inside)
    return least, most


def attainable(
    rows: Floats,
    values: Floats,
    margin: Floats,
    bounds: tuple[Floats, Floats],
    wanted: Floats,
) -> Range:
    """Return the ends of `wanted`·x where |rows·x - values| <= margin and low <= x <= high.

    Shape: rows (equations, units); margin (equations,), half of what rounding takes away, infinite
    for a row that says nothing. Errors: NotCertainError; DisclosureError when nothing fits.
    """
    ends, proof = [], np.zeros(len(rows))
    used = np.isfinite(margin)
    stacked = np.vstack([rows[used], -rows[used]])
    limits = np.append(values[used] + margin[used], margin[used] - values[used])
    pairs = list(zip(bounds[0].tolist(), bounds[1].tolist(), strict=True))
    for sign in (1.0, -1.0):
        found = linprog(sign * wanted, A_ub=stacked, b_ub=limits, bounds=pairs, method="highs")
        if found.status == INFEASIBLE:
            raise DisclosureError("The published values contradict each other.")
        if found.status == 3:
            ends.append(-sign * np.inf)
            continue
        if found.status != OPTIMAL or found.fun is None:
            raise NotCertainError(f"The solver is not certain: {found.message}")
        ends.append(sign * float(found.fun))
        both = np.abs(found.ineqlin.marginals)
        proof[used] += both[: int(used.sum())] + both[int(used.sum()) :]
    return Range(ends[0], ends[1], proof)


def used_rows(found: Range) -> Bools:
    """Return which rows prove the ends of a range: while they all stay, it gets no wider."""
    return np.asarray(found.proof > TOLERANCE)
