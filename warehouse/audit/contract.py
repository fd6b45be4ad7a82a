"""What the audit knows of a release: a table or column it does not know stops everything."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from warehouse.audit.reading import Tables, numbers_of
from warehouse.audit.report import Place, Trail

# Tables without figures about groups of people or organisations.
DESCRIPTIVE = frozenset(
    (
        "release",
        "wave",
        "organisation",
        "size_band",
        "pillar",
        "aspect",
        "item",
        "scheme",
        "facet",
        "instrument",
        "instrument_side",
        "instrument_scale",
        "scale_code",
        "choice_group",
        "instrument_item",
        "band_group",
        "organisation_event",
        "delivery",
        "quote",
    )
)
INTERVAL = ("ci_low", "ci_high")
EFFECT = ("effect_size", "effect_low", "effect_high")
PLACE = (
    "funnel_z",
    "funnel_z_adjusted",
    "estimate",
    "estimate_low",
    "estimate_high",
    "constrained_estimate",
    "rank_low",
    "rank_high",
)
SPREAD = (
    "organisation_count",
    "funnel_centre",
    "over_dispersion",
    "funnel_variance",
    "between_variance",
    "constraint_factor",
    "line_variance",
    "intercept_variance",
    "slope_variance",
    "intercept_slope_covariance",
)
# Figures by table. Each is checked somewhere in this package, or is (docs/decisions/007) a
# function of checked ones that adds no equation on anybody.
FIGURES: Mapping[str, tuple[str, ...]] = {
    "score": ("respondent_count", "organisation_count", "value", *INTERVAL),
    "distribution": ("share",),
    "benchmark": (
        "organisation_count",
        "mean_of_organisations",
        "mean_ci_low",
        "mean_ci_high",
        "median",
        "lower_quartile",
        "upper_quartile",
        "respondent_mean",
        "respondent_ci_low",
        "respondent_ci_high",
    ),
    "comparison": ("difference", *INTERVAL, "q_value", *EFFECT),
    "expected_range": ("expected_value", "range_low", "range_high", "outer_low", "outer_high"),
    "organisation_place": PLACE,
    "sector_spread": SPREAD,
    "gap": ("employee_value", "hr_value", "difference", *INTERVAL, "q_value"),
    "order_agreement": (
        "item_count",
        "asked_count",
        "spearman",
        "kendall",
        "rank_biased_overlap",
        "q_value",
    ),
    "category_difference": (
        "respondent_count",
        "others_count",
        "difference",
        *INTERVAL,
        "q_value",
    ),
    # Keys and words alone.
    "indicative_score": (),
    "representativeness": ("organisation_count", "mean_propensity", "r_indicator"),
    "sector_precision": (
        "answer_count",
        "effective_count",
        "weights_design_effect",
        "answer_sd",
        "bias_max",
    ),
    "trend": ("change", *INTERVAL, "matched_change"),
    "change_part": ("change", *INTERVAL, "q_value", "earlier_count", "later_count"),
    "trend_line": (
        "wave_count",
        "slope_per_year",
        *INTERVAL,
        "p_value",
        "q_value",
        "misfit",
        "misfit_p",
        "theil_sen_slope",
        "theil_sen_low",
        "theil_sen_high",
    ),
    "size_gradient": ("slope_per_tenfold", *INTERVAL, "p_value", "intercept", "unit_count"),
    "predecessor": ("value", *INTERVAL),
    "protected_total": (
        "organisation_count",
        "headcount",
        "answer_count",
        "total",
        "total_squares",
    ),
    "parameter": ("value",),
    "sensitivity": ("answer_count", "flagged_count", "difference"),
    "dialogue_mention": (
        "first_count",
        "second_count",
        "first_share",
        "second_share",
        "shift",
        *INTERVAL,
        "q_value",
    ),
    "band_difference": ("value", "other_value", "difference", *INTERVAL, "q_value"),
    "coded_answer": (
        "respondent_count",
        "organisation_count",
        "share",
        "effective_count",
        *INTERVAL,
    ),
    "coded_gap": ("employee_share", "hr_share", "difference", *INTERVAL, "q_value"),
    "composite": ("item_count", "value", *INTERVAL),
    "composite_gap": (
        "item_count",
        "employee_value",
        "hr_value",
        "difference",
        *INTERVAL,
        "q_value",
    ),
    "scheme_answer": (
        "respondent_count",
        "organisation_count",
        "answered_share",
        "not_offered_share",
        "not_eligible_share",
    ),
    "finding": ("strength", "comparisons_looked_at"),
    "dialogue_question": (
        "employee_count",
        "hr_count",
        "answer_count",
        "listed_count",
        "text_count",
        "shown_per_rater",
        "exposure_statistic",
        "exposure_df",
        "exposure_p",
        "exposure_ratio",
    ),
    "dialogue_answer": (
        "rating_count",
        "mean_rating",
        "support",
        "support_low",
        "consensus",
        "polarisation",
        "wrote_count",
        "shift",
        "shift_low",
        "shift_high",
    ),
    "dialogue_parameter": ("answer_count", "within_variance", "between_variance", "mean"),
    "response": (
        "invited",
        "respondent_count",
        "organisation_count",
        "own_result_count",
        "response_rate",
    ),
}
GROUP_KINDS = frozenset(("organisation", "size_band", "size_band_rest", "sector"))


def check_contract(tables: Tables, trail: Trail) -> None:
    """Find tables and figures of which the audit does not know what they are about."""
    for name, frame in tables.items():
        if name in DESCRIPTIVE:
            continue
        if name not in FIGURES:
            trail.find(Place(), "unknown", f"table {name} is not known to the audit")
            continue
        trail.count("columns of figures", len(numbers_of(frame)))
        for column in sorted(set(numbers_of(frame)) - set(FIGURES[name])):
            trail.find(Place(), "unknown", f"column {name}.{column} is not known to the audit")


def check_withheld(tables: Tables, trail: Trail) -> None:
    """Find rows that are not published and hold a figure all the same (A6)."""
    for name, frame in tables.items():
        if name not in FIGURES or "status" not in frame.columns:
            continue
        hidden = frame.filter(pl.col("status") != "published")
        trail.count("withheld rows looked into", hidden.height)
        leaks = hidden.filter(
            pl.any_horizontal(pl.col(column).is_not_null() for column in numbers_of(frame))
        )
        for row in leaks.head(5).iter_rows(named=True):
            place = Place(
                row.get("wave_id") or row.get("wave_to") or "",
                row.get("side") or "",
                row.get("item_id") or "",
            )
            group = row.get("group_id") or row.get("organisation_id") or ""
            trail.find(place, "leak", f"table {name}: the withheld row of {group} holds a figure")
