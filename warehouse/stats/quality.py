"""Signs of careless answering: flags for people who judge, never a silent deletion."""

import numpy as np
from numpy.typing import ArrayLike

from warehouse.stats.compare import ROUNDING
from warehouse.stats.types import Flags, Floats, Texts, Whole, broadcast, choose


def longstring(answers: ArrayLike) -> Whole:
    """Return the longest run of the same answer to consecutive items.

    Shape: one row per respondent, one column per item in the order asked; one length per row.
    Units: items.
    Missing: an item without an answer (nan) ends a run; no answers give 0.
    Source: methods.md#answer-quality, Johnson (2005), J. Res. Personality 39, 103–129.
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
    Source: methods.md#answer-quality, Dunn, Heggestad, Shanock and Theilgard (2018),
    J. Business and Psychology 33, 105–121.
    """
    given = np.asarray(answers, dtype=np.float64)
    answered = ~np.isnan(given)
    n = np.sum(answered, axis=1)
    mean = np.sum(np.where(answered, given, 0.0), axis=1) / np.maximum(n, 1)
    squares = np.sum(np.where(answered, given - mean[:, np.newaxis], 0.0) ** 2, axis=1)
    variance = np.divide(squares, n - 1, out=np.full(n.shape, np.nan), where=n >= 2)
    return np.asarray(np.sqrt(variance), dtype=np.float64)


def is_straight_lining(
    answers: ArrayLike, reverse_keyed: ArrayLike, *, run_share: float = 0.80, item_floor: int = 10
) -> Flags:
    """Return who gave one answer down a grid, the items that ask the opposite included.

    Flagged: a run of at least `run_share` of the items of a grid of at least `item_floor`, and no
    variability (IRV 0) over the reverse-keyed items, answers as given.

    Shape: one row per respondent, one column per item; `reverse_keyed` is one flag per column.
    Missing: fewer than two answered reverse-keyed items prove nothing: not flagged.
    Source: methods.md#answer-quality, statistics §9.1.
    """
    given = np.asarray(answers, dtype=np.float64)
    reverse = np.asarray(reverse_keyed, dtype=np.bool_)
    item_count = given.shape[1]
    if item_count < item_floor:
        return np.zeros(given.shape[0], dtype=np.bool_)
    long = longstring(given) >= run_share * item_count - ROUNDING
    return np.asarray(long & (individual_variability(given[:, reverse]) == 0), dtype=np.bool_)


def is_speeding(
    seconds: ArrayLike,
    item_counts: ArrayLike,
    *,
    seconds_per_item: float = 2.0,
    median_share: float = 0.33,
) -> Flags:
    """Return who went through a page too fast to read it: under 2 s an item, or a third of usual.

    Shape: one row per respondent, one column per page; `item_counts` is one per page.
    Units: seconds on the page; usual is the median of that page.
    Missing: an unknown time (nan) is not flagged and has no part in the median.
    Source: methods.md#answer-quality, statistics §9.1.
    """
    times, items = broadcast(seconds, item_counts)
    known = ~np.isnan(times)
    # A page that nobody was timed on has no median, and nobody to flag.
    timed = np.where(np.any(known, axis=0), times, 0.0)
    usual = np.nanmedian(timed, axis=0) if times.shape[0] else np.zeros(times.shape[1])
    fast = (times < seconds_per_item * items) | (times < median_share * usual)
    return np.asarray(known & fast, dtype=np.bool_)


def difference_without_flagged(
    n: ArrayLike, total: ArrayLike, flagged_n: ArrayLike, flagged_total: ArrayLike
) -> Floats:
    """Return by how much a mean changes when flagged answers are left out.

    Shape: one element per figure, from n and Σy of all and of the flagged answers.
    Units: those of the answer; mean without flagged − mean of all.
    Missing: nobody left, or nobody at all, gives nan.
    Errors: ValueError when more answers are flagged than there are.
    Source: methods.md#answer-quality, statistics §9.1.
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


def is_repeated(
    answers: ArrayLike, texts: ArrayLike, seconds: ArrayLike, *, within: float = 600.0
) -> Flags:
    """Return which deliveries say the same as one shortly before: every answer and every word.

    Shape: one row of answers, one text and one time per respondent, in any order. The first of
    such a pair is not flagged.
    Units: seconds since any one moment.
    Missing: an item without an answer (nan) equals another without; an unknown time is not flagged.
    Source: methods.md#answer-quality, statistics §9.1.
    """
    given, times = np.asarray(answers, dtype=np.float64), np.asarray(seconds, dtype=np.float64)
    _, vector = np.unique(np.nan_to_num(given, nan=np.inf), axis=0, return_inverse=True)
    _, words = np.unique(np.asarray(texts, dtype=np.str_), return_inverse=True)
    order = np.lexsort((times, words, vector))
    same = (np.diff(vector[order]) == 0) & (np.diff(words[order]) == 0)
    soon = np.diff(times[order]) <= within
    flagged = np.zeros(times.shape, dtype=np.bool_)
    flagged[order[1:]] = same & soon
    return flagged


def review_word(
    respondent_count: ArrayLike,
    headcount: ArrayLike,
    headcount_before: ArrayLike,
    hr_count: ArrayLike,
    *,
    jump: float = 0.25,
) -> Texts:
    """Return why an organisation's delivery needs a look before it counts, or an empty word.

    `more_than_headcount` (n > N), `headcount_jump` (N changed by more than a quarter since the
    wave before), `many_hr` (more hr than the larger of 3 and 5 % of N).

    Shape: one word, the first that holds, per organisation.
    Missing: an unknown number (nan) is no reason.
    Source: methods.md#answer-quality, statistics §9.1.
    """
    n, people, before, hr = broadcast(respondent_count, headcount, headcount_before, hr_count)
    jumped = np.abs(people - before) > jump * before + ROUNDING
    many = hr > np.maximum(3.0, 0.05 * people) + ROUNDING
    names = ["more_than_headcount", "headcount_jump", "many_hr"]
    return choose([n > people, jumped, many], names, "")
