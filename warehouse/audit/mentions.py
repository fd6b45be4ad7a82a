"""Shares of aspects by round of a dialogue: whole counts of enough people, and their difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import polars as pl

from warehouse.audit.coded import NORMAL, error, wilson
from warehouse.audit.families import Judged, adjusted, compare_row, word_of
from warehouse.audit.reading import Tables
from warehouse.audit.report import Place, Trail
from warehouse.settings import DisclosurePolicy, Method

Row = dict[str, Any]


def check_mentions(tables: Tables, policy: DisclosurePolicy, method: Method, trail: Trail) -> None:
    """Check every published row of `dialogue_mention`."""
    if "dialogue_mention" not in tables:
        return
    frame = tables["dialogue_mention"].filter(pl.col("status") == "published")
    for _, rows in frame.partition_by("wave_id", "question_id", as_dict=True).items():
        if any(rows[f"{stage}_count"].n_unique() != 1 for stage in ("first", "second")):
            place = Place(rows["wave_id"][0])
            trail.find(place, "unexplained", "aspects of a round with counts of their own")
        for row in rows.iter_rows(named=True):
            trail.count("mentions by round")
            check_row(row, policy, trail)
        check_words(list(rows.iter_rows(named=True)), method, trail)


def check_words(rows: Sequence[Row], method: Method, trail: Trail) -> None:
    """Check adjusted p and verdict of the aspects of one question."""
    errors = [
        math.hypot(*(error(row[f"{s}_share"], row[f"{s}_count"]) for s in ("first", "second")))
        for row in rows
    ]
    chances = [
        2 * NORMAL.cdf(-abs(row["shift"]) / se) for row, se in zip(rows, errors, strict=True)
    ]
    for row, se, q in zip(rows, errors, adjusted(chances), strict=True):
        delta = method.smallest_difference.share
        word = word_of(Judged.of(row, "shift", se, q), delta, method.alpha)
        compare_row(row, {"q_value": q, "verdict": word}, "a shift of mentions", trail)


def check_row(row: Row, policy: DisclosurePolicy, trail: Trail) -> None:
    """Check one aspect."""
    place = Place(row["wave_id"], "", row["aspect_id"])
    ends = []
    for stage in ("first", "second"):
        n, share = row[f"{stage}_count"], row[f"{stage}_share"]
        if n < policy.persons_min:
            trail.find(place, "too few", f"a share of {n} who wrote")
        if share >= 1:
            trail.find(place, "homogeneous", "everybody named the same")
        if abs(share * n - round(share * n)) > 1e-6:
            trail.find(place, "unexplained", "a share that is no count of who wrote")
        ends.append((share, *wilson(share, n)))
    (a, low_a, high_a), (b, low_b, high_b) = ends
    expected: dict[str, float | str] = {
        "shift": b - a,
        "ci_low": b - a - math.hypot(b - low_b, high_a - a),
        "ci_high": b - a + math.hypot(high_b - b, a - low_a),
    }
    compare_row(row, expected, f"shift of {row['aspect_id']}", trail)
