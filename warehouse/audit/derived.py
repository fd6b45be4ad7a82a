"""Tables that are made of others: each figure must be what published ones make it.

A comparison, gap, change or predecessor that is anything else would be one more equation on
somebody, so what does not follow is a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from warehouse.audit.blocks import EXACT, Block, Sector, check_value
from warehouse.audit.reading import Structure, Tables
from warehouse.audit.report import Place, Trail

Blocks = Mapping[tuple[str, str, str], Block]
ITEM = ("wave_id", "side", "item_id")


class World(NamedTuple):
    """The tables of a release, what each wave is, its structure, and the explained blocks."""

    tables: Tables
    sectors: Mapping[str, Sector]
    structures: Mapping[tuple[str, str], Structure]
    blocks: Blocks


def check_derived(world: World, trail: Trail) -> None:
    """Check every table that is a function of others."""
    check_comparisons(world, trail)
    check_trends(world, trail)
    check_gaps(world, trail)
    check_predecessors(world, trail)
    check_gradients(world, trail)
    check_responses(world, trail)


def shown(world: World, table: str) -> pl.DataFrame:
    """Return the published rows of a table; empty when a release has none."""
    frame = world.tables.get(table)
    return pl.DataFrame() if frame is None else frame.filter(pl.col("status") == "published")


def report_unequal(
    frame: pl.DataFrame, pair: tuple[str, str], what: str, trail: Trail, wave: str = "wave_id"
) -> None:
    """Find rows in which a figure is not what it should be, or nothing says what it should be."""
    actual, expected = pl.col(pair[0]), pl.col(pair[1])
    trail.count("values worked out again", frame.height)
    apart = expected.is_null() | expected.is_nan() | actual.is_null()
    apart |= (actual - expected).abs() > EXACT * (1 + actual.abs())
    wrong = frame.filter(apart)
    for row in wrong.head(3).iter_rows(named=True):
        place = Place(row[wave], row.get("side") or "", row["item_id"])
        group = row.get("organisation_id") or row.get("group_id")
        said = f"{what} of {group} does not follow from published figures ({wrong.height} rows)"
        trail.find(place, "unexplained", said)


def scores(world: World) -> pl.DataFrame:
    """Return the published values of groups."""
    return shown(world, "score").select(*ITEM, "group_kind", "group_id", "value")


def check_comparisons(world: World, trail: Trail) -> None:
    """Check own minus the mean of the others: k/(k-1)·(own - mean)."""
    frame = shown(world, "comparison")
    if not frame.height:
        return
    own = scores(world).filter(pl.col("group_kind") == "organisation")
    own = own.select(*ITEM, pl.col("group_id").alias("organisation_id"), "value")
    groups = shown(world, "benchmark").select(
        *ITEM,
        pl.col("group_kind").alias("against"),
        "group_id",
        "organisation_count",
        "mean_of_organisations",
    )
    joined = frame.join(own, on=[*ITEM, "organisation_id"], how="left")
    joined = joined.join(groups, on=[*ITEM, "against", "group_id"], how="left")
    k = pl.col("organisation_count")
    expected = (k / (k - 1) * (pl.col("value") - pl.col("mean_of_organisations"))).alias("expected")
    report_unequal(joined.with_columns(expected), ("difference", "expected"), "a comparison", trail)


def check_trends(world: World, trail: Trail) -> None:
    """Check that a change is the later published value minus the earlier one."""
    frame = shown(world, "trend")
    if not frame.height:
        return
    key = ["side", "group_kind", "group_id", "item_id"]
    values = scores(world)
    for column in ("wave_from", "wave_to"):
        part = values.rename({"wave_id": column, "value": f"{column}_value"})
        frame = frame.join(part, on=[column, *key], how="left")
    expected = (pl.col("wave_to_value") - pl.col("wave_from_value")).alias("expected")
    frame = frame.with_columns(expected)
    report_unequal(frame, ("change", "expected"), "a change", trail, wave="wave_to")
    if "matched_change" in frame.columns:
        for row in frame.filter(pl.col("matched_change").is_not_null()).iter_rows(named=True):
            check_matched(world, row, trail)


def check_matched(world: World, row: dict[str, object], trail: Trail) -> None:
    """Check the change among organisations in both waves, and that it leaves nobody alone."""
    side, item = str(row["side"]), str(row["item_id"])
    before, after = (world.blocks.get((str(row[w]), side, item)) for w in ("wave_from", "wave_to"))
    place = Place(str(row["wave_to"]), side, item)
    if before is None or after is None:
        trail.find(place, "unexplained", "a matched change without its waves")
        return
    own = [own_means(block, str(row["group_id"])) for block in (before, after)]
    both = sorted(own[0].keys() & own[1].keys())
    expected = float(np.mean([own[1][name] - own[0][name] for name in both])) if both else np.nan
    trail.count("values worked out again")
    if not abs(expected - float(str(row["matched_change"]))) <= EXACT * (1 + abs(expected)):
        trail.find(place, "unexplained", f"matched change of {row['group_id']}")
    few = after.sector.policy.benchmark_organisations_min
    moved = [len(part) - len(both) for part in own]
    if len(both) < few or any(0 < count < few for count in moved):
        said = f"matched change of {row['group_id']}: {moved[0]} left and {moved[1]} joined"
        trail.find(place, "few organisations", said)


def own_means(block: Block, group: str) -> dict[str, float]:
    """Return the published results of organisations in a group of bands."""
    inside = block.own & block.in_bands(block.sector.bands_in(group))
    names = block.structure.organisations
    return {names[place]: float(block.means[place]) for place in np.flatnonzero(inside)}


def check_gaps(world: World, trail: Trail) -> None:
    """Check both sides of a gap against published values, and their difference."""
    frame = shown(world, "gap")
    if not frame.height:
        return
    difference = (pl.col("employee_value") - pl.col("hr_value")).alias("expected")
    report_unequal(frame.with_columns(difference), ("difference", "expected"), "a gap", trail)
    own = frame.filter(pl.col("group_kind") == "organisation")
    values = scores(world)
    for side, column, name in (
        ("employee", "employee_value", "group_id"),
        ("hr", "hr_value", "hr_group_id"),
    ):
        kind = "organisation" if side == "employee" else "size_band"
        mine = values.filter((pl.col("side") == side) & (pl.col("group_kind") == kind))
        mine = mine.select(
            "wave_id", "item_id", pl.col("group_id").alias(name), pl.col("value").alias("expected")
        )
        joined = own.join(mine, on=["wave_id", "item_id", name], how="left")
        report_unequal(joined, (column, "expected"), f"the {side} side of a gap", trail)
    for row in frame.filter(pl.col("group_kind") != "organisation").iter_rows(named=True):
        for side, name in (("employee", "group_id"), ("hr", "hr_group_id")):
            check_gap_side(world, row, side, str(row[name]), trail)


def check_gap_side(
    world: World, row: dict[str, object], side: str, group: str, trail: Trail
) -> None:
    """Check that one side of a group's gap is the one weighting of its published parts."""
    place = Place(str(row["wave_id"]), side, str(row["item_id"]))
    block = world.blocks.get(place)
    if block is None or not block.members_in(block.sector.bands_in(group)).any():
        trail.find(place, "unexplained", f"the {side} side of a gap of {group}")
        return
    value = float(str(row[f"{side}_value"]))
    check_value(block, block.sector.bands_in(group), value, f"{side} side of a gap, {group}", trail)


def check_predecessors(world: World, trail: Trail) -> None:
    """Check that a predecessors' line is the headcount-weighted mean of published results."""
    for row in shown(world, "predecessor").iter_rows(named=True):
        place = Place(row["wave_id"], row["side"], row["item_id"])
        block, names = world.blocks.get(place), str(row["predecessor_ids"]).split("+")
        trail.count("values worked out again")
        places = [block.structure.position.get(name) for name in names] if block else [None]
        if block is None or not all(p is not None and block.own[p] for p in places):
            trail.find(place, "unexplained", f"predecessors of {row['organisation_id']}")
            continue
        heads = np.array([block.sector.heads.get(name, np.nan) for name in names])
        means = np.array([block.means[p] for p in places if p is not None])
        expected = float(heads @ means / heads.sum())
        if not abs(expected - row["value"]) <= EXACT * (1 + abs(expected)):
            trail.find(place, "unexplained", f"predecessors of {row['organisation_id']}")


def check_gradients(world: World, trail: Trail) -> None:
    """Check that a slope stands on enough published results in two bands or more."""
    for row in shown(world, "size_gradient").iter_rows(named=True):
        place = Place(row["wave_id"], row["side"], row["item_id"])
        block = world.blocks.get(place)
        enough = block is not None and (
            block.own.sum() >= block.sector.policy.quartile_organisations_min
            and len(set(block.structure.bands[block.own])) > 1
        )
        trail.count("slopes")
        if not enough:
            trail.find(place, "few organisations", "a slope on too few published results")


def check_responses(world: World, trail: Trail) -> None:
    """Check that response says who took part as the structure has it, and nothing else."""
    for row in shown(world, "response").iter_rows(named=True):
        place = Place(row["wave_id"], "employee")
        structure, sector = world.structures.get((row["wave_id"], "employee")), None
        sector = world.sectors.get(row["wave_id"])
        trail.count("values worked out again")
        if structure is None or sector is None:
            trail.find(place, "unexplained", f"response of {row['group_id']}")
            continue
        inside = response_members(row, structure, sector)
        people = int(structure.participants[inside].sum())
        if (people, int(inside.sum())) != (row["respondent_count"], row["organisation_count"]):
            said = f"response of {row['group_id']}: {row['respondent_count']}, not {people}"
            trail.find(place, "unexplained", said)


def response_members(
    row: dict[str, object], structure: Structure, sector: Sector
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return the organisations a row of `response` counts."""
    group, kind = str(row["group_id"]), row["group_kind"]
    if kind == "organisation":
        alone = np.zeros(len(structure.organisations), dtype=bool)
        if group in structure.position:
            alone[structure.position[group]] = True
        return alone
    if kind == "size_band":
        return np.asarray(structure.bands.astype(str) == group)
    known = set(sector.heads)
    return np.array([name in known for name in structure.organisations], dtype=bool)
