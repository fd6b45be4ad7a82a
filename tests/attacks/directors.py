"""What directors know together, and what is left of the others: means, curves, whole numbers.

A director sees no other organisation's row, but figures that many stand behind. The unknowns are
the means of the organisations that are not in the coalition; who answered is known, and the product
is open: everybody can compute its formulas.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from tests.attacks.arithmetic import EXACT, rank
from tests.attacks.facts import ORGANISATION, SECTOR, Fact
from tests.attacks.knowledge import Structure, is_linear
from tests.builders import Tables
from tests.reference import ORDER, Atom
from warehouse.stats.design import design_mean
from warehouse.stats.gradient import size_gradient
from warehouse.stats.quantile import harrell_davis
from warehouse.stats.shrink import constrained, empirical_bayes

Floats = NDArray[np.float64]


def rows_on_means(structure: Structure, facts: Sequence[Fact]) -> tuple[Floats, Floats]:
    """Return what is known of the own means: rows, and their right-hand sides.

    Shape: rows are (facts, organisations with an own result); the rests are published, so their
    part goes to the right-hand side.
    """
    own = [atom for atom in structure.atoms if atom.is_own]
    rests = {
        name: atom.mean
        for atom in structure.atoms
        if not atom.is_own
        for name in atom.organisations
    }
    rows, values = [], []
    for one in facts:
        if not is_linear(one) or one.half or one.measure.startswith("class "):
            continue
        weights = structure.weights(one)
        rows.append([weights.get(atom.name, 0.0) * atom.n for atom in own])
        sizes = structure.sizes
        known = sum(w * sizes.get(n, 0) * rests[str(n)] for n, w in weights.items() if n in rests)
        values.append(one.value - known)
    return np.array(rows).reshape(len(rows), len(own)), np.array(values)


def independent(rows: Floats) -> Floats:
    """Return rows of which none is a combination of the others, those about fewest first."""
    kept: list[Floats] = []
    for row in sorted(rows, key=lambda row: int((np.abs(row) > EXACT).sum())):
        if rank(np.array([*kept, row])) > len(kept):
            kept.append(row)
    return np.array(kept).reshape(len(kept), rows.shape[1])


def linked(rows: Floats) -> Iterator[Floats]:
    """Yield the rows that share organisations, group by group: others cannot help them."""
    left = [row for row in rows if (np.abs(row) > EXACT).any()]
    while left:
        group, found = [], [left.pop()]
        while found:
            group += found
            touched = np.any(np.abs(group) > EXACT, axis=0)
            found = [row for row in left if (np.abs(row[touched]) > EXACT).any()]
            left = [row for row in left if not (np.abs(row[touched]) > EXACT).any()]
        yield np.array(group)


def fewest_about(rows: Floats, most: int = 20_000) -> int:
    """Return the fewest organisations any combination of rows is about.

    With r rows a combination is zero in r - 1 places of choice; every choice is tried.
    """
    best = rows.shape[1]
    for group in linked(independent(rows)):
        columns = group[:, np.abs(group).max(axis=0) > EXACT]
        choices = itertools.combinations(range(columns.shape[1]), len(group) - 1)
        for zeros in itertools.islice(choices, most):
            null = np.linalg.svd(columns[:, list(zeros)].T)[2][-1] if zeros else np.ones(1)
            found = np.abs(null @ columns)
            best = min(best, int((found > 1e-7 * found.max()).sum()))
    return best


# --- Curves --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Curves:
    """Everything the sector tables say of one question, as a function of the own means."""

    structure: Structure
    tables: Tables

    @cached_property
    def atoms(self) -> tuple[list[Atom], Floats, Floats, Floats, list[str]]:
        """The atoms, own ones first: themselves, answers, headcounts, rests' means, bands."""
        own = [atom for atom in self.structure.atoms if atom.is_own]
        rests = [atom for atom in self.structure.atoms if not atom.is_own]
        every = [*own, *rests]
        n = np.array([atom.n for atom in every], dtype=float)
        heads = np.array([atom.headcount for atom in every], dtype=float)
        known = np.array([atom.mean for atom in rests])
        return own, n, heads, known, [atom.bands[0] for atom in every]

    @cached_property
    def sizes(self) -> Floats:
        """Log headcount per atom: in a rest each organisation counts by who took part (S12b)."""
        wave, found = self.structure.wave, []
        for atom in [*self.atoms[0], *(a for a in self.structure.atoms if not a.is_own)]:
            people = [wave.participants[name] for name in atom.organisations]
            heads = [wave.headcounts[name] or 1 for name in atom.organisations]
            found.append(np.average(np.log10(heads), weights=people))
        return np.array(found)

    def row(self, table: str, **key: str) -> dict[str, float]:
        """Return the released row of the question."""
        wanted = {"item_id": self.structure.item.item_id, "side": "employee"} | key
        return next(r for r in self.tables[table] if wanted.items() <= r.items())

    @cached_property
    def variance(self) -> float:
        """The pooled variance, as given for recomputing."""
        return self.row("parameter", name="pooled_variance")["value"]

    @cached_property
    def seen(self) -> Floats:
        """Mean of organisations, quantiles, mean of respondents, line over size, two widths."""
        peers = self.row("benchmark", group_kind=SECTOR)
        people = self.row("score", group_kind=SECTOR)
        slope = self.row("size_gradient")
        quantiles = [peers[name] for name in ("lower_quartile", "median", "upper_quartile")]
        widths = [people["ci_high"] - people["ci_low"], slope["ci_high"] - slope["ci_low"]]
        line = [slope["slope_per_tenfold"], slope["intercept"]]
        return np.array(
            [peers["mean_of_organisations"], *quantiles, people["value"], *line, *widths]
        )

    def predicted(self, means: Floats) -> Floats:
        """Return what would be released if the organisations had these means."""
        own, n, heads, known, bands = self.atoms
        every, k = np.concatenate([means, known]), len(own)
        used = sorted(set(bands[:k]))
        design = np.array([[float(band == other) for other in used] for band in bands[:k]])
        found = empirical_bayes(means, self.variance / n[:k], design)
        shrunken = constrained(found.values, found.posterior_variances)
        strata = [ORDER.index(band) for band in bands]
        totals = [self.structure.block.band_headcount(band) for band in bands]
        people = design_mean(every, n, heads, strata, totals)
        slope = size_gradient(every, self.variance / n, self.sizes)
        quantiles = harrell_davis(shrunken, np.array([0.25, 0.5, 0.75]))
        widths = [people.high - people.low, slope.high - slope.low]
        return np.array(
            [means.mean(), *quantiles, people.mean, slope.slope, slope.intercept, *widths]
        )

    def solved(self, known: dict[int, float], starts: int, seed: int) -> Floats | None:
        """Return the means that fit everything released, by least squares from several starts."""
        own = self.atoms[0]
        unknown = [place for place in range(len(own)) if place not in known]
        rng = np.random.default_rng(seed)

        def filled(free: Floats) -> Floats:
            means = np.zeros(len(own))
            means[list(known)] = list(known.values())
            means[unknown] = free
            return means

        def apart(free: Floats) -> Floats:
            return self.predicted(filled(free)) - self.seen

        for _ in range(starts):
            start = self.seen[0] + rng.normal(0, 0.4, len(unknown))
            found = least_squares(apart, start, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=200)
            if np.abs(found.fun).max() < 1e-8:
                return filled(found.x)
        return None


# --- Whole numbers -------------------------------------------------------------------------------


def whole_solutions(
    rows: Floats, values: Floats, sizes: Sequence[int], window: Callable[[int], range]
) -> list[tuple[int, ...]]:
    """Return the sums of whole answers that fit every row, by meeting in the middle.

    A mean of n whole answers is a sum over n. So an unrounded mean of such means, a fraction, is
    met by few sums: half of them are made on one side, half on the other, and looked up.
    """
    options = [np.array(window(n)) for n in sizes]
    half = (len(sizes) + 1) // 2
    scaled = rows / np.array(sizes, dtype=float)
    mixer = np.random.default_rng(1).uniform(1, 2, len(rows))
    left = combinations(options[:half])
    right = combinations(options[half:])
    one = left @ scaled[:, :half].T
    two = values - right @ scaled[:, half:].T
    keys = one @ mixer
    order = np.argsort(keys)
    wanted = two @ mixer
    first = np.searchsorted(keys[order], wanted - 1e-9)
    last = np.searchsorted(keys[order], wanted + 1e-9)
    found = []
    for place in np.flatnonzero(last > first):
        for other in order[first[place] : last[place]]:
            if np.abs(one[other] - two[place]).max() < 1e-9:
                found.append((*left[other].tolist(), *right[place].tolist()))
    return found


def combinations(options: Sequence[Floats]) -> Floats:
    """Return every combination of one of each, (combinations, parts)."""
    grids = np.meshgrid(*options, indexing="ij") if options else []
    return np.stack([grid.ravel() for grid in grids], axis=1) if grids else np.zeros((1, 0))


def own_means(structure: Structure, facts: Sequence[Fact]) -> dict[str, float]:
    """Return the results of single organisations that somebody sees."""
    return {one.group: one.value for one in facts if one.kind == ORGANISATION and not one.half}
