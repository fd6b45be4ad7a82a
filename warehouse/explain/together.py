"""How figures made of published rows are explained: composites, pairs of bands, codes, mentions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

import numpy as np

from warehouse.band_groups import bands_of
from warehouse.explain import estimates
from warehouse.explain.found import Found
from warehouse.explain.lines import figure_line
from warehouse.explain.model import Input, Row
from warehouse.explain.peers import SECTOR
from warehouse.explain.source import Source
from warehouse.stats.compare import newcombe_interval
from warehouse.stats.design import design_effective_count
from warehouse.stats.dialogue import mention_shift
from warehouse.stats.types import Floats

Rows = Mapping[str, Row]
Parts = tuple[list[str], list[str]]
More = Mapping[str, float]
SCORES = ("wave_id", "side", "group_kind", "group_id")
CODED = ("wave_id", "side", "item_id", "grade_class", "code")


def band_sides(source: Source, row: Row) -> list[Row]:
    """Return the published scores of the smaller and of the larger organisations."""
    key = {name: row[name] for name in ("wave_id", "side", "item_id")}
    groups = (row["group_id"], row["other_group_id"])
    found = [source.published("score", **key, group_kind="size_band", group_id=g) for g in groups]
    return [rows[0] for rows in found if rows]


def newcombe(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """Return the interval of a difference; each side is value, low and high."""
    numbers = (np.array([end], dtype=np.float64) for end in (*one, *other))
    _, low, high = newcombe_interval(*numbers)
    return float(low[0]), float(high[0])


def ends(row: Row) -> tuple[float, float, float]:
    """Return value and bounds of a score."""
    return row["value"], row["ci_low"], row["ci_high"]


def band_difference(source: Source, row: Row) -> Found | None:
    """Return what the difference of two groups of bands is computed from."""
    sides = band_sides(source, row)
    if len(sides) < 2:
        return None
    inputs = tuple(
        figure_line(role, ("size_band", one["group_id"]), 1.0, one["value"],
                    organisation_count=one["organisation_count"])
        for role, one in zip(("smaller", "larger"), sides, strict=True)
    )  # fmt: skip
    interval = newcombe(ends(sides[0]), ends(sides[1]))
    return Found("band_difference", inputs, interval, form="minus")


def band_more(source: Source, row: Row) -> More:
    """Return the values of both groups."""
    sides = band_sides(source, row)
    return {name: one["value"] for name, one in zip(("value", "other_value"), sides, strict=False)}


def parts_of(source: Source, row: Row) -> Parts:
    """Return the questions a composite takes together, and those it subtracts."""
    [wave] = source.rows("wave", wave_id=row["wave_id"])
    items = source.rows("instrument_item", instrument_id=wave["instrument_id"])

    def those(column: str, value: str) -> list[str]:
        return [item["item_id"] for item in items if item.get(column) == value]

    kind, _, name = row["composite_id"].partition("_")
    if name == "balance":
        return those("stance", "space"), those("stance", "control")
    return those("facet_id" if kind == "scheme" else "stance", name), []


def members_of(source: Source, row: Row) -> tuple[str, Rows]:
    """Return the published rows that a composite is made of, and the name of their value."""
    is_gap = "side" not in row
    table = "gap" if is_gap else "score"
    key = {name: row[name] for name in SCORES if name in row}
    found = {one["item_id"]: one for one in source.published(table, **key)}
    return ("difference" if is_gap else "value"), found


def composite(source: Source, row: Row) -> Found | None:
    """Return what a composite is computed from: the mean of published values, or of two such."""
    (plus, minus), (value, rows) = parts_of(source, row), members_of(source, row)
    if not plus or not rows.keys() >= {*plus, *minus}:
        return None
    group = (row["group_kind"], row["group_id"])
    inputs = [figure_line("plus", group, 1 / len(plus), rows[item][value]) for item in plus]
    inputs += [figure_line("minus", group, -1 / len(minus), rows[item][value]) for item in minus]
    interval = tuple(
        mean_of(rows, plus, f"ci_{one}") - mean_of(rows, minus, f"ci_{other}")
        for one, other in (("low", "high"), ("high", "low"))
    )
    return Found("composite", tuple(inputs), (interval[0], interval[1]), form="sum")


def mean_of(rows: Rows, items: Sequence[str], name: str) -> float:
    """Return the mean of a column over questions; 0 without any."""
    return fmean(rows[item][name] for item in items) if items else 0.0


def composite_more(source: Source, row: Row) -> More:
    """Return both sides of a gap of composites."""
    (plus, minus), (_, rows) = parts_of(source, row), members_of(source, row)
    names = ("employee_value", "hr_value")
    return {name: mean_of(rows, plus, name) - mean_of(rows, minus, name) for name in names}


def coded_groups(source: Source, row: Row) -> list[Row]:
    """Return the published groups of bands of a code; none where the sector stands alone."""
    key = {name: row[name] for name in CODED}
    return source.published("coded_answer", group_kind="size_band", **key)


def coded_weights(source: Source, row: Row, groups: Sequence[Row]) -> Floats:
    """Return what each group counts in the sector: its headcount, or for hr its organisations."""
    if row["side"] == "hr":
        sizes = [float(one["respondent_count"]) for one in groups]
    else:
        heads = source.band_headcounts(row["wave_id"])
        bands = source.rows("size_band")
        order = [b["size_band_id"] for b in sorted(bands, key=lambda band: band["position"])]
        sizes = [sum(heads[b] for b in bands_of(one["group_id"], order)) for one in groups]
    return np.array(sizes) / sum(sizes)


def coded_answer(source: Source, row: Row) -> Found:
    """Return what the share that names a code is computed from."""
    n, group = row["respondent_count"], (row["group_kind"], row["group_id"])
    interval = estimates.wilson(row["share"], row["effective_count"])
    given = {"effective_count": float(row["effective_count"])}
    groups = coded_groups(source, row) if group == SECTOR else []
    if groups:
        weights = coded_weights(source, row, groups)
        inputs = tuple(
            figure_line("group", ("size_band", one["group_id"]), weight, one["share"],
                        organisation_count=one["organisation_count"])
            for one, weight in zip(groups, weights, strict=True)
        )  # fmt: skip
        return Found("coded_sector", inputs, interval, given)
    count = round(row["share"] * n)
    if abs(count / n - row["share"]) > 1e-9:
        return Found("coded_sector", parameters=given)
    line = Input("group", *group, row["organisation_count"], n, float(n), float(count))
    return Found("coded_answer", (line,), interval, given, "rate")


def coded_more(source: Source, row: Row) -> More:
    """Return how many answers an interval counts on, where it follows from published rows."""
    n = float(row["respondent_count"])
    if row["side"] == "hr":
        return {"effective_count": n}
    groups = coded_groups(source, row) if row["group_kind"] == "sector" else []
    if not groups:
        return {}
    weights = coded_weights(source, row, groups)
    shares, effective, counts = (
        np.array([float(one[name]) for one in groups])
        for name in ("share", "effective_count", "respondent_count")
    )
    share, error = weights @ shares, np.sqrt(weights**2 @ (shares * (1 - shares) / effective))
    wide = n * np.sum(weights**2 / counts)
    parts = (np.array([part]) for part in (share, error, n, wide))
    return {"effective_count": float(design_effective_count(*parts)[0])}


def coded_sides(source: Source, row: Row) -> list[Row]:
    """Return the published answers of employees and hr behind a gap."""
    names = ("wave_id", "group_kind", "group_id", "item_id", "grade_class", "code")
    key = {name: row[name] for name in names}
    found = [source.published("coded_answer", **key, side=side) for side in ("employee", "hr")]
    return [rows[0] for rows in found if rows]


def coded_gap(source: Source, row: Row) -> Found | None:
    """Return what employees minus hr is computed from."""
    sides = coded_sides(source, row)
    if len(sides) < 2:
        return None
    inputs = tuple(
        figure_line(one["side"], (row["group_kind"], row["group_id"]), 1.0, one["share"],
                    organisation_count=one["organisation_count"])
        for one in sides
    )  # fmt: skip
    bounds = [(one["share"], *estimates.wilson(one["share"], one["effective_count"]))
              for one in sides]  # fmt: skip
    return Found("gap_share", inputs, newcombe(*bounds), form="minus")


def coded_gap_more(source: Source, row: Row) -> More:
    """Return the shares of both sides."""
    sides = coded_sides(source, row)
    names = ("employee_share", "hr_share")
    return {name: one["share"] for name, one in zip(names, sides, strict=False)}


def mention(__: Source, row: Row) -> Found:
    """Return what the change of a share between the rounds of a dialogue is computed from."""
    group, counts = ("sector", "sector"), mention_counts(row)
    inputs = tuple(
        Input(f"{name}_round", *group, None, int(n), n, named)
        for name, (named, n) in reversed(counts.items())
    )
    parts = (np.array([number]) for pair in counts.values() for number in pair)
    _, low, high = mention_shift(*parts)
    return Found("mention_shift", inputs, (float(low[0]), float(high[0])), form="minus")


def mention_counts(row: Row) -> dict[str, tuple[float, float]]:
    """Return how many named an aspect, of how many, in either round."""
    rounds = {name: float(row[f"{name}_count"]) for name in ("first", "second")}
    return {name: (float(round(row[f"{name}_share"] * n)), n) for name, n in rounds.items()}


def mention_more(_: Source, row: Row) -> More:
    """Return both shares as whole numbers of people."""
    return {f"{name}_share": named / n for name, (named, n) in mention_counts(row).items()}
