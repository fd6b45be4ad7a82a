"""Fixture F1: invented marks of eleven organisations in three size bands."""

from __future__ import annotations

import numpy as np
import pytest

from warehouse.stats.interval import PooledVariance, pooled_variance

MARKS = {
    "S1": (20, [8, 9, 8, 7, 9]),
    "S2": (25, [7, 8, 8, 9, 7, 8]),
    "S3": (30, [6, 7, 9, 8]),
    "S4": (40, [8, 8, 7, 9, 6, 8, 7, 8]),
    "M1": (80, [7, 7, 8, 6, 9, 7, 8, 7, 6, 8]),
    "M2": (120, [8, 7, 7, 6, 8, 9, 7, 5, 8, 7, 7, 8]),
    "M3": (150, [6, 7, 8, 7, 7, 5, 8, 7, 6]),
    "M4": (60, [9, 8, 7, 8, 8, 7, 9]),
    "L1": (400, [7, 6, 7, 8, 5, 7, 6, 8, 7, 7, 6, 7, 8, 6]),
    "L2": (650, [6, 7, 7, 5, 8, 6, 7, 7, 4, 7, 6, 8, 7, 6, 7, 8]),
    "L3": (300, [7, 8, 6, 7, 7, 6, 8, 7, 5, 7, 8]),
}
BAND_HEADCOUNT = {"S": 3000.0, "M": 9000.0, "L": 12000.0}
HR = {"S1": [8], "S2": [8, 7], "S3": [9], "S4": [8], "M1": [8, 8], "M2": [7], "M3": [8, 7]}
HR |= {"M4": [8], "L1": [8, 7, 8], "L2": [7, 8], "L3": [8]}
SCALE = (1.0, 10.0)
close = pytest.approx


def arrays(names: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return n, Σy, Σy² and headcount of organisations of F1."""
    n = np.array([len(MARKS[name][1]) for name in names], dtype=float)
    total = np.array([sum(MARKS[name][1]) for name in names], dtype=float)
    squares = np.array([sum(y * y for y in MARKS[name][1]) for name in names], dtype=float)
    heads = np.array([MARKS[name][0] for name in names], dtype=float)
    return n, total, squares, heads


ALL = sorted(MARKS)


def pooled() -> PooledVariance:
    """Return the pooled variance of F1."""
    n, total, squares, _ = arrays(ALL)
    return pooled_variance(n, total, squares)
