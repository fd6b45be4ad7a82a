"""Table scheme_answer: who a scheme does not apply to, apart from who says no."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from warehouse.benchmark.scores import Row
from warehouse.scheme_answers import ANSWERED, SECTOR, counted_items
from warehouse.settings import Settings


def scheme_answer_rows(wave_id: str, totals: pl.DataFrame, settings: Settings) -> Iterator[Row]:
    """Yield a row per side and group of each scheme that a wave's questionnaire told apart.

    Missing: where nothing may be shown, a row of the sector without values; nothing at all of a
    wave that is looked at without its dialogues and schemes.
    """
    if not wave_id:
        return
    asked = {item.scheme_id for item in counted_items(settings.instrument_of(wave_id))}
    mine = totals.filter(pl.col("part") == "scheme")
    found: dict[tuple[str, str, str], dict[str, int]] = {}
    organisations: dict[tuple[str, str, str], int] = {}
    # Totals from before groups were counted are of the sector.
    for scheme, side, group, meaning, n, k in mine.select(
        "source", "side", pl.col("answer_id").fill_null(SECTOR), "stage", "n", "organisation_count"
    ).iter_rows():
        found.setdefault((scheme, side, group), {})[meaning] = n
        organisations[scheme, side, group] = k
    for scheme in settings.schemes:
        if scheme.scheme_id not in asked:
            continue
        for side in ("employee", "hr"):
            key: Row = {"wave_id": wave_id, "side": side, "scheme_id": scheme.scheme_id}
            groups = {
                g: n for (s, of, g), n in found.items() if (s, of) == (scheme.scheme_id, side)
            }
            if not groups:
                hidden = {"group_kind": SECTOR, "group_id": SECTOR}
                yield key | hidden | {"status": "too_few_organisations"}
            for group, counts in groups.items():
                k = organisations[scheme.scheme_id, side, group]
                yield key | group_row(group, counts, k)


def group_row(group: str, counts: dict[str, int], organisations: int) -> Row:
    """Return what one side of a group said of a scheme."""
    n = sum(counts.values())
    return {
        "group_kind": SECTOR if group == SECTOR else "size_band",
        "group_id": group,
        "respondent_count": n,
        "organisation_count": organisations,
        "answered_share": counts[ANSWERED] / n,
        "not_offered_share": counts["not_offered"] / n,
        "not_eligible_share": counts["not_eligible"] / n,
        "status": "published",
    }
