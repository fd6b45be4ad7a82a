"""What a publisher who only knows a threshold would publish, worked out from the answers.

The positive controls: the same attacks succeed here, so that they can fail on the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.attacks.arithmetic import Equation, System
from tests.attacks.facts import BANDS
from tests.attacks.knowledge import Structure

FLOOR = 10


def everybody(structure: Structure, names: Iterable[str]) -> Equation:
    """Return the plain mean of everybody who answered at some organisations."""
    chosen = [name for name in names if structure.sizes.get(name)]
    n = sum(structure.sizes[name] for name in chosen)
    total = sum(structure.truth(name) * structure.sizes[name] for name in chosen)
    return Equation(dict.fromkeys(chosen, 1 / n), total / n)


def each_once(structure: Structure, names: Iterable[str]) -> Equation:
    """Return the mean in which each organisation counts once."""
    chosen = [name for name in names if structure.sizes.get(name)]
    weights = {name: 1 / structure.sizes[name] / len(chosen) for name in chosen}
    return Equation(weights, sum(structure.truth(name) for name in chosen) / len(chosen))


def enough(structure: Structure, floor: int = FLOOR) -> list[str]:
    """Return the organisations with enough answers."""
    return sorted(name for name, n in structure.sizes.items() if n >= floor)


def in_bands(structure: Structure, bands: Sequence[str]) -> list[str]:
    """Return the organisations of some size bands that answered."""
    return sorted(name for name in structure.sizes if structure.wave.band_of[name] in bands)


def groups(structure: Structure, divisions: Iterable[Sequence[str]]) -> list[Equation]:
    """Return the mean of each group of bands with enough answers."""
    found = []
    for bands in divisions:
        names = in_bands(structure, bands)
        if sum(structure.sizes[name] for name in names) >= FLOOR:
            found.append(everybody(structure, names))
    return found


def threshold_only(structure: Structure, floor: int = FLOOR) -> System:
    """Return organisations, size bands and sector, each with at least ten answers."""
    found = [everybody(structure, [name]) for name in enough(structure, floor)]
    found += groups(structure, [*([band] for band in BANDS), BANDS])
    return System(found, structure.sizes)
