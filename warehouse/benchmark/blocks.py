"""Atom totals of one wave, side and item as arrays, in the unit of the item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.instrument import Instrument, Item
from warehouse.register import Member
from warehouse.settings import Settings, Wave
from warehouse.stats.interval import (
    Intervals,
    PooledVariance,
    effective_count,
    pooled_variance,
    published_interval,
    variance_bound,
    wilson_interval,
)

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Frame:
    """What a wave's figures need beside the totals: its register, questionnaire and settings."""

    wave: Wave
    instrument: Instrument
    members: Sequence[Member]
    settings: Settings

    @cached_property
    def bands(self) -> tuple[str, ...]:
        """The size bands, smallest first."""
        return tuple(band.size_band_id for band in self.settings.size_bands.size_band)

    @cached_property
    def band_headcounts(self) -> dict[str, float]:
        """People employed per band, over the whole register."""
        totals = dict.fromkeys(self.bands, 0.0)
        for member in self.members:
            if member.size_band_id is not None and member.headcount is not None:
                totals[member.size_band_id] += member.headcount
        return totals

    def smallest_difference(self, unit: str) -> float:
        """Return the smallest difference that may be called higher or lower."""
        return float(getattr(self.settings.method.smallest_difference, unit))


Result = TypeVar("Result")
More = ParamSpec("More")


def once_per_block(
    function: Callable[Concatenate[Block, More], Result],
) -> Callable[Concatenate[Block, More], Result]:
    """Return a function of a block that works each answer out once and keeps it with the block.

    Scores, benchmarks, gaps and trends all ask for the same groups and estimates.
    """

    @wraps(function)
    def remembering(block: Block, /, *more: More.args, **named: More.kwargs) -> Result:
        key = (function.__name__, *(tuple(part) for part in more))  # type: ignore[arg-type]
        if key not in block.memory:
            block.memory[key] = function(block, *more, **named)
        found: Result = block.memory[key]
        return found

    return remembering


@dataclass(frozen=True, eq=False)
class Block:
    """Atoms of one wave, side and item; every array is (atoms,).

    Units: `total` and `squares` in the item's unit and its square.
    `shown_with` is the group whose distribution, every answer of it, the atom is part of; empty
    where there is none.
    """

    frame: Frame
    side: str
    item: Item
    kinds: NDArray[np.str_]
    ids: NDArray[np.str_]
    bands: NDArray[np.str_]
    organisations: Floats
    headcounts: Floats
    log10_headcounts: Floats
    n: Floats
    total: Floats
    squares: Floats
    shown_with: NDArray[np.str_]
    memory: dict[tuple[object, ...], Any] = field(default_factory=dict)

    @property
    def wave_id(self) -> str:
        """The wave."""
        return self.frame.wave.wave_id

    @cached_property
    def means(self) -> Floats:
        """Mean per atom."""
        return self.total / self.n

    @property
    def own(self) -> Bools:
        """Atoms that are one organisation."""
        return np.asarray(self.kinds == "own")

    @cached_property
    def pooled(self) -> PooledVariance:
        """Pooled variance within organisations (S3), or a bound where too few share it.

        That of one organisation would be its own spread, which with its mean can be everybody's
        answer. So where fewer than a benchmark takes have an own result the rest atoms come in,
        and where that is not enough a bound that follows from means alone. So for shares too: one
        organisation's spread would give its share to the others. Spreads that follow from published
        distributions can be subtracted, so as many must be left without.
        """
        everybody = np.ones(len(self.n), dtype=bool)
        least = self.frame.settings.disclosure.benchmark_organisations_min
        for pick in (self.own if self.own.any() else everybody, everybody):
            sharing = pick & (self.n >= 2)
            unseen = int((sharing & ~self.shown_inside(pick)).sum())
            if sharing.sum() >= least and (unseen == 0 or unseen >= least):
                return pooled_variance(self.n[pick], self.total[pick], self.squares[pick])
        return variance_bound(self.n, self.total, self.scale)

    def shown_inside(self, pick: Bools) -> Bools:
        """Return the atoms whose spread follows from distributions of atoms of `pick` alone."""
        outside = set(self.shown_with[~pick].tolist()) | {""}
        return pick & ~np.isin(self.shown_with, sorted(outside))

    @cached_property
    def variances(self) -> Floats:
        """Sampling variance per atom mean from the pooled variance, without FPC."""
        return self.pooled.variance / self.n

    @cached_property
    def intervals(self) -> Intervals:
        """Published interval per atom: S1b for means, S2 for shares."""
        if not self.is_share:
            return published_interval(
                self.n, self.means, self.pooled, self.headcounts, scale=self.scale
            )
        effective = effective_count(self.n, np.maximum(self.headcounts, self.n))
        low, high = wilson_interval(self.means, effective)
        return Intervals(np.sqrt(self.means * (1 - self.means) / effective), low, high)

    @property
    def scale(self) -> tuple[float, float]:
        """Lowest and highest answer."""
        scale = self.frame.instrument.scale_of(self.item)
        return float(scale.minimum), float(scale.maximum)

    @property
    def unit(self) -> str:
        """`grade`, `likert` or `share`."""
        return self.frame.instrument.scale_of(self.item).unit

    @property
    def is_share(self) -> bool:
        """Whether the mean is a share."""
        return self.unit == "share"

    @property
    def delta(self) -> float:
        """The smallest difference that is called higher or lower."""
        return self.frame.smallest_difference(self.unit)

    @once_per_block
    def within(self, bands: Sequence[str]) -> Bools:
        """Return which atoms lie in these bands (hr atoms: in this very group of bands).

        Many ask, so the answer is shared and cannot be written in.
        """
        found = np.isin(self.bands, [*bands, "+".join(bands)])
        found.setflags(write=False)
        return found

    def position_of(self, organisation_id: str) -> int | None:
        """Return the atom of an organisation, None when it has none of its own."""
        found = np.flatnonzero(self.own & (self.ids == organisation_id))
        return int(found[0]) if found.size else None


def shown_groups(rows: pl.DataFrame, spreads: pl.DataFrame | None, full_from: int) -> list[str]:
    """Return, per atom of `rows`, the group whose distribution shows every answer of it.

    `spreads` are the totals of distributions. An atom without a distribution of its own is part of
    that of its band's rest.
    """
    if spreads is None:
        return [""] * rows.height
    shown = spreads.filter(pl.col("counts").list.sum() >= full_from)
    alone = set(spreads.filter(pl.col("atom_kind") == "own")["atom_id"])
    known = {f"{kind} {name}" for kind, name in shown.select("atom_kind", "atom_id").iter_rows()}
    labels = [
        f"own {name}" if kind == "own" and name in alone else f"rest {band}"
        for kind, name, band in rows.select("atom_kind", "atom_id", "size_band_id").iter_rows()
    ]
    return [label if label in known else "" for label in labels]


def block_of(
    rows: pl.DataFrame, frame: Frame, item: Item, side: str, spreads: pl.DataFrame | None = None
) -> Block:
    """Return the totals of one item as arrays, steps turned into the item's unit."""
    step = frame.instrument.scale_of(item).step
    full = frame.settings.disclosure.distribution_full_min

    def floats(name: str) -> Floats:
        return rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()

    def texts(name: str) -> NDArray[np.str_]:
        return np.array(rows[name].to_list(), dtype=str)

    return Block(
        frame=frame,
        side=side,
        item=item,
        kinds=texts("atom_kind"),
        ids=texts("atom_id"),
        bands=texts("size_band_id"),
        organisations=floats("organisation_count"),
        headcounts=floats("headcount"),
        log10_headcounts=floats("log10_headcount"),
        n=floats("answer_count"),
        total=floats("total") * step,
        squares=floats("total_squares") * step * step,
        shown_with=np.array(shown_groups(rows, spreads, full), dtype=str),
    )


class WaveTotals:
    """The totals of a wave at hand by statistic, side and item: every block asks several times."""

    def __init__(self, totals: pl.DataFrame) -> None:
        self._parts = totals.partition_by("statistic", "side", "item_id", as_dict=True)
        self._nothing = totals.clear()

    def find(self, statistic: str, side: str, item_id: str) -> pl.DataFrame | None:
        """Return the totals of a statistic of an item and side, None where there are none."""
        return self._parts.get((statistic, side, item_id))

    def of(self, statistic: str, block: Block) -> pl.DataFrame:
        """Return the totals of a statistic of a block, empty where there are none."""
        found = self.find(statistic, block.side, block.item.item_id)
        return self._nothing if found is None else found


def wave_blocks(totals: WaveTotals, frame: Frame) -> dict[tuple[str, str], Block]:
    """Return the blocks of a wave by (side, item_id), items in the questionnaire's order."""
    blocks: dict[tuple[str, str], Block] = {}
    for item in frame.instrument.numeric_items:
        for side in item.sides:
            rows = totals.find("mean", side, item.item_id)
            if rows is not None:
                beside = totals.find("distribution", side, item.item_id)
                blocks[side, item.item_id] = block_of(rows, frame, item, side, beside)
    return blocks
