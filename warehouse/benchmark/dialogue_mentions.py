"""Table dialogue_mention: whether aspects are named otherwise in round 2 than in round 1.

Each round is one atom of everybody who wrote in it, both sides together. What somebody wrote in one
round says nothing of what the same person wrote in the other, so both may stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import polars as pl

from warehouse.benchmark.comparisons import Candidate, judge
from warehouse.benchmark.scores import Row
from warehouse.settings import DisclosurePolicy, Settings
from warehouse.stats.compare import normal_difference
from warehouse.stats.dialogue import mention_shift
from warehouse.stats.interval import share_error

ROUNDS: Final = ("first", "second")
EVERYBODY: Final = ""
Counts = Mapping[str, int]


def mention_rows(wave_id: str, totals: pl.DataFrame, settings: Settings) -> list[Row]:
    """Return a row per question and aspect that was named; none where round 2 asked nothing."""
    found = mention_candidates(wave_id, totals, settings)
    rows = list(found)
    shown = [one for one in rows if isinstance(one, Candidate)]
    return judge(shown, settings.method.alpha) + [r for r in rows if not isinstance(r, Candidate)]


def mention_candidates(
    wave_id: str, totals: pl.DataFrame, settings: Settings
) -> Iterator[Candidate | Row]:
    """Yield what may be shown before it is corrected for how many aspects there are, and the rest.

    A difference is called one as everywhere: adjusted p and a smallest difference of shares.
    """
    policy, delta = settings.disclosure, settings.method.smallest_difference.share
    mine = totals.filter(pl.col("part") == "mention")
    for question in sorted(set(mine["question_id"])):
        rows = mine.filter(pl.col("question_id") == question)
        first, second = (counts_of(rows, stage) for stage in ROUNDS)
        if second.get(EVERYBODY, 0) == 0:
            continue
        shown = is_shown(first, policy) and is_shown(second, policy)
        for aspect in sorted((first.keys() | second.keys()) - {EVERYBODY}):
            key: Row = {"wave_id": wave_id, "question_id": question, "aspect_id": aspect}
            if not shown:
                yield key | {"status": "withheld_small"}
                continue
            values, se, p = shift_of(first, second, aspect)
            row = key | values | {"status": "published"}
            yield Candidate(row, float(str(values["shift"])), se, p, delta, (wave_id, question))


def counts_of(rows: pl.DataFrame, stage: str) -> dict[str, int]:
    """Return how many people named each aspect in a round; under no aspect how many wrote."""
    return dict(rows.filter(pl.col("stage") == stage).select("source", "n").iter_rows())


def is_shown(counts: Counts, policy: DisclosurePolicy) -> bool:
    """Return whether enough people wrote in a round, who did not all name the same."""
    n = counts.get(EVERYBODY, 0)
    named = [count for aspect, count in counts.items() if aspect != EVERYBODY]
    return n >= policy.persons_min and max(named, default=0) < n


def shift_of(first: Counts, second: Counts, aspect: str) -> tuple[Row, float, float]:
    """Return shares of both rounds and their difference with its interval, standard error and p."""
    before, after = first.get(aspect, 0), second.get(aspect, 0)
    n_before, n_after = first[EVERYBODY], second[EVERYBODY]
    parts = (np.array([number], dtype=np.float64) for number in (before, n_before, after, n_after))
    shift, low, high = mention_shift(*parts)
    se = np.hypot(share_error(before / n_before, n_before), share_error(after / n_after, n_after))
    _, _, p = normal_difference(shift, se)
    row: Row = {
        "first_count": n_before,
        "second_count": n_after,
        "first_share": before / n_before,
        "second_share": after / n_after,
        "shift": float(shift[0]),
        "ci_low": float(low[0]),
        "ci_high": float(high[0]),
    }
    return row, float(se), float(p[0])
