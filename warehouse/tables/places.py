"""Tables of a release that say where an organisation stands; most of them for sector staff only.

Who may read what is decided in `dashboard/access/scope.py`: of these tables an organisation reads
its own row of `expected_range`, and nothing of the others (docs/decisions/009).
"""

from __future__ import annotations

from typing import Final

from warehouse.tables.columns import (
    ITEM,
    ORGANISATION,
    SIDE,
    STATUS,
    WAVE,
    Column,
    Table,
    count,
    value,
)

PLACES: Final = ("usual", "unusual", "very_unusual")
SQUARE: Final = "square of the unit of the item"


def place(meaning: str) -> Column:
    """Return the column that says how far from the expected something lies."""
    return Column("place", "varchar", meaning, values=PLACES)


def square(name: str, meaning: str) -> Column:
    """Return a column with a variance."""
    return Column(name, "double", meaning, SQUARE)


TABLES: Final = (
    Table(
        "expected_range",
        "an organisation's item beside what is expected at its size (S12b)",
        ("wave_id", "side", "item_id", "organisation_id"),
        (
            WAVE,
            SIDE,
            ITEM,
            ORGANISATION,
            value("expected_value", "What the size gradient gives at this headcount."),
            value("range_low", "Where 95 % of organisations of this size lie, lower bound."),
            value("range_high", "The same, upper bound."),
            value("outer_low", "Where 99.8 % of them lie, lower bound."),
            value("outer_high", "The same, upper bound."),
            place("The own value inside the range, outside it, or outside the outer one."),
            STATUS,
        ),
    ),
    Table(
        "organisation_place",
        "an organisation's item among all organisations; for sector staff",
        ("wave_id", "side", "item_id", "organisation_id"),
        (
            WAVE,
            SIDE,
            ITEM,
            ORGANISATION,
            Column("funnel_z", "double", "Distance from the centre (S11).", "standard errors"),
            Column(
                "funnel_z_adjusted",
                "double",
                "The same with the usual spread between organisations in it.",
                "standard errors",
            ),
            place("What the adjusted distance may be called."),
            value("estimate", "Empirical-Bayes value (S12); NULL: too few for their bands."),
            value("estimate_low", "Lower bound of its 95 % interval."),
            value("estimate_high", "Upper bound of its 95 % interval."),
            value("constrained_estimate", "The estimate with the true spread, as in quartiles."),
            count("rank_low", "Best rank that the data leave open (S13); 1 is the highest."),
            count("rank_high", "Worst rank that the data leave open."),
            STATUS,
        ),
    ),
    Table(
        "sector_spread",
        "an item's spread between organisations; for sector staff",
        ("wave_id", "side", "item_id"),
        (
            WAVE,
            SIDE,
            ITEM,
            count("organisation_count", "Organisations with an own result."),
            value("funnel_centre", "Mean of their answers (S11)."),
            Column("over_dispersion", "double", "φ: mean square of the drawn-in z.", "ratio"),
            square("funnel_variance", "τ² of S11: what φ adds to a variance."),
            square("between_variance", "τ² of S12: between organisations of one size band."),
            Column("constraint_factor", "double", "By which estimates are spread out.", "ratio"),
            square("line_variance", "τ² of S12b: about the size gradient; NULL: no gradient."),
            square("intercept_variance", "Variance of its intercept."),
            square("slope_variance", "Variance of its slope."),
            square("intercept_slope_covariance", "Covariance of the two."),
            STATUS,
        ),
    ),
)
