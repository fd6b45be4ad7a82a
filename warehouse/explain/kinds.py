"""Every table with figures: which figure is the first of a row, and how each is explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from warehouse.explain import (
    beside,
    changes,
    counts,
    dialogue,
    differences,
    families,
    figures,
    places,
    precision,
    trend_lines,
)
from warehouse.explain.found import Found
from warehouse.explain.model import Row
from warehouse.explain.source import Source
from warehouse.tables import BY_NAME

More = Mapping[str, float]
Finder = Callable[[Source, Row], Found | None]
MoreFinder = Callable[[Source, Row], More]
INTERVAL: Final = ("ci_low", "ci_high")


@dataclass(frozen=True)
class Kind:
    """How the rows of a table are explained.

    `values` are the columns of the first figure and its bounds; `statistic` names its words where
    nothing is found; `more` gives the other figures of a row. `is_open`: these are sums of people
    or of published figures, so that everybody gets them recomputed, not staff alone.
    """

    values: tuple[str, ...]
    statistic: str
    find: Finder
    more: tuple[MoreFinder, ...] = ()
    is_open: bool = False


def q_of(table: str) -> MoreFinder:
    """Return how the q-value of a table's rows is found."""
    return partial(families.q_value, table=table)


def others_of(table: str) -> tuple[str, ...]:
    """Return the other columns of a table that hold figures."""
    first = KINDS[table].values
    columns = BY_NAME[table].columns
    return tuple(c.name for c in columns if c.type == "double" and c.name not in first)


KINDS: Final[Mapping[str, Kind]] = {
    "score": Kind(("value", *INTERVAL), "group_mean", figures.score),
    "benchmark": Kind(
        ("mean_of_organisations", "mean_ci_low", "mean_ci_high"),
        "mean_of_organisations",
        figures.benchmark,
        (beside.benchmark_more,),
    ),
    "comparison": Kind(
        ("difference", *INTERVAL),
        "comparison",
        figures.comparison,
        (beside.comparison_more, q_of("comparison")),
    ),
    "gap": Kind(("difference", *INTERVAL), "gap_mean", figures.gap, (beside.gap_more, q_of("gap"))),
    "trend": Kind(("change", *INTERVAL), "trend", figures.trend, (changes.trend_more,)),
    "response": Kind(("response_rate",), "response_rate", figures.response),
    "distribution": Kind(("share",), "share_of_answers", counts.distribution),
    "sensitivity": Kind(("difference",), "sensitivity", counts.sensitivity),
    "size_gradient": Kind(
        ("slope_per_tenfold", *INTERVAL),
        "size_gradient",
        places.gradient,
        (places.gradient_more,),
    ),
    "expected_range": Kind(
        ("expected_value", "range_low", "range_high"),
        "expected_range",
        places.expected,
        (places.expected_more,),
    ),
    "organisation_place": Kind(("funnel_z",), "funnel", places.place, (places.place_more,)),
    "sector_spread": Kind(
        ("funnel_centre",), "funnel_centre", places.spread, (places.spread_more,)
    ),
    "order_agreement": Kind(
        ("kendall",),
        "order_agreement",
        differences.agreement,
        (differences.agreement_more, families.order_q),
    ),
    "category_difference": Kind(
        ("difference", *INTERVAL),
        "category_difference",
        differences.category,
        (q_of("category_difference"),),
        is_open=True,
    ),
    "representativeness": Kind(
        ("mean_propensity",),
        "propensity",
        precision.representativeness,
        (precision.representativeness_more,),
    ),
    "sector_precision": Kind(
        ("effective_count",),
        "effective_count",
        precision.sector_precision,
        (precision.sector_precision_more,),
    ),
    "change_part": Kind(
        ("change", *INTERVAL), "change_total", changes.part, (q_of("change_part"),)
    ),
    "trend_line": Kind(
        ("slope_per_year", *INTERVAL),
        "trend_line",
        trend_lines.trend_line,
        (trend_lines.trend_line_more, q_of("trend_line")),
    ),
    "predecessor": Kind(("value", *INTERVAL), "predecessor", changes.predecessor),
    "scheme_answer": Kind(
        ("answered_share",),
        "share_of_answers",
        counts.scheme_answer,
        (counts.scheme_more,),
        is_open=True,
    ),
    "finding": Kind(("strength",), "finding", counts.finding),
    "dialogue_question": Kind(
        ("exposure_statistic",),
        "exposure",
        dialogue.question,
        (dialogue.question_more,),
        is_open=True,
    ),
    "dialogue_answer": Kind(
        ("support", "support_low"),
        "support",
        dialogue.answer,
        (dialogue.answer_more,),
        is_open=True,
    ),
    "dialogue_parameter": Kind(
        ("mean",), "dialogue_mean", dialogue.parameter, (dialogue.parameter_more,), is_open=True
    ),
    "protected_total": Kind(("total",), "protected_total", counts.protected_total),
    "parameter": Kind(("value",), "constant", counts.parameter),
    "item": Kind(("scale_min",), "scale", counts.described),
    "instrument_scale": Kind(("scale_min",), "scale", counts.described),
}
