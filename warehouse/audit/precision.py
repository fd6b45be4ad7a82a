"""Tables representativeness and sector_precision, and what is called indicative, worked out again.

From who was invited and who took part, from published totals and the pooled variance, and from the
intervals of scores: no figure here looks at an answer that is not published as a sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from warehouse.audit.blocks import Block, weights_of
from warehouse.audit.categories import Given, given_of, spread
from warehouse.audit.derived import World, shown
from warehouse.audit.families import compare_row
from warehouse.audit.report import Place, Trail
from warehouse.settings import Method

NAN = float("nan")
ROUNDING = 1e-9
Key = tuple[str, str, str]
Counts = Mapping[Key, tuple[float, float]]


@dataclass(frozen=True)
class Evenness:
    """How evenly a wave's response is spread over organisations."""

    organisation_count: int
    mean: float
    r: float
    unknown: int


def check_precision(world: World, method: Method, trail: Trail) -> None:
    """Check what is said of the precision of figures."""
    waves, given = check_evenness(world, trail), given_of(world)
    for row in shown(world, "sector_precision").iter_rows(named=True):
        check_sector(world, given, row, waves.get(str(row["wave_id"])), trail)
    check_indicative(world, method, trail)


# --- Response ------------------------------------------------------------------------------------


def evenness_of(world: World, wave_id: str) -> Evenness:
    """Return how evenly a wave's response is spread, from the published rows of organisations."""
    rows = shown(world, "response").filter(
        (pl.col("wave_id") == wave_id) & (pl.col("group_kind") == "organisation")
    )
    asked, unknown = [], 0
    for invited, people in rows.select("invited", "respondent_count").iter_rows():
        if invited:
            asked.append((float(invited), min(1.0, people / invited)))
        unknown += invited is None and people > 0
    total = sum(invited for invited, _ in asked)
    if len(asked) < 2:
        return Evenness(len(asked), NAN, NAN, unknown)
    mean = sum(invited * rate for invited, rate in asked) / total
    squares = sum(invited * (rate - mean) ** 2 for invited, rate in asked)
    r = max(0.0, 1 - 2 * float(np.sqrt(squares / (total - 1))))
    return Evenness(len(asked), mean, r, unknown)


def check_evenness(world: World, trail: Trail) -> dict[str, Evenness]:
    """Check the R-indicators, and return those that are published."""
    found = {}
    for row in shown(world, "representativeness").iter_rows(named=True):
        wave = str(row["wave_id"])
        if wave not in world.sectors:
            trail.find(Place(wave), "unexplained", "representativeness of no wave")
            continue
        policy, even = world.sectors[wave].policy, evenness_of(world, wave)
        if even.organisation_count < policy.quartile_organisations_min:
            said = f"representativeness over {even.organisation_count} organisations"
            trail.find(Place(wave), "few organisations", said)
        if 0 < even.unknown < policy.benchmark_organisations_min:
            said = f"representativeness leaves out {even.unknown} organisations that took part"
            trail.find(Place(wave), "few organisations", said)
        expected: dict[str, float | str] = {
            "organisation_count": float(even.organisation_count),
            "mean_propensity": even.mean,
            "r_indicator": even.r,
        }
        compare_row(row, expected, "representativeness", trail)
        found[wave] = even
    return found


# --- The sector's mean ---------------------------------------------------------------------------


def check_sector(
    world: World, given: Given, row: dict[str, object], even: Evenness | None, trail: Trail
) -> None:
    """Check what the weights of one sector mean cost, and its spread and largest bias."""
    place = Place(str(row["wave_id"]), str(row["side"]), str(row["item_id"]))
    block = world.blocks.get(place)
    if block is None or not any(group.kind == "sector" for group in block.unions):
        trail.find(place, "unexplained", "precision of a sector's mean that is not published")
        return
    people, effective = weighting(block)
    sd = spread_of(given, place, block)
    bias = NAN if even is None or not even.mean else (1 - even.r) * sd / (2 * even.mean)
    expected: dict[str, float | str] = {
        "answer_count": people,
        "effective_count": effective,
        "weights_design_effect": people / effective,
        "answer_sd": sd,
        "bias_max": bias,
    }
    compare_row(row, expected, "precision", trail)


def weighting(block: Block) -> tuple[float, float]:
    """Return the answers of a sector, and how many of equal weight they are worth."""
    parts = block.parts(block.sector.bands)
    weights = weights_of(block, parts)
    return float(parts.people.sum()), float(weights.sum() ** 2 / (weights**2 / parts.people).sum())


def spread_of(given: Given, place: Place, block: Block) -> float:
    """Return the standard deviation of a sector's answers, NaN where it may not be given."""
    totals, constants = given.of(place)
    within = constants.get("pooled_variance", NAN)
    return float(np.sqrt(spread(totals, ["sector"], block.sector, within)))


# --- Indicative ----------------------------------------------------------------------------------


def check_indicative(world: World, method: Method, trail: Trail) -> None:
    """Find scores that are called indicative and are hidden, or are so for another reason."""
    said = world.tables.get("indicative_score")
    if said is None or not said.height:
        return
    trail.count("values worked out again", said.height)
    key = ["wave_id", "side", "group_kind", "group_id", "item_id"]
    frame = said.join(shown(world, "score"), on=key, how="left")
    frame = with_reasons(frame, world, method)
    wrong = frame.filter(pl.col("value").is_null() | pl.col("reason").ne_missing(pl.col("why")))
    for row in wrong.head(3).iter_rows(named=True):
        place = Place(row["wave_id"], row["side"], row["item_id"])
        words = f"{row['group_kind']} {row['group_id']} is not indicative for {row['reason']}"
        trail.find(place, "unexplained", words)


def with_reasons(scores: pl.DataFrame, world: World, method: Method) -> pl.DataFrame:
    """Return scores with `why`: the reason for which each is to be read with care, or NULL."""
    items = world.tables["item"].select("item_id", "unit")
    key = ["wave_id", "side", "group_kind", "group_id"]
    groups, counts = scores.select(key).unique(), counts_of(world)
    rates = [response_of(row, world, counts, method) for row in groups.iter_rows()]
    groups = groups.with_columns(pl.Series("rate", rates, dtype=pl.Float64))
    frame = scores.join(items, on="item_id", how="left").join(groups, on=key, how="left")
    half = (pl.col("ci_high") - pl.col("ci_low")) / 2
    too_wide = half.is_null() | (half > method.indicative_half_width + ROUNDING)
    wide = too_wide & (pl.col("unit") == "grade")
    low = (pl.col("rate") < method.indicative_rate_min - ROUNDING).fill_null(value=False)
    why = pl.when(wide & low).then(pl.lit("both")).when(wide).then(pl.lit("wide_interval"))
    return frame.with_columns(why.when(low).then(pl.lit("low_response")).alias("why"))


def counts_of(world: World) -> Counts:
    """Return who took part and who was invited, by wave, kind and group."""
    return {
        (str(row["wave_id"]), str(row["group_kind"]), str(row["group_id"])): (
            float(row["respondent_count"]),
            NAN if row["invited"] is None else float(row["invited"]),
        )
        for row in shown(world, "response").iter_rows(named=True)
    }


def response_of(
    group: tuple[str, ...], world: World, counts: Counts, method: Method
) -> float | None:
    """Return the response of a group of employees, None where it is not known."""
    wave, side, kind, name = group
    if side != "employee" or kind == "size_band_rest":
        return None
    keys: list[Key] = [(wave, "sector", "sector")]
    if kind == "organisation":
        keys = [(wave, kind, name)]
    elif kind.startswith("size_band"):
        sector = world.sectors.get(wave)
        bands = () if sector is None else sector.bands_in(name.split("|")[0])
        keys = [(wave, "size_band", band) for band in bands]
    people = sum(counts.get(key, (NAN, NAN))[0] for key in keys)
    invited = sum(counts.get(key, (NAN, NAN))[1] for key in keys)
    if not invited >= method.invited_min:
        return None
    return min(1.0, people / invited)
