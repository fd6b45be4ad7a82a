"""The line over size, and what it leads one to expect (S12b)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from tests.reference.blocks import Block
from tests.reference.world import ORDER, PEERS, Atom, Row, Wave

PEERS_FOR_A_LINE = 10
Point = tuple[float, float, float]
Spread = dict[str, float]


def variance_of(block: Block, atom: Atom) -> float:
    """Return the sampling variance of an atom's mean."""
    return block.pooled_variance / atom.n


def mean_log_size(wave: Wave, atom: Atom) -> float:
    """Return log10 of the headcount; of a rest its mean over the people who took part."""
    people = [wave.participants[name] for name in atom.organisations]
    logs = [math.log10(wave.headcounts[name] or 0) for name in atom.organisations]
    return sum(n * log for n, log in zip(people, logs, strict=True)) / sum(people)


def straight(points: Sequence[Point], tau2: float) -> tuple[float, float, float, float, float]:
    """Return intercept, slope, their variances and covariance of a weighted line."""
    w = [1 / (v + tau2) for _, v, _ in points]
    s0 = sum(w)
    s1 = sum(a * x for a, (_, _, x) in zip(w, points, strict=True))
    s2 = sum(a * x * x for a, (_, _, x) in zip(w, points, strict=True))
    t0 = sum(a * y for a, (y, _, _) in zip(w, points, strict=True))
    t1 = sum(a * y * x for a, (y, _, x) in zip(w, points, strict=True))
    d = s0 * s2 - s1 * s1
    return (s2 * t0 - s1 * t1) / d, (s0 * t1 - s1 * t0) / d, s2 / d, s0 / d, -s1 / d


def bisected(excess: Callable[[float], float]) -> float:
    """Return where a falling function is 0; 0 where it is below at 0 already."""
    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, 1.0
    while excess(high) > 0:
        high *= 2
    for _ in range(70):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def fitted_line(block: Block) -> Spread | None:
    """Return the line over size with what its variances are, None where there are too few."""
    own = block.own()
    if len(own) < PEERS_FOR_A_LINE or len({atom.bands for atom in own}) < 2:
        return None
    if block.pooled_variance <= 0 or not has_room_for_a_line(block):
        return None
    points = [(a.mean, variance_of(block, a), mean_log_size(block.wave, a)) for a in block.atoms]

    def excess(tau2: float) -> float:
        intercept, slope, *_ = straight(points, tau2)
        squares = ((y - intercept - slope * x) ** 2 / (v + tau2) for y, v, x in points)
        return sum(squares) - (len(points) - 2)

    tau2 = bisected(excess)
    names = ("intercept", "slope", "v_intercept", "v_slope", "covariance")
    return dict(zip(names, straight(points, tau2), strict=True)) | {"tau2": tau2}


def has_room_for_a_line(block: Block) -> bool:
    """Return whether own plus two leave five means free beside everything made of them.

    One mean per group of organisations, two figures per group of people, two matched changes, and
    the three of the line.
    """
    each_once = [g for g in block.groups(block.organisations_pass) if block.organisations_pass(g)]
    people = {*block.groups(block.respondents_pass), tuple(ORDER)}
    told = sum(1 for group in each_once if block.own(group))
    told += 2 * sum(1 for group in people if block.own(group) and block.respondents_pass(group))
    return len(block.own()) - 3 - (told + 2 + 3) >= PEERS


def expected_row(block: Block, atom: Atom, line: Spread | None) -> Row:
    """Return what is expected of one organisation."""
    if line is None:
        return {"status": "too_few_organisations"}
    x = mean_log_size(block.wave, atom)
    fit = line["intercept"] + line["slope"] * x
    v_fit = line["v_intercept"] + 2 * x * line["covariance"] + x * x * line["v_slope"]
    sd = math.sqrt(variance_of(block, atom) + line["tau2"] + v_fit)
    low, high = block.clip(fit - 1.96 * sd, fit + 1.96 * sd)
    outer_low, outer_high = block.clip(fit - 3.09 * sd, fit + 3.09 * sd)
    return {
        "expected_value": min(max(fit, block.item.lowest), block.item.highest),
        "range_low": low,
        "range_high": high,
        "outer_low": outer_low,
        "outer_high": outer_high,
        "place": word((atom.mean - fit) / sd),
        "status": "published",
    }


def word(z: float) -> str:
    """Return what a distance may be called."""
    if abs(z) >= 3.09:
        return "very_unusual"
    return "unusual" if abs(z) >= 1.96 else "usual"
