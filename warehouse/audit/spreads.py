"""Intervals must not tell the spread inside one organisation (threat T6).

An interval of a mean gives its variance away. So all intervals of one item must come from one
variance, which the release names, and that must be shared by enough groups, or be no more than
counts, means and the scale say already.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from scipy import stats

from warehouse.audit.reading import Floats, Tables, keyed
from warehouse.audit.report import Place, Trail
from warehouse.settings import DisclosurePolicy

GROUP = ["group_kind", "group_id"]
ATOMS = ("organisation", "size_band_rest")
SAME = 1e-6
Constants = Mapping[str, float]


def attack_spreads(tables: Tables, policy: DisclosurePolicy, trail: Trail) -> None:
    """Find intervals of employees' means that hold a spread of fewer groups than may share one."""
    if "protected_total" not in tables or "parameter" not in tables:
        return
    units = dict(tables["item"].select("item_id", "unit").iter_rows())
    constants, scores = keyed(tables["parameter"]), keyed(tables["score"])
    distributions = keyed(fineness(tables["distribution"])) if "distribution" in tables else {}
    for key, totals in keyed(tables["protected_total"]).items():
        place = Place(*(str(part) for part in key))
        if place.side != "employee" or key not in scores:
            continue
        atoms = totals.filter(pl.col("group_kind").is_in(ATOMS))
        atoms = atoms.join(scores[key].select(*GROUP, "value", "ci_low", "ci_high"), on=GROUP)
        named = constants.get(key)
        known = {} if named is None else dict(named.select("name", "value").iter_rows())
        trail.count("shared spreads")
        atoms = atoms.with_columns(shown_with(atoms, distributions.get(key)))
        if not is_shared(atoms, known, policy.benchmark_organisations_min):
            trail.find(place, "leak", "the intervals rest on a spread that too few groups share")
        # The interval of a share follows from the share and its answers (S2).
        wrong = [] if units.get(place.item_id) == "share" else apart(atoms, known)
        for group in wrong[:3]:
            trail.find(place, "leak", f"the interval of {group} is not that of the shared spread")


def is_shared(atoms: pl.DataFrame, known: Constants, least: int) -> bool:
    """Return whether a variance can be that of `least` groups, or follows from their means."""
    own = atoms.filter(pl.col("group_kind") == "organisation")
    choices = (own if own.height else atoms, atoms)
    picks = [pick for pick in choices if is_hidden(atoms, pick, least)]
    sharing = picks[0] if picks else atoms
    freedom = float((sharing["answer_count"] - 1).sum())
    if known.get("pooled_df") != freedom:
        return False
    if picks:
        return True
    n, total = float(atoms["answer_count"].sum()), float(atoms["total"].sum())
    largest = (total - n * known["scale_min"]) * (known["scale_max"] - total / n)
    return abs(known["pooled_variance"] * freedom - largest) <= SAME * (1 + largest)


def fineness(distributions: pl.DataFrame) -> pl.DataFrame:
    """Return the published distributions, and whether they show every answer or classes of them.

    Shape: one row per wave, side, item and group; the key, `is_full`.
    """
    shown = distributions.group_by("wave_id", "side", "item_id", *GROUP).agg(
        (pl.col("status") == "published").all().alias("is_shown"),
        (~pl.col("answer").str.contains("-", literal=True).any()).alias("is_full"),
    )
    return shown.filter("is_shown").drop("is_shown")


def shown_with(atoms: pl.DataFrame, distributions: pl.DataFrame | None) -> pl.Series:
    """Return, per atom, the group whose published distribution shows all its answers; else empty.

    `distributions` as `fineness` gives them.

    An atom without a distribution of its own is part of that of its band's rest.
    """
    rows = () if distributions is None else distributions.select(*GROUP, "is_full").iter_rows()
    shown = {(kind, name): is_full for kind, name, is_full in rows}
    full = {key for key, is_full in shown.items() if is_full}
    alone = {name for kind, name in shown if kind == "organisation"}
    keys = [
        (kind, name) if kind == "organisation" and name in alone else ("size_band_rest", band)
        for kind, name, band in atoms.select(*GROUP, "size_band_id").iter_rows()
    ]
    return pl.Series("shown_with", [" ".join(key) if key in full else "" for key in keys])


def is_hidden(atoms: pl.DataFrame, pick: pl.DataFrame, least: int) -> bool:
    """Return whether the spread of `least` groups, or of none, is left when distributions show it.

    A distribution of groups outside the pick too cannot be subtracted from it.
    """
    outside = atoms.join(pick, on=GROUP, how="anti")["shown_with"].to_list()
    unseen = pick.filter(pl.col("shown_with").is_in(["", *outside])).height
    return pick.height >= least and (unseen == 0 or unseen >= least)


def apart(atoms: pl.DataFrame, known: Constants) -> list[str]:
    """Return the groups whose published interval is not that of the one variance."""

    def column(name: str) -> Floats:
        return atoms[name].cast(pl.Float64).fill_null(np.nan).to_numpy()

    n, heads, value = column("answer_count"), column("headcount"), column("value")
    unseen = np.where(np.isnan(heads), 1.0, np.maximum(0.0, 1 - n / heads))
    se = np.sqrt(unseen * known.get("pooled_variance", np.nan) / n)
    half = np.where(se == 0, 0.0, stats.t.ppf(0.975, known.get("pooled_df", np.nan)) * se)
    scale = known.get("scale_min", np.nan), known.get("scale_max", np.nan)
    wrong = ~np.isclose(np.clip(value - half, *scale), column("ci_low"), rtol=0, atol=SAME)
    wrong |= ~np.isclose(np.clip(value + half, *scale), column("ci_high"), rtol=0, atol=SAME)
    return [str(name) for name in atoms["group_id"].to_numpy()[wrong]]
