"""Who a scheme does not apply to: whole counts of enough people, no more than took part."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from warehouse.audit.reading import Structure, Tables
from warehouse.audit.report import Place, Trail
from warehouse.settings import DisclosurePolicy

PARTS = ("answered_share", "not_offered_share", "not_eligible_share")


def check_scheme_answers(
    tables: Tables,
    structures: Mapping[tuple[str, str], Structure],
    policy: DisclosurePolicy,
    trail: Trail,
) -> None:
    """Check every published row of `scheme_answer`."""
    if "scheme_answer" not in tables:
        return
    for row in (
        tables["scheme_answer"].filter(pl.col("status") == "published").iter_rows(named=True)
    ):
        place = Place(row["wave_id"], row["side"], row["scheme_id"])
        trail.count("schemes")
        structure = structures.get((row["wave_id"], row["side"]))
        n, parts = row["respondent_count"], [row[part] for part in PARTS]
        counts = [share * n for share in parts]
        whole = all(abs(count - round(count)) < 1e-6 for count in counts)
        if (
            structure is None
            or n > structure.participants.sum()
            or not whole
            or abs(sum(parts) - 1) > 1e-9
        ):
            trail.find(place, "unexplained", "shares that are no counts of those who took part")
            continue
        missing = int(structure.participants.sum()) - n
        ways = [round(count) for count in counts[1:]]
        if n < policy.persons_min or any(0 < way < policy.persons_min for way in ways):
            trail.find(place, "too few", "a share of too few people")
        if row["organisation_count"] < policy.benchmark_organisations_min:
            trail.find(place, "few organisations", "a share of too few organisations")
        if sum(way >= policy.persons_min for way in (*ways, missing)) < 2:
            trail.find(place, "homogeneous", "all who did not say yes or no said the same")
