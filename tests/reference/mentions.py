"""The rows of `dialogue_mention` (S22): whether aspects are named otherwise in round 2."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tests.reference.intervals import newcombe, share_variance, wilson
from tests.reference.verdicts import Judged, chance, verdicts
from tests.reference.world import PERSONS, Z90, Row

Rows = dict[tuple[Any, ...], Row]
EVERYBODY = ""


def people(answers: Sequence[Row], question: str, wave_round: int) -> dict[str, set[str]]:
    """Return who named each aspect in a round, and under no aspect everybody who named one."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in answers:
        if row["vraag_id"] == question and row["ronde"] == wave_round and row["aspect_id"]:
            for name in (row["aspect_id"], EVERYBODY):
                found[name].add(row["deelnemer_id"])
    return found


def is_shown(named: dict[str, set[str]]) -> bool:
    """Return whether enough people wrote, who did not all name the same."""
    n = len(named.get(EVERYBODY, ()))
    return n >= PERSONS and all(len(who) < n for name, who in named.items() if name != EVERYBODY)


def mentions(answers: Sequence[Row], dialogue: str) -> Rows:
    """Return the rows by question and aspect; `answers` are those of the export."""
    rows: Rows = {}
    judged: dict[tuple[Any, ...], Judged] = {}
    for question in sorted({row["vraag_id"] for row in answers}):
        first, second = (people(answers, question, number) for number in (1, 2))
        if not second:
            continue
        shown = is_shown(first) and is_shown(second)
        for aspect in (first.keys() | second.keys()) - {EVERYBODY}:
            key = (f"{dialogue}:{question}", aspect)
            rows[key] = {"shift": None, "status": "withheld_small"}
            if shown:
                counts = [len(part.get(aspect, ())) for part in (first, second)]
                sizes = [len(part[EVERYBODY]) for part in (first, second)]
                judged[key] = shift(counts, sizes, key[0])
                rows[key] = row_of(counts, sizes, judged[key])
    words = verdicts(judged)
    return {key: row | words.get(key, {}) for key, row in rows.items()}


def shift(counts: Sequence[int], sizes: Sequence[int], family: str) -> Judged:
    """Return the share in round 2 minus that in round 1, with Newcombe's interval."""
    pairs = [(count / n, n) for count, n in zip(counts, sizes, strict=True)]
    value = pairs[1][0] - pairs[0][0]
    se = math.sqrt(sum(share_variance(*pair) for pair in pairs))
    low, high = newcombe(*((share, *wilson(share, n)) for share, n in reversed(pairs)))
    return Judged(value, low, high, chance(value, se), Z90 * se, 0.10, family)


def row_of(counts: Sequence[int], sizes: Sequence[int], one: Judged) -> Row:
    """Return both shares and their difference."""
    return {
        "first_count": sizes[0],
        "second_count": sizes[1],
        "first_share": counts[0] / sizes[0],
        "second_share": counts[1] / sizes[1],
        "shift": one.difference,
        "ci_low": one.low,
        "ci_high": one.high,
        "status": "published",
    }
