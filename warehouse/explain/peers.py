"""The own results of organisations side by side, and what is estimated over them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from warehouse.explain.lines import organisation_rows
from warehouse.explain.model import Row
from warehouse.explain.source import ORGANISATION, Source, Totals
from warehouse.stats.gradient import SizeGradient, size_gradient
from warehouse.stats.shrink import Shrunken, constrained, empirical_bayes
from warehouse.stats.types import Floats

SECTOR = ("sector", "sector")


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
    """Return log10 headcount per atom; of a rest the mean over the people who took part in it."""
    wave, item = key
    heads = {r["organisation_id"]: r for r in source.rows("organisation", wave_id=wave)}
    response = source.rows("response", wave_id=wave, group_kind=ORGANISATION)
    people = {row["group_id"]: float(row["respondent_count"] or 0) for row in response}
    scores = source.rows("score", wave_id=wave, item_id=item, group_kind=ORGANISATION)
    hidden = [row["group_id"] for row in scores if row["status"] != "published"]
    found = []
    for row in rows:
        members = [row["group_id"]]
        if row["group_kind"] != ORGANISATION:
            mine = (heads[name]["size_band_id"] == row["size_band_id"] for name in hidden)
            members = [name for name, inside in zip(hidden, mine, strict=True) if inside]
        sizes = np.array([float(heads[name]["headcount"] or np.nan) for name in members])
        # Who is in a rest stands nowhere: it is taken for those without an own result where their
        # number and headcount are the published ones.
        if len(members) != row["organisation_count"] or sizes.sum() != row["headcount"]:
            return None
        weights = np.array([people[name] for name in members])
        found.append(float(weights @ np.log10(sizes) / weights.sum()))
    return np.array(found)
