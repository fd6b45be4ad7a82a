"""Table scheme_answer: who a scheme does not apply to, apart from who says no."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from warehouse.benchmark.scores import Row
from warehouse.scheme_answers import ANSWERED
from warehouse.settings import Settings


def scheme_answer_rows(wave_id: str, totals: pl.DataFrame, settings: Settings) -> Iterator[Row]:
    """Yield a row per scheme and side of a wave that asked about schemes and counted apart."""
    mine = totals.filter(pl.col("part") == "scheme")
    found: dict[tuple[str, str], dict[str, int]] = {}
    organisations: dict[tuple[str, str], int] = {}
    for scheme, side, meaning, n, k in mine.select(
        "source", "side", "stage", "n", "organisation_count"
    ).iter_rows():
        found.setdefault((scheme, side), {})[meaning] = n
        organisations[scheme, side] = k
    for scheme in settings.schemes if found else ():
        for side in ("employee", "hr"):
            key: Row = {"wave_id": wave_id, "side": side, "scheme_id": scheme.scheme_id}
            counts = found.get((scheme.scheme_id, side))
            if counts is None:
                yield key | {"status": "too_few_organisations"}
                continue
            n = sum(counts.values())
            yield key | {
                "respondent_count": n,
                "organisation_count": organisations[scheme.scheme_id, side],
                "answered_share": counts[ANSWERED] / n,
                "not_offered_share": counts["not_offered"] / n,
                "not_eligible_share": counts["not_eligible"] / n,
                "status": "published",
            }
