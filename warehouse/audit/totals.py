"""Attack on the totals given for recomputing: each must be a published score again, and no more."""

from __future__ import annotations

import polars as pl

from warehouse.audit.reading import Tables
from warehouse.audit.report import Place, Trail

KEY = ("wave_id", "side", "item_id", "group_kind", "group_id")
SAME = 1e-6
# Constants of a whole sector. The spread of one organisation is not among them.
PARAMETERS = frozenset(("scale_min", "scale_max", "pooled_variance", "pooled_df", "design_effect"))


def check_totals(tables: Tables, trail: Trail) -> None:
    """Find totals that say more than the scores do, and parameters nobody knows.

    Squares are given for hr alone, where the published interval holds them and the unit is the
    organisation; anybody else's would be a spread within an organisation.
    """
    if "protected_total" in tables:
        check_against_scores(tables, trail)
    if "parameter" in tables:
        trail.count("parameters", tables["parameter"].height)
        unknown = tables["parameter"].filter(~pl.col("name").is_in(list(PARAMETERS)))
        for row in unknown.head(5).iter_rows(named=True):
            place = Place(row["wave_id"], row["side"], row["item_id"])
            trail.find(place, "unknown", f"parameter {row['name']} is not known to the audit")


def check_against_scores(tables: Tables, trail: Trail) -> None:
    """Find totals that are not a published score times its answers, or that hold a spread."""
    totals = tables["protected_total"]
    trail.count("totals held against scores", totals.height)
    shown = tables["score"].filter(pl.col("status") == "published")
    both = totals.join(shown.select(*KEY, "respondent_count", "value"), on=KEY, how="left")
    expected = pl.col("value") * pl.col("respondent_count")
    apart = (pl.col("total") - expected).abs() > SAME * (1 + expected.abs())
    others = (pl.col("answer_count") != pl.col("respondent_count")) | apart
    wrong = pl.col("value").is_null() | others
    spread = pl.col("total_squares").is_not_null() & (pl.col("side") != "hr")
    for kind, condition in (("unexplained", wrong), ("leak", spread)):
        for row in both.filter(condition).head(5).iter_rows(named=True):
            place = Place(row["wave_id"], row["side"], row["item_id"])
            trail.find(place, kind, f"total of {row['group_kind']} {row['group_id']}")
