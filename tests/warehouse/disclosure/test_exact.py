"""Theorems 2 and 3 against an exhaustive search in fractions."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tests.warehouse.disclosure import exact
from warehouse.disclosure.attack import determined, find_attack, find_small_support
from warehouse.disclosure.families import (
    NotLaminarError,
    is_laminar,
    residuals,
    small_residuals,
)
from warehouse.disclosure.two_way import smallest_cut

FLOOR = 10


def test_residuals_say_what_a_nested_family_exposes() -> None:
    rng, unsafe = random.Random(20), 0
    for _ in range(250):
        family, n = exact.nested_family(rng, rng.randint(2, 6))
        assert is_laminar(family)
        fewest = exact.fewest_exposed(family.astype(int).tolist(), n.tolist())
        small = small_residuals(family, n, FLOOR)
        assert (len(small) > 0) == (fewest is not None and fewest < FLOOR), (family, n)
        attack = find_attack(family, n, FLOOR)
        assert (attack.people if attack else None) == (
            fewest if fewest and fewest < FLOOR else None
        )
        unsafe += len(small) > 0
    assert 50 < unsafe < 230


def test_residuals_are_disjoint_and_span_the_groups() -> None:
    rng = random.Random(21)
    for _ in range(100):
        family, _ = exact.nested_family(rng, 7)
        left = residuals(family)
        assert (left.sum(axis=0) <= 1).all()
        for group in family:
            inside = left[(left & ~group).sum(axis=1) == 0]
            assert (inside.any(axis=0) == group).all()


def test_an_overlap_is_noticed() -> None:
    family = np.array([[True, True, False], [False, True, True]])
    assert not is_laminar(family)
    with pytest.raises(NotLaminarError):
        residuals(family)


def test_the_exact_auditor_finds_the_smallest_attack_of_any_family() -> None:
    rng, unsafe = random.Random(30), 0
    for _ in range(300):
        family, n = exact.random_family(rng, rng.randint(1, 5), rng.randint(2, 6))
        fewest = exact.fewest_exposed(family.astype(int).tolist(), n.tolist())
        attack = find_attack(family, n, FLOOR)
        if fewest is None or fewest >= FLOOR:
            assert attack is None, (family, n)
            continue
        assert attack is not None
        assert attack.people == fewest == n[attack.units].sum()
        assert np.allclose(attack.recipe @ family, attack.units, atol=1e-6)
        unsafe += 1
    assert 80 < unsafe < 290


def test_no_combination_is_about_fewer_than_the_support_search_finds() -> None:
    rng, found = random.Random(40), 0
    for _ in range(120):
        family, n = exact.random_family(rng, rng.randint(1, 4), rng.randint(2, 5))
        fewest = exact.fewest_supported(family.astype(int).tolist(), n.tolist())
        attack = find_small_support(family.astype(float), n, FLOOR - 1)
        assert (attack is not None) == (fewest is not None and fewest < FLOOR), (family, n)
        if attack is not None:
            assert fewest is not None
            assert fewest <= attack.people < FLOOR
            found += 1
    assert found > 30


def test_the_smallest_cut_is_the_smallest_support() -> None:
    rng, compared = random.Random(50), 0
    for _ in range(120):
        rows, columns = rng.randint(1, 3), rng.randint(1, 2)
        counts = np.array(
            [[rng.choice([0, 0, 1, 2, 5]) for _ in range(columns)] for _ in range(rows)]
        )
        beside = np.array([rng.choice([0, 0, 3]) for _ in range(rows)])
        below = np.array([rng.choice([0, 0, 4]) for _ in range(columns)])
        family, n = as_family(counts, beside, below)
        expected = exact.fewest_supported(family, n) if n else None
        found = smallest_cut(counts, beside, below)
        assert (found.people if found else None) == expected, (counts, beside, below)
        compared += expected is not None
    assert compared > 90


def as_family(
    counts: np.ndarray, beside: np.ndarray, below: np.ndarray
) -> tuple[list[list[int]], list[int]]:
    """Return row and column totals as groups of cells, empty cells left out."""
    rows, columns = counts.shape
    places = [(r, c, int(counts[r, c])) for r in range(rows) for c in range(columns)]
    places += [(r, -1, int(beside[r])) for r in range(rows)]
    places += [(-1, c, int(below[c])) for c in range(columns)]
    cells = [cell for cell in places if cell[2] > 0]
    family = [[int(cell[0] == r) for cell in cells] for r in range(rows)]
    family += [[int(cell[1] == c) for cell in cells] for c in range(columns)]
    return family, [cell[2] for cell in cells]


def test_pooled_mean_and_mean_of_organisations_together_solve_two_organisations() -> None:
    """T5: a (4 answers, 5.5) and b (9 answers, 7.0) are withheld; the residual has 13 people."""
    n = np.array([4, 9, 11, 14])
    sums = np.array([22.0, 63.0, 77.0, 91.0])
    family = np.array([[1, 1, 1, 1], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=bool)
    assert len(small_residuals(family, n, FLOOR)) == 0
    assert determined(family.astype(float)).tolist() == [False, False, True, True]
    rows = np.vstack([np.ones(4) / n.sum(), 1 / n / 4, np.eye(4)[2:]])
    assert determined(rows).all()
    solved = np.linalg.solve(rows, rows @ sums) / n
    assert solved.tolist() == pytest.approx([5.5, 7.0, 7.0, 6.5])
    attack = find_small_support(rows, n, FLOOR - 1)
    assert attack is not None
    assert attack.people == 4
