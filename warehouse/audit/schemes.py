"""Who a scheme does not apply to: whole counts of enough people, no more than took part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from warehouse.audit.derived import World
from warehouse.audit.report import Place, Trail
from warehouse.settings import DisclosurePolicy

Row = dict[str, Any]
Key = tuple[str, str, str]
PARTS = ("answered_share", "not_offered_share", "not_eligible_share")


def check_scheme_answers(world: World, trail: Trail) -> None:
    """Check every published row of `scheme_answer`."""
    if "scheme_answer" not in world.tables:
        return
    frame = world.tables["scheme_answer"].filter(pl.col("status") == "published")
    whole: dict[Key, dict[str, Row]] = defaultdict(dict)
    for row in frame.iter_rows(named=True):
        trail.count("schemes")
        # A release from before groups were counted has the sector alone.
        group = row.get("group_id") or "sector"
        whole[row["wave_id"], row["side"], row["scheme_id"]][group] = row
        place = Place(row["wave_id"], row["side"], row["scheme_id"])
        took_part = people_of(world, place, group)
        if took_part is None:
            trail.find(place, "unexplained", "a scheme of a wave without a structure")
        else:
            check_row(row, place, took_part, world.sectors[place.wave_id].policy, trail)
    for key, groups in whole.items():
        check_groups(Place(*key), groups, world, trail)


def people_of(world: World, place: Place, group: str) -> int | None:
    """Return how many of a side took part in some bands, None where that is not known."""
    structure = world.structures.get((place.wave_id, place.side))
    sector = world.sectors.get(place.wave_id)
    if structure is None or sector is None:
        return None
    if group == "sector":
        return int(structure.participants.sum())
    inside = np.isin(structure.bands.astype(str), list(sector.bands_in(group)))
    return int(structure.participants[inside].sum())


def check_row(
    row: Row, place: Place, took_part: int, policy: DisclosurePolicy, trail: Trail
) -> None:
    """Check that a row is whole counts of enough people, who may have had several reasons."""
    n, parts = row["respondent_count"], [row[part] for part in PARTS]
    counts = [share * n for share in parts]
    whole = all(abs(count - round(count)) < 1e-6 for count in counts)
    if n > took_part or not whole or abs(sum(parts) - 1) > 1e-9:
        trail.find(place, "unexplained", "shares that are no counts of those who took part")
        return
    ways = [round(count) for count in counts[1:]]
    if n < policy.persons_min or any(0 < way < policy.persons_min for way in ways):
        trail.find(place, "too few", "a share of too few people")
    if row["organisation_count"] < policy.benchmark_organisations_min:
        trail.find(place, "few organisations", "a share of too few organisations")
    if sum(way >= policy.persons_min for way in (*ways, took_part - n)) < 2:
        trail.find(place, "homogeneous", "all who did not say yes or no said the same")


def check_groups(place: Place, groups: Mapping[str, Row], world: World, trail: Trail) -> None:
    """Check that groups of bands do not overlap, and that together they are the sector."""
    names = [name for name in groups if name != "sector"]
    if not names or place.wave_id not in world.sectors:
        return
    sector = world.sectors[place.wave_id]
    bands = [band for name in names for band in sector.bands_in(name)]
    if "sector" not in groups or len(names) < 2 or len(bands) != len(set(bands)):
        trail.find(place, "unexplained", "groups of bands that are not those of the sector")
        return
    for part in PARTS:
        counts = {name: row[part] * row["respondent_count"] for name, row in groups.items()}
        if abs(sum(counts[name] for name in names) - counts["sector"]) > 1e-6:
            trail.find(place, "unexplained", f"{part}: the sector is not its groups")
