"""The own results of organisations side by side, and what is estimated over them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from warehouse.explain.lines import organisation_rows
from warehouse.explain.model import Row
from warehouse.explain.source import ORGANISATION, Source, Totals
from warehouse.stats.gradient import SizeGradient, size_gradient
from warehouse.stats.shrink import Shrunken, constrained, empirical_bayes
from warehouse.stats.types import Floats

SECTOR = ("sector", "sector")
# Most organisations that are looked for in no group, and how near two sizes are the same.
LEFT_OUT_MAX: Final = 2
SAME: Final = 1e-12


class Peers(NamedTuple):
    """Means and sampling variances of atoms; every array is (atoms,)."""

    rows: Sequence[Row]
    names: Sequence[str]
    means: Floats
    variances: Floats
    bands: NDArray[np.str_]


def peers_of(totals: Totals, rows: Sequence[Row]) -> Peers:
    """Return atoms as arrays; variances are without finite population correction."""
    n = totals.column(rows, "answer_count")
    return Peers(
        rows,
        [str(row["group_id"]) for row in rows],
        totals.column(rows, "total") / n,
        totals.pooled.variance / n,
        np.array([str(row["size_band_id"]) for row in rows]),
    )


def own_peers(totals: Totals) -> Peers:
    """Return all organisations of the sector that have a result of their own."""
    return peers_of(totals, organisation_rows(totals, SECTOR))


def shrinkage(peers: Peers) -> Shrunken | None:
    """Return empirical-Bayes values (S12), None with too few for their bands."""
    bands = sorted(set(peers.bands.tolist()))
    if len(peers.names) <= len(bands):
        return None
    design = np.array([[float(band == other) for other in bands] for band in peers.bands])
    return empirical_bayes(peers.means, peers.variances, design)


def constrained_values(peers: Peers) -> Floats:
    """Return constrained empirical-Bayes values (S12), NaN with too few for their bands."""
    found = shrinkage(peers)
    if found is None:
        return np.full(len(peers.names), np.nan)
    return constrained(found.values, found.posterior_variances)


class SizeLine(NamedTuple):
    """The size gradient with the atoms it goes through and their sizes."""

    found: SizeGradient
    peers: Peers
    sizes: Floats

    @property
    def coefficients(self) -> Floats:
        """What each mean counts in the slope: w·(x − x̄)/Σw·(x − x̄)² with w = 1/(v + τ²)."""
        w = 1 / (self.peers.variances + self.found.tau2)
        away = self.sizes - w @ self.sizes / w.sum()
        return np.asarray(w * away / (w @ away**2), dtype=np.float64)


def size_line(source: Source, totals: Totals, key: tuple[str, str]) -> SizeLine | None:
    """Return the size gradient of a wave and item (S12b); `key` is (wave_id, item_id).

    Missing: None where a rest group's size does not follow from the file.
    """
    rows = [row for row in totals.rows if row["group_kind"] in (ORGANISATION, "size_band_rest")]
    peers = peers_of(totals, rows)
    sizes = sizes_of(source, rows, key)
    if sizes is None or not peers.variances.min() > 0:
        return None
    return SizeLine(size_gradient(peers.means, peers.variances, sizes), peers, sizes)


def sizes_of(source: Source, rows: Sequence[Row], key: tuple[str, str]) -> Floats | None:
    """Return log10 headcount per atom; of a rest the mean over the people who took part in it.

    Missing: None where the size of a rest is not known.
    """
    wave, item = key
    register = {r["organisation_id"]: r for r in source.rows("organisation", wave_id=wave)}
    response = source.rows("response", wave_id=wave, group_kind=ORGANISATION)
    people = {row["group_id"]: float(row["respondent_count"] or 0) for row in response}
    scores = source.rows("score", wave_id=wave, item_id=item, group_kind=ORGANISATION)
    hidden: dict[str, list[Sized]] = {}
    for score in scores:
        name, member = score["group_id"], register[score["group_id"]]
        if score["status"] != "published" and member["headcount"]:
            sized = Sized(member["headcount"], people[name])
            hidden.setdefault(member["size_band_id"], []).append(sized)
    found = [
        float(np.log10(row["headcount"]))
        if row["group_kind"] == ORGANISATION
        else rest_size(row, hidden.get(row["size_band_id"], []))
        for row in rows
    ]
    return None if np.isnan(found).any() else np.array(found)


class Sized(NamedTuple):
    """An organisation's headcount, and how many of its people took part."""

    headcount: int
    people: float


def rest_size(row: Row, hidden: Sequence[Sized]) -> float:
    """Return the size of a rest group, NaN where it does not follow from the file.

    Who is in a rest stands nowhere. It is the organisations of the band without an own result, or
    those without one or two that are in no group; their number and headcount are published. Where
    several choices have both, and not the same size, nothing follows.
    """
    out = len(hidden) - row["organisation_count"]
    over = sum(one.headcount for one in hidden) - row["headcount"]
    if not 0 <= out <= LEFT_OUT_MAX:
        return float("nan")
    sizes = [
        mean_size([one for place, one in enumerate(hidden) if place not in left])
        for left in itertools.combinations(range(len(hidden)), out)
        if sum(hidden[place].headcount for place in left) == over
    ]
    return sizes[0] if sizes and np.ptp(sizes) < SAME else float("nan")


def mean_size(members: Sequence[Sized]) -> float:
    """Return the mean over people of the log10 headcount of their employers."""
    people = np.array([one.people for one in members])
    return float(people @ np.log10([one.headcount for one in members]) / people.sum())
