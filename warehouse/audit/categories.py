"""Table category_difference worked out again from published totals and the pooled variance.

A difference between categories of people that is anything but a function of their published totals
would be one more equation on cells that colleagues can count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy import special

from warehouse.audit.blocks import Sector
from warehouse.audit.breakdowns import breakdown_of
from warehouse.audit.derived import World, shown
from warehouse.audit.families import adjusted, compare_row
from warehouse.audit.report import Place, Trail
from warehouse.settings import Method

ASPECTS = ("grade", "likert")
ROUNDING = 1e-9
# A release from before totals and parameters were published.
NOTHING = pl.DataFrame(
    schema=dict.fromkeys(
        ("wave_id", "side", "item_id", "group_kind", "group_id", "size_band_id", "name", "value"),
        pl.String,
    )
)
Row = dict[str, object]
Amount = tuple[float, float]
Strata = dict[str, dict[str, Amount]]


class Ground(NamedTuple):
    """What differences of one wave, side and item may be made of."""

    kind: str
    strata: Strata
    variance: float
    df: float


class Expected(NamedTuple):
    """A difference worked out again, not yet adjusted for its family."""

    row: Row
    values: dict[str, float | str]
    p: float
    bounds: tuple[float, float]
    delta: float


class Given(NamedTuple):
    """Published totals and constants by wave, side and item."""

    totals: Mapping[Place, pl.DataFrame]
    constants: Mapping[Place, Mapping[str, float]]

    def of(self, place: Place) -> tuple[pl.DataFrame, Mapping[str, float]]:
        """Return the totals and constants of a place, empty where none are published."""
        return self.totals.get(place, NOTHING), self.constants.get(place, {})


def check_category_differences(world: World, method: Method, trail: Trail) -> None:
    """Check every published difference between categories of people."""
    rows = shown(world, "category_difference")
    if not rows.height:
        return
    families: dict[tuple[str, ...], list[Expected]] = defaultdict(list)
    given = given_of(world)
    for (wave, side, item), part in rows.partition_by(
        "wave_id", "side", "item_id", as_dict=True
    ).items():
        place = Place(str(wave), str(side), str(item))
        sector = world.sectors.get(place.wave_id)
        kinds = part["group_kind"].unique().to_list()
        grounds = {name: ground_of(given, place, sector, name) for name in kinds}
        for row in part.iter_rows(named=True):
            ground = grounds[row["group_kind"]]
            found = None if ground is None else difference(row, ground, method)
            if found is None or ground is None:
                said = f"a difference of {row['group_kind']} {row['group_id']}"
                trail.find(place, "unexplained", said)
                continue
            family = "aspect" if ground.kind in ASPECTS else ground.kind
            key = (place.wave_id, str(row["group_kind"]), str(row["group_id"]), family)
            families[key].append(found)
    for members in families.values():
        judge(members, method.alpha, trail)


def given_of(world: World) -> Given:
    """Return the published totals and constants of every wave, side and item."""
    constants = {
        place: dict(rows.select("name", "value").iter_rows())
        for place, rows in by_place(world, "parameter").items()
    }
    return Given(by_place(world, "protected_total"), constants)


def by_place(world: World, table: str) -> dict[Place, pl.DataFrame]:
    """Return the rows of a table by wave, side and item."""
    rows = world.tables.get(table, NOTHING)
    if rows.is_empty():
        return {}
    parts = rows.partition_by("wave_id", "side", "item_id", as_dict=True)
    return {Place(*map(str, key)): part for key, part in parts.items()}


def ground_of(given: Given, place: Place, sector: Sector | None, kind: str) -> Ground | None:
    """Return published totals and spread of an item, None where something is not published."""
    name = breakdown_of(kind)
    if name is None or sector is None or place.item_id not in sector.scales:
        return None
    totals, constants = given.of(place)
    strata: Strata = defaultdict(dict)
    kinds = (f"size_band_{name}", f"sector_{name}")
    for wanted in kinds:
        for row in totals.filter(pl.col("group_kind") == wanted).iter_rows(named=True):
            bands, _, category = str(row["group_id"]).rpartition("|")
            strata[bands][category] = (float(row["answer_count"]), float(row["total"]))
        if strata:
            break
    if not strata or not {"pooled_variance", "pooled_df"} <= constants.keys():
        return None
    variance = spread(totals, strata, sector, constants["pooled_variance"])
    return Ground(sector.scales[place.item_id].kind, strata, variance, constants["pooled_df"])


def spread(totals: pl.DataFrame, strata: Iterable[str], sector: Sector, within: float) -> float:
    """Return the variance of answers inside groups of bands, organisations and all.

    Within atoms by the pooled variance; between them by how far their means lie apart.
    """
    atoms = totals.filter(pl.col("group_kind").is_in(["organisation", "size_band_rest"]))
    squares, freedom = 0.0, 0.0
    for name in strata:
        bands = sector.bands_in(name or "sector")
        inside = atoms.filter(pl.col("size_band_id").is_in(list(bands)))
        if inside.height:
            n = inside["answer_count"].to_numpy().astype(float)
            means = inside["total"].to_numpy() / n
            centre = float(n @ means) / float(n.sum())
            squares += within * float((n - 1).sum()) + float(n @ (means - centre) ** 2)
            freedom += float(n.sum()) - 1
    return squares / freedom if freedom else float("nan")


def difference(row: Row, ground: Ground, method: Method) -> Expected | None:
    """Return what a row must hold, None where it is of no published category."""
    band, _, category = str(row["group_id"]).rpartition("|")
    parts = ground.strata if not band else {band: ground.strata.get(band, {})}
    weight, amount, people, others_people = 0.0, 0.0, 0.0, 0.0
    for part in parts.values():
        n, total = part.get(category, (0.0, 0.0))
        others = sum(count for name, (count, _) in part.items() if name != category)
        others_total = sum(sums for name, (_, sums) in part.items() if name != category)
        if n and others:
            harmonic = 1 / (1 / n + 1 / others)
            weight += harmonic
            amount += harmonic * (total / n - others_total / others)
            people, others_people = people + n, others_people + others
    if not weight:
        return None
    se, value = float(np.sqrt(ground.variance / weight)), amount / weight
    p = float(2 * special.stdtr(ground.df, -abs(value) / se)) if se > 0 else float("nan")
    outer, inner = (-float(special.stdtrit(ground.df, tail)) * se for tail in (0.025, 0.05))
    values: dict[str, float | str] = {"respondent_count": people, "others_count": others_people}
    values |= {"difference": value, "ci_low": value - outer, "ci_high": value + outer}
    return Expected(row, values, p, (value - inner, value + inner), delta_of(ground, method))


def delta_of(ground: Ground, method: Method) -> float:
    """Return the smallest difference of an item that may be called higher or lower."""
    smallest = method.smallest_difference
    return {"grade": smallest.grade, "likert": smallest.likert}.get(ground.kind, smallest.share)


def judge(members: list[Expected], alpha: float, trail: Trail) -> None:
    """Check the rows of one family, with adjusted p and word."""
    for one, q in zip(members, adjusted([member.p for member in members]), strict=True):
        word = said(one, q, alpha)
        expected = {**one.values, "q_value": q, "verdict": word}
        compare_row(one.row, expected, "a difference of categories", trail)


def said(one: Expected, q: float, alpha: float) -> str:
    """Return what a difference may be called."""
    value, (low, high) = float(one.values["difference"]), one.bounds
    if q < alpha and abs(value) >= one.delta - ROUNDING:
        if float(one.values["ci_low"]) > 0:
            return "higher"
        if float(one.values["ci_high"]) < 0:
            return "lower"
    inside = low >= -one.delta and high <= one.delta
    return "comparable" if inside else "not_demonstrable"
