"""What directors know together, and what is left of the others.

A director sees no other organisation's row, but figures that many stand behind. The unknowns are
the means of the organisations that are not in the coalition; who answered is known, and the product
is open: everybody can compute its formulas.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from dashboard.rounding import rounded_out
from tests.attacks.arithmetic import EXACT, rank
from tests.attacks.facts import BAND, ORGANISATION, SECTOR, Fact, bands_in
from tests.attacks.knowledge import Structure, is_linear
from tests.builders import Tables
from tests.reference import ORDER, Atom
from warehouse.explain import rounded_half_up
from warehouse.stats.compare import leave_one_out
from warehouse.stats.design import design_mean
from warehouse.stats.gradient import size_gradient
from warehouse.stats.quantile import harrell_davis
from warehouse.stats.shrink import constrained, empirical_bayes

Z95 = float(norm.ppf(0.975))
Floats = NDArray[np.float64]


def rows_on_means(structure: Structure, facts: Sequence[Fact]) -> tuple[Floats, Floats, Floats]:
    """Return what is known of the own means: rows, their right-hand sides, and how far rounded.

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
    rows, values, halves = [], [], []
    for one in facts:
        if not is_linear(one) or one.measure.startswith("class "):
            continue
        weights = structure.weights(one)
        rows.append([weights.get(atom.name, 0.0) * atom.n for atom in own])
        sizes = structure.sizes
        known = sum(w * sizes.get(n, 0) * rests[str(n)] for n, w in weights.items() if n in rests)
        values.append(one.value - known)
        halves.append(one.half)
    shape = (len(rows), len(own))
    return np.array(rows).reshape(shape), np.array(values), np.array(halves)


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


# --- Other sectors that would look the same -----------------------------------------------------


@dataclass(frozen=True)
class Curves:
    """Everything the sector tables say of one question, as a function of the own means.

    `mine` are the places of the organisations of the coalition: it sees its comparisons too.
    """

    structure: Structure
    tables: Tables
    mine: Sequence[int]

    @cached_property
    def own(self) -> list[Atom]:
        """The organisations with a result of their own."""
        return [atom for atom in self.structure.atoms if atom.is_own]

    @cached_property
    def every(self) -> list[Atom]:
        """The atoms, own ones first."""
        return [*self.own, *(atom for atom in self.structure.atoms if not atom.is_own)]

    @cached_property
    def n(self) -> Floats:
        """Answers per atom."""
        return np.array([atom.n for atom in self.every], dtype=float)

    @cached_property
    def sizes(self) -> Floats:
        """Log headcount per atom: in a rest each organisation counts by who took part (S12b)."""
        wave, found = self.structure.wave, []
        for atom in self.every:
            people = [wave.participants[name] for name in atom.organisations]
            heads = [wave.headcounts[name] or 1 for name in atom.organisations]
            found.append(np.average(np.log10(heads), weights=people))
        return np.array(found)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the published rows of the question."""
        wanted = {"item_id": self.structure.item.item_id, "side": "employee"}
        wanted |= {"status": "published"} if table != "parameter" else {"name": "pooled_variance"}
        return [row for row in self.tables[table] if wanted.items() <= row.items()]

    @cached_property
    def variance(self) -> float:
        """The pooled variance, as given for recomputing."""
        return float(self.rows("parameter")[0]["value"])

    def inside(self, group: str, atoms: Sequence[Atom]) -> Floats:
        """Return the places of the atoms in a group of bands."""
        bands = set(bands_in(group))
        return np.flatnonzero([bands.issuperset(atom.bands) for atom in atoms])

    def looks(self, means: Floats) -> Iterator[object]:
        """Yield what would be shown if the organisations had these means, the cheapest first."""
        every = np.concatenate([means, [atom.mean for atom in self.every[len(means) :]]])
        benchmarks = self.rows("benchmark")
        for row in benchmarks:
            yield self.each_once(means, self.inside(row["group_id"], self.own))
        for row in self.rows("score"):
            if row["group_kind"] in (BAND, SECTOR):
                yield self.people(every, self.inside(row["group_id"], self.every))
        if self.rows("size_gradient"):
            slope = size_gradient(every, self.variance / self.n, self.sizes)
            yield shown(slope.slope, 2), shown(slope.intercept, 2), outside(slope.low, slope.high)
        curved = [row for row in benchmarks if row["median"] is not None]
        shrunken = self.shrunken(means) if curved else means
        for row in curved:
            part = shrunken[self.inside(row["group_id"], self.own)]
            yield [shown(one) for one in harrell_davis(part, np.array([0.25, 0.5, 0.75]))]

    def each_once(self, means: Floats, places: Floats) -> list[object]:
        """Return the mean of organisations, and the coalition's differences from it."""
        part, v = means[places], self.variance / self.n[places]
        mean, error = float(part.mean()), Z95 * float(np.sqrt(v.sum())) / len(part)
        others = leave_one_out(part, v)
        found: list[object] = [shown(mean), outside(mean - error, mean + error)]
        for place in np.flatnonzero(np.isin(places, self.mine)):
            apart, reach = float(others.difference[place]), Z95 * float(others.se[place])
            found += [shown(apart), outside(apart - reach, apart + reach)]
        return found

    def people(self, every: Floats, places: Floats) -> object:
        """Return the mean of respondents."""
        if len(places) < 2:
            return None
        atoms = [self.every[place] for place in places]
        heads = np.array([atom.headcount for atom in atoms], dtype=float)
        strata = [ORDER.index(atom.bands[0]) for atom in atoms]
        totals = [self.structure.block.band_headcount(atom.bands[0]) for atom in atoms]
        found = design_mean(every[places], self.n[places], heads, strata, totals)
        return shown(found.mean), outside(found.low, found.high)

    def shrunken(self, means: Floats) -> Floats:
        """Return the values whose quantiles are shown (S12)."""
        bands = [atom.bands[0] for atom in self.own]
        design = np.array(
            [[float(band == other) for other in sorted(set(bands))] for band in bands]
        )
        found = empirical_bayes(means, self.variance / self.n[: len(means)], design)
        return constrained(found.values, found.posterior_variances)

    def ranges(self, steps: int, seed: int) -> Floats:
        """Return how far each other organisation's mean may be moved while all looks the same.

        A search from the truth, organisation by organisation, up and down: whole answers are
        exchanged for others until something that is shown would change. What it finds is possible;
        more may be.
        """
        truth = np.array([float(sum(atom.answers)) for atom in self.own])
        seen = list(self.looks(truth / self.n[: len(truth)]))
        free = [place for place in range(len(truth)) if place not in self.mine]
        rng = np.random.default_rng(seed)
        return np.array(
            [
                sum(self.reached(truth, seen, place, sign, free, steps, rng) for sign in (1, -1))
                for place in free
            ]
        )

    def reached(self, truth: Floats, seen: list[object], place: int, sign: int,
                free: Sequence[int], steps: int, rng: np.random.Generator) -> float:  # fmt: skip
        """Return how far one mean came in one direction."""
        n, sums, best = self.n[: len(truth)], truth.copy(), 0.0
        rest = [one for one in free if one != place]
        for _ in range(steps):
            trial = sums.copy()
            step = abs(rng.normal(0, 0.3)) if rng.random() < 0.6 else 0.0
            trial[place] += sign * np.rint(step * n[place])
            others = rng.choice(rest, size=rng.integers(1, 4), replace=False)
            moves = rng.normal(0, 0.2, len(others))
            moves -= moves.mean() + sign * step / len(others)
            trial[others] = np.rint(trial[others] + moves * n[others])
            on_scale = (trial >= n).all() and (trial <= 10 * n).all()
            if on_scale and all(map(operator.eq, self.looks(trial / n), seen)):
                sums, best = trial, max(best, sign * (trial - truth)[place] / n[place])
        return best


def shown(value: float, decimals: int = 1) -> float:
    """Return a figure as it is sent."""
    return rounded_half_up(value, decimals)


def outside(low: float, high: float) -> tuple[float, float]:
    """Return an interval as it is sent, inside the scale."""
    return rounded_out(low, 1, is_low=True), rounded_out(high, 1, is_low=False)


def own_means(structure: Structure, facts: Sequence[Fact]) -> dict[str, float]:
    """Return the results of single organisations that somebody sees."""
    return {one.group: one.value for one in facts if one.kind == ORGANISATION and not one.half}
