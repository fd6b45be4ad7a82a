"""What a reader sees, as labelled numbers: group, question, how many, mean, interval.

A released table that nobody here knows is an error: whoever publishes one says what it tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.builders import Row

BANDS = ("0-9", "10-49", "50-99", "100-249", "250+")
ORGANISATION, REST, BAND, SECTOR = "organisation", "size_band_rest", "size_band", "sector"


@dataclass(frozen=True)
class Fact:
    """One number with its label.

    `measure` says how people are weighted in it: `mean` (score), `organisations` (each counts
    once), `others` (an organisation minus those), `class 1-5` (the share of an answer class).
    `half` is how far rounding may have moved the value, 0 for an unrounded one.
    """

    source: str
    wave_id: str
    side: str
    kind: str
    group: str
    item_id: str
    measure: str
    value: float
    count: int | None = None
    organisations: int | None = None
    low: float | None = None
    high: float | None = None
    half: float = 0.0

    @property
    def label(self) -> tuple[str, ...]:
        """What it is about."""
        return self.wave_id, self.side, self.kind, self.group, self.item_id, self.measure


def bands_in(group: str) -> tuple[str, ...]:
    """Return the size bands of a group of neighbouring bands, or of the sector."""
    if group == SECTOR:
        return BANDS
    for first in range(len(BANDS)):
        for last in range(first + 1, len(BANDS) + 1):
            if "+".join(BANDS[first:last]) == group:
                return BANDS[first:last]
    raise KeyError(group)


def fact(source: str, row: Row, measure: str, value: object, **more: object) -> Iterator[Fact]:
    """Yield a row of figures as a fact, unless it is hidden."""
    if value is None or row.get("status", "published") != "published":
        return
    key = (row["wave_id"], row.get("side") or "employee")
    kind, group = row.get("group_kind", ORGANISATION), row.get("group_id")
    label = (*key, more.pop("kind", kind), more.pop("group", group), row["item_id"])
    yield Fact(source, *label, measure, float(value), **more)  # type: ignore[arg-type]


def scores(source: str, row: Row) -> Iterator[Fact]:
    """Yield what a score says."""
    counts = {"count": row["respondent_count"], "organisations": row["organisation_count"]}
    bounds = {"low": row["ci_low"], "high": row["ci_high"]}
    yield from fact(source, row, "mean", row["value"], **counts, **bounds)


def benchmarks(source: str, row: Row) -> Iterator[Fact]:
    """Yield both weightings of a benchmark, and its quantiles."""
    means = {"low": row["mean_ci_low"], "high": row["mean_ci_high"]}
    k = {"organisations": row["organisation_count"]}
    yield from fact(source, row, "organisations", row["mean_of_organisations"], **k, **means)
    people = {"low": row["respondent_ci_low"], "high": row["respondent_ci_high"]}
    yield from fact(source, row, "mean", row["respondent_mean"], **people)
    for name in ("lower_quartile", "median", "upper_quartile"):
        yield from fact(source, row, name, row[name])


def comparisons(source: str, row: Row) -> Iterator[Fact]:
    """Yield an organisation minus the others."""
    label = {"kind": row["against"], "group": row["group_id"]}
    bounds = {"low": row["ci_low"], "high": row["ci_high"]}
    measure = f"others {row['organisation_id']}"
    yield from fact(source, row, measure, row["difference"], **label, **bounds)


def gaps(source: str, row: Row) -> Iterator[Fact]:
    """Yield both sides of a gap; the hr side is that of a group of bands, or the sector."""
    yield from fact(source, row | {"side": "employee"}, "mean", row["employee_value"])
    kind = SECTOR if row["group_kind"] == SECTOR else BAND
    label = {"kind": kind, "group": row["hr_group_id"]}
    yield from fact(source, row | {"side": "hr"}, "mean", row["hr_value"], **label)


def distributions(source: str, row: Row) -> Iterator[Fact]:
    """Yield the share of one class of answers."""
    yield from fact(source, row, f"class {row['answer']}", row["share"])


def totals(source: str, row: Row) -> Iterator[Fact]:
    """Yield a protected total as the mean it is."""
    counts = {"count": row["answer_count"], "organisations": row["organisation_count"]}
    yield from fact(source, row, "mean", row["total"] / row["answer_count"], **counts)


Teller = Callable[[str, Row], Iterator[Fact]]
# What is no figure of answers, or is looked at by attacks of its own (intervals and slopes: T6, T8;
# what joins waves: T4, test_movers.py; flagged answers: T1 and T7; places: test_places.py; sums of
# published figures: test_summary_mutants.py; codes and means of several questions:
# test_coded_answers.py; dialogue, quotes and findings: test_quotes.py).
ELSEWHERE = (
    "parameter", "size_gradient", "trend", "predecessor", "sensitivity",
    "release", "wave", "organisation", "size_band", "band_group", "organisation_event", "response",
    "delivery", "item", "pillar", "aspect", "scheme", "facet", "instrument", "instrument_item",
    "instrument_scale", "instrument_side", "scale_code", "choice_group",
    "trend_line", "change_part", "expected_range", "organisation_place", "sector_spread",
    "order_agreement", "category_difference", "indicative_score", "representativeness",
    "sector_precision", "scheme_answer", "dialogue_question", "dialogue_answer",
    "dialogue_parameter", "quote", "finding",
    "coded_answer", "coded_gap", "composite", "composite_gap", "dialogue_mention",
    "band_difference",
)  # fmt: skip
TELLERS: Mapping[str, Teller] = {
    "score": scores,
    "benchmark": benchmarks,
    "comparison": comparisons,
    "gap": gaps,
    "distribution": distributions,
    "protected_total": totals,
}


def facts_of(
    tables: Mapping[str, Sequence[Row]], source: str, halves: Mapping[str, float] | None = None
) -> list[Fact]:
    """Return everything tables say of answers. Raise KeyError for a table nobody attacks.

    `halves` is how far figures of organisations together are rounded, by question; None: not.
    """
    found: list[Fact] = []
    for name, rows in tables.items():
        if name in ELSEWHERE:
            continue
        tell = TELLERS[name]
        found += [with_half(one, halves or {}) for row in rows for one in tell(source, row)]
    return found


def with_half(one: Fact, halves: Mapping[str, float]) -> Fact:
    """Return a fact with how far it was rounded: those of organisations together are."""
    if one.kind not in (BAND, SECTOR) or one.side == "hr" or one.item_id not in halves:
        return one
    return replace(one, half=0.005 if one.measure.startswith("class ") else halves[one.item_id])
