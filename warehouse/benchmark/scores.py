"""Tables score, benchmark, band_group, distribution and size_gradient of one block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.benchmark.blocks import Block, Bools, Floats, once_per_block
from warehouse.benchmark.budget import admitted
from warehouse.benchmark.groups import (
    group_id,
    hr_groups,
    organisation_group_passes,
    organisation_groups,
    respondent_group_passes,
    respondent_groups,
)
from warehouse.stats.compare import normal_difference, verdict
from warehouse.stats.design import design_effective_count, design_mean
from warehouse.stats.gradient import SizeGradient, size_gradient
from warehouse.stats.interval import wilson_interval
from warehouse.stats.quantile import harrell_davis
from warehouse.stats.shrink import Shrunken, constrained, empirical_bayes

Row = dict[str, object]


@dataclass(frozen=True)
class Estimate:
    """A group's mean or share with its interval; `effective_n` serves gaps in shares.

    `se` is what goes into a difference, so without finite population correction, also where the
    interval of the value itself has it: a difference is no description of who works here now.
    """

    value: float
    se: float
    low: float
    high: float
    n: int
    organisations: int
    effective_n: float


def single_estimate(block: Block, atom: int) -> Estimate:
    """Return the estimate of one atom."""
    return Estimate(
        value=float(block.means[atom]),
        se=float(np.sqrt(block.variances[atom])),
        low=float(block.intervals.low[atom]),
        high=float(block.intervals.high[atom]),
        n=int(block.n[atom]),
        organisations=int(block.organisations[atom]),
        effective_n=float(block.n[atom]),
    )


def employee_estimate(block: Block, inside: Bools) -> Estimate:
    """Return the design-based estimate over atoms (S10); one atom alone: its own interval."""
    atoms = np.flatnonzero(inside)
    if atoms.size == 1:
        return single_estimate(block, int(atoms[0]))
    bands = block.frame.bands
    strata = np.array([bands.index(band) for band in block.bands[atoms]])
    totals = np.array([block.frame.band_headcounts[band] for band in block.bands[atoms]])
    mean = design_mean(
        block.means[atoms],
        block.n[atoms],
        block.headcounts[atoms],
        strata,
        totals,
        scale=block.scale,
    )
    n = float(block.n[atoms].sum())
    effective, low, high = n, mean.low, mean.high
    if block.is_share:
        effective = share_effective_count(mean.mean, mean.se, n, n / mean.effective_n)
        bounds = wilson_interval(np.array([mean.mean]), np.array([effective]))
        low, high = float(bounds[0][0]), float(bounds[1][0])
    organisations = int(block.organisations[atoms].sum())
    return Estimate(mean.mean, mean.se, low, high, int(n), organisations, effective)


def share_effective_count(share: float, se: float, n: float, deff: float) -> float:
    """Return the effective number of answers behind a design-based share."""
    parts = (np.array([part]) for part in (share, se, n, deff))
    return float(design_effective_count(*parts)[0])


def hr_estimate(block: Block, inside: Bools) -> Estimate:
    """Return the mean of organisations' hr values over atoms, organisation as unit (S15)."""
    n, total = float(block.n[inside].sum()), float(block.total[inside].sum())
    mean = total / n
    variance = max(0.0, (float(block.squares[inside].sum()) - n * mean * mean) / (n - 1))
    se = float(np.sqrt(variance / n))
    if block.is_share:
        bounds = wilson_interval(np.array([mean]), np.array([n]))
        low, high = float(bounds[0][0]), float(bounds[1][0])
    else:
        lows, highs, _ = normal_difference(np.array([mean]), np.array([se]))
        low, high = max(block.scale[0], float(lows[0])), min(block.scale[1], float(highs[0]))
    return Estimate(mean, se, low, high, int(n), int(n), n)


@once_per_block
def estimate(block: Block, bands: Sequence[str]) -> Estimate | None:
    """Return the respondent-level estimate of a group of bands, None when it may not be shown."""
    inside = block.within(bands)
    if not inside.any():
        return None
    if block.side == "hr":
        return hr_estimate(block, inside)
    return employee_estimate(block, inside) if respondent_group_passes(block, bands) else None


@once_per_block
def sector_estimate(block: Block) -> Estimate | None:
    """Return the estimate of the whole sector."""
    everything = np.ones(len(block.n), dtype=bool)
    if block.side == "hr":
        return hr_estimate(block, everything)
    passes = respondent_group_passes(block, block.frame.bands)
    return employee_estimate(block, everything) if passes else None


def published_groups(block: Block) -> list[tuple[str, ...]]:
    """Return the groups of bands of respondent-level figures."""
    return hr_groups(block) if block.side == "hr" else respondent_groups(block)


def keys(block: Block) -> Row:
    """Return the key columns every table of a block shares."""
    return {"wave_id": block.wave_id, "side": block.side, "item_id": block.item.item_id}


def score_row(block: Block, kind: str, group: str, found: Estimate | None, status: str) -> Row:
    """Return a row of `score`; without an estimate every value is NULL."""
    row = keys(block) | {"group_kind": kind, "group_id": group, "status": status}
    if found is None:
        return row
    return row | {
        "respondent_count": found.n,
        "organisation_count": found.organisations,
        "value": found.value,
        "ci_low": found.low,
        "ci_high": found.high,
        "status": "published",
    }


def group_scores(block: Block) -> Iterator[Row]:
    """Yield the scores of size bands and sector."""
    for bands in published_groups(block):
        found = estimate(block, bands)
        missing = "too_few_organisations" if block.within(bands).any() else "withheld_small"
        yield score_row(block, "size_band", group_id(bands), found, missing)
    yield score_row(block, "sector", "sector", sector_estimate(block), "too_few_organisations")


def atom_scores(block: Block) -> Iterator[Row]:
    """Yield the scores of organisations with an own result and of the rest of each band."""
    for atom, (kind, name) in enumerate(zip(block.kinds, block.ids, strict=True)):
        yield keys(block) | {
            "group_kind": "organisation" if kind == "own" else "size_band_rest",
            "group_id": str(name),
            "respondent_count": int(block.n[atom]),
            "organisation_count": int(block.organisations[atom]),
            "value": float(block.means[atom]),
            "ci_low": float(block.intervals.low[atom]),
            "ci_high": float(block.intervals.high[atom]),
            "status": "published",
        }


def not_offering(block: Block) -> set[str]:
    """Return the organisations that do not offer the scheme an item is about."""
    scheme = block.item.scheme_id
    return {one.organisation_id for one in block.frame.members if scheme in one.not_offered}


def withheld_scores(block: Block, participants: dict[str, int]) -> Iterator[Row]:
    """Yield a row without values for each organisation that took part and is in no own atom.

    Whether it was too small or had to protect others follows from how many took part, never from
    what was answered, so that the status gives nothing away; that a scheme is not offered follows
    from the register.
    """
    floor = block.frame.settings.disclosure.persons_min
    own = set(block.ids[block.own].tolist())
    without = not_offering(block)
    for organisation, n in participants.items():
        if organisation not in own:
            status = "withheld_small" if n < floor else "withheld_complement"
            status = "not_offered" if organisation in without else status
            yield score_row(block, "organisation", organisation, None, status)


@once_per_block
def shrinkage(block: Block) -> Shrunken | None:
    """Return empirical-Bayes values of the own atoms (S12), None with too few for their bands."""
    own = np.flatnonzero(block.own)
    bands = sorted(set(block.bands[own].tolist()))
    if own.size <= len(bands):
        return None
    design = np.array([[float(band == other) for other in bands] for band in block.bands[own]])
    return empirical_bayes(block.means[own], block.variances[own], design)


def shrunken_values(block: Block) -> Floats:
    """Return constrained empirical-Bayes values of the own atoms (S12), NaN elsewhere."""
    values, found = np.full(len(block.n), np.nan), shrinkage(block)
    if found is not None:
        values[block.own] = constrained(found.values, found.posterior_variances)
    return values


def quartiles(block: Block, bands: tuple[str, ...], shrunken: Floats) -> list[float | None]:
    """Return lower quartile, median and upper quartile; None where too few organisations."""
    inside = block.own & block.within(bands)
    least = block.frame.settings.disclosure.quartile_organisations_min
    if int(inside.sum()) < least or bands not in admitted(block).quartiles:
        return [None, None, None]
    found = harrell_davis(shrunken[inside], np.array([0.25, 0.5, 0.75]))
    return [float(value) for value in found]


def benchmark_row(
    block: Block, kind: str, bands: tuple[str, ...], shrunken: Floats, respondents: Estimate | None
) -> Row:
    """Return a row of `benchmark` for a group of bands."""
    group = "sector" if kind == "sector" else group_id(bands)
    row = keys(block) | {"group_kind": kind, "group_id": group}
    inside = block.own & block.within(bands)
    k = int(inside.sum())
    if k == 0 or not organisation_group_passes(block, bands):
        return row | {"status": "too_few_organisations"}
    mean = float(block.means[inside].mean())
    # The interval uses the pooled variance, so it says nothing of the spread between a few
    # organisations, which would be a second equation on them.
    se = float(np.sqrt(block.variances[inside].sum())) / k
    low, high, _ = normal_difference(np.array([mean]), np.array([se]))
    lower, median, upper = quartiles(block, bands, shrunken)
    return row | {
        "organisation_count": k,
        "mean_of_organisations": mean,
        "mean_ci_low": max(block.scale[0], float(low[0])),
        "mean_ci_high": min(block.scale[1], float(high[0])),
        "median": median,
        "lower_quartile": lower,
        "upper_quartile": upper,
        "respondent_mean": respondents.value if respondents else None,
        "respondent_ci_low": respondents.low if respondents else None,
        "respondent_ci_high": respondents.high if respondents else None,
        "status": "published",
    }


def benchmarks(block: Block) -> Iterator[Row]:
    """Yield the benchmarks of a block of employees: groups of bands, then the sector."""
    shrunken = shrunken_values(block)
    same = set(respondent_groups(block))
    for bands in organisation_groups(block):
        respondents = estimate(block, bands) if bands in same else None
        yield benchmark_row(block, "size_band", bands, shrunken, respondents)
    everything = block.frame.bands
    yield benchmark_row(block, "sector", everything, shrunken, sector_estimate(block))


def band_group_rows(block: Block) -> Iterator[Row]:
    """Yield which published group each size band belongs to."""
    purposes = {"respondents": published_groups(block)}
    if block.side == "employee":
        purposes["organisations"] = organisation_groups(block)
    for purpose, groups in purposes.items():
        for bands in groups:
            for band in bands:
                yield keys(block) | {
                    "purpose": purpose,
                    "size_band_id": band,
                    "group_id": group_id(bands),
                }


def on_the_line(block: Block) -> Bools:
    """Return which atoms, own and rest, the size gradient goes through."""
    return np.isfinite(block.log10_headcounts) & (block.variances > 0)


@once_per_block
def size_line(block: Block) -> SizeGradient | None:
    """Return the size gradient of an employee block (S12b), None where there are too few."""
    known = on_the_line(block)
    bands = {str(band) for band in block.bands[block.own]}
    enough = block.own.sum() >= block.frame.settings.disclosure.quartile_organisations_min
    if len(bands) < 2 or not enough or known.sum() < 3 or not admitted(block).gradient:
        return None
    return size_gradient(block.means[known], block.variances[known], block.log10_headcounts[known])


def gradient_row(block: Block) -> Row:
    """Return the row of `size_gradient` of an employee block (S12b)."""
    slope = size_line(block)
    if slope is None:
        return keys(block) | {"status": "too_few_organisations"}
    low, high, _ = normal_difference(np.array([slope.slope]), np.array([slope.se]), level=0.9)
    said = verdict(
        np.array([slope.slope]),
        np.array([slope.p]),
        low,
        high,
        block.delta,
        printed=(slope.low, slope.high),
    )
    return keys(block) | {
        "slope_per_tenfold": slope.slope,
        "ci_low": slope.low,
        "ci_high": slope.high,
        "p_value": slope.p,
        "intercept": slope.intercept,
        "unit_count": int(on_the_line(block).sum()),
        "verdict": str(said[0]),
        "status": "published",
    }
