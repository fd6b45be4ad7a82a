"""Second moments and classes as equations: what intervals and distributions say beside means."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.stats import norm
from scipy.stats import t as student

from tests import reference
from tests.attacks.facts import BAND, ORGANISATION, REST, SECTOR, Fact
from tests.attacks.knowledge import Structure
from tests.reference import Atom

Z95 = float(norm.ppf(0.975))


def half_of(fact: Fact, scale: tuple[float, float]) -> float | None:
    """Return half the width of an interval, from the bound that was not cut off."""
    if fact.low is None or fact.high is None or fact.half:
        return None
    if fact.high < scale[1] - 1e-9:
        return fact.high - fact.value
    return fact.value - fact.low if fact.low > scale[0] + 1e-9 else None


def freedom(atoms: Sequence[Atom]) -> int:
    """Return the degrees of freedom that atoms give."""
    return sum(atom.n - 1 for atom in atoms)


def pooled(atoms: Sequence[Atom]) -> float:
    """Return the true variance inside atoms: to judge by."""
    squares = sum((reference.squared_deviations(atom.answers) for atom in atoms), start=0)
    return float(squares) / freedom(atoms)


def spread_of(fact: Fact, atom: Atom, df: int, scale: tuple[float, float]) -> float | None:
    """Return the variance that an atom's interval was made with, if it had these df (S1b)."""
    half = half_of(fact, scale)
    seen = 1 - atom.n / max(atom.headcount, atom.n)
    if half is None or seen <= 0 or df < 1:
        return None
    return atom.n * (half / float(student.ppf(0.975, df))) ** 2 / seen


def recovered(structure: Structure, facts: Sequence[Fact], df: int) -> Iterator[float]:
    """Yield the variance behind every interval of organisations and rests."""
    for one in facts:
        if one.measure == "mean" and one.kind in (ORGANISATION, REST):
            for atom in structure.group_atoms(one, structure.atoms):
                found = spread_of(one, atom, df, structure.scale)
                if found is not None:
                    yield found


def design_half(structure: Structure, means: Mapping[str, float], atoms: Sequence[Atom]) -> float:
    """Return half the interval of a respondent-level mean, from the means of its atoms (S10)."""
    shares = structure.design_shares(atoms)
    whole = sum(shares)
    values = [means[f"{atom.kind} {atom.name}"] for atom in atoms]
    mean = sum(s * v for s, v in zip(shares, values, strict=True)) / whole
    errors: dict[str, list[float]] = {}
    for atom, share, value in zip(atoms, shares, values, strict=True):
        errors.setdefault(atom.bands[0], []).append(share * (value - mean) / whole)
    ordered = [errors[band] for band in reference.ORDER if band in errors]
    strata = structure.block.joined(ordered)
    se = math.sqrt(sum(map(reference.stratum_variance, strata)))
    return float(student.ppf(0.975, len(atoms) - len(strata))) * se


def published_means(structure: Structure, facts: Sequence[Fact]) -> dict[str, float]:
    """Return the means that are published by themselves, per atom."""
    found = {}
    for one in facts:
        if one.measure == "mean" and one.kind in (ORGANISATION, REST) and not one.half:
            kind = "own" if one.kind == ORGANISATION else "rest"
            found[f"{kind} {one.group}"] = one.value
    return found


def groups_with_interval(facts: Sequence[Fact]) -> list[Fact]:
    """Return the respondent-level means of bands and sector that have an interval."""
    return [
        one
        for one in facts
        if one.measure == "mean" and one.kind in (BAND, SECTOR)
        if one.low is not None and not one.half
    ]


# --- Classes of answers --------------------------------------------------------------------------


@dataclass(frozen=True)
class Classes:
    """A published distribution: its atom, and how many answers are in each class."""

    atom: Atom
    ends: tuple[tuple[int, int], ...]
    counts: tuple[int, ...]


def distributions(structure: Structure, facts: Sequence[Fact]) -> list[Classes]:
    """Return the distributions of organisations and rests, as numbers of people."""
    shares: dict[tuple[str, str], dict[tuple[int, int], float]] = {}
    for one in facts:
        if one.measure.startswith("class ") and one.kind in (ORGANISATION, REST):
            low, _, high = one.measure.removeprefix("class ").partition("-")
            shares.setdefault((one.kind, one.group), {})[int(low), int(high or low)] = one.value
    found = []
    for (kind, name), classes in shares.items():
        [atom] = structure.atom(kind, name, structure.spreads)
        ends = tuple(sorted(classes))
        found.append(Classes(atom, ends, tuple(round(classes[end] * atom.n) for end in ends)))
    return found


def parts_of(structure: Structure, classes: Classes) -> list[Atom]:
    """Return the atoms with a mean of their own that a distribution is about."""
    members = set(classes.atom.organisations)
    return [atom for atom in structure.atoms if set(atom.organisations) <= members]


def may_answer(parts: Sequence[Atom], classes: Classes, part: int, place: int) -> bool:
    """Return whether somebody of a part may have answered in a class.

    Integer programming over how many of each part are in each class: every class has its count,
    every part its size, and the answers of a part must be able to add up to its published mean.
    """
    wide = len(classes.ends)
    shape = (len(parts), wide)
    rows, low, high = [], [], []

    def add(row: np.ndarray, least: float, most: float) -> None:
        rows.append(row.ravel())
        low.append(least)
        high.append(most)

    for column in range(wide):
        row = np.zeros(shape)
        row[:, column] = 1
        add(row, classes.counts[column], classes.counts[column])
    for index, atom in enumerate(parts):
        row = np.zeros(shape)
        row[index] = 1
        add(row, atom.n, atom.n)
        for side, sign in ((0, -1.0), (1, 1.0)):
            row = np.zeros(shape)
            row[index] = [end[side] for end in classes.ends]
            total = sum(atom.answers)  # n times the published mean
            add(row, total if sign > 0 else -np.inf, np.inf if sign > 0 else total)
    least = np.zeros(shape)
    least[part, place] = 1
    size = len(parts) * wide
    found = milp(
        np.zeros(size),
        integrality=np.ones(size),
        bounds=Bounds(least.ravel(), np.full(size, float(classes.atom.n))),
        constraints=LinearConstraint(np.array(rows), low, high),
    )
    assert found.status in (0, 2), found.message
    return bool(found.status == 0)


def answer_range(parts: Sequence[Atom], classes: Classes, part: int) -> tuple[int, int]:
    """Return between which answers everybody of a part must lie."""
    places = range(len(classes.ends))
    first = next(p for p in places if may_answer(parts, classes, part, p))
    last = next(p for p in reversed(places) if may_answer(parts, classes, part, p))
    return classes.ends[first][0], classes.ends[last][1]


def narrowed(structure: Structure, facts: Sequence[Fact]) -> list[tuple[Atom, tuple[int, int]]]:
    """Return the atoms all of whose people mean and distributions pin down too far."""
    low, high = structure.scale
    found = []
    for classes in distributions(structure, facts):
        parts = parts_of(structure, classes)
        for part, atom in enumerate(parts):
            ends = answer_range(parts, classes, part)
            if ends[1] - ends[0] < 4 * (high - low) / 9:
                found.append((atom, ends))
    return found
