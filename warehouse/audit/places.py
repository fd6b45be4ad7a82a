"""Attack on where organisations stand: every figure must follow from published results.

Three tables, each row of which is held against figures worked out again (`placing.py`). Who may
read which of them is not the audit's to say: that is tested where rows are read
(`tests/dashboard/test_places.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np
import polars as pl

from warehouse.audit.blocks import EXACT, Block, as_float
from warehouse.audit.derived import ITEM, World
from warehouse.audit.placing import (
    INNER,
    OUTER,
    Z95,
    Figures,
    Line,
    Peers,
    distances,
    estimated,
    line_of,
    peers_of,
    place_words,
    ranks,
)
from warehouse.audit.reading import Floats
from warehouse.audit.report import Place, Trail

TABLES = ("expected_range", "organisation_place", "sector_spread")
LINE = ("line_variance", "intercept_variance", "slope_variance", "intercept_slope_covariance")
NO_ESTIMATE = dict.fromkeys(("between_variance", "constraint_factor"), float("nan"))
Frames = Mapping[Place, pl.DataFrame]


def check_places(world: World, trail: Trail) -> None:
    """Check every figure about where an organisation stands, and the lines it is held against."""
    tables = {name: by_place(world, name) for name in (*TABLES, "size_gradient")}
    spreads = {place: constants(found) for place, found in by_place(world, "parameter").items()}
    for place in sorted({place for name in TABLES for place in tables[name]}):
        block, known = world.blocks.get(place), spreads.get(place, {})
        if block is None or place.side != "employee":
            trail.find(place, "unexplained", "places of nobody with a published result")
            continue
        rows = {name: tables[name].get(place, pl.DataFrame()) for name in tables}
        check_block(block, known.get("pooled_variance", np.nan), rows, trail)


def by_place(world: World, table: str) -> Frames:
    """Return the rows of a table per wave, side and item; none of a table that is not there."""
    frame = world.tables.get(table)
    if frame is None:
        return {}
    parts = frame.partition_by(*ITEM, as_dict=True)
    return {Place(*(str(cell) for cell in key)): rows for key, rows in parts.items()}


def constants(rows: pl.DataFrame) -> dict[str, float]:
    """Return the constants of the sector by name."""
    return dict(rows.select("name", "value").iter_rows())


def check_block(
    block: Block, variance: float, rows: Mapping[str, pl.DataFrame], trail: Trail
) -> None:
    """Check the places of one wave and item."""
    line_row, spread = published(rows["size_gradient"]), published(rows["sector_spread"])
    peers = peers_of(block, variance)
    line = published_line(line_row, spread)
    ranges, placed = published(rows["expected_range"]), published(rows["organisation_place"])
    check_hidden(block, rows, trail)
    if ranges.height or has_line(spread):
        check_ranges(block, peers, ranges, line, trail)
    if placed.height or spread.height:
        check_placed(block, peers, placed, spread, trail)
    # Who is in a rest is in the structure; a file of before that was kept says only how many.
    if line is not None and block.place.item_id in block.structure.atoms:
        check_line(block, line_of(block, peers, variance), line, line_row, trail)


def published(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that hold figures."""
    return rows.filter(pl.col("status") == "published") if rows.height else rows


def check_hidden(block: Block, rows: Mapping[str, pl.DataFrame], trail: Trail) -> None:
    """Find words in rows that are not published; figures there are found in every table."""
    for name in ("expected_range", "organisation_place"):
        hidden = pl.col("status") != "published"
        if rows[name].height and rows[name].filter(hidden & pl.col("place").is_not_null()).height:
            trail.find(block.place, "leak", f"table {name}: a withheld row holds a word")


def has_line(spread: pl.DataFrame) -> bool:
    """Return whether a release gives a variance of a line."""
    return any(spread[name][0] is not None for name in LINE) if spread.height else False


def positions(block: Block, rows: pl.DataFrame, what: str, trail: Trail) -> tuple[list[int], bool]:
    """Return the place among the own results of each row's organisation, and whether all have one.

    A row about anybody else is a finding: nothing published says where that one stands.
    """
    names = np.array(block.structure.organisations)[block.own].tolist()
    order = {name: position for position, name in enumerate(names)}
    strangers = [name for name in rows["organisation_id"] if name not in order]
    if strangers:
        said = f"{what} of {strangers[0]}, which has no published result ({len(strangers)} rows)"
        trail.find(block.place, "unexplained", said)
    return [order.get(name, 0) for name in rows["organisation_id"]], not strangers


def hold(block: Block, rows: pl.DataFrame, expected: Figures, what: str, trail: Trail) -> None:
    """Find figures that are not what published results make them, or that nothing explains."""
    for column, values in expected.items():
        found = rows[column].cast(pl.Float64).fill_null(np.nan).to_numpy()
        trail.count("values worked out again", found.size)
        same = np.abs(found - values) <= EXACT * (1 + np.abs(values))
        wrong = int((~same & ~(np.isnan(found) & np.isnan(values))).sum())
        if wrong:
            said = f"{what}: {column} does not follow from published figures ({wrong} rows)"
            trail.find(block.place, "unexplained", said)


def hold_words(
    block: Block, found: pl.Series, expected: Sequence[str | None], what: str, trail: Trail
) -> None:
    """Find words that are not those of their figures."""
    wrong = sum(one != other for one, other in zip(found, expected, strict=True))
    if wrong:
        trail.find(block.place, "unexplained", f"{what}: {wrong} words do not fit their figures")


def published_line(gradient: pl.DataFrame, spread: pl.DataFrame) -> Line | None:
    """Return the line of a release, None where it or a variance of it is not published."""
    if not gradient.height or not has_line(spread):
        return None
    row, more = gradient.row(0, named=True), spread.row(0, named=True)
    tau2, v_intercept, v_slope, covariance = (as_float(more[name]) for name in LINE)
    return Line(
        row["intercept"],
        row["slope_per_tenfold"],
        tau2,
        v_intercept,
        v_slope,
        covariance,
        row["unit_count"],
    )


def check_ranges(
    block: Block, peers: Peers, rows: pl.DataFrame, line: Line | None, trail: Trail
) -> None:
    """Check what is expected at a size: fit, and fit ± multiples of √(v + τ² + Var(fit))."""
    if line is None:
        trail.find(block.place, "unexplained", "expected ranges without a published line")
        return
    picked, are_own = (
        positions(block, rows, "expected range", trail) if rows.height else ([], False)
    )
    if not are_own:
        return
    sizes, scale = peers.sizes[picked], block.scale
    fit = line.intercept + line.slope * sizes
    v_fit = line.v_intercept + 2 * sizes * line.covariance + sizes**2 * line.v_slope
    sd = np.sqrt(peers.variances[picked] + line.tau2 + v_fit)

    def on_scale(values: Floats) -> Floats:
        return np.minimum(np.maximum(values, scale.low), scale.high)

    expected = {
        "expected_value": on_scale(fit),
        "range_low": on_scale(fit - INNER * sd),
        "range_high": on_scale(fit + INNER * sd),
        "outer_low": on_scale(fit - OUTER * sd),
        "outer_high": on_scale(fit + OUTER * sd),
    }
    hold(block, rows, expected, "expected range", trail)
    words = place_words((peers.means[picked] - fit) / sd)
    hold_words(block, rows["place"], words, "expected range", trail)


def check_line(block: Block, found: Line, line: Line, gradient: pl.DataFrame, trail: Trail) -> None:
    """Check a size gradient and its variances against the line through published results."""
    pairs = zip(line._fields, line, found, strict=True)
    trail.count("values worked out again", len(line))
    wrong = [name for name, one, other in pairs if not is_same(one, other)]
    row, half = gradient.row(0, named=True), Z95 * found.v_slope**0.5
    p = 2 * NormalDist().cdf(-abs(found.slope) / found.v_slope**0.5)
    more = {"ci_low": found.slope - half, "ci_high": found.slope + half, "p_value": p}
    wrong += [name for name, value in more.items() if not is_same(row[name], value)]
    if wrong:
        said = f"size gradient: {', '.join(wrong)} not those of published results"
        trail.find(block.place, "unexplained", said)


def is_same(one: float, other: float) -> bool:
    """Return whether two figures are the same as far as figures are compared."""
    return abs(one - other) <= EXACT * (1 + abs(other))


def check_placed(
    block: Block, peers: Peers, rows: pl.DataFrame, spread: pl.DataFrame, trail: Trail
) -> None:
    """Check distances, estimates and ranks, and the spread they stand on."""
    k = len(peers.means)
    if k < block.sector.policy.benchmark_organisations_min or not (peers.variances > 0).all():
        trail.find(block.place, "few organisations", f"places among {k}, or without any spread")
        return
    away, found = distances(peers)
    shrunk, more = estimated(peers)
    named = {name: np.array([one]) for name, one in (NO_ESTIMATE | found | more).items()}
    if spread.height:
        named["organisation_count"] = np.array([float(k)])
        hold(block, spread, named, "spread", trail)
    picked, are_own = positions(block, rows, "place", trail) if rows.height else ([], False)
    if not are_own:
        return
    scale, critical = block.scale, NormalDist().inv_cdf(1 - 0.05 / (2 * (k - 1)))
    figures = {**away, **ranks(peers, critical), **empty_or(shrunk, k)}
    figures["estimate_low"] = np.maximum(figures["estimate_low"], scale.low)
    figures["estimate_high"] = np.minimum(figures["estimate_high"], scale.high)
    hold(block, rows, {name: cells[picked] for name, cells in figures.items()}, "place", trail)
    words = place_words(away["funnel_z_adjusted"][picked])
    hold_words(block, rows["place"], words, "place", trail)


def empty_or(shrunk: Figures, k: int) -> Figures:
    """Return estimates, all NaN where there are none."""
    names = ("estimate", "estimate_low", "estimate_high", "constrained_estimate")
    return shrunk or {name: np.full(k, np.nan) for name in names}
