"""Attacks on persons: small groups, what is left between groups, intervals, equal answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from warehouse.audit.blocks import Block, Scale
from warehouse.audit.reading import Bools, Floats, Ints
from warehouse.audit.report import Place, Trail
from warehouse.disclosure.attack import find_attack, find_small_support
from warehouse.disclosure.families import is_laminar, merge_units, small_residuals
from warehouse.disclosure.intervals import tree_interval
from warehouse.disclosure.solver import NotCertainError

ROUNDING = 1e-9


def attack_people(block: Block, more: Sequence[Bools], trail: Trail) -> None:
    """Try A2 to A4 and homogeneity on one wave, side and item.

    `more` are further sets of organisations whose mean can be worked out, from distributions.
    """
    check_floor(block, trail)
    sets = [group.members for group in (*block.rests, *block.odd)]
    attack_sets(block.place, hidden_parts(block, [*sets, *more]), block.n, block.floor, trail)
    if block.place.side == "employee":
        attack_intervals(block, trail)
    own = np.flatnonzero(block.own)
    check_homogeneity(block, "organisations", block.n[own], block.means[own], trail)
    for group in block.rests:
        what = f"{group.kind} {group.name}"
        check_homogeneity(block, what, np.array([group.people]), np.array([group.value]), trail)


def check_floor(block: Block, trail: Trail) -> None:
    """Find rows that stand on fewer people than the floor."""
    for place in np.flatnonzero(block.own & (block.n < block.floor)):
        name = block.structure.organisations[place]
        trail.find(block.place, "small", f"organisation {name}: {block.n[place]} answers")
    for group in [*block.rests, *block.unions, *block.odd]:
        if group.people < block.floor:
            trail.find(block.place, "small", f"{group.kind} {group.name}: {group.people} answers")


def hidden_parts(block: Block, sets: Sequence[Bools]) -> Bools:
    """Return sets of organisations without those whose result is published by itself.

    Those are known, at least the floor strong, and so neither an attack nor a cover for one.
    """
    known = block.own & (block.n >= block.floor)
    parts = np.array(sets, dtype=bool).reshape(len(sets), len(block.own)) & ~known
    return parts[(parts & (block.n > 0)).any(axis=1)]


def attack_sets(place: Place, sets: Bools, n: Ints, floor: int, trail: Trail) -> None:
    """Find a set or combination of sets that is about fewer people than the floor.

    Nested sets need whole numbers only (Theorem 2); others the solver (Theorem 3), and then the
    stronger question whether any combination is about few.
    """
    if not len(sets):
        return
    classes = merge_units(sets, n)
    trail.count("sets attacked", len(classes.sizes))
    if is_laminar(classes.membership):
        for left in small_residuals(classes.membership, classes.sizes, floor):
            people = int(classes.sizes[left].sum())
            trail.find(place, "difference", f"published groups leave {people} answers between them")
        return
    trail.count("solver calls", 2)
    try:
        attack = find_attack(classes.membership, classes.sizes, floor) or find_small_support(
            classes.membership.astype(np.float64), classes.sizes, floor - 1
        )
    except NotCertainError as error:
        trail.find(place, "not certain", str(error))
        return
    if attack is not None:
        said = f"overlapping groups together are about {attack.people} answers"
        trail.find(place, "difference", said)


def attack_intervals(block: Block, trail: Trail) -> None:
    """Find withheld organisations whose mean can be narrowed down too far (A4)."""
    for group in (*block.rests, *block.odd):
        inside = group.members & ~block.own & (block.n > 0)
        if not inside.any():
            continue
        known = group.members & block.own
        total = group.people * group.value - float(np.sum(block.n[known] * block.means[known]))
        people = int(block.n[inside].sum())
        low, high = tree_interval(
            block.n[inside], people, total, (block.scale.low, block.scale.high)
        )
        trail.count("withheld organisations narrowed down", int(inside.sum()))
        wanted = block.scale.part(block.sector.policy.interval_width_min)
        narrow = (high - low < wanted - ROUNDING) & ~is_harmless(block.scale, low)
        for place in np.flatnonzero(narrow)[:1]:
            name = block.structure.organisations[int(np.flatnonzero(inside)[place])]
            said = f"{name} lies between {low[place]:.2f} and {high[place]:.2f}"
            trail.find(block.place, "interval", f"{said} ({group.kind} {group.name})")


def is_harmless(scale: Scale, low: Floats) -> Bools:
    """Return where nothing is known but that few or none named something."""
    return np.asarray((scale.kind == "mention") & (low <= scale.low + ROUNDING))


def check_homogeneity(block: Block, what: str, n: Ints, means: Floats, trail: Trail) -> None:
    """Find means that say what single people answered."""
    scale, totals = block.scale, n * means
    trail.count("single answers narrowed down", len(n))
    least = np.maximum(scale.low, totals - scale.high * (n - 1))
    most = np.minimum(scale.high, totals - scale.low * (n - 1))
    wanted = scale.part(block.sector.policy.homogeneity_width_min) - ROUNDING
    harmless = (scale.kind == "mention") & (np.abs(means - scale.low) < ROUNDING)
    for place in np.flatnonzero((most - least < wanted) & ~harmless):
        said = f"{what}: every answer lies in {least[place]:.1f} to {most[place]:.1f}"
        trail.find(block.place, "homogeneity", said)
