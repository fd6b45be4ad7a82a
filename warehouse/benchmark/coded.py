"""Tables coded_answer and coded_gap: how often codes of open answers are named, by whom.

Every share is of a group of size bands; that of the sector is theirs, each by its headcount. So
nothing is published that the frozen counts of groups do not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from warehouse.benchmark.blocks import Frame
from warehouse.benchmark.comparisons import Candidate, judge
from warehouse.benchmark.groups import bands_of
from warehouse.benchmark.scores import Row
from warehouse.coded_answers import PART, SPHERES, Coded, coded_questions, codes_of
from warehouse.instrument import Side
from warehouse.settings import Method
from warehouse.stats.compare import (
    mention_state,
    newcombe_interval,
    normal_difference,
    one_sided,
)
from warehouse.stats.design import clustered_share_error, design_effective_count
from warehouse.stats.interval import share_error, wilson_interval
from warehouse.stats.types import Floats

SECTOR: Final = "sector"


@dataclass(frozen=True)
class Named:
    """How often a group names each code; the arrays are (codes,)."""

    group: str
    n: int
    organisations: int
    share: Floats
    effective: Floats


def coded_tables(totals: pl.DataFrame, frame: Frame) -> dict[str, list[Row]]:
    """Return the rows of both tables of a wave."""
    mine = totals.filter(pl.col("part") == PART)
    answers: list[Row] = []
    for side in ("employee", "hr"):
        for question in coded_questions(frame.instrument, side):
            rows = mine.filter(
                (pl.col("side") == side)
                & (pl.col("source") == question.item.item_id)
                & (pl.col("question_id") == question.grade_class)
            )
            found = [*named_groups(rows, side)]
            answers += answer_rows(question, side, frame, [*found, *sector(found, side, frame)])
    return {"coded_answer": answers, "coded_gap": gap_rows(answers, frame.settings.method)}


def named_groups(rows: pl.DataFrame, side: Side) -> Iterator[Named]:
    """Yield what each group of bands names."""
    for (group,), part in rows.sort("answer_id").partition_by("answer_id", as_dict=True).items():
        stages = {row["stage"]: row for row in part.iter_rows(named=True)}
        count, squares, products = (stages[name] for name in ("count", "squares", "products"))
        n = count["n"]
        share = np.array(count["counts"], dtype=np.float64) / n
        effective = np.full(share.shape, float(n))
        if side == "employee":
            sums = np.array(squares["counts"]), np.array(products["counts"])
            se = clustered_share_error(share, n, *sums, squares["n"], products["n"])
            effective = design_effective_count(share, se, n, 1.0)
        yield Named(str(group), n, count["organisation_count"], share, effective)


def sector(found: Sequence[Named], side: Side, frame: Frame) -> Iterator[Named]:
    """Yield the sector: its groups by headcount; hr, whose unit is the organisation, together."""
    if not found:
        return
    n = sum(group.n for group in found)
    organisations = sum(group.organisations for group in found)
    shares = np.array([group.share for group in found])
    effective = np.array([group.effective for group in found])
    if side == "hr":
        counts = np.array([group.n for group in found], dtype=np.float64)
        yield Named(
            SECTOR, n, organisations, counts @ shares / n, np.full(shares[0].shape, float(n))
        )
        return
    weights = group_weights([group.group for group in found], frame)
    share = weights @ shares
    variance = (weights**2) @ (shares * (1 - shares) / effective)
    # A share of 0 or 1 has no variance: there the weights decide (Kish).
    wide = n * float(np.sum(weights**2 / np.array([group.n for group in found])))
    yield Named(
        SECTOR,
        n,
        organisations,
        share,
        design_effective_count(share, np.sqrt(variance), n, wide),
    )


def group_weights(groups: Sequence[str], frame: Frame) -> Floats:
    """Return the share of each group in the people its bands employ."""
    heads = [
        sum(frame.band_headcounts[band] for band in bands_of(group, frame.bands))
        for group in groups
    ]
    return np.array(heads, dtype=np.float64) / sum(heads)


def answer_rows(question: Coded, side: Side, frame: Frame, found: Sequence[Named]) -> Iterator[Row]:
    """Yield a row per group and code; where nothing may be shown, of the sector without values."""
    codes = list(codes_of(frame.instrument.scale_of(question.item)))
    method = frame.settings.method
    key = {
        "wave_id": frame.wave.wave_id,
        "side": side,
        "item_id": question.item.item_id,
        "grade_class": question.grade_class or "all",
    }
    # One group of bands is the sector.
    shown = [group for group in found if group.group == SECTOR or len(found) > 2]
    for group in shown:
        kind = SECTOR if group.group == SECTOR else "size_band"
        low, high = wilson_interval(group.share, group.effective)
        state = mention_state(low, high, method.named_floor, method.rarely_ceiling)
        for place, code in enumerate(codes):
            yield (
                key
                | code_key(code, place)
                | {
                    "group_kind": kind,
                    "group_id": group.group,
                    "respondent_count": group.n,
                    "organisation_count": group.organisations,
                    "share": float(group.share[place]),
                    "effective_count": float(group.effective[place]),
                    "ci_low": float(low[place]),
                    "ci_high": float(high[place]),
                    "mention_state": str(state[place]),
                    "status": "published",
                }
            )
    if not shown:
        hidden = {"group_kind": SECTOR, "group_id": SECTOR, "status": "too_few_organisations"}
        yield from (key | code_key(code, place) | hidden for place, code in enumerate(codes))


def code_key(code: str, place: int) -> Row:
    """Return a code with its level and its place on screen."""
    level = "sphere" if code in SPHERES else "code"
    return {"code": code, "level": level, "position": place + 1}


def gap_rows(answers: Sequence[Row], method: Method) -> list[Row]:
    """Return employees minus hr for every group and code that both sides are published for."""
    names = ("wave_id", "group_kind", "group_id", "item_id", "grade_class", "code", "level")
    sides: dict[str, dict[tuple[object, ...], Row]] = {"employee": {}, "hr": {}}
    for row in answers:
        if row["status"] == "published":
            sides[str(row["side"])][tuple(row[name] for name in names)] = row
    found = [
        candidate(dict(zip(names, key, strict=True)), row, sides["hr"][key], method)
        for key, row in sides["employee"].items()
        if key in sides["hr"]
    ]
    return judge(found, method.alpha)


def candidate(key: Mapping[str, object], ours: Row, theirs: Row, method: Method) -> Candidate:
    """Return one gap before its p is corrected for the codes of its question and group."""
    a, b, n_a, n_b = (
        np.array([row[name]], dtype=np.float64)
        for name in ("share", "effective_count")
        for row in (ours, theirs)
    )
    difference, low, high = newcombe_interval(
        a, *wilson_interval(a, n_a), b, *wilson_interval(b, n_b)
    )
    se = np.hypot(share_error(a, n_a), share_error(b, n_b))
    _, _, p = normal_difference(difference, se)
    state = one_sided(str(ours["mention_state"]), str(theirs["mention_state"]), low, high)
    row: Row = dict(key) | {
        "employee_share": float(a[0]),
        "hr_share": float(b[0]),
        "difference": float(difference[0]),
        "ci_low": float(low[0]),
        "ci_high": float(high[0]),
        "one_sided": str(state[0]) or None,
        "status": "published",
    }
    family = tuple(str(value) for name, value in key.items() if name != "code")
    delta = method.smallest_difference.share
    return Candidate(row, float(difference[0]), float(se[0]), float(p[0]), delta, family)
