"""Where organisations stand among all (S11 to S13), and effect sizes (S5)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from scipy import stats

from tests.reference.atoms import base_atoms
from tests.reference.blocks import Block, employee_block
from tests.reference.sizes import Spread, bisected, expected_row, fitted_line, variance_of, word
from tests.reference.world import ORDER, PEERS, Z95, Atom, Row, Tables, Wave

Key = tuple[str, ...]


def employee_blocks(wave: Wave) -> Iterator[Block]:
    """Yield the employees' items of a wave with their atoms."""
    base = base_atoms(wave)
    for item in wave.items:
        if "employee" in item.sides:
            yield employee_block(wave, item, base)


def placed(waves: Sequence[Wave]) -> Tables:
    """Return the rows that a release of these waves must have, by table and key.

    `effect` has the columns about effects of `comparison`.
    """
    tables: Tables = {name: {} for name in ("expected_range", "organisation_place")}
    tables |= {"sector_spread": {}, "effect": {}}
    for wave in waves:
        for block in employee_blocks(wave):
            if block.atoms:
                add_block(tables, block)
    return tables


def add_block(tables: Tables, block: Block) -> None:
    """Add the rows of one item."""
    key = (block.wave.wave_id, "employee", block.item.item_id)
    own = block.own()
    line = fitted_line(block)
    for atom in own:
        tables["expected_range"][*key, atom.name] = expected_row(block, atom, line)
    enough = len(own) >= PEERS and block.pooled_variance > 0
    hidden = {"status": "too_few_organisations"}
    funnel, found = (funnel_of(block), shrunken(block)) if enough else ({}, None)
    spread = spread_of(len(own), funnel, found, line) if enough else hidden
    tables["sector_spread"][key] = spread
    for atom in own:
        row = place_of(block, atom, funnel, found) if enough else hidden
        tables["organisation_place"][*key, atom.name] = row
    groups = [("size_band", group) for group in block.groups(block.organisations_pass)]
    for against, bands in [*groups, ("sector", ORDER)]:
        members = block.own(bands)
        if len(members) >= PEERS:
            for atom in members:
                tables["effect"][*key, atom.name, against] = effect_of(block, atom, members)


def quantile(values: Sequence[float], part: float) -> float:
    """Return a quantile between order statistics (type 7)."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def funnel_of(block: Block) -> Spread:
    """Return centre, over-dispersion and what it adds to a variance."""
    own = block.own()
    answers = [answer for atom in own for answer in atom.answers]
    centre = sum(answers) / len(answers)
    z = [(a.mean - centre) / math.sqrt(variance_of(block, a)) for a in own]
    low, high = quantile(z, 0.1), quantile(z, 0.9)
    phi = sum(min(max(one, low), high) ** 2 for one in z) / len(z)
    w = [1 / variance_of(block, a) for a in own]
    tau2 = (len(own) * phi - (len(own) - 1)) / (sum(w) - sum(a * a for a in w) / sum(w))
    return {"centre": centre, "phi": phi, "tau2": max(0.0, tau2)}


def weighted_mean(block: Block, atoms: Sequence[Atom], tau2: float) -> tuple[float, float]:
    """Return the weighted mean of organisations, and its variance."""
    w = [1 / (variance_of(block, atom) + tau2) for atom in atoms]
    return sum(a * atom.mean for a, atom in zip(w, atoms, strict=True)) / sum(w), 1 / sum(w)


def shrunken(block: Block) -> dict[str, Any] | None:
    """Return estimates with their variances, the spread and the factor they are spread out by."""
    own = block.own()
    bands = [block.own(band) for band in sorted({atom.bands for atom in own})]
    if len(own) <= len(bands):
        return None

    def excess(tau2: float) -> float:
        squares = 0.0
        for atoms in bands:
            centre, _ = weighted_mean(block, atoms, tau2)
            squares += sum((a.mean - centre) ** 2 / (variance_of(block, a) + tau2) for a in atoms)
        return squares - (len(own) - len(bands))

    tau2 = bisected(excess)
    values, posteriors = {}, {}
    for atoms in bands:
        centre, v_centre = weighted_mean(block, atoms, tau2)
        for atom in atoms:
            kept = tau2 / (tau2 + variance_of(block, atom))
            values[atom.name] = centre + kept * (atom.mean - centre)
            posteriors[atom.name] = kept * variance_of(block, atom) + (1 - kept) ** 2 * v_centre
    middle = sum(values.values()) / len(values)
    spread = sum((value - middle) ** 2 for value in values.values())
    factor = 1.0
    if max(values.values()) - min(values.values()) > 1e-9:
        factor = math.sqrt(1 + (1 - 1 / len(own)) * sum(posteriors.values()) / spread)
    return {"tau2": tau2, "values": values, "posteriors": posteriors, "middle": middle,
            "factor": factor}  # fmt: skip


def place_of(block: Block, atom: Atom, funnel: Spread, found: dict[str, Any] | None) -> Row:
    """Return where one organisation stands."""
    v, apart = variance_of(block, atom), atom.mean - funnel["centre"]
    adjusted = apart / math.sqrt(v + funnel["tau2"])
    row: Row = {
        "funnel_z": apart / math.sqrt(v),
        "funnel_z_adjusted": adjusted,
        "place": word(adjusted),
        "status": "published",
    }
    if found is not None:
        value, half = found["values"][atom.name], Z95 * math.sqrt(found["posteriors"][atom.name])
        row["estimate"] = value
        row["estimate_low"] = max(block.item.lowest, value - half)
        row["estimate_high"] = min(block.item.highest, value + half)
        row["constrained_estimate"] = found["middle"] + found["factor"] * (value - found["middle"])
    return row | rank_of(block, atom)


def rank_of(block: Block, atom: Atom) -> Row:
    """Return the best and worst rank that no pair excludes (Bonferroni)."""
    others = [other for other in block.own() if other is not atom]
    critical = float(stats.norm.ppf(1 - 0.05 / (2 * len(others))))
    better = worse = 0
    for other in others:
        se = math.sqrt(variance_of(block, atom) + variance_of(block, other))
        better += (other.mean - atom.mean) / se > critical
        worse += (other.mean - atom.mean) / se < -critical
    return {"rank_low": 1 + better, "rank_high": len(others) + 1 - worse}


def spread_of(k: int, funnel: Spread, found: dict[str, Any] | None, line: Spread | None) -> Row:
    """Return the spread between organisations."""
    given = line or {}
    return {
        "organisation_count": k,
        "funnel_centre": funnel["centre"],
        "over_dispersion": funnel["phi"],
        "funnel_variance": funnel["tau2"],
        "between_variance": found["tau2"] if found else None,
        "constraint_factor": found["factor"] if found else None,
        "line_variance": given.get("tau2"),
        "intercept_variance": given.get("v_intercept"),
        "slope_variance": given.get("v_slope"),
        "intercept_slope_covariance": given.get("covariance"),
        "status": "published",
    }


def hedges_j(df: int) -> float:
    """Return Hedges' correction from Γ(x + 1) = x·Γ(x), step by step up to df."""
    start = 2 + df % 2
    ratio = math.gamma(start / 2) / math.gamma((start - 1) / 2)
    for nu in range(start, df, 2):
        ratio *= nu / (nu - 1)
    return ratio / math.sqrt(df / 2)


def effect_of(block: Block, atom: Atom, members: Sequence[Atom]) -> Row:
    """Return the effect of an organisation's difference from the others."""
    names = ("effect_size", "effect_low", "effect_high", "effect")
    if block.item.is_share or block.pooled_variance <= 0:
        return dict.fromkeys(names)
    others = [other for other in members if other is not atom]
    apart = atom.mean - sum(other.mean for other in others) / len(others)
    df = block.freedom
    g = hedges_j(df) * apart / math.sqrt(block.pooled_variance)
    count = len(others) ** 2 / sum(1 / other.n for other in others)
    half = Z95 * math.sqrt(1 / atom.n + 1 / count + g * g / (2 * (atom.n + count)))
    size = next((w for least, w in ((0.2, "none"), (0.5, "small"), (0.8, "medium"))
                 if abs(g) < least), "large")  # fmt: skip
    return dict(zip(names, (g, g - half, g + half, size), strict=True))
