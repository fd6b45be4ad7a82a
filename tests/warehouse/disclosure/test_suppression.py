"""Complementary suppression: safe, as cheap as can be, and open for who is withheld."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.warehouse.disclosure import exact
from warehouse.disclosure import solver
from warehouse.disclosure.attack import find_attack
from warehouse.disclosure.intervals import Table, attainable, tree_interval
from warehouse.disclosure.solver import NotCertainError
from warehouse.disclosure.suppression import cell_range, suppress, suppress_cells
from warehouse.errors import DisclosureError

FLOOR = 10
FIVE = np.array(
    [
        [12, 4, 30, 25, 40],
        [3, 15, 22, 31, 18],
        [28, 19, 7, 26, 33],
        [21, 35, 24, 5, 13],
        [16, 27, 29, 14, 6],
    ]
)
LISTED = ((0, 0), (0, 1), (1, 0), (1, 2), (2, 1), (2, 2), (3, 3), (3, 4), (4, 3), (4, 4))
UNSOUND = ((0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3))
FOUR = np.array([[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]])
HIDDEN = ("wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd")


def margins(values: np.ndarray) -> np.ndarray:
    """Return which cells each row, each column and the total add up."""
    rows, columns = values.shape
    places = np.indices(values.shape).reshape(2, -1)
    parts = [places[0] == row for row in range(rows)] + [places[1] == c for c in range(columns)]
    return np.array([*parts, np.ones(values.size, dtype=bool)])


def counts_table(values: np.ndarray) -> Table:
    """Return a table of counts with its margins."""
    cells = values.reshape(-1).astype(float)
    high = np.full(values.size, np.inf)
    return Table(margins(values).astype(float), cells, np.zeros(values.size), high)


def cells_at(places: tuple[tuple[int, int], ...], size: int) -> np.ndarray:
    """Return places of a square table as a choice of cells."""
    chosen = np.zeros((size, size), dtype=bool)
    chosen[tuple(np.array(places).T)] = True
    return chosen.reshape(-1)


def test_the_five_by_five_table_is_made_safe_as_cheaply_as_the_listed_cells() -> None:
    n = FIVE.reshape(-1)
    table = margins(FIVE)
    family = np.vstack([np.eye(25, dtype=bool), table])
    cost = np.append(n, table @ n)
    fixed = np.arange(len(family)) >= 25
    hidden = suppress(family, n, FLOOR, cost, fixed)
    assert find_attack(family[~hidden], n, FLOOR) is None
    assert cost[hidden].sum() == n[cells_at(LISTED, 5)].sum() == 105
    assert find_attack(family[np.append(~cells_at(LISTED, 5), fixed[25:])], n, FLOOR) is None


def test_two_withheld_per_row_and_column_do_not_protect_a_bridge() -> None:
    withheld = cells_at(UNSOUND, 5)
    bridge = 5 * 1 + 2
    found = cell_range(counts_table(FIVE), withheld, bridge)
    assert (found.low, found.high) == pytest.approx((22, 22))
    opened = suppress_cells(counts_table(FIVE), withheld, 3.0, FIVE.reshape(-1))
    assert (opened & ~withheld).any()
    for cell in np.flatnonzero(withheld):
        assert cell_range(counts_table(FIVE), opened, int(cell)).width >= 3.0


def test_the_four_by_four_table_gives_one_cell_away_until_another_is_withheld() -> None:
    names = [row + column for row in "wxyz" for column in "abcd"]
    withheld = np.array([name in HIDDEN for name in names])
    table = counts_table(FOUR)
    bridge = names.index("wb")
    found = cell_range(table, withheld, bridge)
    assert (found.low, found.high) == pytest.approx((47, 47))
    others = [cell for cell in np.flatnonzero(withheld) if cell != bridge]
    assert all(cell_range(table, withheld, int(cell)).width > 3 for cell in others)
    opened = suppress_cells(table, withheld, 3.0, FOUR.reshape(-1))
    assert (opened & ~withheld).sum() == 1
    assert cell_range(table, opened, bridge).width >= 3.0
    # No cheaper cell does the same.
    added = int(np.flatnonzero(opened & ~withheld)[0])
    for cell in np.flatnonzero(~withheld):
        if FOUR.reshape(-1)[cell] < FOUR.reshape(-1)[added]:
            tried = withheld | (np.arange(16) == cell)
            assert cell_range(table, tried, bridge).width < 3.0


def test_one_way_the_complement_opens_the_interval() -> None:
    n = np.array([31, 22, 12, 4])
    family = np.vstack([np.eye(4, dtype=bool), np.ones((1, 4), dtype=bool)])
    fixed = np.arange(5) == 4
    hidden = suppress(family, n, FLOOR, np.append(n, 69), fixed)
    assert hidden.tolist() == [False, False, True, True, False]
    sums = np.array([31 * 7.0, 22 * 6.5, 12 * 7.5, 4 * 5.0])
    means = np.append(sums / n, sums.sum() / 69)

    def interval(published: list[bool]) -> tuple[float, float]:
        kept = np.array(published)
        rows = family[kept] / (family[kept] @ n)[:, None]
        found = attainable(
            rows, means[kept], np.zeros(len(rows)), (n * 1.0, n * 10.0), (np.arange(4) == 3) / 4
        )
        return found.low, found.high

    assert interval([True, True, True, False, True]) == pytest.approx((5, 5))
    assert interval([True, True, False, False, True]) == pytest.approx((1, 10))
    assert np.ravel(tree_interval(4, 4, 20, (1, 10))).tolist() == pytest.approx([5, 5])
    assert np.ravel(tree_interval(4, 16, 110, (1, 10))).tolist() == pytest.approx([1, 10])


def test_the_closed_form_is_the_linear_program() -> None:
    rng = random.Random(60)
    for _ in range(100):
        n = np.array([rng.randint(1, 12), rng.randint(1, 12)])
        total = float(sum(rng.randint(1, 10) for _ in range(n.sum())))
        margin = rng.choice([0.0, 0.05])
        rows = np.ones((1, 2)) / n.sum()
        found = attainable(
            rows,
            np.array([total / n.sum()]),
            np.array([margin]),
            (n * 1.0, n * 10.0),
            np.array([1.0, 0.0]) / n[0],
        )
        slack = margin * n.sum()
        low, _ = tree_interval(n[0], n.sum(), total - slack, (1, 10))
        _, high = tree_interval(n[0], n.sum(), total + slack, (1, 10))
        assert (found.low, found.high) == pytest.approx((float(low), float(high)))


def test_suppression_is_safe_and_as_cheap_as_can_be() -> None:
    rng, withheld = random.Random(70), 0
    for _ in range(120):
        family, n = exact.random_family(rng, rng.randint(2, 5), rng.randint(2, 5))
        cost = np.array([rng.randint(1, 9) for _ in family])
        hidden = suppress(family, n, FLOOR, cost)
        assert is_safe(family[~hidden], n)
        best = min(
            int(cost[list(chosen)].sum())
            for chosen in [(), *exact.subsets(len(family))]
            if is_safe(np.delete(family, list(chosen), axis=0), n)
        )
        assert cost[hidden].sum() == best, (family, n, cost)
        withheld += bool(hidden.any())
    assert withheld > 60


def is_safe(family: np.ndarray, n: np.ndarray) -> bool:
    """Return whether nothing below the floor is exposed, by trying everything."""
    fewest = exact.fewest_exposed(family.astype(int).tolist(), n.tolist())
    return fewest is None or fewest >= FLOOR


def test_what_cannot_be_made_safe_is_said() -> None:
    family, n = np.array([[True, False]]), np.array([4, 9])
    with pytest.raises(DisclosureError, match="No choice"):
        suppress(family, n, FLOOR, np.array([1]), np.array([True]))


def test_a_solver_that_is_not_certain_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    real = solver.milp

    def hasty(*arguments: object, **options: object) -> object:
        found = real(*arguments, **options)
        found.status, found.message = 1, "time limit"
        return found

    monkeypatch.setattr(solver, "milp", hasty)
    family = np.array([[True, True, False], [False, True, True]])
    with pytest.raises(NotCertainError, match="time limit"):
        find_attack(family, np.array([4, 5, 4]), FLOOR)
