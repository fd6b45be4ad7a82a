"""Which matched changes may be shown, decided by trying everything in fractions."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median

from tests.reference.blocks import Block, hidden
from tests.reference.world import ORDER, PEERS, Group
from tests.warehouse.disclosure.exact import null_space

FEWEST = 5


def own_names(block: Block, bands: Group = ORDER) -> set[str]:
    """Return the organisations with an own result."""
    return {atom.name for atom in block.own(bands)}


def is_hidden(block: Block, sets: Sequence[set[str]]) -> bool:
    """Return whether no coalition solves anything from benchmarks, respondents and these sets."""
    groups = [own_names(block, group) for group in block.groups(block.organisations_pass)]
    names = sorted(own_names(block))
    if is_about_few([*groups, *sets], names):
        return False
    weighted = [*block.groups(block.respondents_pass), ORDER]
    return all(
        weighting_hides(block, bands, groups, sets)
        for bands in weighted
        if block.own(bands) and block.respondents_pass(bands)
    )


def is_about_few(sets: Sequence[set[str]], names: Sequence[str]) -> bool:
    """Return whether a combination of means is about fewer than five organisations.

    Every choice of classes of at most four together is tried: is there a combination that is 0
    for all others, and not for them?
    """
    classes: Counter[tuple[int, ...]] = Counter(
        tuple(int(name in members) for members in sets) for name in names
    )
    small = [row for row, size in classes.items() if size < FEWEST]
    for count in range(1, FEWEST):
        for chosen in itertools.combinations(small, count):
            if sum(classes[row] for row in chosen) >= FEWEST:
                continue
            others = [row for row in classes if row not in chosen]
            if any(
                sum(y * cell for y, cell in zip(vector, row, strict=True)) != 0
                for vector in null_space(others, len(sets))
                for row in chosen
            ):
                return True
    return False


def weighting_hides(
    block: Block, bands: Group, groups: Sequence[set[str]], sets: Sequence[set[str]]
) -> bool:
    """Return whether respondents of bands give nobody away, cells taken for published."""
    weight = dict(zip(block.atoms_named(), block.atom_weights(), strict=True))
    inside = own_names(block, bands)
    cells: dict[tuple[bool, ...], list[float]] = defaultdict(list)
    for name in sorted(inside):
        # A group that reaches outside the bands says nothing of those inside alone.
        told = [name in group and group <= inside for group in groups]
        cells[*told, *(name in members for members in sets)].append(weight[name])
    nowhere = cells.pop((False,) * (len(groups) + len(sets)), [])
    unlike = sum(len(cell) - max(map(cell.count, cell)) for cell in cells.values())
    if unlike + len(nowhere) < FEWEST:
        return False
    spread = {key: [abs(w - median(cell)) for w in cell] for key, cell in cells.items()}
    for key, cell in cells.items():
        others = [term for other, terms in spread.items() if other != key for term in terms]
        for multiple in {0.0, *cell}:
            if not hidden(cell, others + nowhere, multiple):
                return False
    return hidden(nowhere, [t for terms in spread.values() for t in terms], 0.0)


def shown_pairs(chain: Sequence[Block | None]) -> list[bool]:
    """Return which pairs of waves show a matched change, older ones first."""
    found: list[bool] = []
    joined: list[set[str]] = []
    for earlier, later in itertools.pairwise(chain):
        shown = False
        if earlier is not None and later is not None:
            before, after = own_names(earlier), own_names(later)
            left, come = before - after, after - before
            enough = len(before & after) >= PEERS
            enough &= all(not part or len(part) >= PEERS for part in (left, come))
            shown = enough and is_hidden(earlier, [*joined, left]) and is_hidden(later, [come])
        joined = [after - before] if shown else []
        found.append(shown)
    return found
