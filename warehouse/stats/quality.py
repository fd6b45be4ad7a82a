"""Signs of careless answering: flags for people who judge, never a silent deletion."""

import numpy as np
from numpy.typing import ArrayLike

from warehouse.stats.types import Floats, Whole, broadcast


def longstring(answers: ArrayLike) -> Whole:
    """Return the longest run of the same answer to consecutive items.

    Shape: one row per respondent, one column per item in the order asked; one length per row.
    Units: items.
    Missing: an item without an answer (nan) ends a run; no answers give 0.
    Source: methods.md#quality-of-answers, Johnson (2005), J. Res. Personality 39, 103–129.
    """
    given = np.asarray(answers, dtype=np.float64)
    longest = np.zeros(given.shape[0], dtype=np.int64)
    run, before = longest, np.full(given.shape[0], np.nan)
    for column in given.T:
        run = np.where(np.isnan(column), 0, np.where(column == before, run + 1, 1))
        longest, before = np.maximum(longest, run), column
    return longest


def individual_variability(answers: ArrayLike) -> Floats:
    """Return the standard deviation of each person's answers over the items (IRV, with n−1).

    Shape: one row per respondent, one column per item; one value per row.
    Units: those of the answer, as given (before reverse-keyed items are turned round).
    Missing: items without an answer (nan) are left out; fewer than two give nan.
    Source: methods.md#quality-of-answers, Dunn, Heggestad, Shanock and Theilgard (2018),
    J. Business and Psychology 33, 105–121.
    """
    given = np.asarray(answers, dtype=np.float64)
    answered = ~np.isnan(given)
    n = np.sum(answered, axis=1)
    mean = np.sum(np.where(answered, given, 0.0), axis=1) / np.maximum(n, 1)
    squares = np.sum(np.where(answered, given - mean[:, np.newaxis], 0.0) ** 2, axis=1)
    variance = np.divide(squares, n - 1, out=np.full(n.shape, np.nan), where=n >= 2)
    return np.asarray(np.sqrt(variance), dtype=np.float64)


def difference_without_flagged(
    n: ArrayLike, total: ArrayLike, flagged_n: ArrayLike, flagged_total: ArrayLike
) -> Floats:
    """Return by how much a mean changes when flagged answers are left out.

    Shape: one element per figure, from n and Σy of all and of the flagged answers.
    Units: those of the answer; mean without flagged − mean of all.
    Missing: nobody left, or nobody at all, gives nan.
    Errors: ValueError when more answers are flagged than there are.
    Source: methods.md#sensitivity.
    """
    counts, totals, out, out_total = broadcast(n, total, flagged_n, flagged_total)
    if np.any(out > counts):
        raise ValueError("more answers are flagged than there are")
    left = counts - out
    empty = np.full(counts.shape, np.nan)
    kept: Floats = np.divide(totals - out_total, left, out=empty.copy(), where=left > 0)
    everyone: Floats = np.divide(totals, counts, out=empty.copy(), where=counts > 0)
    difference: Floats = kept - everyone
    return difference
