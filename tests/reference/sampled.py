"""What goes into a difference: values with their sampling variance, never corrected for N.

A difference is about an employer or a group, not about who happens to work there now (S1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.reference.blocks import Block
from tests.reference.intervals import share_variance, squared_deviations, stratum_variance
from tests.reference.world import ORDER, Atom

Named = tuple[tuple[str, str], "Sampled"]


@dataclass(frozen=True)
class Sampled:
    """A mean or share with its sampling variance; `effective` is how many answers it counts on."""

    value: float
    variance: float
    effective: float


def own_sampled(block: Block, atom: Atom) -> Sampled:
    """Return one atom: the pooled variance over its answers."""
    if block.item.is_share:
        return Sampled(atom.mean, share_variance(atom.mean, atom.n), atom.n)
    return Sampled(atom.mean, block.pooled_variance / atom.n, atom.n)


def hr_sampled(block: Block, atoms: Sequence[Atom]) -> Sampled:
    """Return the mean over organisations of hr's values."""
    values = [value for atom in atoms for value in atom.answers]
    n, mean = len(values), sum(values) / len(values)
    if block.item.is_share:
        return Sampled(mean, share_variance(mean, n), n)
    return Sampled(mean, float(squared_deviations(values)) / (n - 1) / n, n)


def group_sampled(block: Block, atoms: Sequence[Atom]) -> Sampled:
    """Return a design-based mean (S10); a group of one atom is that atom."""
    if len(atoms) == 1:
        return own_sampled(block, atoms[0])
    weights = block.weights(atoms)
    whole = sum(w * a.n for w, a in zip(weights, atoms, strict=True))
    mean = sum(w * sum(a.answers) for w, a in zip(weights, atoms, strict=True)) / whole
    parts: dict[str, list[float]] = defaultdict(list)
    for w, a in zip(weights, atoms, strict=True):
        parts[a.bands[0]].append(w * a.n * (a.mean - mean) / whole)
    strata = block.joined([parts[band] for band in ORDER if band in parts])
    variance, n = sum(map(stratum_variance, strata)), sum(atom.n for atom in atoms)
    if not block.item.is_share:
        return Sampled(mean, variance, n)
    effective = whole**2 / sum(w**2 * a.n for w, a in zip(weights, atoms, strict=True))
    if 0 < mean < 1 and variance > 0:
        effective = min(max(mean * (1 - mean) / variance, 1.0), n)
    return Sampled(mean, share_variance(mean, effective), effective)


def estimates(block: Block, side: str) -> Iterator[Named]:
    """Yield everything that is published of a block, by group."""
    if side == "hr":
        for atom in block.atoms:
            yield ("size_band", atom.name), hr_sampled(block, [atom])
        yield ("sector", "sector"), hr_sampled(block, block.atoms)
        return
    for atom in block.own():
        yield ("organisation", atom.name), own_sampled(block, atom)
    for group in block.groups(block.respondents_pass):
        if block.inside(group) and block.respondents_pass(group):
            yield ("size_band", "+".join(group)), group_sampled(block, block.inside(group))
    if block.respondents_pass(ORDER):
        yield ("sector", "sector"), group_sampled(block, block.atoms)
