"""Table change_part, worked out again from published scores, benchmarks and parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

import polars as pl

from warehouse.audit.blocks import EXACT, Block, as_float
from warehouse.audit.derived import World, own_means, shown
from warehouse.audit.report import Place, Trail

Z95 = 1.959963984540054
PARTS = frozenset(("total", "matched", "composition", "within", "mix"))
KEY = ("wave_from", "wave_to", "side", "item_id")
Names = tuple[str, ...]


class Expected(NamedTuple):
    """What a part must be: its value, organisations of either wave, and se where it has one."""

    value: float
    earlier: int
    later: int
    se: float | None = None


class Mean(NamedTuple):
    """The mean of organisations of some bands: how many, its value and sampling variance."""

    size: int
    value: float
    variance: float


class Wave(NamedTuple):
    """One wave of a pair: own results, answers behind them, pooled variance, published groups."""

    block: Block
    own: Mapping[str, float]
    variance: float
    groups: Sequence[Names]

    def mean(self, bands: Sequence[str]) -> Mean:
        """Return the mean of the organisations in some bands."""
        place = self.block.structure.position
        own = [name for name in self.own if self.block.bands[place[name]] in bands]
        if not own:
            return Mean(0, 0.0, 0.0)
        value = sum(self.own[name] for name in own) / len(own)
        return Mean(len(own), value, self.error(own) / len(own) ** 2)

    def error(self, names: Sequence[str]) -> float:
        """Return the sum of the sampling variances of organisations."""
        place = self.block.structure.position
        return sum(self.variance / float(self.block.n[place[name]]) for name in names)


def check_change_parts(world: World, trail: Trail) -> None:
    """Check every published part of a change; nothing may be one more equation."""
    frame = shown(world, "change_part")
    if not frame.height:
        return
    for key, rows in frame.partition_by(*KEY, as_dict=True).items():
        place = Place(str(key[1]), str(key[2]), str(key[3]))
        sides = [wave_of(world, Place(str(wave), place.side, place.item_id)) for wave in key[:2]]
        if sides[0] is None or sides[1] is None:
            trail.find(place, "unexplained", "parts of a change without their waves")
            continue
        expected = expected_parts(sides[0], sides[1])
        for row in rows.iter_rows(named=True):
            trail.count("values worked out again")
            check_part(place, row, expected, trail)


def wave_of(world: World, place: Place) -> Wave | None:
    """Return one wave of a pair, None where it cannot be known."""
    block = world.blocks.get(place)
    if block is None or place.side != "employee":
        return None
    rows = shown(world, "benchmark").filter(
        pl.col(name) == value for name, value in place._asdict().items()
    )
    names = rows.filter(pl.col("group_kind") == "size_band")["group_id"].to_list()
    own = own_means(block, "sector") if (rows["group_kind"] == "sector").any() else {}
    groups = [block.sector.bands_in(name) for name in names]
    return Wave(block, own, pooled_variance(world, place), groups)


def pooled_variance(world: World, place: Place) -> float:
    """Return the spread within organisations that the release gives; NaN where it gives none."""
    frame = world.tables.get("parameter", pl.DataFrame())
    if not frame.height:
        return float("nan")
    mine = [pl.col(name) == value for name, value in place._asdict().items()]
    found = frame.filter(*mine, pl.col("name") == "pooled_variance")["value"].to_list()
    return as_float(found[0] if found else None)


def expected_parts(before: Wave, after: Wave) -> dict[str, Expected]:
    """Return what the parts of a change must be, those that follow from what is published."""
    if not before.own or not after.own:
        return {}
    first, second = (wave.mean(wave.block.sector.bands) for wave in (before, after))
    total = second.value - first.value
    se = sqrt(first.variance + second.variance)
    found = {"total": Expected(total, first.size, second.size, se)}
    same = [name for name in before.own if name in after.own]
    if same:
        matched = sum(after.own[name] - before.own[name] for name in same) / len(same)
        se = sqrt(before.error(same) + after.error(same)) / len(same)
        found["matched"] = Expected(matched, len(same), len(same), se)
        left, joined = first.size - len(same), second.size - len(same)
        found["composition"] = Expected(total - matched, left, joined)
    return found | size_mix(before, after, found["total"])


def size_mix(before: Wave, after: Wave, total: Expected) -> dict[str, Expected]:
    """Return the change at an unchanged mix of sizes, and that of the mix (Kitagawa)."""
    within = mix = spread = 0.0
    groups = 0
    for bands in whole_groups(before, after):
        first, second = before.mean(bands), after.mean(bands)
        shares = first.size / total.earlier, second.size / total.later
        groups += any(shares)
        values = [mean.value if mean.size else other.value
                  for mean, other in ((first, second), (second, first))]  # fmt: skip
        average = sum(shares) / 2
        within += average * (values[1] - values[0])
        mix += (shares[1] - shares[0]) * sum(values) / 2
        if all(shares):
            spread += average**2 * (first.variance + second.variance)
    if groups < 2:
        return {}
    counts = (total.earlier, total.later)
    return {"within": Expected(within, *counts, sqrt(spread)), "mix": Expected(mix, *counts)}


def whole_groups(before: Wave, after: Wave) -> Iterator[Names]:
    """Yield neighbouring bands that no published benchmark of either wave divides further."""
    bands, start = before.block.sector.bands, 0
    groups = [set(group) for group in (*before.groups, *after.groups)]
    for end in range(1, len(bands) + 1):
        neighbours = set(bands[end - 1 : end + 1])
        if end == len(bands) or not any(neighbours <= group for group in groups):
            yield bands[start:end]
            start = end


def check_part(
    place: Place, row: Mapping[str, object], expected: Mapping[str, Expected], trail: Trail
) -> None:
    """Find a part that is not what published figures make it."""
    name = str(row["part"])
    what = f"{name} change of {row['group_id']}"
    if name not in PARTS or (row["group_kind"], row["group_id"]) != ("sector", "sector"):
        trail.find(place, "unknown", f"{what} is not known to the audit")
        return
    found = expected.get(name)
    counts = (row["earlier_count"], row["later_count"])
    if found is None or counts != (found.earlier, found.later):
        trail.find(place, "unexplained", f"{what}: organisations {counts}")
        return
    pairs = [(row["change"], found.value), *ends(row, found)]
    if any(not abs(as_float(said) - right) <= EXACT * (1 + abs(right)) for said, right in pairs):
        trail.find(place, "unexplained", f"{what} does not follow from published figures")


def ends(row: Mapping[str, object], found: Expected) -> Iterator[tuple[object, float]]:
    """Yield the ends of an interval beside what they must be; a part without one has none."""
    if found.se is None:
        for name in ("ci_low", "ci_high", "q_value"):
            if row[name] is not None:
                yield row[name], float("nan")
        return
    for name, sign in (("ci_low", -1), ("ci_high", 1)):
        yield row[name], found.value + sign * Z95 * found.se
